story "The board says what is due next and since when the oldest stands, and calls broken what is late while it is"
policy dipper

at 2026-03-01T08:00Z
install portal on acme through connect
install portal on globex through connect
expect next due 0 of drafts-30-days from entry
expect oldest 0 of drafts-30-days from entry
acme puts drafts "d" {text: first}
globex puts drafts "d" {text: first}
globex puts portal-config "c" {theme: dark}

at 2026-03-02T08:00Z
acme puts drafts "e" {text: later}
expect next due 2 of drafts-30-days from entry at 2026-03-31T08:00Z
expect oldest 2 of drafts-30-days from entry at 2026-03-01T08:00Z

# Whatever is to come, nothing was ever erased: that proves nothing.
expect verdict drafts-30-days unproven

# Of what no clock ends yet nothing is due.
expect next due 0 of config-90-days from uninstalled
at 2026-03-05T08:00Z
uninstall portal on globex through connect
expect next due 1 of config-90-days from uninstalled at 2026-06-03T08:00Z
expect oldest 1 of config-90-days from uninstalled at 2026-03-05T08:00Z
expect verdict config-90-days unproven

at 2026-03-31T08:00Z
expect verdict drafts-30-days kept
expect next due 1 of drafts-30-days from entry at 2026-04-01T08:00Z
expect oldest 1 of drafts-30-days from entry at 2026-03-02T08:00Z

# A server that was off when something ended: closed in time, and there for two minutes more than it may be.
at 2026-04-01T07:59Z
the machine is off for 3 minutes
expect unreadable drafts on acme under drafts-30-days
expect verdict drafts-30-days broken
tick
expect verdict drafts-30-days at-risk
expect receipt of drafts on acme unreachable at 2026-04-01T08:02Z late 2 minutes
expect next due 0 of drafts-30-days from entry
expect oldest 0 of drafts-30-days from entry
expect ledger verified

story "What was collected under an older version of the policy goes on under its promises"
policy tern

# The version of January holds.
at 2026-03-20T09:00Z
install boards on acme
acme puts visits "old" {page: home}
acme puts profiles "ann" {nickname: Ann}
acme puts support-notes "one" {text: "it works again"}
acme gets visits "old" for statistics
expect refused denied under visits-for-security
acme gets support-notes "one" for training
expect refused denied under notes-for-support
expect facts policy.loaded 1

at 2026-03-31T20:00Z
acme puts visits "last" {page: end}

# Since April another one holds: for what is collected from now on.
at 2026-04-02T09:00Z
expect facts policy.loaded 2
acme puts visits "new" {page: home}
acme gets visits "new" for statistics
acme gets visits "old" for security
acme gets visits "old" for statistics
expect refused denied under visits-for-security
acme discloses profiles "ann" to mail-house for newsletter under newsletter
expect refused denied
install boards on oak
oak puts profiles "bob" {nickname: Bob}
oak discloses profiles "bob" to mail-house for newsletter under newsletter
# Here everybody was asked.
acme gets support-notes "one" for training

# Thirty days for the old visit, ninety for the new one.
at 2026-04-19T09:00Z
expect receipt of visits on acme unreachable at 2026-04-19T09:00Z late 0
expect items 2 of visits on acme
at 2026-04-21T01:00Z
restart
expect items 2 of visits on acme

# Of the last day before, no key is left a day after it has run out, though the day behind it stays for ninety days.
at 2026-05-02T01:00Z
expect items 1 of visits on acme
expect unrecoverable visits on acme

# Whoever came under the older version leaves under it.
at 2026-05-02T09:00Z
uninstall boards on acme
uninstall boards on acme takes effect
uninstall boards on oak
uninstall boards on oak takes effect
at 2026-06-01T09:00Z
expect receipt of profiles on acme unreachable at 2026-06-01T09:00Z late 0
expect rows 0 of profiles on acme
expect rows 1 of profiles on oak
at 2026-07-01T09:00Z
expect receipt of visits on acme unreachable at 2026-07-01T09:00Z late 0
at 2026-07-31T09:00Z
expect receipt of profiles on oak unreachable at 2026-07-31T09:00Z late 0
expect receipt of support-notes on acme unreachable at 2026-07-31T09:00Z late 0
wait 3 days
expect openable 0
expect verdict visits-90-days kept
expect verdict profiles-90-days kept
expect ledger verified

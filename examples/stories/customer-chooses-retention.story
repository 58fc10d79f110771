story "A customer keeps its logs shorter or longer, and never beyond what the policy promises"
policy linnet

at 2026-03-01T08:00Z
install importer on acme
acme logs import in import-log {step: read, result: done}
acme puts import-notes "a" {text: mapped}
acme puts settings "s" {colour: blue}

# Ninety days are the bound; what is left unsaid can only become shorter.
acme's admin keeps import-log for 91 days from entry
expect refused denied under imports-by-the-customer
acme's admin keeps import-notes for 61 days from entry
expect refused denied under notes-shorter
acme's admin keeps import-notes for 13 days from entry
expect refused denied under notes-shorter
acme's admin keeps import-notes for 14 days from uninstalled
expect refused denied
expect verdict imports-by-the-customer kept

# Where the policy has no limit of its own, the one that is chosen does the same.
acme puts import-traces "t" {text: stopped}
acme's admin keeps import-traces for 20 days from entry

# Longer: the limit of the policy comes, and nothing goes.
acme's admin keeps import-log for 90 days from entry
at 2026-03-21T08:00Z
expect receipt of import-traces unreachable at 2026-03-21T08:00Z late 0
at 2026-03-31T08:00Z
acme's admin reviews import-log for review
expect entries 1

# Shorter: what is older than that is closed at once, and gone with the next tick; late by nothing.
at 2026-04-10T08:00Z
acme logs import in import-log {step: write, result: done}
acme's admin keeps import-log for 14 days from entry
acme's admin reviews import-log for review
expect entries 1
tick
expect receipt of import-log unreachable at 2026-04-10T08:00Z late 0
expect rows 1 of import-log
acme's admin keeps import-notes for 14 days from entry
tick
expect receipt of import-notes unreachable at 2026-04-10T08:00Z late 0
restart
at 2026-04-24T08:00Z
expect receipt of import-log unreachable at 2026-04-24T08:00Z late 0

# Back to the policy.
acme's admin leaves import-log to the policy from entry
acme logs import in import-log {step: write, result: done}
at 2026-05-24T08:00Z
expect receipt of import-log unreachable at 2026-05-24T08:00Z late 0

# Back from a longer choice: what is too old for the policy goes then, and is not late.
acme logs import in import-log {step: last, result: done}
acme's admin keeps import-log for 80 days from entry
wait 40 days
acme's admin leaves import-log to the policy from entry
tick
expect receipt of import-log unreachable at 2026-07-03T08:00Z late 0

# What was chosen goes with the installation, and nobody chooses after the uninstall.
acme's admin keeps settings for 7 days from uninstalled
at 2026-07-10T08:00Z
uninstall importer on acme
uninstall importer on acme takes effect
at 2026-07-17T08:00Z
expect receipt of settings unreachable at 2026-07-17T08:00Z late 0
wait 3 days
expect openable 0
expect verdict imports-30-days kept
expect verdict settings-90-days kept
expect ledger verified

story "A log of reads forgets each line thirty days after it was written"
policy heron

at 2026-03-01T08:00Z
install assets-owner on acme
acme puts owner-settings "settings" {visibility: everybody}
acme gets owner-settings "settings" for assets-access
acme gets owner-settings "settings" for assets-access
at 2026-03-11T08:00Z
acme gets owner-settings "settings" for assets-access

# Who reviews the log leaves a line in it, too.
acme's admin reviews the log for customer-review
expect entries 3
acme's admin reviews the log for customer-review
expect entries 4

at 2026-03-31T07:59:59Z
expect rows 5 of access-log
acme's admin reviews the log for customer-review
expect entries 5
at 2026-03-31T08:00Z
expect rows 4 of access-log
acme's admin reviews the log for customer-review
expect entries 4
expect receipt of access-log unreachable at 2026-03-31T08:00Z late 0

# With the last line the ratchet leaves its day behind, and after the next turn
# no copy opens.
at 2026-04-30T08:00Z
expect rows 0 of access-log
expect verdict log-30-days kept
expect recoverable access-log
wait 2 hours
turn the epoch
wait 2 hours
turn the epoch
expect openable 0 of access-log
expect unrecoverable access-log
expect ledger verified

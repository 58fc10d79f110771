story "What is about an updated account is stored anew within a cycle, or goes at its end"
policy pipit

at 2026-02-01T08:00Z
install team-map on acme
acme puts profiles "ann" {name: Ann, team: red} about "712020:ann"
acme puts profiles "bob" {name: Bob, team: red} about "712020:bob"
acme logs move in audit-log for "712020:bob"
at 2026-02-05T08:00Z
account "712020:ann" changes
account "712020:bob" changes
expect outdated 0

at 2026-02-08T08:00Z
acme's scheduled trigger runs
expect outdated 2
acme puts profiles "ann" {name: Anne, team: red} about "712020:ann"
expect outdated 1

at 2026-02-15T07:59:59Z
expect items 2 of profiles
at 2026-02-15T08:00Z
expect items 1 of profiles
expect outdated 0
expect receipt of profiles unreachable at 2026-02-15T08:00Z late 0
# A line tells what happened then, so nobody refreshes it.
expect rows 1 of audit-log
acme's scheduled trigger runs
expect reports 2 of "712020:ann"
expect reports 2 of "712020:bob"
expect items 1 of profiles
expect outdated 0
expect ledger verified

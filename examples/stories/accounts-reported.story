story "Every account that something is about is reported once in a cycle, and what is about a closed one is gone with the answer"
policy pipit

at 2026-02-01T08:00Z
install team-map on acme
install team-map on birch
acme puts profiles "ann" {name: Ann, team: red} about "712020:ann"
acme puts profiles "bob" {name: Bob, team: red} about "712020:bob"
birch puts profiles "ann" {name: Ann, team: blue} about "712020:ann"
birch puts notes {text: "asked for Ann"} about "712020:ann"
acme logs move in audit-log {what: "red to blue"} for "712020:ann"
acme logs look in audit-log for "712020:eve"
acme puts settings {colour: green}
expect subjects 3 on acme
expect subjects 1 on birch

acme puts profiles {name: Nobody} about "unknown"
expect refused invalid
acme logs look in audit-log for "unidentified"
expect refused invalid
acme puts profiles {name: Ann} about "ann@acme.example"
expect refused invalid

# Nobody asks before a cycle is over. Then the first token of the app is good for all of its customers.
at 2026-02-07T08:00Z
acme's scheduled trigger runs
expect reports 0
at 2026-02-08T08:00Z
birch's scheduled trigger runs twice
expect reports 1
expect reports 1 of "712020:ann"
expect reports 1 of "712020:eve"
acme's scheduled trigger runs
expect reports 1
expect facts accounts.reported 1

# In the next cycle nothing of a closed account is left, at no customer's.
account "712020:ann" closes
at 2026-02-15T08:00Z
acme's scheduled trigger runs lost
at 2026-02-15T20:00Z
acme's scheduled trigger runs
expect reports 2 of "712020:ann"
expect reports 2 of "712020:bob"
expect items 1 of profiles on acme
expect items 0 of profiles on birch
expect items 0 of notes on birch
tick
expect rows 0 of notes
expect rows 1 of profiles
expect rows 1 of audit-log
expect subjects 2 on acme
expect subjects 0 on birch
expect receipt of notes on birch unreachable at 2026-02-15T20:00Z late 0
expect receipt of audit-log on acme unreachable at 2026-02-15T20:00Z late 0
acme gets profiles "ann" for map
expect refused not-found
acme gets profiles "bob" for map
expect value {name: Bob, team: red}
wait 1 day
expect openable 0

# Nobody asks about a closed account again, nor about one that nothing is about any more.
at 2026-03-05T08:00Z
expect subjects 1 on acme
acme's scheduled trigger runs
expect reports 2 of "712020:ann"
expect reports 2 of "712020:eve"
expect reports 3 of "712020:bob"
expect ledger verified

story "When Atlassian calls more accounts closed than anybody could expect, what is about them is closed, and waits for a person"
policy pipit

at 2026-02-01T08:00Z
install team-map on acme
install team-map on birch
acme puts profiles {name: Somebody} about 12 people
acme puts notes "n" {text: "asked for Ann"} about "712020:ann"
birch puts profiles "ann" {name: Ann, team: blue} about "712020:ann"
acme logs move in audit-log {what: "red to blue"} for "712020:ann"
acme puts settings "s" {colour: green}
expect subjects 13 on acme

# Thirteen of thirteen: nobody could expect that. All of it is closed at once, at both customers, and all of it is there.
atlassian calls every account closed
at 2026-02-08T08:00Z
acme's scheduled trigger runs
tick
expect waiting 2
expect facts retention.braked 2
expect items 0 of profiles on acme
expect items 0 of profiles on birch
expect items 1 of settings on acme
birch gets profiles "ann" for map
expect refused late
acme gets notes "n" for map
expect refused late
acme reviews audit-log for review
expect entries 0
expect rows 12 of profiles on acme
expect rows 1 of audit-log
expect subjects 13 on acme
expect facts retention.erased 0

# Nothing new is stored about them. What is about nobody goes on.
birch puts profiles "ann" {name: Anne, team: red} about "712020:ann"
expect refused held
acme logs look in audit-log for "712020:ann"
expect refused held
acme puts settings "s" {colour: red}
restart
tick

# It was a mistake of Atlassian's: in the next cycle it calls none of them closed, and everything is as it was.
atlassian calls no account closed
at 2026-02-15T08:00Z
expect facts alarm.raised 7
expect waiting 2
birch's scheduled trigger runs
tick
expect waiting 0
birch gets profiles "ann" for map
expect value {name: Ann, team: blue}
expect items 12 of profiles on acme
acme logs look in audit-log for "712020:ann"

# Next time it is right.
acme deletes notes "n"
atlassian calls every account closed
at 2026-02-22T08:00Z
birch's scheduled trigger runs
tick
expect waiting 2
expect facts retention.braked 4
at 2026-02-23T08:00Z
officer releases what was unforeseen
tick
expect waiting 0
expect rows 0 of profiles on acme
expect rows 0 of profiles on birch
expect rows 0 of audit-log
expect items 1 of settings on acme
expect subjects 0 on acme
expect receipt of profiles on birch unreachable at 2026-02-23T08:00Z late 24 hours
wait 1 day
expect openable 0 of profiles
expect ledger verified

# Then somebody may be stored anew.
atlassian calls no account closed
birch puts profiles "ann" {name: Ann, team: blue} about "712020:ann"
birch gets profiles "ann" for map
expect value {name: Ann, team: blue}

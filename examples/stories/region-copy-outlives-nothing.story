story "What must go while a copy of it waits at the other server is gone there, too, and the move goes on"
policy whimbrel

at 2026-03-01T08:00Z
server stands in us-west-2
another server stands in eu-central-1 for eu and this one for us
install roost on acme
acme puts settings "page" {colour: blue}
acme puts notes "one" {text: hello} about "account-of-ben"
at 2026-03-03T08:00Z
acme puts notes "two" {text: later} about "account-of-ben"

# The first note is thirty days old while Atlassian thinks about the commit.
at 2026-03-30T08:00Z
atlassian schedules the move of acme to eu
atlassian starts the move of acme
tick
expect move of acme ready-to-commit
at the other server
expect rows 2 of notes on acme
at the other server
at 2026-03-31T08:00Z
expect receipt of notes on acme unreachable at 2026-03-31T08:00Z late 0 as aged
expect rows 1 of notes on acme
expect move of acme ready-to-commit
at the other server
expect rows 0 of notes on acme
expect facts migration.undone 1

# The commit copies what there is now.
at the other server
at 2026-03-31T12:00Z
atlassian commits the move of acme
tick
expect state erased of acme
at the other server
expect rows 1 of notes on acme
acme gets notes "two" for page
expect value {text: later}
at 2026-04-02T08:00Z
expect receipt of notes on acme unreachable at 2026-04-02T08:00Z late 0 as aged
expect ledger verified

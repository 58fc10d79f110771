story "A customer's site moves to the European Union and back: what was destroyed there before stays so, and the rest is where it was"
policy whimbrel

at 2026-03-01T08:00Z
server stands in us-west-2
another server stands in eu-central-1 for eu and this one for us
install roost on acme
acme puts settings "page" {colour: blue}
acme puts notes "one" {text: hello} about "account-of-ben"
acme puts notes "two" {text: bye} about "account-of-ann"
at 2026-03-10T08:00Z
atlassian schedules the move of acme to eu
atlassian starts the move of acme
tick
atlassian commits the move of acme
tick
expect state erased of acme

at 2026-03-20T08:00Z
at the other server
acme deletes notes "two"
acme puts settings "page" {colour: green}

# On the way back it is where it was as a copy, taken back once: the name for its facts stands there again.
atlassian schedules the move of acme to us
atlassian starts the move of acme
tick
expect move of acme ready-to-commit
at the other server
expect state installed of acme
acme gets settings "page" for page
expect refused denied
at the other server
atlassian rolls back the move of acme
tick
at the other server
expect state erased of acme
expect rows 0 of notes on acme
expect facts migration.undone 1 on acme

at 2026-03-21T08:00Z
at the other server
atlassian schedules the move of acme to us
atlassian starts the move of acme
tick
atlassian commits the move of acme
tick
expect state erased of acme
expect rows 0 of notes on acme
expect ledger verified

at the other server
expect state installed of acme
acme gets settings "page" for page
expect value {colour: green}
acme gets notes "one" for page
expect value {text: hello}
expect rows 1 of notes on acme
expect facts migration.left 1 on acme
expect facts migration.arrived 1 on acme

# Its clocks ran on all the while.
at 2026-03-31T07:59:59Z
expect rows 1 of notes on acme
at 2026-03-31T08:00Z
expect receipt of notes on acme unreachable at 2026-03-31T08:00Z late 0 as aged
expect rows 0 of notes on acme
wait 2 days
expect unrecoverable notes on acme
expect openable 1 of settings on acme
expect ledger verified
at the other server
expect openable 0 of settings on acme

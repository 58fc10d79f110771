story "A move to another region is taken back: nothing was lost, and nothing stays where it was copied to"
policy whimbrel

at 2026-03-01T08:00Z
server stands in us-west-2
another server stands in eu-central-1 for eu and this one for us
install roost on acme
acme puts settings "page" {colour: blue}
acme puts notes "one" {text: hello}

at 2026-03-10T08:00Z
atlassian schedules the move of acme to eu
atlassian starts the move of acme
tick
expect move of acme ready-to-commit
at the other server
expect rows 1 of notes
acme gets notes "one" for page
expect refused denied

# Nobody goes on with it: the board says since when the customer is shut out.
at the other server
expect verdict in-two-regions kept
wait 49 hours
expect verdict in-two-regions at-risk
atlassian rolls back the move of acme twice
acme gets notes "one" for page
expect value {text: hello}
tick
expect move of acme failed
at the other server
expect rows 0 of settings
expect rows 0 of notes
at the other server

# Its clocks have gone on.
expect verdict in-two-regions kept
at 2026-03-13T08:00Z
acme puts settings "page" {colour: red}
acme gets settings "page" for page
expect value {colour: red}
at the other server
expect openable 0 of notes
expect openable 0 of settings
at the other server
at 2026-03-31T08:00Z
expect receipt of notes unreachable at 2026-03-31T08:00Z late 0 as aged
expect ledger verified

story "Atlassian takes a move back at the server that has the site by now, and at no other: it goes back all the same"
policy whimbrel

at 2026-03-01T08:00Z
server stands in us-west-2
another server stands in eu-central-1 for eu and this one for us
install roost on acme
acme puts notes "one" {text: hello} about "account-of-ben"
at 2026-03-10T08:00Z
atlassian schedules the move of acme to eu
atlassian starts the move of acme
tick
atlassian commits the move of acme
tick
expect state erased of acme

at the other server
atlassian rolls back the move of acme twice
acme gets notes "one" for page
expect refused denied
tick
expect state erased of acme
expect facts migration.left 1 on acme

# At both it is a thing of the past.
atlassian rolls back the move of acme
at the other server
expect state installed of acme
atlassian rolls back the move of acme
expect facts migration.arrived 1 on acme
acme gets notes "one" for page
expect value {text: hello}
wait 1 day
expect state installed of acme
expect ledger verified
at the other server
expect rows 0 of notes on acme
expect openable 0 of notes on acme
expect ledger verified

story "A move is taken back after its commit: the site is where it was, as it was, and nothing stays at the other server"
policy whimbrel

at 2026-03-01T08:00Z
server stands in us-west-2
another server stands in eu-central-1 for eu and this one for us
install roost on acme
acme puts settings "page" {colour: blue}
acme puts notes "one" {text: hello} about "account-of-ben"
at 2026-03-10T08:00Z
atlassian schedules the move of acme to eu
atlassian starts the move of acme
tick
atlassian commits the move of acme
tick
expect state erased of acme
at the other server
acme puts settings "page" {colour: green}

# The next morning Atlassian takes it back, and says so twice.
at the other server
at 2026-03-11T07:00Z
atlassian rolls back the move of acme twice
tick
expect state installed of acme
acme gets settings "page" for page
expect value {colour: green}
acme gets notes "one" for page
expect value {text: hello}
expect facts migration.arrived 1 on acme
at the other server
expect rows 0 of notes on acme
expect state erased of acme
expect facts migration.left 1 on acme
wait 1 day
expect openable 0 of notes on acme
expect ledger verified

# Thirty days run from when the note was written.
at the other server
at 2026-03-31T08:00Z
expect receipt of notes on acme unreachable at 2026-03-31T08:00Z late 0 as aged
acme gets settings "page" for page
expect value {colour: green}
expect ledger verified

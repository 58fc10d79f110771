story "Calls between the servers and Atlassian's own get lost while a site moves: each is made again, and nothing is twice or nowhere"
policy whimbrel

at 2026-03-01T08:00Z
server stands in us-west-2
another server stands in eu-central-1 for eu and this one for us
install roost on acme
acme puts settings "page" {colour: blue}
acme puts notes "one" {text: hello}

# Whoever never heard of the move refuses to start it, and everything stays as it was.
at 2026-03-10T08:00Z
atlassian schedules the move of acme to eu lost
atlassian starts the move of acme
expect refused conflict
acme gets notes "one" for page
expect value {text: hello}

# The copy is begun again as often as it breaks off.
atlassian schedules the move of acme to eu
3 calls between the servers get lost
atlassian starts the move of acme
tick
expect move of acme in-progress
acme gets notes "one" for page
expect refused denied
wait 20 minutes
expect move of acme ready-to-commit

# The other server has let it live, and the answer is lost: both have it, and only one opens it.
1 calls between the servers get lost afterwards
atlassian commits the move of acme
tick
expect rows 1 of notes
acme gets notes "one" for page
expect refused denied
at the other server
acme gets notes "one" for page
expect value {text: hello}
at the other server
wait 1 hour
expect rows 0 of notes
expect state erased of acme
at the other server
acme gets settings "page" for page
expect value {colour: blue}
expect facts migration.arrived 1
expect verdict in-two-regions kept
expect ledger verified

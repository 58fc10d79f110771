story "While a customer's site moves, Atlassian is asked about its people by the server that it moves from, and by no other"
policy whimbrel

at 2026-03-01T08:00Z
server stands in us-west-2
another server stands in eu-central-1 for eu and this one for us
install roost on acme
acme puts tokens "jira" {api_token: t-1234} about "account-of-ann"

at 2026-03-05T08:00Z
at the other server
install roost on birch
birch puts tokens "jira" {api_token: t-1235} about "account-of-ben"
at the other server

# Acme's cycle is over while its copy lies at the other server.
at 2026-03-10T08:00Z
atlassian schedules the move of acme to eu
atlassian starts the move of acme
tick
expect move of acme ready-to-commit
at the other server
expect subjects 1 on acme
at 2026-03-12T08:00Z
birch's scheduled trigger runs
expect reports 1 of "account-of-ben"
expect reports 0 of "account-of-ann"

# Where it lives from then on, somebody asks.
at the other server
atlassian commits the move of acme
tick
at the other server
birch's scheduled trigger runs
expect reports 1 of "account-of-ann"
expect ledger verified

story "What is about an updated account goes at the end of its cycle, wherever its installation has moved meanwhile"
policy whimbrel

at 2026-03-01T08:00Z
server stands in us-west-2
another server stands in eu-central-1 for eu and this one for us
install roost on acme
acme puts tokens "jira" {api_token: t-1234} about "account-of-ann"
acme puts tokens "again" {api_token: t-1235} about "account-of-ben"
at 2026-03-05T08:00Z
account "account-of-ann" changes
account "account-of-ben" changes
at 2026-03-08T08:00Z
acme's scheduled trigger runs
expect outdated 2

at 2026-03-10T08:00Z
atlassian schedules the move of acme to eu
atlassian starts the move of acme
tick
atlassian commits the move of acme
tick

# One of them is stored anew over there, the other one is not.
at the other server
expect outdated 2 on acme
acme puts tokens "again" {api_token: t-1236} about "account-of-ben"
expect outdated 1 on acme
at 2026-03-15T07:59:59Z
expect items 2 of tokens on acme
at 2026-03-15T08:00Z
expect items 1 of tokens on acme
expect receipt of tokens on acme unreachable at 2026-03-15T08:00Z late 0 as account-updated
expect outdated 0 on acme
expect ledger verified

story "A site is to move to where the policy promises that its data never is: it stays, and opens again when the move is taken back"
policy dunlin

at 2026-03-01T08:00Z
server stands in de
another server stands in us-west-2 for us and this one for de
install beacon on acme
acme puts app-config "main" {colour: blue}

at 2026-03-10T08:00Z
atlassian schedules the move of acme to us
atlassian starts the move of acme
wait 3 hours
expect move of acme in-progress
atlassian commits the move of acme
expect refused conflict
atlassian rolls back the move of acme
acme gets app-config "main" for monitoring
expect value {colour: blue}
tick
at the other server
expect rows 0 of app-config

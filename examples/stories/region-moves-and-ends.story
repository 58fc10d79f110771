story "An installation that is uninstalled while it moves ends over there, also where it never stored anything"
policy whimbrel

at 2026-03-01T08:00Z
server stands in us-west-2
another server stands in eu-central-1 for eu and this one for us
install roost on acme
at 2026-03-10T08:00Z
atlassian schedules the move of acme to eu
atlassian starts the move of acme
tick
uninstall roost on acme
atlassian commits the move of acme
tick
expect state erased of acme
at the other server
expect state uninstalled of acme
at 2026-05-09T07:59:59Z
expect state uninstalled of acme
at 2026-05-09T08:00Z
expect state erased of acme
expect ledger verified

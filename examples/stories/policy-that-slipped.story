story "A slip in the policy destroys nothing for a day, and keeps nothing readable"
policy dipper

at 2026-03-01T08:00Z
install portal on acme through connect
install portal on globex through connect
acme puts drafts "d" {text: first}
acme gets drafts "d" for app-function
globex puts portal-config "c" {theme: dark}
expect foreseen 1 of drafts on 2026-03-31

at 2026-03-05T08:00Z
uninstall portal on globex through connect
expect foreseen 1 of portal-config on 2026-06-03

# Nine days for ninety, three for thirty: what that brings forward is closed, and waits.
at 2026-03-20T08:00Z
vendor changes the policy to dipper-hasty
expect facts retention.braked 1
expect waiting 3
tick
expect unreadable drafts on acme under drafts-30-days
expect rows 1 of drafts
expect rows 1 of portal-config
expect verdict drafts-30-days at-risk

# Starting anew, again and again, wins nothing.
restart
vendor changes the policy to dipper-hasty
at 2026-03-21T07:59:59Z
tick
expect rows 1 of drafts
expect rows 1 of portal-config

# The slip is seen, and everything is as it was.
vendor changes the policy to dipper
acme gets drafts "d" for app-function
expect value {text: first}
at 2026-03-31T07:59:59Z
expect rows 1 of drafts
at 2026-03-31T08:00Z
expect receipt of drafts on acme unreachable at 2026-03-31T08:00Z late 0
at 2026-06-03T08:00Z
expect receipt of portal-config on globex unreachable at 2026-06-03T08:00Z late 0
expect ledger verified

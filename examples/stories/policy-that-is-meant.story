story "A shorter limit that is meant waits for a day, for a person, or not at all after a dry run"
policy dipper

at 2026-03-01T08:00Z
install portal on acme through connect
install portal on globex through connect
acme puts drafts "d" {text: first}
globex puts portal-config "c" {theme: dark}
at 2026-03-05T08:00Z
uninstall portal on globex through connect

# Nobody says anything: a day later it goes.
at 2026-03-20T08:00Z
vendor changes the policy to dipper-hasty
expect waiting 2
at 2026-03-21T08:00Z
expect waiting 0
expect rows 0 of drafts
expect rows 0 of portal-config
expect receipt of drafts on acme unreachable at 2026-03-21T08:00Z late 1 day
expect receipt of portal-config on globex unreachable at 2026-03-21T08:00Z late 1 day

# A person says so: it goes at once.
vendor changes the policy to dipper
acme puts drafts "e" {text: second}
at 2026-04-10T08:00Z
vendor changes the policy to dipper-hasty
expect waiting 1
officer releases what was brought-forward
expect facts retention.released 1
tick
expect waiting 0
expect rows 0 of drafts
officer releases what was brought-forward
expect refused not-found

# A dry run said so before: nothing waits.
vendor changes the policy to dipper
acme puts drafts "f" {text: third}
at 2026-04-26T08:00Z
vendor changes the policy to dipper-hasty dry run
expect tonight 1
expect waiting 0
tick
expect rows 0 of drafts
wait 2 days
expect openable 0
expect ledger verified

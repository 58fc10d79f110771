story "A slip that comes while something runs out anyway destroys no more than that for a day"
policy dipper

at 2026-03-01T08:00Z
install portal on acme through connect
acme puts drafts "old" {text: first}
at 2026-03-20T08:00Z
acme puts drafts "young" {text: second}

# Nothing is served for an hour in which the first draft runs out; then three days stand where thirty stood.
at 2026-03-31T07:30Z
vendor changes the policy to dipper-hasty in 1 hour
expect facts retention.braked 1
tick
expect unreadable drafts on acme under drafts-30-days
expect rows 2 of drafts

# Starting anew wins nothing.
vendor changes the policy to dipper-hasty in 1 hour
tick
expect rows 2 of drafts

# The slip is seen: what had run out goes, and the other draft is as it was.
vendor changes the policy to dipper
tick
expect receipt of drafts on acme unreachable at 2026-03-31T09:30Z late 90 minutes as aged
expect rows 1 of drafts
acme gets drafts "young" for app-function
expect value {text: second}
at 2026-04-19T07:59:59Z
expect rows 1 of drafts
at 2026-04-19T08:00Z
expect rows 0 of drafts
expect ledger verified

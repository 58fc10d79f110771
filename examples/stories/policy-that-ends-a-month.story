story "A shorter limit ends all that stands in the log of reads for a month, and each day has its receipt"
policy dipper

at 2026-03-22T08:00Z
install portal on acme through connect
install portal on globex through connect
acme puts drafts "d" {text: first}
globex puts portal-config "c" {theme: dark}
acme gets drafts "d" for app-function
globex gets portal-config "c" for app-function
at 2026-03-28T08:00Z
acme gets drafts "d" for app-function
acme gets drafts "d" for app-function
at 2026-03-31T23:59:59Z
globex gets portal-config "c" for app-function
at 2026-04-09T12:00Z
globex gets portal-config "c" for app-function

# Three days for thirty, and nobody says anything: all of March waits for a day, closed. The line of April has a day left.
at 2026-04-10T08:00Z
vendor changes the policy to dipper-hasty
expect waiting 3
tick
expect rows 6 of access-log
at 2026-04-11T07:59:59Z
tick
expect rows 6 of access-log

# Then it goes, whether row by row or whole: of each customer's days a receipt and a fact.
at 2026-04-11T08:00Z
expect waiting 0
expect rows 1 of access-log
expect receipt of access-log on acme unreachable at 2026-04-11T08:00Z late 1 day
expect receipt of access-log on globex unreachable at 2026-04-11T08:00Z late 1 day
expect facts retention.erased 5
at 2026-04-12T12:00Z
expect rows 0 of access-log
expect receipt of access-log on globex unreachable at 2026-04-12T12:00Z late 0
wait 2 days
expect ledger verified

story "A job's buffers are there for a day to try again, and gone the moment the job succeeds"
policy godwit

at 2026-03-01T08:00Z
install desk on acme
acme puts buffers "a1" {rows: 10} in "import 7"
acme puts buffers "a2" {rows: 12} in "import 7"
acme puts buffers "b1" {rows: 3} in "import 8"

# Import 7 fails, and is tried again twelve hours later.
at 2026-03-01T20:00Z
acme gets buffers "a1" for service
expect value {rows: 10}

# Import 8 succeeds: what was its own is closed at once, and gone with the next tick. It is told twice.
acme says job-end of group "import 8"
acme gets buffers "b1" for service
expect refused late under buffers-of-a-job
acme says job-end of group "import 8"
tick
expect receipt of buffers unreachable at 2026-03-01T20:00Z late 0
expect rows 2 of buffers
acme says job-end of group "import 9"
expect facts item.happened 1

at 2026-03-02T07:59:59Z
expect items 2 of buffers
at 2026-03-02T08:00Z
expect receipt of buffers unreachable at 2026-03-02T08:00Z late 0
expect rows 0 of buffers
wait 2 days
expect openable 0
expect verdict buffers-one-day kept
expect verdict buffers-of-a-job kept

# The end of an earlier run, told late, is not that of a later one.
acme puts buffers "a1" {rows: 20} in "import 7"
acme says job-end of group "import 7" at 2026-03-02T08:00Z
acme gets buffers "a1" for service
expect value {rows: 20}
expect ledger verified

story "What cannot be deleted in time is said a day before, by the speed of the last sweep"
policy godwit

at 2026-01-10T09:00Z
install desk on acme
acme logs 200 times step in desk-log

# No sweep was measured here yet: a thousand rows a second are assumed, and that is said.
at 2026-03-10T12:00Z
expect sweep of 200 rows due by 2026-03-11T09:00Z until 2026-03-11T09:00:00.2Z
expect facts alarm.raised 0

# A row a second is too slow for two hundred that end together.
the last sweep deleted 512 rows in 512 seconds
expect sweep of 200 rows due by 2026-03-11T09:00Z until 2026-03-11T09:03:20Z too late
at 2026-03-11T00:00Z
expect facts alarm.raised 1

# A faster sweep counts twice as much as the one before it: 768 rows in 266 seconds, and then 896 in 138.
the last sweep deleted 512 rows in 10 seconds
expect sweep of 200 rows due by 2026-03-11T09:00Z until 2026-03-11T09:01:09.270833Z too late
the last sweep deleted 512 rows in 5 seconds
expect sweep of 200 rows due by 2026-03-11T09:00Z until 2026-03-11T09:00:30.803571Z
at 2026-03-11T09:00Z
expect rows 0 of desk-log
expect facts alarm.raised 1
expect ledger verified

story "A record goes sixty days after its need ended, however often and late that is said, and a log never keeps a line longer"
policy godwit

at 2026-01-10T09:00Z
install desk on acme
acme puts records "r" {text: one}
acme puts records "s" {text: two}
acme puts records "t" {text: three}
acme logs step in desk-log {step: opened}

# Nobody has said anything: that is no evidence.
expect verdict records-60-days unproven

# The signal comes four days late and twice; what counts is when the need ended.
at 2026-02-05T09:00Z
acme says need-ended of records "r" at 2026-02-01T00:00Z
acme says need-ended of records "r" at 2026-02-03T00:00Z
acme says need-ended of records "r" at 2026-02-01T00:00Z
expect facts item.happened 2

# Nothing ends before it was stored, or in the future, or by an event from which nobody promised to count.
acme says need-ended of records "s" at 2026-01-10T08:59:59Z
expect refused invalid
acme says need-ended of records "s" at 2026-02-05T09:00:01Z
expect refused invalid
acme says job-end of records "s"
expect refused denied

at 2026-03-11T09:00Z
acme logs step in desk-log {step: later}
expect rows 1 of desk-log
at 2026-04-01T23:59:59Z
acme gets records "r" for service
expect value {text: one}
at 2026-04-02T00:00Z
expect receipt of records unreachable at 2026-04-02T00:00Z late 0
acme gets records "r" for service
expect refused not-found
acme says need-ended of records "r"
expect refused not-found
expect rows 2 of records
expect rows 1 of desk-log

# Two are still there whose need nobody has said anything of, so the promise is not proven.
expect verdict records-60-days unproven
wait 2 days
expect openable 0

# One that is told long after is gone at once, and late by nothing: nobody knew.
at 2026-05-01T10:00Z
acme says need-ended of records "s" at 2026-02-20T10:00Z
acme gets records "s" for service
expect refused late under records-60-days
tick
expect receipt of records unreachable at 2026-05-01T10:00Z late 0
acme says need-ended of records "t"
expect verdict records-60-days kept

# The customer wants it shorter, also of what is there.
wait 10 days
acme's admin keeps records for 91 days from need-ended
expect refused denied under records-by-the-customer
acme's admin keeps records for 6 days from need-ended
expect refused denied under records-by-the-customer
acme's admin keeps records for 7 days from need-ended
acme gets records "t" for service
expect refused late
tick
expect rows 0 of records
expect receipt of records unreachable at 2026-05-11T10:00Z late 0
expect verdict records-by-the-customer kept
expect rows 0 of desk-log
wait 2 days
expect openable 0
expect ledger verified

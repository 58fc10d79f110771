story "An answer owed by a weekend or a holiday is due on the next working day, and hours are hours"
policy knot

at 2026-01-15T08:00Z
# A month from the last of January ends on the last of February, a Saturday.
expect deadline of answer-in-a-month from 2026-01-31 until 2026-03-02 extended until 2026-04-30
# Of what is asked when it is the 31st in Berlin already, too.
expect deadline of answer-in-a-month from 2026-01-30T23:30Z until 2026-03-02T23:00Z
expect deadline of answer-in-a-month from 2026-01-27T22:59Z until 2026-02-27
# Good Friday, the weekend and Easter Monday.
expect deadline of answer-in-a-month from 2026-03-03T12:00Z until 2026-04-07
# Christmas Day is a Friday.
expect deadline of stop-in-a-day from 2026-12-24T12:00Z until 2026-12-28
# Ascension Day.
expect deadline of answer-in-a-month from 2026-04-14T12:00Z until 2026-05-15
# A right without a time has the law's month.
expect deadline of restrict-soon from 2026-01-31 until 2026-03-02
expect deadline of restrict-soon from 2028-01-31 until 2028-02-29

# The clocks go forward in the night of 29 March: 72 hours stay 72 hours, three days hold two working days.
expect deadline of correct-in-72-hours from 2026-03-27T22:30Z until 2026-03-30T22:30Z
expect deadline of breach-72-hours from 2026-03-06T17:00Z until 2026-03-09T17:00Z
expect deadline of correct-in-3-days from 2026-03-27T22:30Z until 2026-03-31T22:00Z
expect deadline of correct-in-3-days from 2026-03-24T12:00Z until 2026-03-27

# What the calendar says moves no erasure: ninety days after 2 February are 3 May, a Sunday.
install notes on acme
acme puts note "first" {text: hello}
at 2026-02-02T10:00Z
uninstall notes on acme
expect deadline of purge-on-request from 2026-05-03 until 2026-05-03T00:00Z
at 2026-05-03T10:00Z
expect receipt of note unreachable at 2026-05-03T10:00Z late 0
# Nobody asked for anything yet, and nothing enforces the answer: the calendar alone keeps no promise.
expect verdict answer-in-a-month no-engine
expect ledger verified

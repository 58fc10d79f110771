story "When an app says at more customers than anybody could expect that something is over, the rest waits for a person, closed"
policy godwit

at 2026-01-10T09:00Z
install desk on a
install desk on b
install desk on c
install desk on d
install desk on e
install desk on f
install desk on g
install desk on h
a puts records "r" {text: one}
b puts records "r" {text: two}
c puts records "r" {text: three}
d puts records "r" {text: four}
e puts records "r" {text: five}
f puts records "r" {text: six}
f puts records "s" {text: seven}
f puts records "t" {text: eight}
g puts records "r" {text: nine}
h puts records "r" {text: ten}
f says need-ended of records "s"

# A new release says of every record that its need ended when it was stored: sixty days ago, so all of it would go at once.
at 2026-03-11T08:00Z
a says need-ended of records "r" at 2026-01-10T09:00Z
b says need-ended of records "r" at 2026-01-10T09:00Z
c says need-ended of records "r" at 2026-01-10T09:00Z
at 2026-03-11T09:00Z
expect rows 0 of records on a
d says need-ended of records "r" at 2026-01-10T09:00Z
e says need-ended of records "r" at 2026-01-10T09:00Z
tick
restart
expect waiting 0
expect rows 0 of records on e

# The sixth waits, closed. What was foreseen, and nobody foresees anew, goes as it would.
at 2026-03-11T10:00Z
f says need-ended of records "r" at 2026-01-10T09:00Z
f says need-ended of records "t" at 2026-01-10T09:00Z
tick
expect waiting 1
expect facts retention.braked 1
expect items 0 of records on f
f gets records "r" for service
expect refused late under records-60-days
expect rows 2 of records on f
expect verdict records-60-days at-risk

# A customer's own deletion waits for nothing.
g says need-ended of records "r" at 2026-01-10T09:00Z
tick
expect waiting 2
g's admin deletes records "r"
tick
expect rows 0 of records on g

# The mistake is seen. What the app takes back is as it was; of the rest an officer says that it is right.
at 2026-03-13T12:00Z
expect facts alarm.raised 2
expect rows 2 of records on f
f takes back need-ended of records "r" at 2026-01-10T09:00Z
f gets records "r" for service
expect value {text: six}
tick
expect rows 2 of records on f
h says need-ended of records "r" at 2026-01-10T09:00Z
tick
expect rows 0 of records on h
officer releases what was unforeseen
tick
expect waiting 0
expect rows 1 of records on f
expect receipt of records on f unreachable at 2026-03-13T12:00Z late 50 hours
wait 2 days
expect openable 0
f gets records "r" for service
expect value {text: six}
expect ledger verified

story "What is kept for a while at least is not the app's to delete before, and the customer's at any time"
policy godwit

at 2026-03-01T08:00Z
install desk on acme
acme puts records "t" {text: hello}
acme puts records "u" {text: again}
acme puts lookups "r" {answer: yes}
acme deletes lookups "r"
at 2026-03-31T07:59:59Z
acme deletes records "t"
expect refused denied under records-thirty-days
expect facts delete.refused 1
expect rows 2 of records
expect verdict records-thirty-days kept

# The customer's administrator may, and after thirty days the app as well.
acme's admin deletes records "u"
at 2026-03-31T08:00Z
acme deletes records "t"
expect rows 0 of records
wait 2 days
expect openable 0
expect ledger verified

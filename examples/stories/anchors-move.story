story "A closed ticket that is opened again stays, in whatever order that is told; and what is used goes on"
policy godwit

at 2026-03-01T08:00Z
install desk on acme
acme puts threads "t" {text: hello} in "DESK-1"
acme puts threads "u" {text: again} in "DESK-2"
acme puts lookups "x" {answer: yes}
acme puts lookups "y" {answer: no}

# Closed on the 2nd, opened on the 5th, closed on the 9th; of DESK-2 the last two are told in the wrong order.
at 2026-03-02T08:00Z
acme says ticket-closed of group "DESK-1"
acme says ticket-closed of group "DESK-2"
at 2026-03-05T08:00Z
acme takes back ticket-closed of group "DESK-1"
at 2026-03-09T08:00Z
acme says ticket-closed of group "DESK-1"
acme says ticket-closed of group "DESK-2"
at 2026-03-10T08:00Z
acme takes back ticket-closed of group "DESK-2" at 2026-03-05T08:00Z
acme takes back last-use of lookups "x"
expect refused invalid

at 2026-03-16T08:00Z
expect rows 2 of threads
restart
at 2026-03-20T08:00Z
acme gets lookups "x" for service
at 2026-03-23T07:59:59Z
acme gets threads "u" for service
expect value {text: again}
at 2026-03-23T08:00Z
expect receipt of threads unreachable at 2026-03-23T08:00Z late 0
expect rows 0 of threads
expect verdict threads-while-open kept

# Nobody used the second lookup: thirty days since it was stored. The first one was used on the 20th, and, as the app says, on the 25th.
at 2026-03-26T08:00Z
acme says last-use of lookups "x" at 2026-03-25T08:00Z
acme says last-use of lookups "x" at 2026-03-22T08:00Z
at 2026-03-31T08:00Z
expect receipt of lookups unreachable at 2026-03-31T08:00Z late 0
expect items 1 of lookups
at 2026-04-24T07:59:59Z
expect items 1 of lookups
at 2026-04-24T08:00Z
expect items 0 of lookups
expect verdict lookups-unused kept
wait 2 days
expect openable 0
expect ledger verified

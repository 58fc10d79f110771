story "A clock that is wrong destroys nothing; set right, it goes on as if nothing had been"
policy dipper

at 2026-03-01T08:00Z
install portal on acme through connect
acme puts drafts "d" {text: first}
tick

# A hundred days ahead everything would have run out: it is closed, and nothing of it is destroyed.
at 2026-03-02T08:00Z
the clock slips ahead by 100 days
tick
expect facts clock.doubted 1
expect unreadable drafts under drafts-30-days
expect rows 1 of drafts
expect openable 1 of drafts
restart
tick
expect rows 1 of drafts
expect facts clock.doubted 2

# A clock that runs a little too fast is found out as well, however small the steps are.
the clock is set right
tick
expect facts clock.believed 1
the clock slips ahead by 4 minutes
tick
the clock slips ahead by 8 minutes
tick
expect facts clock.doubted 2
the clock slips ahead by 12 minutes
tick
expect facts clock.doubted 3

the clock is set right
tick
acme gets drafts "d" for app-function
expect value {text: first}
at 2026-03-31T07:59:59Z
expect rows 1 of drafts
at 2026-03-31T08:00Z
expect receipt of drafts unreachable at 2026-03-31T08:00Z late 0
expect ledger verified

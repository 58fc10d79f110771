story "A machine that was off for long asks what time it is before it destroys anything"
policy dipper

at 2026-03-01T08:00Z
install portal on acme through connect
acme puts drafts "d" {text: first}
tick

# Two servers of Atlassian's say the same as the clock, and what had run out goes at once.
the machine is off for 40 days
tick
expect facts clock.doubted 1
tick
expect facts clock.believed 1
tick
expect rows 0 of drafts
expect receipt of drafts unreachable at 2026-04-10T08:00Z late 10 days

# They cannot be reached: it waits, closed, until a person says that the clock is right.
acme puts drafts "e" {text: second}
nobody outside tells the time
the machine is off for 40 days
tick
tick
wait 1 day
expect facts clock.doubted 2
expect facts clock.believed 1
expect unreadable drafts under drafts-30-days
expect rows 1 of drafts
expect verdict drafts-30-days broken
officer releases what was clock
expect facts clock.believed 2
tick
expect rows 0 of drafts
expect ledger verified

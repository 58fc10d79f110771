story "A clock that is set right while the server is down has put nothing off"
policy dipper

at 2026-03-01T08:00Z
install portal on acme through connect
acme puts drafts "d" {text: first}
tick
at 2026-03-02T08:00Z
the clock slips ahead by 100 days
tick
expect facts clock.doubted 1

# The next process never doubts it, and what the one before it put off until June is due at its own time.
the clock is set right
restart
at 2026-03-31T08:00Z
expect facts clock.believed 0
expect receipt of drafts unreachable at 2026-03-31T08:00Z late 0
expect rows 0 of drafts

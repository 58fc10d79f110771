story "A hold that nobody renews ends by itself"
policy osprey

at 2026-03-01T08:00Z
install doorkeeper on acme
install doorkeeper on globex
acme puts notes "one" {text: first}
globex puts notes "one" {text: theirs}
officer holds notes of acme for incident until 2026-05-15T12:00Z
at 2026-03-01T10:00Z
acme puts notes "two" {text: second}
expect held 1 of notes
officer holds notes of acme written on 2026-03-02 for incident until 2026-12-01
expect refused not-found
officer holds notes of globex written on 2026-03-01 for incident until 2026-03-10

expect foreseen 1 of notes on 2026-05-15

at 2026-05-10T08:00Z
expect rows 0 of notes
expect held 1 of notes
officer renews the hold on notes of acme until 2026-05-20T12:00Z
at 2026-05-15T12:00Z
expect held 1 of notes
restart
at 2026-05-20T12:00Z
expect receipt of notes on acme unreachable at 2026-05-20T12:00Z late 0
expect held 0 of notes
officer renews the hold on notes of acme until 2026-12-01
expect refused not-found
wait 1 day
expect openable 0
expect openable 0 of notes
expect facts hold.placed 2
expect facts hold.renewed 1
expect facts hold.ended 2
expect verdict notes-60-days kept
expect ledger verified

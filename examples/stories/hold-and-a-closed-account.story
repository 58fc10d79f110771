story "What a hold keeps about a closed account opens until the hold ends, and needs nothing of the person's"
policy osprey

at 2026-03-01T08:00Z
install doorkeeper on acme
acme puts notes "one" {text: first} about "712020:ann"
acme puts notes "two" {text: second} about "712020:bob"
acme logs login in login-log by "712020:ann" for "712020:bob"
officer holds notes of acme for incident until 2026-03-20T12:00Z
officer holds login-log of acme for incident until 2026-03-20T12:00Z
expect subjects 2
account "712020:ann" closes

at 2026-03-08T08:00Z
acme's scheduled trigger runs
expect receipt of notes unreachable at 2026-03-08T08:00Z late 0
expect receipt of login-log unreachable at 2026-03-08T08:00Z late 0
tick
expect rows 1 of notes
expect rows 0 of login-log
expect held 2 of notes
expect held 1 of login-log
# The line was all that there was about both of them, but bob has a note.
expect subjects 1
officer opens the hold on notes of acme
at 2026-03-20T12:00Z
expect held 0 of notes
wait 1 day
expect openable 0 of login-log
expect openable 1 of notes
expect ledger verified

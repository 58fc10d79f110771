story "A hold that has yet to copy most of what it is of keeps what is about two accounts that one answer calls closed"
policy osprey

at 2026-03-01T08:00Z
install doorkeeper on acme
acme puts notes {text: hello} about 600 people
account "712020:000007" closes
account "712020:000590" closes

at 2026-03-08T08:00Z
officer holds notes of acme for incident until 2026-03-20T12:00Z
acme's scheduled trigger runs
tick
expect rows 598 of notes
expect held 600 of notes
expect subjects 598
officer opens the hold on notes of acme
at 2026-03-20T12:00Z
expect held 0 of notes
expect ledger verified

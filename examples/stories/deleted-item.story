story "One item is deleted, the others stay"
policy heron

at 2026-03-01T08:00Z
install assets-owner on acme
acme puts draft-notes "one" {text: first} about "account-of-ann"
acme puts draft-notes "two" {text: second} about "account-of-ann"
acme deletes draft-notes "one"
expect items 1 of draft-notes
expect rows 1 of draft-notes
expect receipt of draft-notes unreachable at 2026-03-01T08:00Z late 0
acme gets draft-notes "one" for editing
expect refused not-found
acme deletes draft-notes "one"
expect refused not-found
wait 1 day
expect openable 0
expect unrecoverable draft-notes
acme gets draft-notes "two" for editing
expect value {text: second}

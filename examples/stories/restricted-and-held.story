story "Somebody needs for a claim what should go: the officer restricts it, holds it, and lets it go when the claim is settled"
policy osprey

at 2026-03-01T08:00Z
install doorkeeper on acme
acme puts notes "one" {text: said} about "account-of-ann"
acme puts notes "two" {text: heard} about "account-of-ben"
officer restricts processing of acme
acme gets notes "one" for work
expect refused denied
acme puts notes "three" {text: more}
expect refused denied
officer holds notes of acme about "account-of-ann" for legal-claim until 2026-10-01
officer opens the hold on notes of acme
expect value {text: said}

# The limit is not moved by either.
at 2026-04-30T08:00Z
expect receipt of notes unreachable at 2026-04-30T08:00Z late 0 held 1
expect rows 0 of notes
officer lifts the restriction of acme
acme gets notes "one" for work
expect refused not-found
acme puts notes "three" {text: more}
wait 2 days
expect openable 2 of notes
officer releases the hold on notes of acme
wait 1 day
expect openable 1 of notes
expect openable 0
expect facts installation.restricted 1
expect facts installation.lifted 1
expect verdict notes-60-days kept
expect ledger verified

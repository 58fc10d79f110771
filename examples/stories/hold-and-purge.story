story "The customer has everything purged while something is held: the receipt says so, and the rest goes"
policy osprey

at 2026-03-01T08:00Z
install doorkeeper on acme
acme puts notes "one" {text: first} about "account-of-ann"
acme puts notes "two" {text: second} about "account-of-ben"
acme puts notes "three" {text: third}
acme puts settings "page" {colour: blue}
officer holds notes "one" of acme for legal-claim until 2026-12-01
expect held 1 of notes

# Neither a new value, nor a deletion, nor a purge reaches the copy.
at 2026-03-05T08:00Z
acme puts notes "one" {text: written anew} about "account-of-ann"
acme deletes notes "one"
expect receipt of notes unreachable at 2026-03-05T08:00Z late 0 held 1
officer holds notes "one" of acme for legal-claim until 2026-12-01
expect refused not-found
acme deletes notes "two"
wait 1 hour
acme's admin purges
expect receipt of notes unreachable at 2026-03-05T09:00Z late 0 held 1
expect receipt of settings unreachable at 2026-03-05T09:00Z late 0 held 0
expect items 0 on acme
wait 2 days
expect openable 1 of notes
expect openable 0 of settings
officer opens the hold on notes of acme
expect value {text: first}

# The site goes, and all that is left of it is what is held.
uninstall doorkeeper on acme
uninstall doorkeeper on acme takes effect
wait 100 days
expect state uninstalled
expect openable 1 of notes
officer releases the hold on notes of acme
tick
expect state erased
expect held 0 of notes
wait 1 day
expect openable 0 of notes
expect unrecoverable notes
expect verdict purge-on-request kept
expect verdict incidents-and-claims kept
expect ledger verified

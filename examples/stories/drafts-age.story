story "Drafts go thirty days after they were written, each at its own instant"
policy heron

at 2026-03-01T08:00Z
install assets-owner on acme
acme puts draft-notes "one" {text: first}
at 2026-03-01T09:00Z
acme puts draft-notes "two" {text: second}
at 2026-03-10T08:00Z
acme puts draft-notes "one" {text: written anew}

# The first one was written anew on the tenth, so the second goes before it.
at 2026-03-31T09:00Z
expect receipt of draft-notes unreachable at 2026-03-31T09:00Z late 0
expect items 1 of draft-notes
acme gets draft-notes "two" for editing
expect refused not-found
acme gets draft-notes "one" for editing
expect value {text: written anew}

at 2026-04-09T08:00Z
expect receipt of draft-notes unreachable at 2026-04-09T08:00Z late 0
expect rows 0 of draft-notes
wait 2 days
expect openable 0 of draft-notes
expect verdict notes-30-days kept

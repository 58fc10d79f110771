story "A mailbox that answered once is believed for half a year"

at 2026-02-02T09:00Z
officer probes officer-mailbox
expect verdict officer-mailbox unproven
support confirms it
expect verdict officer-mailbox kept
wait 181 days
expect verdict officer-mailbox at-risk

story "A host enrols, stores and reads, and its administrator acts"
policy siskin

at 2026-02-01T08:00Z
enrol support-desk on BKPT-1234-5678-9ABC as acme
acme puts support-bundle "case-7" {reporter_email: ann@acme.example, log: out of memory}
acme gets support-bundle "case-7" for support
expect value {reporter_email: ann@acme.example, log: out of memory}
acme gets support-bundle "case-7" for advertising
expect refused denied under bundles-purpose
acme's admin reviews the log for customer-review
expect entries 1
expect facts instance.code-made 1
expect facts instance.enrolled 1

# The key was lost: whoever enrols the same host again finds what is there.
wait 30 days
enrol support-desk on BKPT-1234-5678-9ABC
expect facts installation.installed 1
expect facts instance.enrolled 2
acme gets support-bundle "case-7" for support
acme's admin purges
expect items 0

# Another host is another customer.
enrol support-desk on BZZZ-1234-5678-9ABC as bolt
expect items 0 on bolt
bolt puts host-settings "settings" {channel: email}
expect items 0 on acme

# An app that is not made for hosts has none.
enrol board-tidy on BKPT-1234-5678-9ABC as tidy
expect refused not-found
expect ledger verified

story "The licence that a host names when it enrols ends the subscription when the Marketplace says so"
policy curlew

at 2026-01-01T08:00Z
enrol archive on BKPT-1234-5678-9ABC as hosted
hosted puts notes "first" {text: hello}
the marketplace says active of archive on bkpt-1234-5678-9abc until 2026-02-10
at 2026-01-20T08:00Z
expect facts licence.told 1
the marketplace says cancelled of archive on bkpt-1234-5678-9abc until 2026-02-10

# The host's key still opens the door: it is a sign of life, and no licence.
at 2026-02-12T09:00Z
expect facts installation.unsubscribed 1
expect state installed
hosted puts notes "second" {text: still here}
at 2026-03-13T12:00Z
expect receipt of notes unreachable at 2026-03-13T12:00Z late 0
expect rows 0 of notes
expect state installed
expect ledger verified

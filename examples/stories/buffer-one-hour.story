story "A buffer goes one hour after it was filled, whatever else goes at that time"
policy heron

at 2026-03-01T08:00Z
install assets-owner on acme
acme puts upload-buffer "one" {content: first}
at 2026-03-01T08:59Z
acme puts upload-buffer "two" {content: second}
at 2026-03-01T09:00Z
expect receipt of upload-buffer unreachable at 2026-03-01T09:00Z late 0
expect rows 1 of upload-buffer
at 2026-03-01T09:30Z
acme puts upload-buffer "three" {content: third}
at 2026-03-01T09:59Z
expect receipt of upload-buffer unreachable at 2026-03-01T09:59Z late 0
at 2026-03-01T10:15Z
acme puts upload-buffer "four" {content: fourth}
at 2026-03-01T10:30Z
expect receipt of upload-buffer unreachable at 2026-03-01T10:30Z late 0
acme gets upload-buffer "four" for importing
expect value {content: fourth}
at 2026-03-01T11:15Z
expect receipt of upload-buffer unreachable at 2026-03-01T11:15Z late 0
expect rows 0 of upload-buffer
wait 2 days
expect unrecoverable upload-buffer
expect openable 0 of upload-buffer
expect verdict uploads-1-hour kept

# What is left of a day has the receipt of that day: there is none before the last of it has gone.
at 2026-03-10T06:00Z
acme puts upload-buffer "five" {content: fifth}
at 2026-03-10T23:36Z
acme puts upload-buffer "six" {content: sixth}
expect facts retention.erased 1 on acme
at 2026-03-11T00:30Z
expect facts retention.erased 1 on acme
at 2026-03-11T00:36Z
expect facts retention.erased 2 on acme
expect receipt of upload-buffer unreachable at 2026-03-11T00:36Z late 0
wait 2 days
expect openable 0 of upload-buffer
expect ledger verified

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

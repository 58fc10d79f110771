story "A host that says that the app is gone, after a person had said so, is believed and not refused"
policy curlew

at 2026-01-01T08:00Z
enrol archive on BKPT-1234-5678-9ABC as hosted
hosted puts notes "first" {text: hello}
at 2026-01-20T08:00Z
operator says hosted is gone
expect state uninstalled

# Its key ends with its word, and is good for nothing more.
hosted's host uninstalls
expect state uninstalled
expect facts installation.uninstalled 1
hosted's host uninstalls
expect refused denied
expect ledger verified

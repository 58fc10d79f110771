story "A host says that the app is gone, and it takes effect at once"
policy siskin

at 2026-02-01T08:00Z
enrol support-desk on BKPT-1234-5678-9ABC as acme
acme puts host-settings "settings" {channel: email}
acme puts support-bundle "case-7" {reporter_email: ann@acme.example, log: out of memory}

at 2026-03-01T10:00Z
acme's host uninstalls
expect state uninstalled
expect facts installation.uninstalled 1
expect facts installation.effective 1
tick
expect receipt of support-bundle unreachable at 2026-03-01T10:00Z late 0
expect rows 0 of support-bundle

# Its key proves nothing any more.
acme shows a token
expect refused denied
acme's host uninstalls
expect refused denied

at 2026-05-30T10:00Z
expect receipt of host-settings unreachable at 2026-05-30T10:00Z late 0
expect state erased
acme shows a token
expect refused denied
wait 1 day
expect openable 0
expect verdict bundles-at-once kept
expect verdict settings-90-days kept
expect ledger verified

story "Who enrols again in time finds the settings, and too late is an empty start"
policy siskin

at 2026-02-01T08:00Z
enrol support-desk on BKPT-1234-5678-9ABC as acme
acme puts host-settings "settings" {channel: email}
acme puts support-bundle "case-7" {reporter_email: ann@acme.example, log: out of memory}
acme's host uninstalls

at 2026-03-01
enrol support-desk on BKPT-1234-5678-9ABC
expect state installed
expect facts installation.rescued 1
expect rows 0 of support-bundle
acme gets host-settings "settings" for support
expect value {channel: email}

at 2026-06-01
acme's host uninstalls
at 2026-08-30T00:00Z
enrol support-desk on BKPT-1234-5678-9ABC
expect state installed
expect items 0
expect receipt of host-settings unreachable at 2026-08-30 late 0
acme puts host-settings "settings" {channel: chat}
wait 1 day
expect items 1 of host-settings
expect ledger verified

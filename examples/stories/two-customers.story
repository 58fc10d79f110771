story "What ends for one customer goes on for the other"
policy heron

at 2026-03-01T08:00Z
install assets-owner on acme
install assets-owner on globex as globex-main
upgrade assets-owner on acme
expect facts installation.upgraded 1 on acme
acme puts owner-settings "settings" {visibility: everybody}
globex-main puts owner-settings "settings" {visibility: admins}

at 2026-03-02T08:00Z
uninstall assets-owner on acme
at 2026-05-01T08:00Z
expect receipt of owner-settings on acme unreachable at 2026-05-01T08:00Z late 0
expect rows 0 of owner-settings on acme
expect state erased of acme
wait 1 day
expect openable 0 on acme
expect openable 0 of owner-settings on acme
globex-main gets owner-settings "settings" for assets-access
expect value {visibility: admins}
expect state installed of globex-main

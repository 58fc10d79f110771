story "An administrator keeps the login journal for thirty days instead of ninety, and not for less"

at 2026-02-02T09:00Z
install portal-sso on rowan
rowan logs login in login-journal {result: ok, provider: okta} for "557058:0f2a"

rowan's admin keeps login-journal for 29 days from entry
expect refused denied under logins-shorter-by-admin
rowan's admin keeps login-journal for 91 days from entry
expect refused denied under logins-shorter-by-admin
rowan's admin keeps login-journal for 30 days from entry

at 2026-03-04T09:00Z
expect receipt of login-journal unreachable at 2026-03-04T09:00Z late 0
rowan reviews login-journal for audit
expect entries 0
expect verdict logins-shorter-by-admin kept
wait 2 days
expect openable 0 of login-journal
expect ledger verified

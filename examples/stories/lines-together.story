story "Many lines are written with one call: all of them, or none"
policy ibis

at 2026-02-01T08:00Z
install sso on acme
acme logs 200 times login in login-log {outcome: ok} by customer-user
expect rows 200 of login-log

# One line that no promise allows, and none is written; the fact tells of a single call.
acme logs in login-log together login login logout login
expect refused denied under logins
expect rows 200 of login-log
expect facts entry.refused 1
acme logs 257 times login in login-log
expect refused invalid
expect rows 200 of login-log

# Who did something is a person as much as whom it is about; a role is nobody in particular.
acme logs 2 times start in ops-log by "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077"
expect refused denied under ops
acme logs 2 times start in ops-log {message: "by hand"} by support
acme reviews ops-log for work
expect entries 2
expect value {message: "by hand"}
acme logs login in login-log by "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077"
acme reviews login-log for work
expect entries 201

# All of them run out at the same second, more than are deleted at once.
wait 1 day
acme logs 256 times login in login-log
acme logs 256 times login in login-log
acme logs 256 times login in login-log
acme logs 256 times login in login-log
acme logs 256 times login in login-log
at 2026-03-03T07:59:59Z
expect rows 1481 of login-log
wait 1 second
expect rows 1280 of login-log
expect receipt of login-log unreachable at 2026-03-03T08:00Z late 0
wait 1 day
expect rows 0 of login-log
expect receipt of login-log unreachable at 2026-03-04T08:00Z late 0
wait 2 days
expect openable 0 of login-log
expect verdict logs-30-days kept
expect ledger verified

story "An app's own log takes what is promised, shows one category at a time, and ages as reads do"
policy ibis

at 2026-02-01T08:00Z
install sso on acme
acme logs login in login-log {outcome: ok} for "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077"
acme logs start in ops-log {message: "started in 3 s"}
acme logs logout in login-log
expect refused denied under logins
acme logs login in login-log {email: ann@acme.example}
expect refused denied under logins
acme logs mail in ops-log {message: "sent to ann@acme.example"}
expect refused denied under ops
acme logs start in ops-log for "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077"
expect refused denied under ops
acme logs reads in read-log
expect refused denied under reads
expect facts entry.refused 5

acme reviews login-log for work
expect entries 1
expect value {outcome: ok}
acme's admin reviews ops-log for audit
expect entries 1
acme's admin reviews the log for audit
expect entries 2
expect verdict logins kept
expect verdict ops kept
expect verdict reads kept
expect verdict sealed kept

at 2026-03-03T08:00Z
expect rows 0 of login-log
acme's admin reviews login-log for audit
expect entries 0
wait 2 days
expect openable 0 of login-log
expect openable 0 of ops-log

acme logs login in login-log {outcome: ok}
acme's admin purges
tick
expect rows 0 of login-log
expect ledger verified

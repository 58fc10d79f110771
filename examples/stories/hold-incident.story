story "A line of a log is held for an incident beyond its limit, and goes when the hold is released"
policy osprey

at 2026-03-01T08:00Z
install doorkeeper on acme
acme logs login in login-log {outcome: odd} for "account-of-ann"
acme logs login in login-log {outcome: fine} for "account-of-ben"

at 2026-03-20T10:00Z
officer holds login-log of acme until 2026-09-01
expect refused denied under incidents-and-claims
officer holds login-log of acme for curiosity until 2026-09-01
expect refused denied under incidents-and-claims
officer holds login-log of acme for incident
expect refused invalid
officer holds login-log of acme for incident until 2027-09-01
expect refused invalid
officer holds shoe-sizes of acme for incident until 2026-09-01
expect refused invalid
officer holds notes of acme for incident until 2026-09-01
expect refused not-found
expect facts hold.refused 2
expect held 0 of login-log
officer holds login-log of acme about "account-of-ann" for incident until 2026-09-01
expect held 1 of login-log
expect verdict incidents-and-claims kept

# The limit comes, and both lines go in time. The copy of one is kept, and the log does not show it.
at 2026-03-31T08:00Z
expect receipt of login-log unreachable at 2026-03-31T08:00Z late 0 held 1
expect rows 0 of login-log
expect held 1 of login-log
acme's admin reviews login-log for work
expect entries 0
wait 3 days
expect openable 1 of login-log
expect verdict logs-30-days kept
officer opens the hold on login-log of acme
expect facts hold.opened 1

at 2026-06-01T09:30Z
officer releases the hold on login-log of acme
expect receipt of login-log unreachable at 2026-06-01T09:30Z late 0
officer releases the hold on login-log of acme
expect refused not-found
tick
expect held 0 of login-log
wait 1 day
expect openable 0
expect openable 0 of login-log
expect unrecoverable login-log
expect verdict incidents-and-claims kept
expect verdict logs-30-days kept
expect ledger verified

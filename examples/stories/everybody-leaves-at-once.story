story "When more customers leave in a day than anybody could expect, the rest waits for a person, closed"
policy dipper

at 2026-03-01T08:00Z
install portal on a through connect
install portal on b through connect
install portal on c through connect
install portal on d through connect
install portal on e through connect
install portal on f through connect
install portal on g through connect
a puts portal-tokens "t" {api_token: t-1}
b puts portal-tokens "t" {api_token: t-2}
c puts portal-tokens "t" {api_token: t-3}
d puts portal-tokens "t" {api_token: t-4}
e puts portal-tokens "t" {api_token: t-5}
f puts portal-tokens "t" {api_token: t-6}
g puts portal-tokens "t" {api_token: t-7}
a puts portal-config "c" {theme: dark}
f puts portal-config "c" {theme: dark}

# Five may go without anybody having known. Starting anew in between makes them no fewer.
at 2026-03-10T08:00Z
uninstall portal on a through connect
uninstall portal on b through connect
uninstall portal on c through connect
tick
restart
at 2026-03-10T16:00Z
uninstall portal on d through connect
uninstall portal on e through connect twice
tick
expect waiting 0
expect rows 2 of portal-tokens

# The sixth is closed in time, and waits: its token, and what proved that it was Connect.
at 2026-03-10T20:00Z
uninstall portal on f through connect
tick
expect waiting 2
expect unreadable portal-tokens on f under tokens-at-once
expect rows 1 of portal-tokens on f
expect facts retention.braked 2
expect verdict tokens-at-once at-risk

# What somebody asks to purge is not unforeseen.
officer purges g
tick
expect rows 0 of portal-tokens on g

# A day is over, and it still waits: with an alarm each day, and after seven days the promise is broken.
at 2026-03-12T08:00Z
tick
expect waiting 2
expect rows 1 of portal-tokens on f
expect facts alarm.raised 1
expect verdict tokens-at-once at-risk
at 2026-03-17T20:02Z
expect verdict tokens-at-once broken

# The customer comes back: the return proves that it had gone.
reinstall portal on f through connect
tick
expect waiting 0
expect rows 0 of portal-tokens on f
f gets portal-config "c" for app-function
expect value {theme: dark}
expect ledger verified

story "Many leave in a day, somebody looks and says that it is right, and the rest is destroyed at once"
policy dipper

at 2026-03-01T08:00Z
install portal on a through connect
install portal on b through connect
install portal on c through connect
install portal on d through connect
install portal on e through connect
install portal on f through connect
f puts portal-tokens "t" {api_token: t-6}

# The signals come late, twice and in no order; what connects them is gone with the uninstall.
at 2026-03-10T08:00Z
uninstall portal on b through connect twice
uninstall portal on a through connect
uninstall portal on e through connect
uninstall portal on c through connect twice
uninstall portal on d through connect
tick
uninstall portal on f through connect
tick
expect waiting 2
expect rows 1 of portal-tokens
at 2026-03-10T12:00Z
officer releases what was unforeseen
tick
expect waiting 0
expect rows 0 of portal-tokens
expect receipt of portal-tokens on f unreachable at 2026-03-10T12:00Z late 4 hours
expect facts retention.released 1
wait 1 day
expect openable 0
expect ledger verified

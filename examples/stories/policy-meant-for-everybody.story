story "A shorter limit that a dry run has shown is destroyed at once, at however many customers that is"
policy dipper

at 2026-03-01T08:00Z
install portal on a through connect
install portal on b through connect
install portal on c through connect
install portal on d through connect
install portal on e through connect
install portal on f through connect
a puts portal-config "c" {theme: dark}
b puts portal-config "c" {theme: dark}
c puts portal-config "c" {theme: dark}
d puts portal-config "c" {theme: dark}
e puts portal-config "c" {theme: dark}
f puts portal-config "c" {theme: dark}
at 2026-03-05T08:00Z
uninstall portal on a through connect
uninstall portal on b through connect
uninstall portal on c through connect
uninstall portal on d through connect
tick
at 2026-03-07T08:00Z
uninstall portal on e through connect
uninstall portal on f through connect
tick
expect waiting 0

at 2026-03-20T08:00Z
vendor changes the policy to dipper-hasty dry run
tick
expect waiting 0
expect rows 0 of portal-config
expect receipt of portal-config on f unreachable at 2026-03-20T08:00Z late 0
wait 1 day
expect openable 0
expect ledger verified

story "A licence that the Marketplace calls cancelled ends the subscription after its last day, though nobody else says a word"
policy plover

at 2026-01-01T08:00Z
install exporter on acme paid until 2026-04-01
install exporter on birch paid until 2026-04-01
install exporter on acme as try in staging
acme puts templates "offer" {layout: a4}
acme puts support-bundle "crash" {log: boom}
acme puts schedule "weekly" {every: P7D}
birch puts templates "offer" {layout: a4}
try puts templates "offer" {layout: a5}
the marketplace says active of exporter on acme until 2026-03-31
the marketplace says active of exporter on birch until 2026-12-31
at 2026-02-10T08:00Z
the marketplace says cancelled of exporter on acme until 2026-03-31

# What is paid for runs on, and who is asked in vain is asked again.
the marketplace is failing
wait 3 days
the marketplace is busy
wait 3 days
the marketplace is well
wait 1 hour
acme gets templates "offer" for export
expect value {layout: a4}
expect facts licence.told 3
expect facts installation.unsubscribed 0

# The last day is over everywhere on earth at noon of the next one in UTC; the answer of the next morning says it.
at 2026-04-02T09:00Z
expect facts installation.unsubscribed 1
expect state installed of acme
at 2026-05-01T11:59:59Z
expect rows 1 of support-bundle on acme
at 2026-05-01T12:00Z
expect receipt of support-bundle on acme unreachable at 2026-05-01T12:00Z late 0
at 2026-09-28T12:00Z
expect receipt of templates on acme unreachable at 2026-09-28T12:00Z late 0

# Schedules end with an uninstall, which nobody speaks of. The other customer pays; where the app is tried out there is no licence.
expect rows 1 of schedule on acme
expect rows 1 of templates on birch
expect items 1 of templates on try
expect ledger verified

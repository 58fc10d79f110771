story "The clock of a licence that ended waits for no uninstall to take effect; the uninstall's own does"
policy plover

at 2026-01-01T08:00Z
install exporter on acme
acme puts templates "offer" {layout: a4}
acme puts schedule "weekly" {every: P7D}
at 2026-02-01T00:00Z
acme's subscription ends
acme shows a token
at 2026-07-20T00:00Z
uninstall exporter on acme
expect state uninstalled
expect unreadable schedule under schedules-with-the-app

at 2026-07-31T00:00Z
expect receipt of templates unreachable at 2026-07-31 late 0
expect rows 1 of schedule

at 2026-09-18T00:00Z
expect receipt of schedule unreachable at 2026-09-18 late 0
at 2026-09-18T00:00:01Z
expect state erased

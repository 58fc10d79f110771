story "Tokens of Connect say nothing of a licence: a subscription ends there with the uninstall"
policy plover

at 2025-12-01T08:00Z
install exporter on acme through connect
acme puts templates "offer" {layout: a4}
acme puts support-bundle "crash" {log: "panic at three"}
at 2026-01-15T00:00Z
uninstall exporter on acme through connect twice

at 2026-02-14
expect receipt of support-bundle unreachable at 2026-02-14 late 0
at 2026-07-04
reinstall exporter on acme through connect
expect facts installation.resubscribed 1
at 2026-07-20
acme gets templates "offer" for export
expect value {layout: a4}

at 2026-08-01T00:00Z
uninstall exporter on acme through connect
at 2027-01-27T23:59:59Z
expect rows 1 of templates
at 2027-01-28T00:00Z
expect receipt of templates unreachable at 2027-01-28 late 0
at 2027-02-17T00:00:01Z
expect state erased

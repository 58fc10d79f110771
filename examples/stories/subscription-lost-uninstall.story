story "A lost uninstall is known at the reinstall, and the subscription is taken to have ended with what was paid"
policy plover

at 2026-01-01T08:00Z
install exporter on acme paid until 2026-02-01
acme puts templates "offer" {layout: a4}
acme puts support-bundle "crash" {log: "panic at three"}
at 2026-01-20T08:00Z
acme shows a token
at 2026-01-25T08:00Z
uninstall exporter on acme lost

at 2026-07-01
reinstall exporter on acme paid until 2026-08-01
expect facts installation.rescued 1
expect facts installation.resubscribed 1
expect receipt of support-bundle unreachable at 2026-07-01 late 0
acme gets templates "offer" for export
expect value {layout: a4}

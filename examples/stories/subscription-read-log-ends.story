story "Nothing is read when no line of it may be kept any more"
policy plover

at 2026-01-01T08:00Z
install exporter on acme
acme puts schedule "weekly" {every: P7D}
at 2026-02-01T00:00Z
acme's subscription ends
acme shows a token
acme gets schedule "weekly" for export
at 2026-08-19T23:59:59Z
acme gets schedule "weekly" for export
at 2026-08-20T00:00Z
expect receipt of read-log unreachable at 2026-08-20 late 0
acme gets schedule "weekly" for export
expect refused late under log-200-days
acme subscribes again
acme shows a token
acme gets schedule "weekly" for export
expect value {every: P7D}
acme's admin reviews the log for audit
expect entries 1

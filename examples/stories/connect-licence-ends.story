story "A licence that Connect's callback names ends the subscription when the Marketplace says so; without its name nothing ends"
policy plover

at 2026-01-01T08:00Z
install exporter on acme through connect
install exporter on birch through connect without licence
acme puts templates "offer" {layout: a4}
acme puts support-bundle "crash" {log: boom}
birch puts support-bundle "crash" {log: bang}
the marketplace says active of exporter on acme until 2026-02-10
the marketplace says active of exporter on birch until 2026-02-10
at 2026-01-20T08:00Z
expect facts licence.told 1 on acme
expect facts licence.told 0 on birch

# Tokens of Connect say nothing of a licence, so they contradict nothing.
the marketplace says inactive of exporter on acme until 2026-02-10
the marketplace says inactive of exporter on birch until 2026-02-10
acme gets templates "offer" for export
at 2026-02-11T08:00Z
expect facts installation.unsubscribed 0
at 2026-02-12T08:00Z
expect facts installation.unsubscribed 1 on acme
expect facts installation.unsubscribed 0 on birch
expect state installed of acme

# The last day was over everywhere at noon of the next one.
at 2026-03-13T11:59:59Z
expect rows 1 of support-bundle on acme
at 2026-03-13T12:00Z
expect receipt of support-bundle on acme unreachable at 2026-03-13T12:00Z late 0
expect rows 1 of support-bundle on birch

# Who pays again goes on with what is left. Where the callback names the licence later, what the report says is asked for then.
the marketplace says active of exporter on acme until 2027-02-10
at 2026-03-15T08:00Z
expect facts installation.resubscribed 1 on acme
acme gets templates "offer" for export
expect value {layout: a4}
expect ledger verified

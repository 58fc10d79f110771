story "A signed token that is later says more than the Marketplace, and the Marketplace more than a token that is older"
policy plover

at 2026-01-01T08:00Z
install exporter on acme paid until 2027-01-01
acme puts templates "offer" {layout: a4}
acme puts support-bundle "crash" {log: boom}

# The Marketplace calls it inactive, a token of the week after calls it active: it is signed, and it is later.
at 2026-02-01T08:00Z
the marketplace is shifting
acme shows a token
the marketplace says inactive of exporter on acme until 2026-01-20
wait 1 hour
acme shows a token
at 2026-02-20T08:00Z
acme shows a token
at 2026-06-01T08:00Z
expect facts licence.told 1
expect facts installation.unsubscribed 0
expect rows 1 of support-bundle

# Now the token is old, and what the Marketplace says is new: that day has passed since.
the marketplace says cancelled of exporter on acme until 2026-06-03
at 2026-06-05T09:00Z
expect facts installation.unsubscribed 1
at 2026-07-04T12:00Z
expect receipt of support-bundle unreachable at 2026-07-04T12:00Z late 0

# It is paid for again: what has run out is gone, the rest goes on.
the marketplace says active of exporter on acme until 2027-06-30
at 2026-07-06T09:00Z
expect facts installation.resubscribed 1
at 2027-03-01T08:00Z
expect rows 1 of templates
expect state installed
expect ledger verified

story "An end that is told twice ends once; one that is told early has not come"
policy plover

# Cancelled in the middle of what was paid: inactive, but with an end still to come.
at 2025-12-01T08:00Z
install exporter on acme
acme puts templates "offer" {layout: a4}
at 2025-12-10T08:00Z
acme's subscription ends
acme shows a token
expect facts installation.unsubscribed 1
acme shows a token
acme shows a token
expect facts installation.unsubscribed 1

# Another end means that it was paid for meanwhile, although nobody heard of it.
at 2026-03-01T08:00Z
acme subscribes again until 2026-02-20T08:00Z
acme's subscription ends
acme shows a token
expect facts installation.unsubscribed 2
at 2026-06-08T08:00Z
expect rows 1 of templates
at 2026-08-19T08:00Z
expect receipt of templates unreachable at 2026-08-19T08:00Z late 0

story "Silence ends no subscription: nothing is destroyed for want of a token"
policy plover

at 2025-12-01T08:00Z
install exporter on acme paid until 2026-01-15
acme puts templates "offer" {layout: a4}

# A year after what was paid for nobody has heard a thing.
at 2027-01-20T08:00Z
expect state installed
expect facts installation.unsubscribed 0
expect rows 1 of templates

# A licence that is active although its date is over has not ended either.
acme shows a token
expect facts installation.unsubscribed 0
acme gets templates "offer" for export
expect value {layout: a4}

# When at last one says that it has ended, it counts from its end; late is only what is later than the word of it.
at 2027-01-21T08:00Z
acme's subscription ends
acme shows a token
expect facts installation.unsubscribed 1
expect unreadable templates under templates-180-days
tick
expect receipt of templates unreachable at 2027-01-21T08:00Z late 0
expect state installed

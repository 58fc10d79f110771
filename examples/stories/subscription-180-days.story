story "What is promised from the end of a subscription goes to the second, while the app stays installed"
policy plover

at 2025-12-01T08:00Z
install exporter on acme paid until 2026-01-15
acme puts templates "offer" {layout: a4}
acme puts support-bundle "crash" {log: "panic at three"}

# Nobody tells of the end before a token does; it counts from what the licence says, not from when it was heard.
at 2026-01-15T00:00Z
acme's subscription ends
at 2026-01-20T09:00Z
acme shows a token
expect state installed
expect facts installation.unsubscribed 1
acme gets templates "offer" for export
expect value {layout: a4}

at 2026-02-14T00:00Z
expect receipt of support-bundle unreachable at 2026-02-14 late 0
expect rows 0 of support-bundle
acme puts support-bundle "crash" {log: "panic at four"}
expect refused late under bundles-30-days
expect state installed

at 2026-07-13T23:59:59Z
acme gets templates "offer" for export
expect value {layout: a4}
at 2026-07-14T00:00:00Z
expect receipt of templates unreachable at 2026-07-14 late 0
expect rows 0 of templates
acme puts templates "offer" {layout: a5}
expect refused late under templates-180-days
expect state installed
expect verdict templates-180-days kept
wait 1 day
expect openable 0 of templates
expect unrecoverable templates

# Who pays again after that starts empty, and is served again.
at 2026-09-01T10:00Z
acme subscribes again until 2027-09-01
acme shows a token
expect facts installation.resubscribed 1
expect verdict paid-again-180-days unproven
expect items 0
acme puts templates "offer" {layout: letter}
acme gets templates "offer" for export
expect value {layout: letter}
at 2027-08-31
expect items 1 of templates
expect ledger verified

story "Who subscribes again in time finds the data, and no clock is left"
policy plover

at 2025-12-01T08:00Z
install exporter on acme paid until 2026-01-15
acme puts templates "offer" {layout: a4}
acme puts support-bundle "crash" {log: "panic at three"}

at 2026-01-15T00:00Z
acme's subscription ends
acme shows a token
expect facts installation.unsubscribed 1

at 2026-07-04T12:00Z
acme subscribes again until 2027-07-04
acme shows a token
expect facts installation.resubscribed 1
expect verdict paid-again-180-days kept

at 2026-07-20T12:00Z
acme gets templates "offer" for export
expect value {layout: a4}
expect rows 0 of support-bundle
acme puts support-bundle "crash" {log: "panic at four"}

# A second end has a clock of its own. Paid until 2027, it ends when that time is over, whatever is said before.
at 2027-08-01
acme's subscription ends
acme shows a token
expect facts installation.unsubscribed 2
at 2027-08-03
expect receipt of support-bundle unreachable at 2027-08-03 late 0
expect items 1 of templates
at 2027-12-31
expect receipt of templates unreachable at 2027-12-31 late 0

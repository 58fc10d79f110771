story "A subscription that is paid for outlives its uninstall: what ends with it counts from there"
policy plover

at 2026-01-01T08:00Z
install exporter on acme paid until 2026-06-01
acme puts templates "offer" {layout: a4}
at 2026-02-01T00:00Z
uninstall exporter on acme

# Half a year from the uninstall it is there, closed to the app; a hundred and eighty days from the first of June it goes.
at 2026-08-01
expect rows 1 of templates
expect state uninstalled

# Ninety days after the uninstall are long over, a hundred and eighty after the subscription are not.
at 2026-11-27T12:00Z
reinstall exporter on acme paid until 2027-06-01
expect state installed
expect facts installation.rescued 1
expect facts installation.resubscribed 1
acme gets templates "offer" for export
expect value {layout: a4}
expect verdict paid-again-180-days kept
expect verdict reinstalled-90-days unproven

# A reinstall that nobody pays for is no resubscription.
at 2026-12-01
uninstall exporter on acme paid until 2026-12-01
at 2027-02-01
reinstall exporter on acme
expect facts installation.rescued 2
expect facts installation.resubscribed 2
expect verdict reinstalled-90-days kept

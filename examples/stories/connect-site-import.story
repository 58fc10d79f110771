story "An import into a site makes another tenant at the same address: it finds nothing, and a person is asked about the earlier one"
policy plover

at 2026-01-01T08:00Z
install exporter on acme through connect
acme puts templates "offer" {layout: a4}
acme puts schedule "weekly" {every: P7D}

at 2026-01-20T08:00Z
import another site over acme with exporter as beta
expect state installed of beta
expect items 0 on beta
expect state installed of acme
expect items 1 of templates on acme
expect question site-import 1 on acme
expect question site-import 0 on beta

# The earlier tenant proves that it is there: its site was only renamed, and the address is a stranger's now.
acme gets templates "offer" for export
expect value {layout: a4}
expect question site-import 0

# The next one is no stranger: a person knows that the site was replaced.
at 2026-01-25T08:00Z
import another site over acme with exporter as gamma
expect question site-import 2
operator says acme is gone since 2026-01-24T08:00Z
operator says beta is there
tick
expect question site-import 0
expect receipt of schedule on acme unreachable at 2026-01-25T08:00Z late 0
expect state installed of beta
expect state installed of gamma
at 2026-07-23T08:00Z
expect receipt of templates on acme unreachable at 2026-07-23T08:00Z late 0
expect ledger verified

story "Lookups go after a week, lines of the log of reads after sixty days"

at 2026-02-02T09:00Z
install assets-owner on rowan
rowan puts asset-lookup "lookup" {query: mine, result: "two laptops"}
rowan gets asset-lookup "lookup" for assets-access
rowan's admin reviews the log for audit
expect entries 1

at 2026-02-09T08:59:59Z
rowan gets asset-lookup "lookup" for assets-access
at 2026-02-09T09:00Z
expect items 0 of asset-lookup
expect verdict lookups-7-days kept

at 2026-04-10T09:00Z
rowan's admin reviews the log for audit
expect entries 0
wait 2 days
expect openable 0
expect verdict reads-60-days kept
expect ledger verified

story "People disclose in the promised cases alone, and it is written down"
policy dunlin

at 2026-03-01T08:00Z
install beacon on acme
acme puts app-config "main" {colour: blue}
expect verdict courts-alone unproven

officer discloses app-config of acme to county-court because curiosity
expect refused denied under courts-alone
expect facts disclosure.refused 1
expect facts disclosure.recorded 0
expect verdict courts-alone kept

officer discloses app-config of acme to county-court because court-order
officer discloses error-event of acme because court-order
expect facts disclosure.recorded 2
officer discloses app-config of acme to nobody-we-know because court-order
expect refused invalid
officer discloses shoe-sizes of acme because court-order
expect refused invalid
expect facts disclosure.refused 1
expect verdict courts-alone kept
expect ledger verified

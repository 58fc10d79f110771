story "Somebody is forgotten also after the app was uninstalled, and what is held of them stays with the hold"
policy curlew

at 2026-01-01T08:00Z
install notes on acme
install notes on birch
the marketplace names {name: Ann, email: ann@acme.example} as technical contact of notes on acme
the marketplace names {name: Bob, email: bob@birch.example} as technical contact of notes on birch
at 2026-01-02T08:00Z
expect rows 2 of contacts on acme
expect rows 2 of contacts on birch

# Nothing new is taken in while processing is restricted; what is to be forgotten goes.
officer restricts processing of birch
the marketplace names {name: Bea, email: bea@birch.example} as technical contact of notes on birch
the marketplace forgets the billing contact of notes on birch
at 2026-01-03T08:00Z
expect rows 1 of contacts on birch
expect facts item.overwritten 0

officer holds contacts of acme for legal-claims until 2026-06-01
at 2026-01-10T08:00Z
uninstall notes on acme
uninstall notes on acme takes effect
at 2026-02-01T08:00Z
expect rows 2 of contacts on acme
the marketplace forgets the technical contact of notes on acme
at 2026-02-02T08:00Z
expect rows 1 of contacts on acme
expect receipt of contacts on acme unreachable at 2026-02-02T08:00Z late 0 held 1
expect held 2 of contacts on acme

# The reinstall takes in what the Marketplace says by then: nobody whom it has forgotten.
reinstall notes on acme
at 2026-02-03T08:00Z
expect rows 1 of contacts on acme
at 2026-06-01T08:00Z
expect held 0 of contacts on acme
expect ledger verified

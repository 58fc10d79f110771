story "What only people can do is attested, published and probed, and it goes stale"
policy heron

at 2026-03-01T08:00Z
expect verdict officer-named unproven
expect verdict published unproven
expect verdict privacy-address unproven
officer attests officer-named
officer publishes privacy
officer probes privacy-address
support confirms it
expect verdict officer-named attested
expect verdict published kept
expect verdict privacy-address kept
officer attests settings-60-days
expect refused not-found

wait 7 months
expect verdict officer-named at-risk
expect verdict privacy-address at-risk
expect verdict published kept
expect ledger verified

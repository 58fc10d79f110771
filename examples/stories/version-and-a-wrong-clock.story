story "A clock that is wrong brings no version of the policy into force"
policy tern

at 2026-03-20T09:00Z
install boards on acme
acme puts visits "one" {page: home}
tick
the clock slips ahead by 30 days
tick
expect facts clock.doubted 1
expect facts policy.loaded 1

# Set right it is believed again, and the version comes on its day.
the clock is set right
tick
expect facts clock.believed 1
expect facts policy.loaded 1
expect facts retention.braked 0
at 2026-03-31T23:59:59Z
expect facts policy.loaded 1
at 2026-04-01T00:00Z
expect facts policy.loaded 2
expect facts retention.braked 0
expect ledger verified

story "A clock that was wrong for a moment does not silence the alarm about what waits for a person"
policy pipit

at 2026-02-01T08:00Z
install team-map on acme
acme puts profiles {name: Somebody} about 12 people
atlassian calls every account closed
at 2026-02-08T08:00Z
acme's scheduled trigger runs
tick
expect waiting 1
at 2026-02-10T08:00Z
expect facts alarm.raised 2
the clock slips ahead by 400 days
tick
expect facts alarm.raised 2
the clock is set right
tick
at 2026-02-11T08:00Z
expect facts alarm.raised 3
expect waiting 1
expect ledger verified

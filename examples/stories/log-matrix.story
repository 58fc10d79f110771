story "A log keeps its lines by their severity, each to the day, and the customer chooses within ninety days"
policy avocet

at 2026-03-01T08:00Z
install audits on acme
acme logs change in trail as info {step: opened}
acme logs change in trail as warning {step: slow}
acme logs change in trail as error {step: failed}

# Which line it is decides how long it is kept, so it has to be said.
acme logs change in trail {step: unsaid}
expect refused denied under trail-info
expect facts entry.refused 1

# Thirty days for what is routine, sixty for warnings, ninety for errors.
at 2026-03-31T07:59:59Z
acme's admin reviews trail for audit
expect entries 3
at 2026-03-31T08:00Z
expect receipt of trail unreachable at 2026-03-31T08:00Z late 0
acme's admin reviews trail for audit
expect entries 2
expect verdict trail-info kept
expect verdict trail-error unproven

# The last day of what is routine is out of reach a day and a turn of the epoch later; what stays longer opens.
wait 2 days
expect openable 2 of trail
at 2026-04-30T08:00Z
expect receipt of trail unreachable at 2026-04-30T08:00Z late 0
expect rows 1 of trail
expect verdict trail-warning kept
at 2026-05-30T08:00Z
expect receipt of trail unreachable at 2026-05-30T08:00Z late 0
expect rows 0 of trail
expect verdict trail-error kept
wait 2 days
expect openable 0 of trail

# Ninety-one days are beyond what the policy leaves to the customer; fourteen hold for every severity, and at once.
acme logs change in trail as info {step: one}
acme logs change in trail as error {step: two}
acme's admin keeps trail for 91 days from entry
expect refused denied under trail-by-the-customer
wait 20 days
acme logs change in trail as error {step: three}
acme's admin keeps trail for 14 days from entry
acme's admin reviews trail for audit
expect entries 1
tick
expect rows 1 of trail
expect verdict trail-by-the-customer kept

# Longer, for all of them; then back to the policy, each severity by its own.
acme logs change in trail as info {step: four}
acme's admin keeps trail for 90 days from entry
wait 40 days
acme's admin reviews trail for audit
expect entries 2
acme's admin leaves trail to the policy from entry
acme's admin reviews trail for audit
expect entries 1
expect verdict trail-by-the-customer kept
expect ledger verified

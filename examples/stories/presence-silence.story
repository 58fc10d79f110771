story "Silence asks a person and starts no clock; the person's word is an uninstall since the last sign of life"
policy plover

at 2026-01-01T08:00Z
install exporter on acme paid until 2026-02-01
acme puts templates "offer" {layout: a4}
acme puts schedule "weekly" {every: P7D}

# Thirty days after the last sign of life, not earlier.
at 2026-01-31T07:59:59Z
expect question silence 0
at 2026-01-31T08:00Z
expect question silence 1
expect facts presence.asked 1
expect state installed

# Half a year later nothing has gone for want of a token, and nobody is asked twice.
at 2026-07-01T08:00Z
expect question silence 1
expect facts presence.asked 1
expect facts installation.uninstalled 0
expect rows 1 of templates
expect verdict templates-180-days at-risk

# Before the last sign of life it was there, so nobody can say otherwise.
operator says acme is gone since 2025-12-31
expect refused invalid
operator says acme is gone since 2026-07-02
expect refused invalid

# A person knows that it is gone. The uninstall may have been as early as the last sign of life.
operator says acme is gone
expect state uninstalled
expect question silence 0
expect facts presence.answered 1
tick
expect receipt of schedule unreachable at 2026-07-01T08:00Z late 0
expect verdict schedules-with-the-app kept

# Templates count from the end of the subscription: what was paid for ended in February.
at 2026-07-31T00:00Z
expect receipt of templates unreachable at 2026-07-31 late 0
expect facts installation.effective 1

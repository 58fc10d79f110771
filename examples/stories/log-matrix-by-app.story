story "One log, two apps, and severities: the strictest limit that speaks of a line ends it"
policy avocet

at 2026-03-01T08:00Z
install audits on acme
install syncs on bolt through connect
acme logs step in traces as debug {step: a}
acme logs step in traces as error {step: b}
bolt logs step in traces as debug {step: a}
bolt logs step in traces as error {step: b}
acme logs step in traces {step: c}
expect refused denied under traces-60-days

at 2026-03-08T08:00Z
expect rows 1 of traces on acme
expect rows 1 of traces on bolt
expect verdict traces-debug kept
at 2026-03-15T08:00Z
expect rows 1 of traces on acme
expect rows 0 of traces on bolt
expect verdict traces-of-syncs kept
restart

# A purge takes every severity with it, and so does the uninstall.
bolt logs step in traces as info {step: d}
bolt logs step in traces as alert {step: e}
officer purges bolt
tick
expect rows 0 of traces on bolt
wait 2 days
expect openable 0 on bolt
acme logs step in traces as info {step: d}
uninstall audits on acme
uninstall audits on acme takes effect
at 2026-04-30T08:00Z
expect rows 1 of traces on acme
at 2026-05-16T08:00Z
expect rows 0 of traces on acme
at 2026-06-20T08:00Z
expect state erased of acme
expect openable 0
expect verdict traces-60-days kept
expect ledger verified

story "What was asked in silence is settled by the next token, or by a person who knows better"
policy plover

at 2026-01-01T08:00Z
install exporter on acme
acme puts templates "offer" {layout: a4}
at 2026-01-31T08:00Z
expect question silence 1

# A token is proof. It is asked again when that is old, too.
at 2026-02-10T08:00Z
acme gets templates "offer" for export
expect question silence 0
expect facts presence.answered 1
at 2026-03-12T07:59:59Z
expect question silence 0
at 2026-03-12T08:00Z
expect question silence 1

# A person says that the customer is there. That holds as long as a token would.
at 2026-03-20T08:00Z
operator says acme is there
expect question silence 0
operator says acme is there
expect refused conflict
at 2026-04-19T08:00Z
expect question silence 1

# An uninstall that is signalled settles it, too. Whoever has left is not asked about, and comes back as one who was heard of.
uninstall exporter on acme twice
expect question silence 0
expect facts presence.answered 3
at 2026-05-30T08:00Z
expect question silence 0
acme shows a token
at 2026-06-29T07:59:59Z
expect question silence 0
restart
at 2026-06-29T08:00Z
expect question silence 1

# Silence has ended nothing: the template is there.
acme gets templates "offer" for export
expect value {layout: a4}
expect facts installation.seen 2
expect ledger verified

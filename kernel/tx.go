package kernel

import (
	"cmp"

	"kept"
)

// Tx is one change in the making. It reads at once and defers its writes to the end, in order; the closure that fills
// it may run more than once and must not touch anything but the Tx.
type Tx struct {
	View
	Actor kept.Actor

	k       *Kernel
	writes  []write
	facts   []pending
	entries int
	derived bool
	crowd   bool
	failed  error
}

type write struct {
	query string
	args  []any
	rows  int64 // how many must change; below zero for any number
}

type pending struct {
	id   kept.ID
	fact kept.Fact
}

// Exec defers a statement.
func (tx *Tx) Exec(query string, args ...any) {
	tx.writes = append(tx.writes, write{query, args, -1})
}

// ExecOne defers a statement that must change exactly one row; otherwise the whole change fails with a Conflict.
func (tx *Tx) ExecOne(query string, args ...any) { tx.ExecN(1, query, args...) }

// ExecN defers a statement that must change exactly n rows, as ExecOne.
func (tx *Tx) ExecN(n int, query string, args ...any) {
	tx.writes = append(tx.writes, write{query, args, int64(n)})
}

// NewID draws an id.
func (tx *Tx) NewID(prefix string) kept.ID { return kept.NewID(prefix, tx.k.random) }

// Random fills b.
func (tx *Tx) Random(b []byte) { tx.k.Random(b) }

// Record adds a fact; its instant, ordinal and role are filled in. The id it returns is the receipt's.
func (tx *Tx) Record(f kept.Fact) kept.ID {
	f.At, f.Role = tx.now, tx.Actor.Role
	id := tx.NewID("fct")
	tx.facts = append(tx.facts, pending{id, f})
	return id
}

// Entered says that this change left an entry in the journal, which stands for a fact.
func (tx *Tx) Entered() { tx.entries++ }

// Derived says that this change only works out what facts already say: tree hashes, leases, batches reclaimed, sweeps of
// what has expired by itself. Nothing else may claim it.
func (tx *Tx) Derived() { tx.derived = true }

// Fail lets the transaction fail with an error, if no other one does: for whoever notes something and has no answer to give.
func (tx *Tx) Fail(err error) { tx.failed = cmp.Or(tx.failed, err) }

// Crowded tells whether somebody else than the clock shares this commit or shared the one before it, and would wait for a long one.
func (tx *Tx) Crowded() bool { return tx.crowd }

// Few is how many rows one statement names at most; of more, several statements name a part each.
func (tx *Tx) Few() int { return tx.k.db.Few() }

// ForUpdate is the fragment that locks a row which is read to be changed; empty on SQLite, where one writer writes.
func (tx *Tx) ForUpdate() string { return tx.k.db.ForUpdate() }

// ForShare is the fragment that keeps a row from changing until commit.
func (tx *Tx) ForShare() string { return tx.k.db.ForShare() }

// Package kernel commits a change together with the facts it leaves and the dates it sets: all of it or nothing.
// It refuses a change that records neither a fact nor an entry, and does nothing outside SQL inside a transaction.
package kernel

import (
	"context"
	"database/sql"
	"io"
	"sync"

	"kept"
	"kept/db"
)

// Kernel is the one way to change the database. Safe for concurrent use.
type Kernel struct {
	db     *db.DB
	clock  kept.Clock
	random io.Reader

	calls    chan *call
	stop     chan struct{}
	stopped  sync.WaitGroup
	closing  sync.Once
	handlers map[string]Handler
	ticking  sync.Mutex
	doubt    doubt
	crowd    bool // of the last batch; the committer's alone
}

// New starts a kernel over d. Ids and blinding bytes come from random; Close stops it.
func New(d *db.DB, clock kept.Clock, random io.Reader) *Kernel {
	k := &Kernel{
		db: d, clock: clock, random: random,
		calls: make(chan *call, maxBatch), stop: make(chan struct{}), handlers: map[string]Handler{},
	}
	k.stopped.Add(1)
	go k.commitLoop()
	return k
}

// Close waits for what is being committed and refuses the rest.
func (k *Kernel) Close() {
	k.closing.Do(func() { close(k.stop) })
	k.stopped.Wait()
}

// DB is the database underneath, for modules that need its lock fragments.
func (k *Kernel) DB() *db.DB { return k.db }

// Now reads the clock outside a transaction.
func (k *Kernel) Now() kept.Time { return k.clock.Now() }

// NewID draws an id outside a transaction.
func (k *Kernel) NewID(prefix string) kept.ID { return kept.NewID(prefix, k.random) }

// Random fills b outside a transaction.
func (k *Kernel) Random(b []byte) {
	if _, err := io.ReadFull(k.random, b); err != nil {
		panic("kernel: no randomness")
	}
}

// View is a read at one instant.
type View struct {
	ctx  context.Context
	now  kept.Time
	tx   *sql.Tx
	fail error // the first error of a read; it poisons the transaction on PostgreSQL
}

// View runs fn on a snapshot. Errors of kept pass through.
func (k *Kernel) View(ctx context.Context, fn func(*View) error) error {
	tx, err := begin(ctx, k.db.Read, &sql.TxOptions{ReadOnly: true, Isolation: k.snapshot()})
	if err != nil {
		return kept.Errorf(kept.Internal, "no read transaction: %w", err)
	}
	defer tx.Rollback() // reads only: nothing to keep
	v := &View{ctx: ctx, now: k.clock.Now(), tx: tx}
	if err := fn(v); err != nil {
		return err
	}
	return v.fail
}

// Look runs fn on a snapshot of a database that another process serves from (db.Look).
func Look(ctx context.Context, read *sql.DB, clock kept.Clock, fn func(*View) error) error {
	tx, err := read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return kept.Errorf(kept.Internal, "no read transaction: %w", err)
	}
	defer tx.Rollback() // reads only: nothing to keep
	return fn(&View{ctx: ctx, now: clock.Now(), tx: tx})
}

// begin starts a transaction. Connections that broke while they lay idle, as all do when the database restarts, are no
// reason to fail: nothing was asked through them yet.
func begin(ctx context.Context, pool *sql.DB, o *sql.TxOptions) (tx *sql.Tx, err error) {
	for range maxLost + 1 {
		if tx, err = pool.BeginTx(ctx, o); !db.IsRetryable(err) {
			break
		}
	}
	return tx, err
}

// snapshot is the isolation under which several reads agree; SQLite's readers always do.
func (k *Kernel) snapshot() sql.IsolationLevel {
	if k.db.Engine == db.PostgreSQL {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// Now is the transaction's one instant.
func (v *View) Now() kept.Time { return v.now }

// Row is the one row of a query.
type Row struct {
	row *sql.Row
	v   *View
}

// Row asks for one row.
func (v *View) Row(query string, args ...any) Row {
	return Row{v.tx.QueryRowContext(v.ctx, query, args...), v}
}

// Scan reads the row and tells whether there was one.
func (r Row) Scan(into ...any) (found bool, err error) {
	switch err := r.row.Scan(into...); err {
	case nil:
		return true, nil
	case sql.ErrNoRows:
		return false, nil
	default:
		return false, r.v.failed(err)
	}
}

// Each calls fn for every row of a query; fn scans it with the function it is given.
func (v *View) Each(fn func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := v.tx.QueryContext(v.ctx, query, args...)
	if err != nil {
		return v.failed(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return v.failed(err)
	}
	return nil
}

func (v *View) failed(err error) error {
	wrapped := kept.Errorf(kept.Internal, "read: %w", err)
	if v.fail == nil {
		v.fail = wrapped
	}
	return wrapped
}

// Query collects the rows of a query through scan into a slice.
func Query[T any](v *View, scan func(scan func(...any) error) (T, error), query string, args ...any) (out []T, err error) {
	err = v.Each(func(s func(...any) error) error {
		t, err := scan(s)
		if err != nil {
			return v.failed(err)
		}
		out = append(out, t)
		return nil
	}, query, args...)
	return out, err
}

package kernel

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"kept"
	"kept/db"
	"kept/ledger"
)

// maxBatch bounds how many calls share one commit, so that a failing one costs little.
const maxBatch = 128

// maxLost bounds how often a batch is run again that lost against another node; the pool has no more connections.
const maxLost = 16

type call struct {
	ctx   context.Context
	actor kept.Actor
	fn    func(*Tx) error
	err   error
	done  chan struct{}
}

// Do runs fn and commits what it asked for: its writes, facts and dates together, or nothing. Concurrent calls share a
// commit, so fn may run again when another call of its batch fails. When Do returns nil the change is durable.
func (k *Kernel) Do(ctx context.Context, actor kept.Actor, fn func(*Tx) error) error {
	c := &call{ctx: ctx, actor: actor, fn: fn, done: make(chan struct{})}
	select {
	case k.calls <- c:
	case <-k.stop:
		return errClosed()
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-c.done:
		return c.err
	case <-k.stop:
		k.stopped.Wait() // the committer finishes or refuses every call it has seen
		select {
		case <-c.done:
			return c.err
		default:
			return errClosed()
		}
	}
}

func errClosed() error { return kept.Errorf(kept.Internal, "the server is stopping") }

func (k *Kernel) commitLoop() {
	defer k.stopped.Done()
	for {
		select {
		case <-k.stop:
			return
		case c := <-k.calls:
			batch := append(make([]*call, 0, maxBatch), c)
			for len(batch) < maxBatch && len(k.calls) > 0 {
				batch = append(batch, <-k.calls)
			}
			crowd := crowded(batch) // which a commit may shrink
			k.commit(batch)
			k.crowd = crowd
		}
	}
}

// crowded tells whether somebody else than the clock wants something of a batch.
func crowded(batch []*call) bool {
	return slices.ContainsFunc(batch, func(c *call) bool { return c.actor != kept.TheClock })
}

// commit brings a batch to its end: every call is answered exactly once.
func (k *Kernel) commit(batch []*call) {
	for lost := 0; len(batch) > 0; {
		failed, err := k.try(batch)
		switch {
		case err == nil && failed != nil && db.IsRetryable(failed.err) && lost < maxLost: // rolled back, nobody's fault
			lost++
		case err != nil: // the transaction as a whole: nobody's change is known to be durable
			for _, c := range batch {
				c.err = err
				close(c.done)
			}
			return
		case failed != nil: // rolled back; run the others again without it
			batch = slices.DeleteFunc(batch, func(c *call) bool { return c == failed })
			close(failed.done)
		default:
			for _, c := range batch {
				close(c.done)
			}
			return
		}
	}
}

// try runs the batch in one transaction. failed is the call whose writes or reads broke it.
func (k *Kernel) try(batch []*call) (failed *call, err error) {
	ctx := context.Background() // one caller's leaving must not undo the others
	sqlTx, err := begin(ctx, k.db.Write, nil)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "no transaction: %w", err)
	}
	defer sqlTx.Rollback() // no effect after Commit
	changed, crowd := false, k.crowd || crowded(batch)
	for _, c := range batch {
		if c.err = c.ctx.Err(); c.err != nil {
			continue
		}
		tx := &Tx{View: View{ctx: ctx, now: k.clock.Now(), tx: sqlTx}, Actor: c.actor, k: k, crowd: crowd}
		if c.err = run(c.fn, tx); c.err != nil {
			if tx.fail != nil && k.db.Engine == db.PostgreSQL {
				return c, nil // the engine refuses everything after a failed statement
			}
			continue // nothing of it was written
		}
		if tx.fail != nil {
			c.err = tx.fail
			return c, nil
		}
		if c.err = tx.flush(sqlTx); c.err != nil {
			return c, nil
		}
		changed = changed || len(tx.writes)+len(tx.facts) > 0
	}
	if !changed {
		return nil, nil
	}
	if err := sqlTx.Commit(); err != nil {
		return nil, kept.Errorf(kept.Internal, "the commit failed: %w", err).WithHint("the change may or may not have happened; look before asking again")
	}
	return nil, nil
}

// run keeps one caller's panic from taking the committer down.
func run(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = kept.Errorf(kept.Internal, "panic in a change: %s", kept.PanicWords(p))
		}
	}()
	return cmp.Or(fn(tx), tx.failed)
}

func (tx *Tx) flush(sqlTx *sql.Tx) error {
	if len(tx.writes) > 0 && len(tx.facts) == 0 && tx.entries == 0 && !tx.derived {
		return kept.Errorf(kept.Internal, "a change without a fact or an entry")
	}
	for _, w := range tx.writes {
		result, err := sqlTx.ExecContext(tx.ctx, w.query, w.args...)
		if err != nil {
			if db.IsDuplicate(err) {
				return kept.Errorf(kept.Conflict, "somebody else was first").WithHint("look again and repeat")
			}
			return kept.Errorf(kept.Internal, "write: %w", err)
		}
		if w.rows >= 0 {
			if n, err := result.RowsAffected(); err != nil || n != w.rows {
				return kept.Errorf(kept.Conflict, "the state has moved meanwhile").WithHint("look again and repeat")
			}
		}
	}
	return tx.flushFacts(sqlTx)
}

// flushFacts numbers the facts within their scope and inserts them, blinded. The counter's row is locked until commit,
// so ordinals have no gaps and their order is the order of commits.
func (tx *Tx) flushFacts(sqlTx *sql.Tx) error {
	last := map[kept.Scope]int64{}
	for _, p := range tx.facts {
		last[p.fact.Scope]++
	}
	for _, scope := range sortedScopes(last) {
		n := last[scope]
		row := sqlTx.QueryRowContext(tx.ctx,
			`INSERT INTO fact_count (scope, n) VALUES ($1, $2) ON CONFLICT (scope) DO UPDATE SET n = fact_count.n + $2 RETURNING n`,
			scope.String(), n)
		var total int64
		if err := row.Scan(&total); err != nil {
			return kept.Errorf(kept.Internal, "count facts: %w", err)
		}
		last[scope] = total - n
	}
	for _, p := range tx.facts {
		last[p.fact.Scope]++
		p.fact.Ordinal = last[p.fact.Scope]
		body, err := ledger.Encode(p.fact)
		if err != nil {
			return err
		}
		var blind [16]byte
		tx.Random(blind[:])
		leaf := ledger.Leaf(blind, body)
		_, err = sqlTx.ExecContext(tx.ctx,
			`INSERT INTO fact (id, scope, ordinal, at, kind, category, blind, body, leaf, leaf_index)
			 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)`,
			string(p.id), p.fact.Scope.String(), p.fact.Ordinal, int64(p.fact.At), string(p.fact.Kind), p.fact.Category,
			blind[:], body, leaf[:])
		if err != nil {
			return kept.Errorf(kept.Internal, "record: %w", err)
		}
	}
	return nil
}

// sortedScopes fixes the order in which counters are locked: two nodes must not wait for each other.
func sortedScopes(m map[kept.Scope]int64) []kept.Scope {
	scopes := make([]kept.Scope, 0, len(m))
	for s := range m {
		scopes = append(scopes, s)
	}
	slices.SortFunc(scopes, func(a, b kept.Scope) int {
		if a.Installation < b.Installation {
			return -1
		}
		return 1
	})
	return scopes
}

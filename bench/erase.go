package main

import (
	"kept"
	"kept/kernel"
	"kept/retention"
)

const rounds = 7

// erasures measures what an erasure takes until nothing opens any more, and how fast the rows follow.
func erasures(r *run) error {
	s, err := r.server()
	if err != nil {
		return err
	}
	defer s.close()
	few, err := s.arrive("few")
	if err != nil {
		return err
	}
	filled, err := took(func() error {
		for part := range parts {
			if err := s.fill(few, data(part), 2); err != nil {
				return err
			}
			if err := s.fill(s.scope, data(part), r.size/parts); err != nil {
				return err
			}
		}
		return s.tidy()
	})
	if err != nil {
		return err
	}
	r.tell(Result{Name: "fill items in bulk", Engine: r.engine, Clients: 1, Value: float64(r.size) / filled * 1000, Unit: "rows/s"})
	if err := s.idle("idle tick beside items"); err != nil {
		return err
	}
	var much, little []float64
	for round := range rounds {
		a, err := s.unreachable(few, round == rounds-1)
		if err != nil {
			return err
		}
		b, err := s.unreachable(s.scope, round == rounds-1)
		if err != nil {
			return err
		}
		little, much = append(little, a), append(much, b)
	}
	r.tell(Result{Name: "erase until unreachable", Engine: r.engine, Clients: 1, Value: median(much), Unit: "ms", Raw: median(little)}.atMost(2))
	return s.reclaims()
}

// unreachable is how long it takes until all items of an installation are out of reach. But for the last time the bench
// puts the keys back, which nobody else can.
func (s *server) unreachable(scope kept.Scope, last bool) (ms float64, err error) {
	d := s.Server.Kernel.DB().Write
	const where = ` WHERE scope = $1 AND kind = 'class'`
	const columns = `id, scope, class, kind, generation, epoch, created, wrapped`
	if _, err := d.Exec(`CREATE TABLE saved AS SELECT ` + columns + ` FROM class_key WHERE 1 = 0`); err != nil {
		return 0, err
	}
	defer d.Exec(`DROP TABLE saved`)
	if _, err := d.Exec(`INSERT INTO saved SELECT `+columns+` FROM class_key`+where, scope.String()); err != nil {
		return 0, err
	}
	ms, err = took(func() error {
		return s.do(func(tx *kernel.Tx) error {
			for part := range parts {
				if _, err := s.Server.Retention.Erase(tx, retention.Act{Scope: scope, Category: data(part), Reason: "purged", Owed: tx.Now()}); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil || last {
		return ms, err
	}
	for _, undo := range []string{`INSERT INTO class_key (` + columns + `) SELECT ` + columns + ` FROM saved`, `DELETE FROM due WHERE kind = 'retention.reclaim'`,
		`DELETE FROM receipt`} {
		if _, err := d.Exec(undo); err != nil {
			return 0, err
		}
	}
	return ms, nil
}

// reclaims lets the server and the bare engine delete the rows of the destroyed keys, part by part in turn.
func (s *server) reclaims() error {
	ctx, d := s.r.ctx, s.Server.Kernel.DB().Write
	var ours, bare []float64
	for part := range parts {
		hide := `UPDATE due SET next_try = next_try + $1 WHERE kind = 'retention.reclaim' AND ref NOT IN (SELECT id FROM receipt WHERE scope = $2 AND category = $3)`
		if _, err := d.Exec(hide, int64(1e15), s.scope.String(), data(part)); err != nil {
			return err
		}
		if part%2 == 1 {
			const some = `SELECT id FROM item WHERE scope = $1 AND category = $2 LIMIT 1024`
			rate, err := inChunks(ctx, d, []string{`DELETE FROM unit_key WHERE id IN (SELECT unit FROM item WHERE id IN (` + some + `))`, `DELETE FROM item WHERE id IN (` + some + `)`},
				s.scope.String(), data(part))
			if err != nil {
				return err
			}
			bare = append(bare, rate)
		} else {
			ms, err := took(func() error { return s.Tick(ctx) })
			if err != nil {
				return err
			}
			ours = append(ours, float64(s.r.size/parts)/ms*1000)
		}
		if _, err := d.Exec(`UPDATE due SET next_try = next_try - $1 WHERE kind = 'retention.reclaim'`, int64(1e15)); err != nil {
			return err
		}
	}
	s.r.tell(Result{Name: "reclaim items", Engine: s.r.engine, Clients: 1, Value: median(ours), Unit: "rows/s", Raw: median(bare)}.atLeast(0.7))
	return nil
}

// idle is a tick that finds nothing.
func (s *server) idle(name string) error {
	if err := s.Tick(s.r.ctx); err != nil {
		return err
	}
	var list []float64
	for range rounds * 3 {
		ms, err := took(func() error { return s.Tick(s.r.ctx) })
		if err != nil {
			return err
		}
		list = append(list, ms)
	}
	s.r.tell(Result{Name: name, Engine: s.r.engine, Clients: 1, Value: median(list), Unit: "ms"})
	return nil
}

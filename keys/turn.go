package keys

import (
	"context"
	"slices"
	"time"

	"kept"
	"kept/kernel"
	"kept/seal"
)

const (
	dueTurn   = "keys.turn"
	turnEvery = 24 * time.Hour
	turnAfter = time.Hour // on demand, at most this often
	chunk     = 256
)

type epochRow struct {
	id         kept.ID
	generation int64
	state      string
	opened     kept.Time
}

// living lists the epochs that are not dead, the oldest first.
func (ks *Keys) living(ctx context.Context) (rows []epochRow, err error) {
	err = ks.k.View(ctx, func(v *kernel.View) (err error) {
		rows, err = kernel.Query(v, func(scan func(...any) error) (e epochRow, err error) {
			return e, scan(&e.id, &e.generation, &e.state, &e.opened)
		}, `SELECT id, generation, state, opened FROM epoch WHERE state <> 'dead' ORDER BY generation`)
		return err
	})
	return rows, err
}

// adopt checks that ring and database belong together and goes on from wherever the last process stopped.
func (ks *Keys) adopt(ctx context.Context, ring *seal.Ring, epochs []epochRow, name string) error {
	if ring.Log.Name() != name {
		return kept.Errorf(kept.Invalid, "the key file belongs to the ledger %s, not to %s", ring.Log.Name(), name).
			WithHint("give the key file of this vendor with --keys")
	}
	ks.hold(ring)
	for _, e := range epochs {
		if _, err := ks.epoch(string(e.id)); err != nil {
			if e.state != "draining" {
				return kept.Errorf(kept.Invalid, "the key file does not belong to this database: it lacks the epoch in use").
					WithHint("give the key file that was in use last; an older copy cannot open what was sealed since")
			}
		}
	}
	ks.k.OnDestroying(dueTurn, ks.turnDue)
	newest := int64(ks.open.Ref().Generation)
	if len(epochs) == 0 || epochs[len(epochs)-1].generation < newest {
		return ks.record(ctx) // the ring was ahead: a first start, or a turn that stopped before its second step
	}
	return nil
}

// record opens the ring's newest epoch in the database and lets the older ones drain (step 2).
func (ks *Keys) record(ctx context.Context) error {
	epoch := ks.current().Ref()
	return ks.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Exec(`UPDATE epoch SET state = 'draining' WHERE state = 'open'`)
		tx.ExecOne(`INSERT INTO epoch (id, generation, state, opened, died) VALUES ($1, $2, 'open', $3, 0)`,
			string(epoch.ID), int64(epoch.Generation), int64(tx.Now()))
		tx.Record(kept.Fact{Kind: kept.FactEpochOpened, Refs: map[string]kept.ID{"epoch": epoch.ID},
			Counts: map[string]int64{"epoch": int64(epoch.Generation)}})
		tx.DueOnce(dueTurn, "daily", tx.Now().Add(turnEvery))
		return nil
	})
}

func (ks *Keys) turnDue(ctx context.Context, d kernel.Due) error {
	if err := ks.turn(ctx); err != nil {
		return err
	}
	return ks.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		tx.Again(d, tx.Now().Add(turnEvery))
		return nil
	})
}

// Turn turns the epoch on demand. Errors: Conflict when the last one is younger than an hour.
func (ks *Keys) Turn(ctx context.Context) error {
	epochs, err := ks.living(ctx)
	if err != nil {
		return err
	}
	if last := epochs[len(epochs)-1]; ks.k.Now() < last.opened.Add(turnAfter) {
		return kept.Errorf(kept.Conflict, "the epoch turned less than an hour ago").WithHint("ask again after %s", last.opened.Add(turnAfter))
	}
	return ks.turn(ctx)
}

// turn goes through the steps of FORGETTING "Epochs". Each may be repeated; an error leaves every key alive.
// Step 6 waits for declared stand-bys, backups and other nodes: this server has none of them yet.
func (ks *Keys) turn(ctx context.Context) error {
	ks.turning.Lock()
	defer ks.turning.Unlock()
	epochs, err := ks.living(ctx)
	if err != nil {
		return err
	}
	if err := ks.reload(); err != nil {
		return ks.stopped(ctx, 1, err)
	}
	if epochs[0].state == "open" { // no turn was interrupted: begin one
		begin := ks.begin
		if ks.Generation() > epochs[0].generation { // one was, before its second step
			begin = ks.record
		}
		if err := begin(ctx); err != nil {
			return ks.stopped(ctx, 1, err)
		}
		if epochs, err = ks.living(ctx); err != nil {
			return err
		}
	}
	if err := ks.drain(ctx); err != nil {
		return ks.stopped(ctx, 3, err)
	}
	if err := ks.prove(ctx); err != nil {
		return ks.stopped(ctx, 4, err)
	}
	for _, e := range epochs {
		if e.state != "draining" {
			continue
		}
		if err := ks.empty(ctx, e); err != nil {
			return ks.stopped(ctx, 5, err)
		}
		if err := ks.destroy(e.id); err != nil {
			return ks.stopped(ctx, 7, err)
		}
		if err := ks.bury(ctx, e); err != nil {
			return ks.stopped(ctx, 8, err)
		}
	}
	return nil
}

// stopped records where a turn stopped; the cause goes to the caller.
func (ks *Keys) stopped(ctx context.Context, step int64, cause error) error {
	err := ks.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Record(kept.Fact{Kind: kept.FactEpochStopped, Counts: map[string]int64{"step": step}})
		return nil
	})
	if err != nil {
		return err
	}
	return kept.Errorf(kept.Internal, "the turn of the epoch stopped at step %d: %w", step, cause)
}

// begin writes a new epoch key to the ring, reads it back and opens it in the database (steps 1 and 2).
func (ks *Keys) begin(ctx context.Context) error {
	old := ks.current().Ref()
	next := seal.NewKey(seal.Ref{Kind: seal.Epoch, ID: ks.k.NewID(seal.Epoch.Prefix()), Generation: old.Generation + 1})
	if err := ks.rewrite(func(epochs []seal.Key) []seal.Key { return append(slices.Clone(epochs), next) }); err != nil {
		return err
	}
	return ks.record(ctx)
}

// rewrite changes the epochs of the ring: on disk, then in memory. Errors: Conflict when another node was first.
func (ks *Keys) rewrite(change func([]seal.Key) []seal.Key) error {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	return ks.file.alone(func() error {
		there, err := ks.file.read()
		if err != nil {
			return err
		}
		if there.Generation != ks.ring.Generation {
			return kept.Errorf(kept.Conflict, "the key file was changed by another node")
		}
		next := &seal.Ring{Generation: there.Generation + 1, Log: ks.ring.Log, Epochs: change(ks.ring.Epochs)}
		if err := ks.file.write(next); err != nil {
			return err
		}
		ks.hold(next)
		return nil
	})
}

// drain wraps everything anew under the open epoch (step 3).
func (ks *Keys) drain(ctx context.Context) error {
	for _, part := range []func(*kernel.Tx, seal.Key) (int, error){ks.drainClasses, ks.drainCohorts} {
		for more := true; more; {
			err := ks.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
				tx.Derived()
				n, err := part(tx, ks.current())
				more = n > 0
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

type keyRow struct {
	id, scope, kind, epoch string
	generation, dirty      int64
	wrapped                []byte
}

func (ks *Keys) drainClasses(tx *kernel.Tx, to seal.Key) (int, error) {
	rows, err := kernel.Query(&tx.View, scanClass, `SELECT id, scope, kind, epoch, generation, wrapped FROM class_key WHERE epoch <> $1 ORDER BY id LIMIT $2`+tx.ForUpdate(),
		string(to.Ref().ID), chunk)
	for _, r := range rows {
		key, err := ks.class(r)
		if err != nil {
			return 0, err
		}
		wrapped, err := seal.Wrap(to, key, r.scope)
		if err != nil {
			return 0, err
		}
		tx.ExecOne(`UPDATE class_key SET epoch = $1, wrapped = $2 WHERE id = $3`, string(to.Ref().ID), wrapped, r.id)
	}
	return len(rows), err
}

func scanClass(scan func(...any) error) (r keyRow, err error) {
	return r, scan(&r.id, &r.scope, &r.kind, &r.epoch, &r.generation, &r.wrapped)
}

func (ks *Keys) class(r keyRow) (seal.Key, error) {
	epoch, err := ks.epoch(r.epoch)
	if err != nil {
		return seal.Key{}, err
	}
	return seal.Unwrap(epoch, seal.Ref{Kind: kinds[r.kind], ID: kept.ID(r.id), Generation: uint32(r.generation)}, r.scope, r.wrapped)
}

func scanCohort(scan func(...any) error) (r keyRow, err error) {
	return r, scan(&r.id, &r.scope, &r.epoch, &r.generation, &r.dirty, &r.wrapped)
}

// drainCohorts wraps clean cohorts anew and replaces one dirty cohort at a time with its survivors.
func (ks *Keys) drainCohorts(tx *kernel.Tx, to seal.Key) (int, error) {
	rows, err := kernel.Query(&tx.View, scanCohort, `SELECT id, scope, epoch, generation, dirty, wrapped FROM cohort_key WHERE epoch <> $1 ORDER BY dirty, id LIMIT $2`+tx.ForUpdate(),
		string(to.Ref().ID), chunk)
	if err != nil {
		return 0, err
	}
	for i, r := range rows {
		if r.dirty != 0 && i > 0 {
			return i, nil
		}
		old, err := ks.cohort(r.id, r.generation, r.epoch, r.scope, r.wrapped)
		if err != nil {
			return 0, err
		}
		key := old
		if r.dirty != 0 {
			key = seal.NewKey(seal.Ref{Kind: seal.Cohort, ID: kept.ID(r.id), Generation: uint32(r.generation) + 1})
			if err := ks.survivors(tx, r, old, key); err != nil {
				return 0, err
			}
		}
		wrapped, err := seal.Wrap(to, key, r.scope)
		if err != nil {
			return 0, err
		}
		tx.ExecOne(`UPDATE cohort_key SET epoch = $1, generation = $2, dirty = 0, wrapped = $3 WHERE id = $4`,
			string(to.Ref().ID), int64(key.Ref().Generation), wrapped, r.id)
		if r.dirty != 0 {
			return 1, nil
		}
	}
	return len(rows), nil
}

func scanUnit(scan func(...any) error) (r keyRow, err error) {
	return r, scan(&r.id, &r.generation, &r.wrapped)
}

const unitsOf = `SELECT id, generation, wrapped FROM unit_key WHERE cohort = $1`

func (ks *Keys) survivors(tx *kernel.Tx, cohort keyRow, old, next seal.Key) error {
	units, err := kernel.Query(&tx.View, scanUnit, unitsOf, cohort.id)
	for _, u := range units {
		key, err := seal.Unwrap(old, unitRef(u), cohort.scope, u.wrapped)
		if err != nil {
			return err
		}
		wrapped, err := seal.Wrap(next, key, cohort.scope)
		if err != nil {
			return err
		}
		tx.ExecOne(`UPDATE unit_key SET wrapped = $1 WHERE id = $2`, wrapped, u.id)
	}
	return err
}

func unitRef(r keyRow) seal.Ref {
	return seal.Ref{Kind: seal.Unit, ID: kept.ID(r.id), Generation: uint32(r.generation)}
}

// prove opens every row with the ring as it stands in the file (step 4).
func (ks *Keys) prove(ctx context.Context) error {
	ring, err := ks.file.read()
	if err != nil {
		return err
	}
	onDisk := &Keys{ring: ring, file: ks.file}
	return ks.k.View(ctx, func(v *kernel.View) error {
		classes, err := kernel.Query(v, scanClass, `SELECT id, scope, kind, epoch, generation, wrapped FROM class_key`)
		if err != nil {
			return err
		}
		for _, r := range classes {
			if _, err := onDisk.class(r); err != nil {
				return err
			}
		}
		cohorts, err := kernel.Query(v, scanCohort, `SELECT id, scope, epoch, generation, dirty, wrapped FROM cohort_key`)
		if err != nil {
			return err
		}
		for _, r := range cohorts {
			key, err := onDisk.cohort(r.id, r.generation, r.epoch, r.scope, r.wrapped)
			if err != nil {
				return err
			}
			units, err := kernel.Query(v, scanUnit, unitsOf, r.id)
			if err != nil {
				return err
			}
			for _, u := range units {
				if _, err := seal.Unwrap(key, unitRef(u), r.scope, u.wrapped); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// empty locks the old epoch and then counts what still lies under it: nothing (step 5).
func (ks *Keys) empty(ctx context.Context, e epochRow) error {
	return ks.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		var state string
		if _, err := tx.Row(`SELECT state FROM epoch WHERE id = $1`+tx.ForUpdate(), string(e.id)).Scan(&state); err != nil {
			return err
		}
		var classes, cohorts int64
		if _, err := tx.Row(`SELECT (SELECT COUNT(*) FROM class_key WHERE epoch = $1), (SELECT COUNT(*) FROM cohort_key WHERE epoch = $1)`,
			string(e.id)).Scan(&classes, &cohorts); err != nil {
			return err
		}
		if state != "draining" || classes+cohorts != 0 {
			return kept.Errorf(kept.Internal, "%d keys still lie under the old epoch", classes+cohorts)
		}
		return nil
	})
}

// destroy takes the old key out of the ring (step 7).
func (ks *Keys) destroy(id kept.ID) error {
	return ks.rewrite(func(epochs []seal.Key) []seal.Key {
		return slices.DeleteFunc(slices.Clone(epochs), func(k seal.Key) bool { return k.Ref().ID == id })
	})
}

// bury records the death (step 8).
func (ks *Keys) bury(ctx context.Context, e epochRow) error {
	return ks.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.ExecOne(`UPDATE epoch SET state = 'dead', died = $1 WHERE id = $2 AND state = 'draining'`, int64(tx.Now()), string(e.id))
		tx.Record(kept.Fact{Kind: kept.FactEpochDead, Refs: map[string]kept.ID{"epoch": e.id}, Counts: map[string]int64{"epoch": e.generation}})
		for _, fn := range ks.onDead {
			fn(tx, e.generation)
		}
		return nil
	})
}

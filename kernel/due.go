package kernel

import (
	"context"
	"time"

	"kept"
)

const (
	leaseTime   = 5 * time.Minute // how long a date belongs to who claimed it
	claimAtOnce = 64
	alarmAfter  = 5 // failures of one date before somebody is told
)

// Due is a date that has come, claimed by this process under a fence.
type Due struct {
	Kind     string
	Ref      string // what it is about: ids and words, joined by "/"
	At       kept.Time
	Since    kept.Time // when this date, or a later one than now, was first foreseen; 0 where a person asked for it
	Attempts int64
	fence    int64
}

// Handler does what is due. In the last of its transactions it calls Tx.Done, or Tx.Due to move the date; it may run again
// after a crash, so everything before that must bear repetition.
type Handler func(ctx context.Context, d Due) error

// On registers who handles dates of a kind; before the first Tick.
func (k *Kernel) On(kind string, h Handler) { k.handlers[kind] = h }

// Due sets the date (kind, ref), or moves it.
func (tx *Tx) Due(kind, ref string, at kept.Time) {
	tx.Exec(`INSERT INTO due (kind, ref, at, since, next_try, attempts, fence, lease_until) VALUES ($1, $2, $3, $4, $3, 0, 1, 0)
		ON CONFLICT (kind, ref) DO UPDATE SET at = $3, since = CASE WHEN due.at > $3 THEN $4 ELSE due.since END,
		next_try = $3, attempts = 0, fence = due.fence + 1, lease_until = 0`,
		kind, ref, int64(at), int64(tx.now))
}

// DueOnce sets the date (kind, ref) unless there is one already that is no later: one that a wrong clock put far off
// holds nothing up.
func (tx *Tx) DueOnce(kind, ref string, at kept.Time) {
	tx.Exec(`INSERT INTO due (kind, ref, at, since, next_try, attempts, fence, lease_until)
		SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($3 AS BIGINT), 0, 1, 0
		WHERE NOT EXISTS (SELECT 1 FROM due d WHERE d.kind = $1 AND d.ref = $2 AND d.at <= $3)
		ON CONFLICT (kind, ref) DO UPDATE SET at = $3, since = $4, next_try = $3, attempts = 0, fence = due.fence + 1, lease_until = 0
		WHERE due.at > $3`, kind, ref, int64(at), int64(tx.now))
}

// Clear takes the date (kind, ref) away, if there is one; whoever is handling it loses the fence.
func (tx *Tx) Clear(kind, ref string) {
	tx.Exec(`DELETE FROM due WHERE kind = $1 AND ref = $2`, kind, ref)
}

// ClearOf takes away every date whose ref is of, or begins with it and a slash.
func (tx *Tx) ClearOf(of string) {
	tx.Exec(`DELETE FROM due WHERE ref = $1 OR SUBSTR(ref, 1, $2) = $3`, of, int64(len(of)+1), of+"/")
}

// Done ends a claimed date. If it was moved, cleared or claimed again meanwhile, the transaction fails with a Conflict.
func (tx *Tx) Done(d Due) {
	tx.ExecOne(`DELETE FROM due WHERE kind = $1 AND ref = $2 AND fence = $3`, d.Kind, d.Ref, d.fence)
}

// Again moves a claimed date to at under its fence, for work that goes on in chunks or repeats.
func (tx *Tx) Again(d Due, at kept.Time) {
	tx.ExecOne(`UPDATE due SET at = $1, next_try = $1, attempts = 0, lease_until = 0 WHERE kind = $2 AND ref = $3 AND fence = $4`,
		int64(at), d.Kind, d.Ref, d.fence)
}

// Keep goes on with a claimed date in another transaction, for the next chunk of the same work: to claim it anew is a commit
// of its own.
func (tx *Tx) Keep(d Due) {
	tx.ExecOne(`UPDATE due SET lease_until = $1 WHERE kind = $2 AND ref = $3 AND fence = $4`, int64(tx.now.Add(leaseTime)), d.Kind, d.Ref, d.fence)
}

// Wait leaves a claimed date as it is and looks at it again at an instant: what has to be done is held up, not late by itself.
func (tx *Tx) Wait(d Due, until kept.Time) {
	tx.ExecOne(`UPDATE due SET next_try = $1, attempts = 0, lease_until = 0 WHERE kind = $2 AND ref = $3 AND fence = $4`,
		int64(until), d.Kind, d.Ref, d.fence)
}

// Resume looks now at a date that waits, and notes that a person asked for it.
func (tx *Tx) Resume(kind, ref string) {
	tx.Exec(`UPDATE due SET next_try = $1, since = 0 WHERE kind = $2 AND ref = $3 AND at <= $1 AND next_try > $1`, int64(tx.now), kind, ref)
}

// Foreseen notes of a date that a person knew of it.
func (tx *Tx) Foreseen(kind, ref string) {
	tx.Exec(`UPDATE due SET since = 0 WHERE kind = $1 AND ref = $2`, kind, ref)
}

// NextDue is the earliest instant at which Tick has something to do.
func (k *Kernel) NextDue(ctx context.Context) (at kept.Time, any bool, err error) {
	err = k.View(ctx, func(v *View) error {
		any, err = v.Row(`SELECT next_try FROM due ORDER BY next_try LIMIT 1`).Scan(&at)
		return err
	})
	return at, any, err
}

// Tick does everything that is due now, in order of its date. A failing date is tried again later and never holds up
// the others; after alarmAfter failures it raises an alarm. The error is of the kernel itself.
func (k *Kernel) Tick(ctx context.Context) (done, failed int, err error) {
	k.ticking.Lock()
	defer k.ticking.Unlock()
	if err := k.observe(ctx); err != nil {
		return 0, 0, err
	}
	if err := k.resume(ctx); err != nil {
		return 0, 0, err
	}
	for {
		dues, err := k.claim(ctx)
		if err != nil || len(dues) == 0 {
			return done, failed, err
		}
		for _, d := range dues {
			if ctx.Err() != nil {
				return done, failed, ctx.Err()
			}
			if err := k.handle(ctx, d); err == nil {
				done++
				continue
			} else if err := k.postpone(ctx, d, err); err != nil {
				return done, failed, err
			}
			failed++
		}
	}
}

// ReleaseLeases forgets the claims of a process that is no more; only for an engine with a single process.
func (k *Kernel) ReleaseLeases(ctx context.Context) error {
	return k.Do(ctx, kept.TheClock, func(tx *Tx) error {
		tx.Derived()
		tx.Exec(`UPDATE due SET lease_until = 0 WHERE lease_until > 0`)
		return nil
	})
}

func (k *Kernel) claim(ctx context.Context) (dues []Due, err error) {
	err = k.Do(ctx, kept.TheClock, func(tx *Tx) (err error) {
		tx.Derived()
		dues, err = Query(&tx.View, func(scan func(...any) error) (d Due, err error) {
			err = scan(&d.Kind, &d.Ref, &d.At, &d.Since, &d.Attempts, &d.fence)
			return d, err
		}, `SELECT kind, ref, at, since, attempts, fence FROM due WHERE next_try <= $1 AND lease_until <= $1
			ORDER BY next_try, kind, ref LIMIT $2`+tx.k.db.SkipLocked(), int64(tx.now), claimAtOnce)
		for i := range dues {
			dues[i].fence++
			tx.ExecOne(`UPDATE due SET fence = $1, lease_until = $2 WHERE kind = $3 AND ref = $4 AND fence = $5`,
				dues[i].fence, int64(tx.now.Add(leaseTime)), dues[i].Kind, dues[i].Ref, dues[i].fence-1)
		}
		return err
	})
	return dues, err
}

func (k *Kernel) handle(ctx context.Context, d Due) error {
	h, ok := k.handlers[d.Kind]
	if !ok {
		return kept.Errorf(kept.Internal, "nobody handles dates of the kind %s", d.Kind)
	}
	if err := survive(h, ctx, d); err != nil {
		return err
	}
	var still bool
	err := k.View(ctx, func(v *View) (err error) {
		var one int64
		still, err = v.Row(`SELECT 1 FROM due WHERE kind = $1 AND ref = $2 AND fence = $3 AND lease_until > 0`, d.Kind, d.Ref, d.fence).Scan(&one)
		return err
	})
	if err == nil && still {
		err = kept.Errorf(kept.Internal, "the handler of %s left its date standing", d.Kind)
	}
	return err
}

// survive keeps a handler's panic from taking the process down, again at every start.
func survive(h Handler, ctx context.Context, d Due) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = kept.Errorf(kept.Internal, "panic in a handler: %s", kept.PanicWords(p))
		}
	}()
	return h(ctx, d)
}

// postpone puts a failed date off: one minute, doubling, at most an hour. A date that moved meanwhile is left alone.
func (k *Kernel) postpone(ctx context.Context, d Due, cause error) error {
	wait := min(time.Minute<<min(d.Attempts, 6), time.Hour)
	return k.Do(ctx, kept.TheClock, func(tx *Tx) error {
		tx.Derived()
		tx.Exec(`UPDATE due SET next_try = $1, attempts = $2, lease_until = 0 WHERE kind = $3 AND ref = $4 AND fence = $5`,
			int64(tx.now.Add(wait)), d.Attempts+1, d.Kind, d.Ref, d.fence)
		if d.Attempts+1 == alarmAfter {
			tx.Record(kept.Fact{Kind: kept.FactAlarm, Counts: map[string]int64{"attempts": d.Attempts + 1},
				Words: map[string]string{"due": d.Kind, "error": string(kept.KindOf(cause))}})
		}
		return nil
	})
}

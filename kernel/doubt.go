package kernel

import (
	"context"
	"sync/atomic"
	"time"

	"kept"
)

// Uptime tells which start of the machine this is, and how long ago it was. Nobody who sets the clock moves it.
type Uptime func() (boot string, up time.Duration)

const (
	unexplained = 10 * time.Minute // that a clock may go ahead of the uptime before it is doubted
	beat        = time.Minute      // how often it is noted that the clock was seen
)

// doubt is what the clock is held against: what it showed, and how long the machine was up then.
type doubt struct {
	uptime      Uptime
	ahead       atomic.Int64 // by how much it went ahead unexplained, in microseconds; 0 while it is believed
	resumed     atomic.Bool  // what a process before this one may have put off was looked at again
	destructive map[string]bool
}

// Watch holds the clock against the machine's uptime, now and at each Tick. While it went further ahead than that explains,
// nothing of the kinds of OnDestroying is done. (FORGETTING: brakes)
func (k *Kernel) Watch(ctx context.Context, u Uptime) error {
	k.doubt.uptime = u
	return k.observe(ctx)
}

// OnDestroying registers who handles dates on which something is destroyed for good, or on which what the clock shows is taken
// for proof that something is over.
func (k *Kernel) OnDestroying(kind string, h Handler) {
	if k.doubt.destructive == nil {
		k.doubt.destructive = map[string]bool{}
	}
	k.doubt.destructive[kind] = true
	k.On(kind, func(ctx context.Context, d Due) error {
		if k.Ahead() == 0 {
			return h(ctx, d)
		}
		return k.Do(ctx, kept.TheClock, func(tx *Tx) error {
			tx.Derived()
			tx.Wait(d, tx.Now().Add(beat))
			return nil
		})
	})
}

// Ahead is by how much the clock went ahead unexplained; 0 while it is believed.
func (k *Kernel) Ahead() time.Duration { return time.Duration(k.doubt.ahead.Load()) * time.Microsecond }

// observe holds the clock against the uptime, and notes what it saw.
func (k *Kernel) observe(ctx context.Context) error {
	if k.doubt.uptime == nil {
		return nil
	}
	boot, up := k.doubt.uptime()
	var wall, last kept.Time
	var then int64
	var same bool
	err := k.View(ctx, func(v *View) (err error) {
		if same, err = v.Row(`SELECT wall, up FROM pulse WHERE boot = $1`, boot).Scan(&wall, &then); err == nil {
			_, err = v.Row(`SELECT COALESCE(MAX(seen), 0) FROM pulse`).Scan(&last)
		}
		return err
	})
	if err != nil {
		return err
	}
	now, ahead := k.Now(), time.Duration(0)
	switch {
	case same:
		ahead = now.Sub(wall) - (up - time.Duration(then)*time.Microsecond)
	case last != 0: // after a start of the machine nothing explains how much time has gone by
		ahead = now.Sub(last)
	}
	switch {
	case ahead > unexplained:
		return k.doubted(ctx, ahead)
	case k.Ahead() != 0:
		return k.believe(ctx, kept.TheClock, "set-back")
	case !same || ahead < -unexplained:
		return k.Do(ctx, kept.TheClock, k.pulse)
	case now.Sub(last) >= beat:
		return k.Do(ctx, kept.TheClock, func(tx *Tx) error {
			tx.Derived()
			tx.Exec(`UPDATE pulse SET seen = $1 WHERE boot = $2`, int64(tx.now), boot)
			return nil
		})
	}
	return nil
}

// resume looks, once in a process that believes its clock, at what one before it put off by a wrong one, or claimed: whoever
// stops a server to set the clock right leaves no doubt behind that could be settled.
func (k *Kernel) resume(ctx context.Context) error {
	if k.Ahead() != 0 || k.doubt.resumed.Load() {
		return nil
	}
	err := k.Do(ctx, kept.TheClock, func(tx *Tx) error {
		tx.Derived()
		k.lookAgain(tx)
		return nil
	})
	if err == nil {
		k.doubt.resumed.Store(true)
	}
	return err
}

// lookAgain lets all that destroys be tried at its own date, whatever it was put off to, and ends claims that no right clock made.
func (k *Kernel) lookAgain(tx *Tx) {
	for kind := range k.doubt.destructive {
		tx.Exec(`UPDATE due SET next_try = at WHERE kind = $1 AND next_try > at`, kind)
	}
	tx.Exec(`UPDATE due SET lease_until = 0 WHERE lease_until > $1`, int64(tx.now.Add(leaseTime)))
}

// pulse begins to count anew from what the clock shows.
func (k *Kernel) pulse(tx *Tx) error {
	tx.Derived()
	boot, up := k.doubt.uptime()
	tx.Exec(`DELETE FROM pulse WHERE boot <> $1 AND seen < $2`, boot, int64(tx.now.Add(-30*24*time.Hour)))
	tx.Exec(`INSERT INTO pulse (boot, wall, up, seen) VALUES ($1, $2, $3, $2) ON CONFLICT (boot) DO UPDATE SET wall = $2, up = $3, seen = $2`,
		boot, int64(tx.now), up.Microseconds())
	return nil
}

func (k *Kernel) doubted(ctx context.Context, ahead time.Duration) error {
	if k.doubt.ahead.Swap(ahead.Microseconds()) != 0 {
		return nil
	}
	return k.Do(ctx, kept.TheClock, func(tx *Tx) error {
		tx.Record(kept.Fact{Kind: kept.FactClockDoubted, Counts: map[string]int64{"ahead_s": int64(ahead / time.Second)}})
		return nil
	})
}

// Believe ends the doubt, because a person or times from outside say that the clock is right. Errors: NotFound where nobody
// doubts it.
func (k *Kernel) Believe(ctx context.Context, actor kept.Actor, by string) error {
	if k.Ahead() == 0 {
		return kept.Errorf(kept.NotFound, "nobody doubts the clock")
	}
	return k.believe(ctx, actor, by)
}

// believe looks again at what waited, or was put off by a clock that was wrong.
func (k *Kernel) believe(ctx context.Context, actor kept.Actor, by string) error {
	err := k.Do(ctx, actor, func(tx *Tx) error {
		if by != "set-back" {
			if err := k.pulse(tx); err != nil {
				return err
			}
		}
		k.lookAgain(tx)
		tx.Record(kept.Fact{Kind: kept.FactClockBelieved, Words: map[string]string{"by": by}})
		return nil
	})
	if err == nil {
		k.doubt.ahead.Store(0)
	}
	return err
}

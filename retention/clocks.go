package retention

import (
	"context"

	"kept"
	"kept/kernel"
	"kept/policy"
)

// Clock is what has happened to an installation as a whole, and limits run from.
type Clock struct {
	From   string    // the event, as in a policy
	Anchor kept.Time // when it happened; a subscription may end later than the uninstall
	Free   kept.Time // nothing is destroyed before, however long the limit is over (FORGETTING: brakes)
	says   string
}

// Clocks are those that run. What a licence says waits for nothing but itself to be known; of an uninstall, and of the
// end of a subscription that follows from it, the effect is waited for.
func (s Standing) Clocks() (out []Clock) {
	if s.Uninstalled != 0 {
		out = append(out, Clock{"uninstalled", s.Uninstalled, s.Effective, "the uninstall"})
	}
	if s.Unsubscribed != 0 {
		free := s.Told
		if free == 0 {
			free = s.Effective
		}
		out = append(out, Clock{"unsubscribed", s.Unsubscribed, free, "the end of the subscription"})
	}
	return out
}

// Owed is when something under a limit of this clock must have been destroyed.
func (c Clock) Owed(l policy.Limit) kept.Time { return max(l.End(c.Anchor), c.Free) }

// first is the clock that ends a category, with its limit; false if none does.
func (r *Retention) first(v *kernel.View, scope kept.Scope, s Standing, category string) (clock Clock, limit policy.Limit, ok bool, err error) {
	for _, c := range s.Clocks() {
		u, err := r.owing(v, scope, s.App, category, c.From)
		if err != nil {
			return clock, limit, false, err
		}
		c.Free = max(c.Free, u.since)
		if l, limited := u.limit(s.Installed); limited && (!ok || c.Owed(l) < clock.Owed(limit)) {
			clock, limit, ok = c, l, true
		}
	}
	return clock, limit, ok, nil
}

// Over refuses as Late what is to be kept in a category that has ended with its installation's uninstall or subscription.
func (r *Retention) Over(v *kernel.View, scope kept.Scope, app, category string) error {
	s, err := StandingOf(v, scope, "")
	if err != nil {
		return err
	}
	for _, c := range s.Clocks() {
		u, err := r.rule(v, scope, app, category, c.From)
		if err != nil {
			return err
		}
		if l, ok := u.limit(s.Installed); ok && l.End(c.Anchor) <= v.Now() {
			return kept.Errorf(kept.Late, "%s ended %s after %s", category, l.Max.Words(), c.says).WithHint("it is gone; what is stored after a new beginning is not").Under(l.Promise.ID)
		}
	}
	return nil
}

// Wind sets the clocks of an installation as it stands from now on, and clears those that run no more: whenever a signal,
// an effect or a licence moves it. What is due already is destroyed by the next tick.
func (r *Retention) Wind(tx *kernel.Tx, scope kept.Scope, s Standing) {
	for _, category := range r.categories() {
		c, l, ok, err := r.first(&tx.View, scope, s, category)
		tx.Fail(err)
		if ok {
			tx.Due(dueErase, ref(scope, category), max(c.Owed(l), tx.Now()))
		} else {
			tx.Clear(dueErase, ref(scope, category))
			r.unbrake(tx, scope, category, dueErase)
		}
		if s.Uninstalled == 0 {
			continue
		}
		classes, err := classesOf(&tx.View, scope, category)
		tx.Fail(err)
		for _, class := range classes { // the last look at one that may be empty by then
			u, err := r.rule(&tx.View, scope, s.App, class, "entry")
			tx.Fail(err)
			if end, ok := u.aged(tx.Now()); ok {
				tx.DueOnce(dueAge, ref(scope, class), end)
			}
		}
	}
}

// Expire destroys what has ended of the policy's categories, although it may still have waited: who comes back proves that
// its clock was right. What the server keeps by itself goes on with the installation.
func (r *Retention) Expire(tx *kernel.Tx, scope kept.Scope, s Standing) error {
	if err := r.Spare(tx, scope); err != nil {
		return err
	}
	for _, category := range r.policy.Categories {
		for _, c := range s.Clocks() {
			u, err := r.rule(&tx.View, scope, s.App, category.Name, c.From)
			if err != nil {
				return err
			}
			l, ok := u.limit(s.Installed)
			if !ok || l.End(c.Anchor) > tx.Now() {
				continue
			}
			if err := r.mayExpire(&tx.View, scope, category.Name); err != nil {
				return err
			}
			c.Free = min(c.Free, tx.Now())
			if err := r.end(tx, scope, category.Name, c, l, true); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// end destroys a category. A key under which nothing lies is no end that anybody could notice: it is never late, and surprises
// nobody.
func (r *Retention) end(tx *kernel.Tx, scope kept.Scope, category string, c Clock, l policy.Limit, foreseen bool) error {
	there, err := r.stores(&tx.View, scope, category)
	if err != nil {
		return err
	}
	a := Act{Scope: scope, Category: category, Reason: c.From, Promise: l.Promise.ID, Anchor: c.Anchor, Owed: c.Owed(l), Unforeseen: there && !foreseen}
	if !there {
		a.Owed = tx.Now()
	}
	_, err = r.Erase(tx, a)
	return err
}

// stores tells whether anything of a category is stored in a scope. What the server keeps by itself has rows of its own, and is
// there while its key is.
func (r *Retention) stores(v *kernel.View, scope kept.Scope, category string) (bool, error) {
	var one int64
	if _, own := r.own[category]; own {
		return v.Row(`SELECT 1 FROM class_key WHERE scope = $1 AND class = $2 LIMIT 1`, scope.String(), category).Scan(&one)
	}
	return v.Row(`SELECT 1 FROM item WHERE scope = $1 AND category = $2 UNION ALL SELECT 1 FROM entry WHERE scope = $1 AND class = $2 LIMIT 1`,
		scope.String(), category).Scan(&one)
}

func (r *Retention) eraseDue(ctx context.Context, d kernel.Due) error {
	scope, category := parseRef(d.Ref)
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		s, err := StandingOf(&tx.View, scope, tx.ForUpdate())
		if err != nil {
			return err
		}
		tx.Derived() // nothing may have been stored under it
		c, l, ok, err := r.first(&tx.View, scope, s, category)
		if err != nil {
			return err
		}
		switch {
		case s.State == kept.Erased || !ok: // rescued, erased, or no longer promised
			tx.Done(d)
			return nil
		case c.Owed(l) > tx.Now(): // what has ended is closed; its destruction waits
			tx.Again(d, c.Owed(l))
			return nil
		}
		for _, holds := range []func(*kernel.Tx, kernel.Due, kept.Scope, string) (bool, error){r.holdsUp, r.holdUnforeseen} {
			if waits, err := holds(tx, d, scope, category); waits || err != nil {
				return err
			}
		}
		if waits, err := r.sparing(tx, scope, d); err != nil || waits {
			return err
		}
		tx.Done(d)
		return r.end(tx, scope, category, c, l, d.Since <= tx.Now().Add(-Window))
	})
}

package reporting

import (
	"context"
	"slices"
	"strings"
	"time"

	"kept"
	"kept/atlassian"
	"kept/kernel"
	"kept/retention"
	"kept/subject"
)

// note does what Atlassian answered, for every customer of the app that holds something about an account. Before this commit
// nothing says that it was asked: who is killed in between asks once more.
func (r *Reporting) note(ctx context.Context, app string, b batch, a atlassian.Answer) (erased int64, err error) {
	err = r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		n, err := r.close(tx, app, b, a)
		if err != nil {
			return err
		}
		erased = n.erased
		s, err := read(&tx.View, app, tx.ForUpdate())
		if err != nil {
			return err
		}
		if a.Cycle != 0 {
			s.cycle = a.Cycle
		}
		for _, account := range b.accounts {
			for _, u := range b.subjects[account.ID] {
				subject.Asked(tx, u.ID)
			}
		}
		for _, u := range inOrder(b, a.Updated) {
			by := tx.Now().Add(s.cycle)
			begun, err := subject.Outdate(tx, u.ID, by)
			if err != nil {
				return err
			}
			if begun {
				tx.Due(dueOutdated, string(u.ID), by)
			}
		}
		tx.Record(kept.Fact{Kind: kept.FactReported, Words: map[string]string{"app": app}, Counts: map[string]int64{"accounts": int64(len(b.accounts)),
			"closed": int64(len(a.Closed)), "updated": int64(len(a.Updated)), "erased": n.erased, "waiting": n.waiting, "reopened": n.reopened}})
		asked(tx, app, s.cycle)
		tx.DueOnce(dueRound, app, tx.Now().Add(s.cycle)) // the cycle may be shorter now
		return nil
	})
	return erased, err
}

// inOrder are the subjects of accounts, by scope: two nodes must not wait for each other.
func inOrder(b batch, accounts []string) (all []subject.Subject) {
	for _, account := range accounts {
		all = append(all, b.subjects[account]...)
	}
	slices.SortFunc(all, func(x, y subject.Subject) int {
		if x.Scope != y.Scope {
			return strings.Compare(x.Scope.String(), y.Scope.String())
		}
		return strings.Compare(string(x.ID), string(y.ID))
	})
	return all
}

// later waits for the next account whose cycle is over.
func (r *Reporting) later(ctx context.Context, d kernel.Due) error {
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		s, err := read(&tx.View, d.Ref, "")
		if err != nil {
			return err
		}
		since, err := subject.Waiting(&tx.View, d.Ref)
		if err != nil || since == 0 {
			tx.Done(d)
			return err
		}
		tx.Again(d, max(since.Add(s.cycle), s.until, tx.Now().Add(between)))
		return nil
	})
}

// wait is for a token. Whoever waits for longer than the margin is told about, every day.
func (r *Reporting) wait(ctx context.Context, d kernel.Due, why string) error {
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		s, err := read(&tx.View, d.Ref, "")
		if err != nil {
			return err
		}
		since, err := subject.Waiting(&tx.View, d.Ref)
		if err != nil {
			return err
		}
		if late := since.Add(s.cycle + Margin); late > tx.Now() || since == 0 {
			tx.Derived()
			tx.Again(d, max(late, tx.Now().Add(between)))
			return nil
		}
		tx.Record(kept.Fact{Kind: kept.FactAlarm, Words: map[string]string{"why": "accounts-unreported", "app": d.Ref, "cause": why}})
		tx.Again(d, tx.Now().Add(again))
		return nil
	})
}

// skip lets the one account be that Atlassian can't take, until the next cycle, and tells somebody.
func (r *Reporting) skip(ctx context.Context, app string, b batch) error {
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		for _, u := range b.subjects[b.accounts[0].ID] {
			subject.Asked(tx, u.ID)
		}
		tx.Record(kept.Fact{Kind: kept.FactAlarm, Words: map[string]string{"why": "account-refused", "app": app}})
		return nil
	})
}

// claim lets nobody else ask for an app for a while; mine is false where somebody does, or Atlassian wants to be left alone.
func (r *Reporting) claim(ctx context.Context, app string) (mine bool, err error) {
	err = r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		s, err := read(&tx.View, app, tx.ForUpdate())
		if mine = err == nil && s.until <= tx.Now(); mine {
			until(tx, app, tx.Now().Add(claimed))
		}
		return err
	})
	return mine, err
}

// release ends a claim, but lets nobody ask for as long as Atlassian said.
func (r *Reporting) release(ctx context.Context, app string, rest time.Duration) error {
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		until(tx, app, tx.Now().Add(rest))
		return nil
	})
}

// Arrived goes on with the cycles of people of an installation that has come from another server.
func (r *Reporting) Arrived(tx *kernel.Tx, scope kept.Scope) error {
	standing, err := retention.StandingOf(&tx.View, scope, "")
	if err != nil {
		return err
	}
	refreshing, err := subject.Refreshing(&tx.View, scope)
	for id, by := range refreshing {
		tx.Due(dueOutdated, string(id), by)
	}
	tx.DueOnce(dueRound, standing.App, tx.Now()) // who waits longest may have come along
	return err
}

// outdatedDue erases what was not refreshed within a cycle.
func (r *Reporting) outdatedDue(ctx context.Context, d kernel.Due) error {
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		u, found, err := subject.Get(&tx.View, kept.ID(d.Ref))
		tx.Derived()
		if err != nil || !found {
			tx.Done(d)
			return err
		}
		if _, err := retention.StandingOf(&tx.View, u.Scope, tx.ForUpdate()); err != nil {
			return err
		}
		all, err := r.retention.EraseOutdated(tx, retention.Act{Scope: u.Scope, Reason: "account-updated", Anchor: u.Outdated, Owed: d.At}, u.ID, u.Outdated)
		if err != nil {
			return err
		}
		if !all {
			tx.Again(d, d.At)
			return nil
		}
		subject.Refreshed(tx, u.ID)
		tx.Done(d)
		return nil
	})
}

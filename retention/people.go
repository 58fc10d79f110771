package retention

import (
	"context"

	"kept"
	"kept/kernel"
)

// ClosedAccounts is what a brake is on that holds up whatever is about people whose accounts Atlassian calls closed.
const ClosedAccounts = "closed-accounts"

const dueClosing = "retention.closing" // scope/closed-accounts: what is about them waits for somebody

// atOnce is how many people one transaction erases.
const atOnce = 64

// People is what the register of subjects tells retention of those who wait.
type People struct {
	// Wait tells whether anybody of a scope does.
	Wait func(v *kernel.View, scope kept.Scope) (bool, error)
	// Erase erases up to limit of them, and tells whether more do.
	Erase func(tx *kernel.Tx, scope kept.Scope, limit int) (more bool, err error)
}

// OnPeople registers the subjects; before the first Tick.
func (r *Retention) OnPeople(p People) { r.people = p }

// Expected is how much of so much may end within the window without anybody having known.
func Expected(of int64) int64 { return max(few, of/fraction) }

// HoldPeople puts the brake on the people of a scope who wait, unless some did before.
func (r *Retention) HoldPeople(tx *kernel.Tx, scope kept.Scope, before bool) {
	if !before {
		r.brake(tx, scope, ClosedAccounts, dueClosing, Unforeseen, 0, tx.Now())
		tx.Record(kept.Fact{Kind: kept.FactBraked, Scope: scope, Words: map[string]string{"reason": Unforeseen}})
	}
	r.LookAtPeople(tx, scope)
}

// LookAtPeople takes the brake off with the next tick where nobody waits any more.
func (r *Retention) LookAtPeople(tx *kernel.Tx, scope kept.Scope) {
	tx.Due(dueClosing, ref(scope, ClosedAccounts), tx.Now())
}

// closingDue erases what is about people who wait, once somebody has said so.
func (r *Retention) closingDue(ctx context.Context, d kernel.Due) error {
	scope, class := parseRef(d.Ref)
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		if _, err := StandingOf(&tx.View, scope, tx.ForUpdate()); err != nil {
			return err
		}
		tx.Derived() // nobody may wait any more
		wait, err := r.people.Wait(&tx.View, scope)
		if err != nil {
			return err
		}
		if !wait {
			r.unbrake(tx, scope, class, dueClosing)
			tx.Done(d)
			return nil
		}
		if held, err := r.holdsUp(tx, d, scope, class); held || err != nil {
			return err
		}
		if waits, err := r.sparing(tx, scope, d); waits || err != nil {
			return err
		}
		more, err := r.people.Erase(tx, scope, atOnce)
		if err != nil {
			return err
		}
		if more {
			tx.Again(d, tx.Now())
			return nil
		}
		r.unbrake(tx, scope, class, dueClosing)
		tx.Done(d)
		return nil
	})
}

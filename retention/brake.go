package retention

import (
	"context"
	"slices"
	"time"

	"kept"
	"kept/kernel"
	"kept/policy"
)

// Reasons of brakes: what holds a destruction up that is due. The gate is closed meanwhile. (FORGETTING: brakes)
const (
	BroughtForward = "brought-forward" // a policy or a build ends it earlier than was foreseen; for a day
	Unforeseen     = "unforeseen"      // more ended within a day than anybody could expect; until a person says so
)

// Window is the time in which effects are foreseen, counted and waited for.
const Window = 24 * time.Hour

const (
	few      = 5  // installations of which something may end unforeseen within the window, or accounts that may be closed,
	fraction = 20 // or one of so many, if that is more
)

const dueAlarm = "retention.alarm" // "brakes": once a day while any is on

// Brake is what holds a destruction up, or did: since it was brought forward nothing was owed earlier.
type Brake struct {
	due    string     // the kind of date that waits
	Scope  kept.Scope `json:"-"`
	Class  string     `json:"class"` // a category, the lines of one severity in it, or ClosedAccounts
	Reason string     `json:"reason"`
	Since  kept.Time  `json:"since"`
	Until  kept.Time  `json:"until,omitzero"` // 0: a person must say so
	Was    kept.Time  `json:"was,omitzero"`   // what was foreseen before it was brought forward; 0: it would have stayed
}

// On tells whether it still holds something up.
func (b Brake) On(now kept.Time) bool { return b.Until == 0 || b.Until > now }

// brake holds up what ends of a class in a scope; until now, it only notes since when that is owed.
func (r *Retention) brake(tx *kernel.Tx, scope kept.Scope, class, due, reason string, until, was kept.Time) {
	tx.Exec(`INSERT INTO brake (scope, class, due, reason, since, until, was) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (scope, class, due) DO UPDATE SET reason = $4, since = $5, until = $6, was = $7`,
		scope.String(), class, due, reason, int64(tx.Now()), int64(until), int64(was))
	tx.DueOnce(dueAlarm, "brakes", tx.Now().Add(Window))
}

// unbrake takes brakes on dates of a class off that come to nothing any more.
func (r *Retention) unbrake(tx *kernel.Tx, scope kept.Scope, class string, dues ...string) {
	for _, due := range dues {
		tx.Exec(`DELETE FROM brake WHERE scope = $1 AND class = $2 AND due = $3`, scope.String(), class, due)
	}
}

// brakeOn is the brake on a date of a class in a scope; the zero Brake for none.
func brakeOn(v *kernel.View, scope kept.Scope, class, due string) (b Brake, found bool, err error) {
	list, err := brakes(v, `WHERE scope = $1 AND class = $2 AND due = $3 `, scope.String(), class, due)
	if err != nil || len(list) == 0 {
		return b, false, err
	}
	return list[0], true, nil
}

// holdsUp moves a date whose destruction is held up, and tells whether it is.
func (r *Retention) holdsUp(tx *kernel.Tx, d kernel.Due, scope kept.Scope, class string) (bool, error) {
	b, found, err := brakeOn(&tx.View, scope, class, d.Kind)
	if err != nil || !found || !b.On(tx.Now()) {
		return false, err
	}
	if b.Until == 0 {
		b.Until = tx.Now().Add(Window)
	}
	tx.Derived()
	tx.Wait(d, b.Until)
	return true, nil
}

// Waits tells whether what was said of items of a category waits for a person: until then it can be taken back. After that its
// clock is to be looked at.
func (r *Retention) Waits(tx *kernel.Tx, scope kept.Scope, category string) (bool, error) {
	b, _, err := brakeOn(&tx.View, scope, category, dueSaid)
	waits := b.Reason == Unforeseen && b.On(tx.Now())
	if waits {
		tx.Due(dueSaid, ref(scope, category), tx.Now())
	}
	return waits, err
}

// Sure refuses as Held while the clock is in doubt: what is not set by a date may destroy nothing by it either.
func (r *Retention) Sure() error {
	if r.k.Ahead() == 0 {
		return nil
	}
	return kept.Errorf(kept.Held, "the server's clock went ahead, and nobody knows yet whether it is right").WithHint("ask again in a minute, or let an officer say that it is right")
}

// mayExpire refuses as Held to destroy at somebody's return what a policy brought forward: it may have been a slip, and it may
// not be handed out either.
func (r *Retention) mayExpire(v *kernel.View, scope kept.Scope, category string) error {
	if err := r.Sure(); err != nil {
		return err
	}
	b, found, err := brakeOn(v, scope, category, dueErase)
	if err == nil && found && b.Reason == BroughtForward && b.On(v.Now()) {
		err = kept.Errorf(kept.Held, "a change of the policy ends %s earlier, and waits until %s", category, b.Until).WithHint("an officer can release what waits")
	}
	return err
}

// tooMany tells whether the end of a category in one more scope is beyond what may happen unforeseen in the window: over all
// roads together, or of this category.
func (r *Retention) tooMany(tx *kernel.Tx, scope kept.Scope, category string) (bool, error) {
	var others, alike, all, having int64
	_, err := tx.Row(`SELECT COUNT(DISTINCT scope), COUNT(DISTINCT CASE WHEN category = $1 THEN scope END) FROM receipt
		WHERE foreseen = 0 AND unreachable > $2 AND scope <> $3`, category, int64(tx.Now().Add(-Window)), scope.String()).Scan(&others, &alike)
	if err != nil {
		return false, err
	}
	_, err = tx.Row(`SELECT COUNT(*), (SELECT COUNT(DISTINCT scope) FROM class_key WHERE class = $1) FROM installation WHERE state <> 'erased'`,
		category).Scan(&all, &having)
	return others+1 > Expected(all) || alike+1 > Expected(having), err
}

// holdUnforeseen puts the brake on what more ends at once than anybody could expect.
func (r *Retention) holdUnforeseen(tx *kernel.Tx, d kernel.Due, scope kept.Scope, category string) (bool, error) {
	if d.Since <= tx.Now().Add(-Window) { // yesterday's forecast had it, or a person asked
		return false, nil
	}
	if there, err := r.stores(&tx.View, scope, category); err != nil || !there {
		return false, err
	}
	over, err := r.tooMany(tx, scope, category)
	if err != nil || !over {
		return false, err
	}
	r.brake(tx, scope, category, d.Kind, Unforeseen, 0, d.At)
	tx.Record(kept.Fact{Kind: kept.FactBraked, Scope: scope, Category: category, Words: map[string]string{"reason": Unforeseen}})
	tx.Wait(d, tx.Now().Add(Window))
	return true, nil
}

// Release takes all brakes of a reason off, because a person says so: what waited is destroyed by the next tick.
// Errors: NotFound where none is on.
func (r *Retention) Release(tx *kernel.Tx, reason string) (released int64, err error) {
	list, err := brakes(&tx.View, `WHERE reason = $2 AND `+on, int64(tx.Now()), reason)
	if err != nil {
		return 0, err
	}
	if len(list) == 0 {
		return 0, kept.Errorf(kept.NotFound, "no brake of that reason is on").WithHint("the forecast lists what waits, and why")
	}
	for _, b := range list {
		if b.due == dueSaid { // its date is that of what goes on meanwhile
			tx.Due(dueSaid, ref(b.Scope, b.Class), tx.Now())
		} else {
			tx.Resume(b.due, ref(b.Scope, b.Class))
		}
		tx.Exec(`UPDATE brake SET until = $1 WHERE scope = $2 AND class = $3 AND due = $4`, int64(tx.Now()), b.Scope.String(), b.Class, b.due)
	}
	tx.Record(kept.Fact{Kind: kept.FactBrakeReleased, Words: map[string]string{"reason": reason}, Counts: map[string]int64{"classes": int64(len(list))}})
	return int64(len(list)), nil
}

// Brakes are those that are on.
func Brakes(v *kernel.View) ([]Brake, error) {
	return brakes(v, `WHERE `+on, int64(v.Now()))
}

// on is the condition that a brake is: not one of a copy alone, which waits for whoever sees to it where that lives.
var on = `(until = 0 OR until > $1) AND ` + LivesHere(`scope`) + ` `

// AllBrakes are also those that were: they say since when is owed what was brought forward.
type AllBrakes map[string]Brake

// ReadBrakes reads them.
func ReadBrakes(v *kernel.View) (AllBrakes, error) {
	list, err := brakes(v, ``)
	all := make(AllBrakes, len(list))
	for _, b := range list {
		all[b.due+" "+ref(b.Scope, b.Class)] = b
	}
	return all, err
}

func brakes(v *kernel.View, where string, args ...any) ([]Brake, error) {
	return kernel.Query(v, func(scan func(...any) error) (b Brake, err error) {
		var scope string
		err = scan(&scope, &b.Class, &b.due, &b.Reason, &b.Since, &b.Until, &b.Was)
		b.Scope = kept.ScopeOf(scope)
		return b, err
	}, `SELECT scope, class, due, reason, since, until, was FROM brake `+where+`ORDER BY scope, class, due`, args...)
}

// Of is the brake on what ends of a class in a scope from an event; the zero Brake for none.
func (a AllBrakes) Of(scope kept.Scope, class, from string) Brake {
	return a[dueFrom(from)+" "+ref(scope, class)]
}

// dueFrom is the kind of date on which something ends from an event.
func dueFrom(from string) string {
	switch {
	case from == "entry":
		return dueAge
	case slices.Contains(policy.Said, from):
		return dueSaid
	}
	return dueErase
}

// alarmDue raises an alarm each day while something waits behind a brake.
func (r *Retention) alarmDue(ctx context.Context, d kernel.Due) error {
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		list, err := Brakes(&tx.View)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			tx.Derived()
			tx.Done(d)
			return nil
		}
		tx.Record(kept.Fact{Kind: kept.FactAlarm, Words: map[string]string{"due": "brake"}, Counts: map[string]int64{"classes": int64(len(list))}})
		tx.Again(d, tx.Now().Add(Window))
		return nil
	})
}

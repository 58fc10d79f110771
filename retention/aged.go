package retention

import (
	"math"
	"slices"

	"kept"
	"kept/kernel"
	"kept/keys"
)

// aged is the reason of what went at its age.
const aged = "aged"

// undecided is the epoch of the receipt of a day that the ratchet still yields: in which epoch its key goes is known when
// the ratchet moves on.
const undecided = math.MaxInt32

// everyDay is after every day.
const everyDay = math.MaxUint32

// oneDay cuts what has run out down to the day of the oldest: a day has a receipt of its own.
func (r *Retention) oneDay(v *kernel.View, scope kept.Scope, class string, before kept.Time) (kept.Time, error) {
	oldest, err := oldestOf(v, scope, class)
	if err != nil || oldest == 0 {
		return before, err
	}
	return min(before, kept.StartOfDay(oldest.Day()+1)-1), nil
}

// dayOf is what goes of a class that is of one day.
type dayOf struct {
	rows           int64
	oldest, newest kept.Time
}

// aged adds rows to the receipts of the days that they are of. A log has a line each second or more, each of which goes at its
// own: a receipt and a fact for each would outlive and outweigh the log, and they would prove no more, because the lines of
// a day share a key.
func (r *Retention) aged(tx *kernel.Tx, scope kept.Scope, class string, u rule, gone ...dayOf) error {
	category, severity := parts(class)
	a := Act{Scope: scope, Category: category, Severity: severity, Reason: aged}
	_, yields, err := keys.Ratchet(&tx.View, scope, class)
	if err != nil {
		return err
	}
	days, err := running(&tx.View, scope, class)
	if err != nil {
		return err
	}
	held, err := heldOf(&tx.View, a)
	if err != nil {
		return err
	}
	for _, g := range gone {
		l, _ := u.limit(g.oldest)
		owed, _ := u.aged(g.oldest)
		a.Promise, a.Anchor, a.Owed = l.Promise.ID, g.oldest, owed
		n := slices.IndexFunc(days, func(day Receipt) bool { return day.Anchor.Day() == g.oldest.Day() })
		switch {
		case !yields:
			if _, err := r.write(tx, a, "", g.rows); err != nil {
				return err
			}
		case n >= 0:
			late := max(days[n].Unreachable.Sub(days[n].Owed), tx.Now().Sub(a.Owed))
			tx.Exec(`UPDATE receipt SET rows_gone = $1, unreachable = $2, owed = $3, held = $4 WHERE id = $5`,
				days[n].Rows+g.rows, int64(tx.Now()), int64(tx.Now().Add(-late)), held, string(days[n].ID))
		default:
			insert(tx, a, Receipt{ID: tx.NewID("rcp"), Rows: g.rows, Held: held}, "", undecided)
		}
	}
	return r.recall(tx, scope)
}

// running are the receipts of days of a class that the ratchet has not left behind.
func running(v *kernel.View, scope kept.Scope, class string) ([]Receipt, error) {
	category, severity := parts(class)
	return kernel.Query(v, scanReceipt, `SELECT `+receiptColumns+` FROM receipt WHERE scope = $1 AND category = $2 AND severity = $3 AND epoch = $4 AND fact = ''
		ORDER BY anchor`, scope.String(), category, severity, int64(undecided))
}

// shut ends the days before one, which the ratchet of a class has now left behind: each gets its fact, and the epoch in which its
// key goes. Of a day that the ratchet still yields more may go yet, and its copies open until then.
func (r *Retention) shut(tx *kernel.Tx, scope kept.Scope, class string, before uint32) error {
	category, severity := parts(class)
	days, err := running(&tx.View, scope, class)
	if err != nil {
		return err
	}
	epoch, err := r.keys.Passing(tx)
	if err != nil {
		return err
	}
	for _, rc := range days {
		if rc.Anchor.Day() >= before {
			break
		}
		fact := tx.Record(factOf(Act{Scope: scope, Category: category, Severity: severity, Reason: aged, Promise: rc.Promise}, rc, epoch))
		tx.Exec(`UPDATE receipt SET fact = $1, reclaimed = $2, epoch = $3 WHERE id = $4`, string(fact), int64(tx.Now()), epoch, string(rc.ID))
	}
	return nil
}

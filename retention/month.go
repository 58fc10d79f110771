package retention

import (
	"context"
	"math"
	"time"

	"kept"
	"kept/kernel"
)

// whole is what a month that goes whole may leave behind at most, of receipts as of people: it is done in one transaction, behind
// which others wait.
const whole = 2048

// later is after how long a month is looked at again that could not go: it goes on row by row meanwhile.
const later = time.Minute

// errNotNow says that a month goes row by row for now.
var errNotNow = kept.Errorf(kept.Conflict, "this month cannot go whole at the moment")

// month is one whose lines lie in a table of their own: its first instant, the first one after it, and of whom they are.
type month struct {
	from, until kept.Time
	scopes      []kept.Scope // in order
}

// DropMonths drops the tables of months of which every line has run out, before the date that has come takes up rows of its own.
// Where anything speaks against it they go row by row, as where there are no such tables. A month that is empty by now goes so, too.
func (r *Retention) DropMonths(ctx context.Context, d kernel.Due) error {
	now := r.k.Now()
	if r.k.DB().Months() == "" || now < r.look {
		return nil
	}
	r.look = now.Add(Window) // also where it fails: rows must not wait for this
	var gone []month
	err := r.k.View(ctx, func(v *kernel.View) (err error) {
		gone, err = r.passed(v)
		return err
	})
	for _, m := range gone {
		if err != nil {
			break
		}
		err = r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
			tx.Keep(d)
			return r.dropMonth(tx, m)
		})
		if kept.KindOf(err) == kept.Conflict { // the date has moved, or somebody is in the way
			r.look, err = min(r.look, r.k.Now().Add(later)), nil
		}
	}
	return err
}

// passed are the months of which everything may go; it notes when the next of the others might.
func (r *Retention) passed(v *kernel.View) (out []month, err error) {
	months, err := kernel.Query(v, func(scan func(...any) error) (m month, err error) { return m, scan(&m.from, &m.until) }, r.k.DB().Months())
	for _, m := range months {
		ends := m.until
		if ends <= v.Now() {
			if ends, err = r.ends(v, &m); err != nil {
				return nil, err
			}
		}
		switch {
		case ends > v.Now():
			r.look = min(r.look, ends)
		case len(m.scopes) <= whole:
			out = append(out, m)
		}
	}
	return out, err
}

// ends is since when all of a month may go; it notes of whom that is. An index knows the last line of each class.
func (r *Retention) ends(v *kernel.View, m *month) (kept.Time, error) {
	lasts, err := kernel.Query(v, func(scan func(...any) error) (last bucket, err error) {
		var scope, class string
		err = scan(&scope, &class, &last.newest)
		last.scope = kept.ScopeOf(scope)
		last.category, last.severity = parts(class)
		return last, err
	}, `SELECT k.scope, k.class, COALESCE((SELECT MAX(e.at) FROM entry e WHERE e.scope = k.scope AND e.class = `+categoryOf+` AND e.severity = `+severityOf+`
		AND e.at >= $1 AND e.at < $2), 0) FROM class_key k WHERE k.kind = 'ratchet' ORDER BY k.scope, k.class`, int64(m.from), int64(m.until))
	ends := m.until
	for _, last := range lasts {
		if last.newest == 0 {
			continue
		}
		if n := len(m.scopes); n == 0 || m.scopes[n-1] != last.scope {
			m.scopes = append(m.scopes, last.scope)
		}
		s, err := StandingOf(v, last.scope, "")
		if err != nil {
			return 0, err
		}
		free, _, err := r.free(v, s.App, last.stock, last.newest)
		if err != nil {
			return 0, err
		}
		ends = max(ends, free)
	}
	return ends, err
}

// free is since when all of a class may go up to a line, by the rule: when it has run out, its date has come, and no brake
// is on it. It is far off where nothing ends it, or nobody has set a date: as for what arrives from another server.
func (r *Retention) free(v *kernel.View, app string, of stock, newest kept.Time) (at kept.Time, u rule, err error) {
	class := of.class()
	if !r.Ages(app, class) {
		return math.MaxInt64, u, nil
	}
	if u, err = r.owing(v, of.scope, app, class, "entry"); err != nil {
		return 0, u, err
	}
	var due kept.Time
	dated, err := v.Row(`SELECT next_try FROM due WHERE kind = $1 AND ref = $2`, dueAge, ref(of.scope, class)).Scan(&due)
	if err != nil {
		return 0, u, err
	}
	end, ages := u.aged(newest)
	b, braked, err := brakeOn(v, of.scope, class, dueAge)
	if !ages || !dated || braked && b.Until == 0 {
		return math.MaxInt64, u, err
	}
	return max(end, due, b.Until), u, err
}

// dropMonth does at once what ageDue does of every line of a month, class by class and day by day, and drops them all. The days'
// facts follow with their dates.
func (r *Retention) dropMonth(tx *kernel.Tx, m month) error {
	tx.Derived() // until the days have their facts
	standings := map[kept.Scope]Standing{}
	for _, scope := range m.scopes {
		s, err := StandingOf(&tx.View, scope, tx.ForUpdate())
		if err != nil {
			return err
		}
		standings[scope] = s
		if more, err := r.spare(tx, scope, chunk); err != nil || more {
			return orNotNow(err)
		}
	}
	if err := r.closeMonth(tx, m); err != nil {
		return err
	}
	left := whole
	for of := (stock{}); ; {
		next, more, err := m.next(tx, of)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		s, known := standings[next.scope]
		if !known { // it came a moment ago
			return errNotNow
		}
		days, err := r.dropClass(tx, m, s, next)
		if err != nil {
			return err
		}
		if left -= days; left < 0 {
			return errNotNow
		}
		of = next
	}
	for _, h := range r.holders {
		if h.Forsake == nil {
			continue
		}
		if people, err := h.Forsake(tx, m.from, m.until, whole); err != nil || people > whole {
			return orNotNow(err)
		}
	}
	alone, drop := r.k.DB().DropMonth(m.from)
	tx.ExecOne(alone)
	tx.Exec(drop)
	return nil
}

// dropClass writes down what goes of a class, and on how many days it was.
func (r *Retention) dropClass(tx *kernel.Tx, m month, s Standing, of stock) (int, error) {
	days, err := m.days(tx, of)
	if err != nil {
		return 0, err
	}
	newest := days[len(days)-1].newest
	free, u, err := r.free(&tx.View, s.App, of, newest)
	if err != nil || free > tx.Now() {
		return 0, orNotNow(err)
	}
	tx.Due(dueForget, ref(of.scope, of.class()), max(kept.StartOfDay(newest.Day()+1), tx.Now()))
	return len(days), r.aged(tx, of.scope, of.class(), u, days...)
}

// closeMonth lets no line of a month come or go any more until the end of the transaction. What waits to be reclaimed is counted
// by another receipt, and what is in no batch has yet to be proven: then it goes row by row.
func (r *Retention) closeMonth(tx *kernel.Tx, m month) error {
	var closed, waits int64
	if _, err := tx.Row(r.k.DB().CloseMonth(m.from)).Scan(&closed); err != nil || closed == 0 {
		return orNotNow(err)
	}
	_, err := tx.Row(`SELECT (SELECT COUNT(*) FROM due WHERE kind = $1) + (SELECT COUNT(*) FROM entry WHERE at >= $2 AND at < $3 AND batch = '')`,
		dueReclaim, int64(m.from), int64(m.until)).Scan(&waits)
	if err != nil || waits > 0 {
		return orNotNow(err)
	}
	return nil
}

// next is the class behind another one of which a month has lines: an index knows it without reading the others.
func (m month) next(tx *kernel.Tx, after stock) (of stock, more bool, err error) {
	var scope, from string
	if after.category != "" {
		from = after.scope.String()
	}
	more, err = tx.Row(`SELECT scope, class, severity FROM entry WHERE at >= $1 AND at < $2 AND (scope, class, severity) > ($3, $4, $5)
		ORDER BY scope, class, severity LIMIT 1`, int64(m.from), int64(m.until), from, after.category, after.severity).Scan(&scope, &of.category, &of.severity)
	of.scope = kept.ScopeOf(scope)
	return of, more, err
}

// days are what there is of a class in a month.
func (m month) days(tx *kernel.Tx, of stock) ([]dayOf, error) {
	return kernel.Query(&tx.View, func(scan func(...any) error) (d dayOf, err error) {
		var day int64
		return d, scan(&day, &d.rows, &d.oldest, &d.newest)
	}, `SELECT at / $1 AS day, COUNT(*), MIN(at), MAX(at) FROM entry WHERE at >= $2 AND at < $3 AND scope = $4 AND class = $5 AND severity = $6
		GROUP BY day ORDER BY day`, int64(microsecondsOfDay), int64(m.from), int64(m.until), of.scope.String(), of.category, of.severity)
}

// orNotNow is an error, or the reason why a month goes row by row where there is none.
func orNotNow(err error) error {
	if err == nil {
		err = errNotNow
	}
	return err
}

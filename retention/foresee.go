package retention

import (
	"cmp"
	"slices"

	"kept"
	"kept/kernel"
	"kept/policy"
)

// Outlook is retention without hands: it reads what is stored and says what a policy would do to it.
func Outlook(p *policy.Policy) *Retention {
	return &Retention{policy: p, own: map[string]policy.Limit{}}
}

// Foreseen is what ends on one day of a category in a scope, as far as its clocks run by now.
type Foreseen struct {
	Day      kept.Time // its beginning in UTC; today for what is overdue
	Scope    kept.Scope
	App      string
	Category string
	Reason   string // aged, the event, or released: copies whose hold ends
	Promise  string
	Rows     int64
}

// bucket is what was stored on one day.
type bucket struct {
	stock
	items  bool
	rows   int64
	newest kept.Time
}

// microsecondsOfDay is how SQL finds the day of an instant.
const microsecondsOfDay = 24 * 60 * 60 * 1_000_000

// Foresee is what will end when, the nearest first. What no clock ends is not in it.
func (r *Retention) Foresee(v *kernel.View) ([]Foreseen, error) {
	buckets, err := kernel.Query(v, func(scan func(...any) error) (b bucket, err error) {
		var scope string
		var day, items int64
		err = scan(&scope, &b.category, &b.severity, &day, &items, &b.rows, &b.newest)
		b.scope, b.items = kept.ScopeOf(scope), items != 0
		return b, err
	}, `SELECT scope, category, '', stored / $1 AS day, 1, COUNT(*), MAX(stored) FROM item WHERE `+LivesHere(`scope`)+` GROUP BY scope, category, day
		UNION ALL SELECT scope, class, severity, at / $1 AS day, 0, COUNT(*), MAX(at) FROM entry WHERE `+LivesHere(`scope`)+` GROUP BY scope, class, severity, day`, int64(microsecondsOfDay))
	if err != nil {
		return nil, err
	}
	sum := map[Foreseen]int64{}
	ends := map[stock]*ending{}
	count := func(f Foreseen, ok bool, rows int64) {
		if ok {
			f.Day = kept.StartOfDay(max(f.Day, v.Now()).Day())
			sum[f] += rows
		}
	}
	for _, b := range buckets {
		of := stock{scope: b.scope, category: b.category, severity: b.severity}
		e, known := ends[of]
		if !known {
			if e, err = r.endingOf(v, of); err != nil {
				return nil, err
			}
			ends[of] = e
		}
		switch {
		case !b.items || len(e.saying) == 0:
			f, ok := e.of(b)
			count(f, ok, b.rows)
		case !e.counted: // item by item, once for all days
			e.counted = true
			items, err := ItemsOf(v, b.scope, b.category)
			if err != nil {
				return nil, err
			}
			for _, it := range items {
				f, ok := e.ofItem(b, it)
				count(f, ok, 1)
			}
		}
	}
	out, err := foreseeHolds(v)
	if err != nil {
		return nil, err
	}
	for f, rows := range sum {
		f.Rows = rows
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Foreseen) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Scope.String(), b.Scope.String()), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Reason, b.Reason))
	})
	return out, nil
}

// foreseeHolds tells when the copies go that holds keep, unless somebody renews or releases them.
func foreseeHolds(v *kernel.View) ([]Foreseen, error) {
	return kernel.Query(v, func(scan func(...any) error) (f Foreseen, err error) {
		err = scan(&f.Scope.Installation, &f.App, &f.Category, &f.Promise, &f.Day, &f.Rows)
		f.Day, f.Reason = kept.StartOfDay(max(f.Day, v.Now()).Day()), released
		return f, err
	}, `SELECT h.scope, i.app, h.category, h.promise, h.until, COUNT(*) FROM hold h JOIN installation i ON i.id = h.scope
		JOIN held c ON c.hold = h.id GROUP BY h.id, h.scope, i.app, h.category, h.promise, h.until`)
}

// ending is how a category of a scope ends: row by row, as a whole, or never.
type ending struct {
	app   string
	row   rule
	clock Clock
	limit policy.Limit
	whole bool

	saying  []rule // of single items
	counted bool
}

func (r *Retention) endingOf(v *kernel.View, of stock) (*ending, error) {
	s, err := StandingOf(v, of.scope, "")
	if err != nil {
		return nil, err
	}
	e := &ending{app: s.App}
	if e.row, err = r.rule(v, of.scope, s.App, of.class(), "entry"); err != nil {
		return nil, err
	}
	if e.saying, err = r.saying(v, of.scope, s.App, of.category); err != nil {
		return nil, err
	}
	e.clock, e.limit, e.whole, err = r.first(v, of.scope, s, of.category)
	return e, err
}

// ofItem tells of one item when it ends, also by what happened to it.
func (e *ending) ofItem(b bucket, it Item) (f Foreseen, ok bool) {
	b.newest = it.Stored
	f, ok = e.of(b)
	if a, parts := partsBy(e.saying, it); parts && (!ok || a.Owed < f.Day) {
		f.Day, f.Reason, f.Promise, ok = a.Owed, a.Reason, a.Promise, true
	}
	return f, ok
}

// of tells of the rows of one day when the last of them ends, in Day.
func (e *ending) of(b bucket) (f Foreseen, ok bool) {
	f = Foreseen{Scope: b.scope, App: e.app, Category: b.category}
	if l, ages := e.row.limit(b.newest); ages {
		f.Day, _ = e.row.aged(b.newest)
		f.Reason, f.Promise, ok = "aged", l.Promise.ID, true
	}
	if owed := e.clock.Owed(e.limit); e.whole && (!ok || owed < f.Day) {
		f.Day, f.Reason, f.Promise, ok = owed, e.clock.From, e.limit.Promise.ID, true
	}
	return f, ok
}

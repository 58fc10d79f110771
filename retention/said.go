package retention

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
)

// Anchor is when something happened to an item, and since when the server knows: nothing was owed by it before.
type Anchor struct{ At, Told kept.Time }

// Item is what clocks of single items need to know of one.
type Item struct {
	ID            kept.ID
	Scope         kept.Scope
	App, Category string
	Stored        kept.Time
	Anchors       map[string]Anchor // by event; those that hold
}

// Happened tells of each event when it happened, as the gate asks.
func (i Item) Happened() gate.Happened {
	at := gate.Happened{}
	for event, a := range i.Anchors {
		at[event] = a.At
	}
	return at
}

// items reads items with their anchors. What was said of an event counts from the earliest saying after the last taking back;
// storing is the first use, and of several uses the last one counts. So it does not matter in which order they were told.
func items(v *kernel.View, where string, args ...any) (out []Item, err error) {
	err = v.Each(func(scan func(...any) error) error {
		var it Item
		var scope, event string
		var a Anchor
		var back int64
		if err := scan(&it.ID, &scope, &it.App, &it.Category, &it.Stored, &event, &a.At, &back, &a.Told); err != nil {
			return err
		}
		if n := len(out); n == 0 || out[n-1].ID != it.ID {
			it.Scope, it.Anchors = kept.ScopeOf(scope), map[string]Anchor{policy.LastUse: {it.Stored, it.Stored}}
			out = append(out, it)
		}
		known := out[len(out)-1].Anchors
		switch _, holds := known[event]; {
		case event == "":
		case back != 0:
			delete(known, event)
		case !holds || event == policy.LastUse:
			known[event] = a
		}
		return nil
	}, `SELECT i.id, i.scope, i.app, i.category, i.stored, COALESCE(a.event, ''), COALESCE(a.at, 0), COALESCE(a.back, 0), COALESCE(a.told, 0)
		FROM item i LEFT JOIN anchor a ON a.item = i.id WHERE EXISTS (SELECT 1 FROM class_key k WHERE k.id = i.class)
			AND (i.subject = '' OR EXISTS (SELECT 1 FROM subject s WHERE s.id = i.subject)) AND `+where+`
		ORDER BY i.id, a.event, a.at, a.back`, args...)
	return out, err
}

// ItemOf reads what happened to one item.
func ItemOf(v *kernel.View, id kept.ID) (Item, error) {
	list, err := items(v, `i.id = $1`, string(id))
	if err != nil || len(list) == 0 {
		return Item{}, err
	}
	return list[0], nil
}

// ItemsOf reads what happened to the items of a scope; "" for those of all categories.
func ItemsOf(v *kernel.View, scope kept.Scope, category string) ([]Item, error) {
	return items(v, `i.scope = $1 AND ($2 = '' OR i.category = $2)`, scope.String(), category)
}

// Everywhere reads what happened to the items of a category in all scopes.
func Everywhere(v *kernel.View, category string) ([]Item, error) {
	return items(v, `i.category = $1`, category)
}

// Tells tells whether anything that is said of an item of a category, or a use of it, counts for how long it is kept.
func (r *Retention) Tells(app, category string) bool {
	rules, _ := r.policy.Rules(app, category)
	return slices.ContainsFunc(policy.Said, rules.Counts)
}

// saying are the rules of a category that count from what is said.
func (r *Retention) saying(v *kernel.View, scope kept.Scope, app, category string) (out []rule, err error) {
	rules, _ := r.policy.Rules(app, category)
	for _, event := range policy.Said {
		if !rules.Counts(event) {
			continue
		}
		u, err := r.owing(v, scope, app, category, event)
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, nil
}

// end is when an item runs out by an event, the limit, and when it must be gone; false where it never does.
func (u rule) end(it Item) (l policy.Limit, end, owed kept.Time, ok bool) {
	a, happened := it.Anchors[u.from]
	if !happened {
		return l, 0, 0, false
	}
	l, ok = u.limit(it.Stored)
	end = l.End(a.At)
	return l, end, max(end, a.Told, u.since), ok
}

// partsBy is how an item goes by what happened to it first; false where it does not.
func partsBy(saying []rule, it Item) (a Act, ok bool) {
	for _, u := range saying {
		if l, _, owed, ends := u.end(it); ends && (!ok || owed < a.Owed) {
			a, ok = Act{Scope: it.Scope, Category: it.Category, Reason: u.from, Promise: l.Promise.ID, Anchor: it.Anchors[u.from].At, Owed: owed}, true
		}
	}
	return a, ok
}

// parts are how the items of a category go by what happened to them.
func (r *Retention) parts(v *kernel.View, scope kept.Scope, app, category string) (out []Act, err error) {
	saying, err := r.saying(v, scope, app, category)
	if err != nil || len(saying) == 0 {
		return nil, err
	}
	all, err := ItemsOf(v, scope, category)
	for _, it := range all {
		if a, ends := partsBy(saying, it); ends {
			out = append(out, a)
		}
	}
	return out, err
}

// Said sets the date on which an item must go that something happened to, or that was stored just now.
func (r *Retention) Said(tx *kernel.Tx, it Item) error {
	saying, err := r.saying(&tx.View, it.Scope, it.App, it.Category)
	for _, u := range saying {
		if _, _, owed, ends := u.end(it); ends {
			tx.DueOnce(dueSaid, ref(it.Scope, it.Category), max(owed, tx.Now()))
		}
	}
	return err
}

// happened vetoes what has run out by something that happened to it.
func (r *Retention) happened(v *kernel.View, q gate.Question) error {
	if len(q.Happened) == 0 {
		return nil
	}
	saying, err := r.saying(v, q.Scope, q.App, q.Category)
	for _, u := range saying {
		at, there := q.Happened[u.from]
		if l, ok := u.limit(q.Stored); there && ok && l.End(at) <= v.Now() {
			return kept.Errorf(kept.Late, "this %s ended %s after %s", q.Category, l.Max.Words(), strings.ReplaceAll(u.from, "-", " ")).
				WithHint("it is gone; store a new one").Under(l.Promise.ID)
		}
	}
	return err
}

// parting is what goes by one event.
type parting struct {
	act   Act
	items []kept.ID
}

// saidDue lets the items go whose time is over since something happened to them.
func (r *Retention) saidDue(ctx context.Context, d kernel.Due) error {
	scope, category := parseRef(d.Ref)
	return r.inChunks(ctx, d, func(tx *kernel.Tx) (gone int, more bool, err error) {
		if _, err := StandingOf(&tx.View, scope, tx.ForUpdate()); err != nil {
			return 0, false, err
		}
		b, _, err := brakeOn(&tx.View, scope, category, dueSaid)
		if err != nil {
			return 0, false, err
		}
		if b.Reason == BroughtForward {
			if waits, err := r.holdsUp(tx, d, scope, category); waits || err != nil {
				return 0, false, err
			}
		}
		if waits, err := r.sparing(tx, scope, d); waits || err != nil {
			return 0, false, err
		}
		tx.Derived() // nothing may be over yet
		next, partings, err := r.partings(tx, scope, category, b)
		if err != nil {
			return 0, false, err
		}
		next, partings, err = r.holdSudden(tx, d, b, next, partings)
		if err != nil {
			return 0, false, err
		}
		var going []kept.ID // at once: who goes with the last of them is counted once
		for _, p := range partings {
			going = append(going, p.items...)
			if _, err := r.write(tx, p.act, "", int64(len(p.items))); err != nil {
				return 0, false, err
			}
		}
		for _, h := range r.holders {
			if h.Drop == nil {
				continue
			}
			if err := h.Drop(tx, scope, going); err != nil {
				return 0, false, err
			}
		}
		switch {
		case next == 0:
			tx.Done(d)
		case next <= tx.Now():
			return len(going), true, nil
		default:
			tx.Again(d, next)
		}
		return len(going), false, nil
	})
}

// holdSudden puts the brake on what was not foreseen a day before, where more ends so than anybody could expect, or leaves it on;
// where nothing waits any more it is off. What was foreseen goes on.
func (r *Retention) holdSudden(tx *kernel.Tx, d kernel.Due, b Brake, next kept.Time, all []*parting) (kept.Time, []*parting, error) {
	scope, category := parseRef(d.Ref)
	waiting := b.Reason == Unforeseen && b.On(tx.Now())
	n := slices.IndexFunc(all, func(p *parting) bool { return p.act.Unforeseen })
	switch {
	case n < 0 && waiting: // it was taken back, or deleted
		r.unbrake(tx, scope, category, dueSaid)
	case n < 0:
	case !waiting:
		over, err := r.tooMany(tx, scope, category)
		if err != nil || !over {
			return next, all, err
		}
		r.brake(tx, scope, category, dueSaid, Unforeseen, 0, d.At)
		tx.Record(kept.Fact{Kind: kept.FactBraked, Scope: scope, Category: category, Words: map[string]string{"reason": Unforeseen}})
	}
	if n < 0 {
		return next, all, nil
	}
	all = slices.DeleteFunc(all, func(p *parting) bool { return p.act.Unforeseen })
	return earliest(next, tx.Now().Add(Window)), all, nil
}

// sudden tells whether an item goes that was not foreseen a day before: by what was told since, and nobody has let go. What would
// have ended within a day anyway surprises nobody.
func (r *Retention) sudden(tx *kernel.Tx, b Brake, it Item, a Act, others []kept.Time) bool {
	since := tx.Now()
	if b.Reason == Unforeseen && b.On(since) {
		since = b.Since
	}
	told := it.Anchors[a.Reason].Told
	letGo := b.Reason == Unforeseen && b.Until != 0 && told <= b.Until
	return told > since.Add(-Window) && !letGo && !slices.ContainsFunc(others, func(end kept.Time) bool { return end <= since.Add(Window) })
}

// otherwise is when an item ends by all that nobody has to say of it.
func (r *Retention) otherwise(v *kernel.View, s Standing, it Item) (ends []kept.Time, err error) {
	age, err := r.rule(v, it.Scope, s.App, it.Category, "entry")
	if err != nil {
		return nil, err
	}
	if end, ages := age.aged(it.Stored); ages {
		ends = append(ends, end)
	}
	c, l, ok, err := r.first(v, it.Scope, s, it.Category)
	if ok {
		ends = append(ends, c.Owed(l))
	}
	return ends, err
}

// partings are up to a chunk of items that are over, by what ended each first, those apart that nobody foresaw, and when more
// must go; 0 for never.
func (r *Retention) partings(tx *kernel.Tx, scope kept.Scope, category string, b Brake) (next kept.Time, out []*parting, err error) {
	s, err := StandingOf(&tx.View, scope, tx.ForUpdate())
	if err != nil {
		return 0, nil, err
	}
	saying, err := r.saying(&tx.View, scope, s.App, category)
	if err != nil || len(saying) == 0 {
		return 0, nil, err
	}
	all, err := ItemsOf(&tx.View, scope, category)
	type of struct {
		reason string
		sudden bool
	}
	by, gone := map[of]*parting{}, 0
	for _, it := range all {
		a, ends := partsBy(saying, it)
		switch {
		case !ends:
		case a.Owed > tx.Now() || gone == chunk:
			next = earliest(next, max(a.Owed, tx.Now()))
		default:
			others, err := r.otherwise(&tx.View, s, it)
			if err != nil {
				return 0, nil, err
			}
			a.Unforeseen = r.sudden(tx, b, it, a, others)
			if !a.Unforeseen || !b.On(tx.Now()) { // what waits leaves its place to others
				gone++
			}
			key := of{a.Reason, a.Unforeseen}
			p := by[key]
			if p == nil {
				p = &parting{act: a}
				by[key], out = p, append(out, p)
			}
			p.act.Owed, p.act.Anchor = min(p.act.Owed, a.Owed), min(p.act.Anchor, a.Anchor)
			p.items = append(p.items, it.ID)
		}
	}
	slices.SortStableFunc(out, func(a, b *parting) int { return cmp.Compare(a.act.Reason, b.act.Reason) })
	return next, out, err
}

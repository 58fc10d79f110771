package retention

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"kept"
	"kept/kernel"
)

// Forward is something that a policy ends earlier than was foreseen: the dates that are set are the forecast.
type Forward struct {
	Scope    kept.Scope
	App      string
	Category string
	Class    string    // the category, or the lines of one severity in it
	Was      kept.Time // 0: it would have stayed
	Is       kept.Time
	Rows     int64 // that go within a day, and would not have

	due   string
	ends  kept.Time // as Is, but where that is over already
	waits bool      // it is held up already, and ends no earlier than then
}

// Forwards compares effects, not texts: the dates under this policy with those that are set, or were before a policy that is
// held up brought them forward.
func (r *Retention) Forwards(v *kernel.View) (out []Forward, err error) {
	set, err := r.dates(v)
	if err != nil {
		return nil, err
	}
	held, err := ReadBrakes(v)
	if err != nil {
		return nil, err
	}
	add := func(kind string, s stock, app, class string, is kept.Time) {
		was, there := set[kind+" "+ref(s.scope, class)]
		b := held[kind+" "+ref(s.scope, class)]
		waits := false
		if b.Reason == BroughtForward && b.On(v.Now()) {
			waits = is >= was
			was, there = b.Was, b.Was != 0
		}
		// Also where the first has run out by either date: behind it much may stand that had not.
		earlier := is < was
		// Not so where the date is that of all, or a person has set it.
		if kind == dueErase || b.Reason == Unforeseen {
			earlier = max(is, v.Now()) < max(was, v.Now())
		}
		if !there || earlier {
			out = append(out, Forward{Scope: s.scope, App: app, Category: s.category, Class: class, Was: was, Is: max(is, v.Now()), due: kind, ends: is, waits: waits})
		}
	}
	standings := map[kept.Scope]Standing{}
	stocks, err := stocks(v)
	for _, s := range stocks {
		if err != nil {
			return nil, err
		}
		standing, known := standings[s.scope]
		if !known {
			if standing, err = StandingOf(v, s.scope, ""); err != nil {
				return nil, err
			}
			standings[s.scope] = standing
		}
		var u rule
		if u, err = r.rule(v, s.scope, standing.App, s.class(), "entry"); err != nil {
			return nil, err
		}
		if end, ages := u.aged(s.oldest); ages {
			add(dueAge, s, standing.App, s.class(), end)
		}
		parting, parts, err := r.parting(v, s, standing.App)
		if err != nil {
			return nil, err
		}
		if parts {
			add(dueSaid, s, standing.App, s.category, parting)
		}
		c, l, ok, err := r.first(v, s.scope, standing, s.category)
		if err != nil {
			return nil, err
		}
		if ok {
			add(dueErase, s, standing.App, s.category, c.Owed(l))
		}
	}
	for i := range out {
		if out[i].Rows, err = r.tonight(v, out[i], standings[out[i].Scope]); err != nil {
			return nil, err
		}
	}
	return out, err
}

// parting is when the first item of a stock goes by what happened to it; false where none does.
func (r *Retention) parting(v *kernel.View, s stock, app string) (kept.Time, bool, error) {
	parts, err := r.parts(v, s.scope, app, s.category)
	if err != nil || len(parts) == 0 || s.severity != "" {
		return 0, false, err
	}
	return slices.MinFunc(parts, func(a, b Act) int { return cmp.Compare(a.Owed, b.Owed) }).Owed, true, nil
}

// dates are those that are set, by kind and reference.
func (r *Retention) dates(v *kernel.View) (map[string]kept.Time, error) {
	set := map[string]kept.Time{}
	err := v.Each(func(scan func(...any) error) error {
		var kind, ref string
		var at kept.Time
		err := scan(&kind, &ref, &at)
		set[kind+" "+ref] = at
		return err
	}, `SELECT kind, ref, at FROM due WHERE kind IN ($1, $2, $3)`, dueAge, dueErase, dueSaid)
	return set, err
}

// tonight counts the rows that go within a day by the new date, and by the old one would not have.
func (r *Retention) tonight(v *kernel.View, f Forward, s Standing) (rows int64, err error) {
	tomorrow := v.Now().Add(Window)
	if f.Is > tomorrow {
		return 0, nil
	}
	if f.due == dueSaid {
		parts, err := r.parts(v, f.Scope, s.App, f.Category)
		for _, a := range parts {
			if a.Owed <= tomorrow {
				rows++
			}
		}
		return rows, err
	}
	u, err := r.rule(v, f.Scope, s.App, f.Class, "entry")
	if err != nil {
		return 0, err
	}
	_, severity := parts(f.Class)
	until, after := tomorrow, kept.Time(0)
	if _, ages := u.limit(0); ages {
		until = lastBy(tomorrow, u.aged)
		if f.Was != 0 {
			after = lastBy(tomorrow, func(at kept.Time) (kept.Time, bool) {
				end, ages := u.aged(at)
				return end + max(0, f.Was-f.ends), ages
			})
		}
	}
	_, err = v.Row(`SELECT (SELECT COUNT(*) FROM item WHERE scope = $1 AND category = $2 AND stored <= $3 AND stored > $4)
		+ (SELECT COUNT(*) FROM entry WHERE scope = $1 AND class = $2 AND at <= $3 AND at > $4 AND severity = $5)`,
		f.Scope.String(), f.Category, int64(until), int64(after), severity).Scan(&rows)
	return rows, err
}

// Token is what a dry run of a policy gives: who shows it has seen which categories of which apps it ends earlier.
func Token(digest [32]byte, forwards []Forward) string {
	var pairs []string
	for _, f := range forwards {
		pairs = append(pairs, f.App+"/"+f.Category)
	}
	slices.Sort(pairs)
	sum := sha256.Sum256(fmt.Appendf(nil, "kept dry run\n%x\n%s\n", digest, strings.Join(slices.Compact(pairs), "\n")))
	return hex.EncodeToString(sum[:8])
}

// holdForwards puts the brake on what this policy brings forward; what is expected waits for nothing, and what is as it was
// before waits no longer.
func (r *Retention) holdForwards(tx *kernel.Tx, forwards []Forward, expected bool) error {
	waiting, err := brakes(&tx.View, `WHERE reason = $1 AND until > $2 `, BroughtForward, int64(tx.Now()))
	if err != nil {
		return err
	}
	still := map[string]bool{}
	for _, f := range forwards {
		still[f.due+" "+ref(f.Scope, f.Class)] = true
	}
	for _, b := range waiting {
		if !still[b.due+" "+ref(b.Scope, b.Class)] {
			r.unbrake(tx, b.Scope, b.Class, b.due)
		}
	}
	if len(forwards) == 0 {
		return nil
	}
	until, words := tx.Now().Add(Window), map[string]string{"reason": BroughtForward}
	if expected {
		until, words["expected"] = tx.Now(), "yes"
	}
	scopes := map[kept.Scope]bool{}
	for _, f := range forwards {
		if !f.waits || expected {
			r.brake(tx, f.Scope, f.Class, f.due, BroughtForward, until, f.Was)
		}
		scopes[f.Scope] = true
	}
	tx.Record(kept.Fact{Kind: kept.FactBraked, Words: words,
		Counts: map[string]int64{"classes": int64(len(forwards)), "installations": int64(len(scopes))}})
	return nil
}

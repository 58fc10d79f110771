package marketplace

import (
	"context"
	"slices"

	"kept"
	"kept/atlassian"
	"kept/gate"
	"kept/installation"
	"kept/kernel"
)

// Shelf is where contacts are kept, under the rules for whatever is stored about an installation.
type Shelf interface {
	Take(tx *kernel.Tx, scope kept.Scope, app, category string, was kept.ID, value map[string]string) (item kept.ID, changed bool, err error)
	Forget(tx *kernel.Tx, scope kept.Scope, item kept.ID, reason string) (gone bool, err error)
}

// forgotten is the reason of receipts of contacts that Atlassian has forgotten.
const forgotten = "contact-forgotten"

const atOnce = 64 // contacts of different customers in one commit, so that nobody waits long behind it

// naming is what a row of the Marketplace's says of one contact, and where that lies or would lie.
type naming struct {
	place
	app   string
	day   kept.Time         // of the row
	value map[string]string // nil for somebody whom Atlassian has forgotten
}

// took says what became of contacts.
type took struct{ taken, forgotten, refused int64 }

// take brings what is stored of contacts to what the rows say. Nothing is read of them where no promise lets anything be stored.
func (m *Marketplace) take(ctx context.Context, list []atlassian.Licence) (sum took, err error) {
	if m.collects() == nil {
		return sum, nil
	}
	var all []naming
	err = m.k.View(ctx, func(v *kernel.View) error {
		where, err := installation.Sites(v)
		for _, l := range newest(list) {
			if err == nil {
				all, err = m.named(v, all, l, where)
			}
		}
		return err
	})
	for err == nil && len(all) > 0 {
		var now []naming
		now, all = apart(all)
		var out took
		err = m.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) (err error) {
			tx.Derived() // what is stored or erased has facts of its own
			out, err = m.heed(tx, now)
			return err
		})
		sum = took{sum.taken + out.taken, sum.forgotten + out.forgotten, sum.refused + out.refused}
	}
	return sum, err
}

// newest leaves of several rows of a licence the newest: a list has no order. Of those of a day the last one counts, unless by
// one before it somebody is forgotten.
func newest(list []atlassian.Licence) (out []atlassian.Licence) {
	last := map[string]int{}
	for _, l := range list {
		n, there := last[l.Entitlement]
		switch {
		case !there:
			last[l.Entitlement] = len(out)
			out = append(out, l)
		case out[n].Updated < l.Updated, out[n].Updated == l.Updated && !forgets(out[n]):
			out[n] = l
		}
	}
	return out
}

func forgets(l atlassian.Licence) bool {
	return slices.ContainsFunc(l.Contacts(), func(c atlassian.Contact) bool { return c.Forgotten })
}

// named adds what a licence says: of somebody who is forgotten wherever something is stored, also where the app is long gone;
// of anybody else in each category that takes it, if the licence belongs to one installation.
func (m *Marketplace) named(v *kernel.View, all []naming, l atlassian.Licence, where installation.Where) ([]naming, error) {
	e, ours := m.entitlement(l)
	if !ours {
		return all, nil
	}
	known, err := shelved(v, l.Entitlement)
	if err != nil {
		return nil, err
	}
	at := where.Of(e)
	for _, c := range l.Contacts() {
		for _, p := range known {
			if c.Forgotten && p.kind == c.Kind {
				all = append(all, naming{place: p, day: l.Updated})
			}
		}
		if c.Forgotten || len(at) != 1 || e.Cloud == "" { // a host might say that it has the licence of another one, and read whom that names
			continue
		}
		for _, category := range m.policy.Categories {
			value := m.value(e.App, category.Name, c)
			if len(value) == 0 {
				continue
			}
			p := place{entitlement: l.Entitlement, kind: c.Kind, category: category.Name, installation: at[0]}
			if n := slices.IndexFunc(known, p.same); n >= 0 {
				p = known[n]
			}
			all = append(all, naming{p, e.App, l.Updated, value})
		}
	}
	return all, nil
}

// apart are some of different installations, since a transaction takes one thing of each, and the rest.
func apart(all []naming) (some, rest []naming) {
	seen := map[kept.ID]bool{}
	for n, one := range all {
		if len(some) == atOnce {
			return some, append(rest, all[n:]...)
		}
		if seen[one.installation] {
			rest = append(rest, one)
			continue
		}
		seen[one.installation], some = true, append(some, one)
	}
	return some, rest
}

// heed does what some rows say, each of another installation. An older row than was heeded before says nothing any more.
func (m *Marketplace) heed(tx *kernel.Tx, some []naming) (out took, err error) {
	for _, n := range some {
		if n.told > n.day {
			continue
		}
		scope := kept.Scope{Installation: n.installation}
		if n.value == nil {
			gone, err := m.shelf.Forget(tx, scope, n.item, forgotten)
			if err != nil {
				return out, err
			}
			if gone {
				out.forgotten++
			}
			shelve(tx, n.place, n.day)
			continue
		}
		changed, err := m.keep(tx, scope, n)
		switch {
		case gate.Refused(err) || kept.KindOf(err) == kept.Invalid: // nothing is stored of it now
			out.refused++
		case err != nil:
			return out, err
		case changed:
			out.taken++
		}
	}
	return out, nil
}

// keep stores what a row says, or lets it be where it is there already. What is gone begins anew with a row of a later day than
// was heeded: so nobody whom a customer purged, or Atlassian has forgotten, comes back by the row of before.
func (m *Marketplace) keep(tx *kernel.Tx, scope kept.Scope, n naming) (changed bool, err error) {
	if n.item != "" {
		item, changed, err := m.shelf.Take(tx, scope, n.app, n.category, n.item, n.value)
		if err != nil || item != "" {
			if err == nil {
				shelve(tx, n.place, n.day)
			}
			return changed, err
		}
	}
	if n.told == n.day {
		return false, nil
	}
	if n.item, changed, err = m.shelf.Take(tx, scope, n.app, n.category, "", n.value); err == nil {
		shelve(tx, n.place, n.day)
	}
	return changed, err
}

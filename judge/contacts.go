package judge

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"kept"
)

// Naming is what a row of the Marketplace's report says of one contact.
type Naming struct {
	Entitlement, App, Site, Kind string
	Updated                      kept.Time         // the day of the row
	Said                         map[string]string // by the names that policies have for fields; nil for somebody whom Atlassian has forgotten
}

// shelf is where a contact lies, or would lie.
type shelf struct {
	entitlement, kind, category string
	of                          kept.ID
}

// shelved is what is known of one: the item, gone or not, and the day of the row that was heeded last.
type shelved struct {
	item kept.ID
	told kept.Time
}

// reachesBack is how far behind it every question to the Marketplace reaches.
const reachesBack = 3

// told are the fields of a category that the Marketplace may fill.
func (p Policy) told(app string, c Category) map[string]bool {
	may, ok, _ := p.storable(app, c)
	out := map[string]bool{}
	for _, pr := range p.promised(app, c, "collect") {
		listed, closed := pr.Params["fields"]
		for f := range may {
			if ok && c.Scope == "installation" && has(pr, "via", "marketplace") && (!closed || slices.Contains(listed, f)) {
				out[f] = true
			}
		}
	}
	return out
}

// wants is what must be stored of a contact in a category; nil for nothing.
func (j *Judge) wants(n Naming, c Category) map[string]string {
	out := map[string]string{}
	for f := range j.policy.told(n.App, c) {
		if said := n.Said[f]; said != "" {
			out[f] = said
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// owner is the one installation to which a licence belongs; nil where there is none, or more than one.
func (j *Judge) owner(n Naming) *installation {
	if at := j.could(n.App, n.Site, n.Entitlement); len(at) == 1 {
		return at[0]
	}
	return nil
}

// takes tells whether something may be stored of an installation by the Marketplace's word.
func (j *Judge) takes(i *installation, c Category) bool {
	must := refusals{}
	i.barred(must)
	j.over(must, i, c.Name)
	placed, _ := j.policy.placed(i.place.app, c)
	return len(must) == 0 && placed
}

// lies is the value of a contact; nil where it is gone.
func (j *Judge) lies(at shelf) *value {
	if known := j.shelves[at]; known != nil && j.byID[at.of] != nil {
		return j.byID[at.of].current[known.item]
	}
	return nil
}

// adopts takes note of what the server stored and erased of contacts by itself, where the Marketplace said so. Whatever else is
// there, or gone, is found by who looks at items.
func (j *Judge) adopts(s *store) {
	for _, r := range s.receipts {
		if r.key.reason == "contact-forgotten" && !j.shown[r.id] {
			j.forgets(s, r)
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(s.items), func(a, b version) int { return int(a.n - b.n) }) {
		if row := s.items[at]; j.values[at] == nil {
			j.adopt(s, at, row)
		}
	}
}

func (j *Judge) forgets(s *store, r receiptRow) {
	for at, known := range j.shelves {
		v := j.lies(at)
		if v == nil || string(at.of) != r.key.scope || at.category != r.key.category || !j.forgotten(at) {
			continue
		}
		if _, there := s.items[v.version]; !there {
			v.of.end(v, r.key.at, true)
			j.due(v.of, v.class(), ending{r.key.at, r.key.at, r.key.reason}, v.stored)
			known.told = max(known.told, j.named(at).Updated)
		}
	}
}

func (j *Judge) named(at shelf) Naming { return j.namings[[2]string{at.entitlement, at.kind}] }

// forgotten tells whether the Marketplace has forgotten somebody, by a row that is no older than was heeded.
func (j *Judge) forgotten(at shelf) bool {
	n := j.named(at)
	return n.Entitlement != "" && n.Said == nil && n.Updated >= j.shelves[at].told
}

// adopt takes over one row, if what it holds was rightly taken in at the last question.
func (j *Judge) adopt(s *store, at version, row itemRow) {
	i := j.byID[kept.ID(row.sealed.scope)]
	c, declared := j.policy.category(row.sealed.category)
	var said map[string]string
	if plain, opens := s.open(j.hoard, row.sealed); i == nil || !declared || !opens || json.Unmarshal(plain, &said) != nil || row.stored < j.polled || !j.takes(i, c) {
		return
	}
	for _, n := range j.namings {
		if j.owner(n) != i || !maps.Equal(said, j.wants(n, c)) {
			continue
		}
		where := shelf{n.Entitlement, n.Kind, c.Name, i.id}
		known := j.shelves[where]
		if known == nil {
			known = &shelved{}
		}
		old, kind := j.lies(where), kept.FactStored
		if known.told > n.Updated || old == nil && (at.n != 1 || known.told == n.Updated) || old != nil && (at != version{old.item, old.n + 1} || old.is(said)) {
			continue
		}
		v := &value{of: i, category: c.Name, version: at, fields: slices.Sorted(maps.Keys(said)), said: said, stored: row.stored}
		if old != nil {
			i.end(old, row.stored, true)
			kind = kept.FactOverwritten
		}
		i.used, i.current[at.item], j.values[at], row.sealed.of = true, v, v, v
		j.shelves[where] = &shelved{at.item, n.Updated}
		j.owed[factKey{string(i.id), kind, c.Name, at.item, row.stored}]++
		j.exercised["collect"]++
		return
	}
}

// contacts holds what is stored of contacts against what the Marketplace said, once the server has heeded all of it.
func (j *Judge) contacts(w World, s *store) {
	if !w.Ticked || s.asked != j.polled || j.heeded == j.polled {
		return
	}
	since := kept.StartOfDay(j.polled.Add(-reachesBack * 24 * time.Hour).Day())
	for _, n := range j.namings {
		for at, known := range j.shelves {
			if at.entitlement != n.Entitlement || at.kind != n.Kind || n.Said != nil || n.Updated < known.told {
				continue
			}
			if j.lies(at) != nil && (n.Updated >= since || j.heeded == 0) {
				j.find("contacts-right", "somebody of %s is there whom Atlassian has forgotten", at.of)
			}
			known.told = n.Updated
		}
		if i := j.owner(n); i != nil && (n.Updated >= since || j.heeded == 0 || i.since > j.heeded) {
			j.mustName(n, i)
		}
	}
	j.heeded = j.polled
}

// mustName wants what a row says to be stored.
func (j *Judge) mustName(n Naming, i *installation) {
	for _, c := range j.policy.Categories {
		want := j.wants(n, c)
		if want == nil || !j.takes(i, c) {
			continue
		}
		at := shelf{n.Entitlement, n.Kind, c.Name, i.id}
		known, v := j.shelves[at], j.lies(at)
		switch {
		case known != nil && known.told > n.Updated, v == nil && known != nil && known.told == n.Updated:
		case v == nil:
			j.find("contacts-right", "nothing is stored of a contact of %s whom the Marketplace names", i.id)
		case !v.is(want):
			j.find("contacts-right", "of a contact of %s something else is stored than the Marketplace says", i.id)
		default:
			known.told = n.Updated
		}
	}
}

package judge

import (
	"maps"
	"slices"
	"time"

	"kept"
)

// version is one value of an item.
type version struct {
	item kept.ID
	n    int64
}

// value is what one put stored.
type value struct {
	of       *installation
	category string
	name     string
	version
	fields []string
	marker string
	host   string
	stored kept.Time
	gone   kept.Time // 0 while it must be there
	commit bool      // it went in the commit of an act, not with a tick
}

// entry is the line that one read left, or that an app wrote.
type entry struct {
	key    entryKey
	of     *installation
	class  string
	fields []string // of a line
	marker string
	gone   kept.Time
	commit bool
	aged   bool
}

type entryKey struct {
	scope, category, purpose string
	at                       kept.Time
}

// receiptKey is by what an erasure and its receipt find each other.
type receiptKey struct {
	scope, category, reason string
	at                      kept.Time
}

// turn is the longest that a copy may open after the keys of what it holds were destroyed.
const turn = 24 * time.Hour

// finally is when no copy of a value may open any more.
func (j *Judge) finally(v *value) kept.Time { return j.allow(v.gone, turn) }

// final is when no copy of an entry may open any more: its ratchet yields the key of a whole day.
func (j *Judge) final(e *entry) kept.Time {
	if !e.aged {
		return j.allow(e.gone, turn)
	}
	end, _ := j.retain(e.of.place.app, e.class, "entry").end(kept.StartOfDay(e.key.at.Day() + 1))
	return j.allow(max(end, e.gone), turn)
}

// ends is when something stored then in a category goes by itself, as its installation stands now.
func (j *Judge) ends(i *installation, category string, stored kept.Time) (at kept.Time, reason string) {
	if end, ok := j.retain(i.place.app, category, "entry").end(stored); ok {
		at, reason = end, "aged"
	}
	for _, c := range i.clocks() {
		if end, ok := j.retain(i.place.app, category, c.from).end(c.anchor); ok {
			if end = max(end, c.free); at == 0 || end < at {
				at, reason = end, c.from
			}
		}
	}
	return at, reason
}

// advance lets time pass: what has come to its end since is gone, each thing at its own instant.
func (j *Judge) advance(to kept.Time) {
	j.now = to
	for _, i := range j.installations {
		for _, v := range i.current {
			if at, reason := j.ends(i, v.category, v.stored); at != 0 && at <= to {
				i.end(v, at, false)
				j.due(i, v.category, reason, at)
			}
		}
		for _, e := range i.entries {
			if at, reason := j.ends(i, e.class, e.key.at); at != 0 && at <= to {
				e.gone, e.aged = at, reason == "aged"
				j.due(i, e.class, reason, at)
			}
		}
		i.forget()
		j.endSecrets(i)
	}
}

// end says since when a value is gone.
func (i *installation) end(v *value, at kept.Time, commit bool) {
	v.gone, v.commit = at, commit
	delete(i.current, v.item)
}

func (i *installation) forget() {
	i.entries = slices.DeleteFunc(i.entries, func(e *entry) bool { return e.gone != 0 })
}

func (j *Judge) due(i *installation, category, reason string, at kept.Time) {
	key := receiptKey{string(i.id), category, reason, at}
	if _, known := j.receipts[key]; !known {
		j.receipts[key] = false
	}
	if reason != "deleted" && reason != "purged" {
		j.exercised["retain"]++
	}
}

// erase ends a category in a commit, now.
func (j *Judge) erase(i *installation, category, reason string) {
	for _, v := range i.current {
		if v.category == category {
			i.end(v, j.now, true)
			j.due(i, category, reason, j.now)
		}
	}
	for _, e := range i.entries {
		if category == e.class {
			e.gone, e.commit = j.now, true
			j.due(i, category, reason, j.now)
		}
	}
	i.forget()
}

// barred are the refusals of any use of the data of an installation.
func (i *installation) barred(must refusals) {
	if i.uninstalled != 0 || i.restricted || i.erased {
		must[kept.Denied] = true
	}
}

// over refuses what has ended as late.
func (j *Judge) over(must refusals, i *installation, category string) {
	if _, over := j.closed(i, category); over {
		must[kept.Late] = true
	}
}

// ended lets the end of what is asked for speak before any veto: whoever asks learns that it is over, and why.
func ended(must refusals) {
	if must[kept.Late] {
		delete(must, kept.Denied)
	}
}

func (j *Judge) put(i *installation, e Event) {
	must := refusals{}
	i.barred(must)
	j.over(must, i, e.Category)
	if len(e.Fields) == 0 {
		must[kept.Invalid] = true
	}
	c, declared := j.policy.category(e.Category)
	may := j.storable(i.place.app, e.Category)
	if may.forbidden {
		j.exercised["store-nothing"]++
	}
	if !may.ok {
		must[kept.Denied] = true
	}
	for _, f := range e.Fields {
		if !may.fields[f] {
			must[kept.Denied] = true
		}
	}
	old := i.current[e.Item]
	if e.Kind == Put {
		old = i.named(e.Category, e.Name)
	} else if old == nil {
		must[kept.NotFound] = true
	} else if old.category != e.Category {
		must[kept.Conflict] = true
	}
	if !may.forbidden {
		j.exercised["collect"]++
	}
	placed, _ := j.policy.placed(i.place.app, c)
	told, _ := j.policy.named(i.place.app, c, e)
	if !placed || told || j.policy.least(i.place.app, c) && (e.Host == "" || old != nil && old.host != e.Host) {
		must[kept.Denied] = true
	}
	j.treated(i.place.app, c, "place", "anonymise", "token")
	ended(must)
	if !j.answer(e, must) {
		if e.Refused == kept.Denied || e.Refused == kept.Late {
			named := e.Category
			if !declared {
				named = "undeclared"
			}
			j.owe(i, kept.FactPutRefused, named, "")
		}
		return
	}
	j.store(i, e, old)
}

func (i *installation) named(category, name string) *value {
	for _, v := range i.current {
		if name != "" && v.name == name && v.category == category {
			return v
		}
	}
	return nil
}

func (j *Judge) store(i *installation, e Event, old *value) {
	v := &value{of: i, category: e.Category, name: e.Name, version: version{e.Item, 1}, fields: slices.Sorted(slices.Values(e.Fields)),
		marker: e.Marker, host: e.Host, stored: j.now}
	kind := kept.FactStored
	if old != nil {
		i.end(old, j.now, true)
		v.name, v.n, kind = old.name, old.n+1, kept.FactOverwritten
	}
	if old == nil && j.values[v.version] != nil || old != nil && e.Item != old.item || e.Version != v.n {
		j.find("answer-right", "a put of %s made version %d of an item; it is version %d", e.Category, e.Version, v.n)
		return
	}
	i.used = true
	i.current[v.item], j.values[v.version] = v, v
	j.owe(i, kind, e.Category, e.Item)
}

func (j *Judge) read(i *installation, e Event) {
	v := i.current[e.Item]
	must := refusals{}
	if v == nil {
		e.Category = ""
		j.answer(e, refusals{kept.NotFound: true})
		return
	}
	e.Category = v.category
	i.barred(must)
	j.over(must, i, v.category)
	c, _ := j.policy.category(v.category)
	j.exercised["purpose"]++
	if e.Purpose == "" {
		must[kept.Invalid] = true
	} else if !j.policy.readable(i.place.app, c, e.Purpose) {
		must[kept.Denied] = true
	}
	if placed, _ := j.policy.placed(i.place.app, c); !placed || j.policy.least(i.place.app, c) && (e.Host == "" || e.Host != v.host) {
		must[kept.Denied] = true
	}
	j.treated(i.place.app, c, "place", "token")
	if e.Role != "" { // one of the vendor's people
		j.treated(i.place.app, c, "access")
		if !j.policy.admits(i.place.app, c, e.Role) {
			must[kept.Denied] = true
		}
	}
	if e.Recipient != "" {
		j.exercised["recipient"]++
		j.exercised["no-sale"]++
		j.policy.receives(i.place.app, c, e, must)
	}
	ended(must)
	if len(must) == 0 { // no read without its entry
		j.over(must, i, j.policy.journal())
	}
	if !j.answer(e, must) {
		if e.Refused == kept.Denied || e.Refused == kept.Late {
			j.owe(i, kept.FactReadRefused, v.category, "")
		}
		return
	}
	if !e.cut && !v.is(e.Value) {
		j.find("answer-right", "a read of %s gave another value than was stored", v.category)
	}
	if e.Role != "" {
		j.owe(i, kept.FactOpened, v.category, v.item)
	}
	if e.Recipient != "" {
		j.owe(i, kept.FactDisclosed, v.category, v.item)
	}
	j.enter(i, v.category, e.Purpose)
}

func (v *value) is(seen map[string]string) bool {
	for _, said := range seen {
		if said != v.marker {
			return false
		}
	}
	return slices.Equal(slices.Sorted(maps.Keys(seen)), v.fields)
}

func (j *Judge) enter(i *installation, category, purpose string) {
	e := &entry{key: entryKey{string(i.id), category, purpose, j.now}, of: i, class: j.policy.journal()}
	i.entries, j.entries[e.key] = append(i.entries, e), e
}

func (j *Judge) list(i *installation, e Event) {
	if !j.answer(e, nil) {
		return
	}
	var want []kept.ID
	for id, v := range i.current {
		if _, over := j.closed(i, v.category); v.category == e.Category && !over {
			want = append(want, id)
		}
	}
	if !slices.Equal(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(e.Items))) {
		j.find("answer-right", "a list of %s names %d items; there are %d", e.Category, len(e.Items), len(want))
	}
}

func (j *Judge) review(i *installation, e Event) {
	class := e.Category
	if class == "" {
		class = j.policy.journal()
	}
	e.Category = class
	c, declared := j.policy.category(class)
	must := refusals{}
	j.exercised["purpose"]++
	placed, _ := j.policy.placed(i.place.app, c)
	reviewable := class == j.policy.journal() && e.Role != kept.AppRuntime || class != j.policy.journal() && len(j.policy.promised(i.place.app, c, "log")) > 0
	if i.erased || !declared || !placed || !reviewable || !j.policy.readable(i.place.app, c, e.Purpose) {
		must[kept.Denied] = true
	}
	j.over(must, i, class)
	if e.Purpose == "" {
		must[kept.Invalid] = true
	}
	if !j.answer(e, must) {
		return
	}
	n := 0
	for _, line := range i.entries {
		if line.class == class {
			n++
		}
	}
	if !e.cut && n != e.Entries {
		j.find("answer-right", "a review of %s shows %d entries; there are %d", class, e.Entries, n)
	}
	j.enter(i, class, e.Purpose)
}

func (j *Judge) delete(i *installation, e Event) {
	v := i.current[e.Item]
	if v == nil {
		j.answer(e, refusals{kept.NotFound: true})
		return
	}
	e.Category = v.category
	if j.answer(e, nil) {
		i.end(v, j.now, true)
		j.due(i, v.category, "deleted", j.now)
		j.owe(i, kept.FactDeleted, v.category, v.item)
	}
}

func (j *Judge) purge(i *installation, e Event) {
	promised, everything, ok := j.policy.purges(i.place.app)
	must := refusals{}
	if !ok {
		must[kept.Denied] = true
	}
	for n, name := range e.Categories {
		if _, declared := j.policy.category(name); !declared || slices.Contains(e.Categories[:n], name) {
			must[kept.Invalid] = true
		} else if !everything && !slices.Contains(promised, name) {
			must[kept.Denied] = true
		}
	}
	if !j.answer(e, must) {
		return
	}
	j.exercised["purge"]++
	categories := e.Categories
	if len(categories) == 0 {
		categories = promised
		if everything {
			categories = append([]string{ownJournal}, names(j.policy.Categories)...)
		}
	}
	for _, name := range categories {
		j.erase(i, name, "purged")
	}
	j.owe(i, kept.FactPurgeAsked, "", "")
}

func names(categories []Category) (out []string) {
	for _, c := range categories {
		out = append(out, c.Name)
	}
	return out
}

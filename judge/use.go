package judge

import (
	"maps"
	"slices"

	"kept"
)

func (j *Judge) put(i *installation, e Event) {
	must := refusals{}
	i.barred(must)
	j.over(must, i, e.Category)
	if len(e.Fields) == 0 || nameless[e.Account] {
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
	if i.awaited(e.Account) {
		must[kept.Held] = true
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
		marker: e.Marker, host: e.Host, account: e.Account, group: e.Group, stored: j.now}
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
	j.meets(i, v.account)
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
	if j.closedAlone(i, row{v: v}) {
		must[kept.Late] = true
	}
	c, _ := j.policy.category(v.category)
	j.exercised["purpose"]++
	if e.Purpose == "" {
		must[kept.Invalid] = true
	} else if !j.readable(i.place.app, v.category, e.Purpose, v.stored) {
		must[kept.Denied] = true
	}
	if !j.placed(i.place.app, v.category, v.stored) || j.misused(i.place.app, v.category, e.Host, v.host, v.stored) {
		must[kept.Denied] = true
	}
	j.treated(i.place.app, c, "place", "token")
	if e.Role != "" { // one of the vendor's people
		j.treated(i.place.app, c, "access")
		if !j.admits(i.place.app, v.category, e.Role, v.stored) {
			must[kept.Denied] = true
		}
	}
	if e.Recipient != "" {
		j.exercised["recipient"]++
		j.exercised["no-sale"]++
		j.receives(i.place.app, e, must, v.stored)
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
	if e.Role == "" && j.counts(i.place.app, v.category, "last-use") {
		v.sayings = append(v.sayings, saying{"last-use", j.now, j.now, false})
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
	if v.said != nil {
		return maps.Equal(seen, v.said)
	}
	for _, said := range seen {
		if said != v.marker {
			return false
		}
	}
	return slices.Equal(slices.Sorted(maps.Keys(seen)), v.fields)
}

func (j *Judge) enter(i *installation, category, purpose string) {
	j.keep(&entry{key: entryKey{string(i.id), category, "", purpose, j.now}, of: i, class: class{category: j.policy.journal()}})
}

func (j *Judge) list(i *installation, e Event) {
	must := refusals{}
	i.underWay(must)
	if !j.answer(e, must) {
		return
	}
	var want []kept.ID
	for id, v := range i.current {
		if _, over := j.closed(i, v.category); v.category == e.Category && !over && !j.closedAlone(i, row{v: v}) {
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
	if i.erased || !declared || !placed || !reviewable || !j.readable(i.place.app, class, e.Purpose, j.now) {
		must[kept.Denied] = true
	}
	j.over(must, i, class)
	i.underWay(must)
	if e.Purpose == "" {
		must[kept.Invalid] = true
	}
	if !j.answer(e, must) {
		return
	}
	n := 0
	for _, line := range i.entries {
		at := line.key.at // a line from before a version goes on under what was promised of it
		if line.class.category == class && !j.closedAlone(i, row{e: line}) && j.readable(i.place.app, class, e.Purpose, at) && j.placed(i.place.app, class, at) {
			n++
		}
	}
	if !e.cut && n != e.Entries {
		j.find("answer-right", "a review of %s shows %d entries; there are %d", class, e.Entries, n)
	}
	j.enter(i, class, e.Purpose)
}

func (j *Judge) delete(i *installation, e Event) {
	closed := refusals{}
	if i.underWay(closed); len(closed) > 0 { // before anybody looks which item it is
		j.answer(e, closed)
		return
	}
	v := i.current[e.Item]
	if v == nil {
		j.answer(e, refusals{kept.NotFound: true})
		return
	}
	e.Category = v.category
	must := refusals{}
	if e.Role != kept.CustomerAdmin && j.tooSoon(v) {
		must[kept.Denied] = true
	}
	if !j.answer(e, must) {
		if e.Refused == kept.Denied {
			j.owe(i, kept.FactDeleteRefused, v.category, "")
		}
		return
	}
	{
		i.end(v, j.now, true)
		j.due(i, v.class(), ending{j.now, j.now, "deleted"}, v.stored)
		j.owe(i, kept.FactDeleted, v.category, v.item)
	}
}

func (j *Judge) purge(i *installation, e Event) {
	promised, everything, ok := j.policy.purges(i.place.app)
	must := refusals{}
	if !ok {
		must[kept.Denied] = true
	}
	i.underWay(must)
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
		j.erase(i, name, ending{j.now, j.now, "purged"})
	}
	j.owe(i, kept.FactPurgeAsked, "", "")
}

func names(categories []Category) (out []string) {
	for _, c := range categories {
		out = append(out, c.Name)
	}
	return out
}

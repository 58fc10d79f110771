package judge

import (
	"cmp"
	"encoding/json"
	"slices"

	"kept"
)

// entry is the line that one read left, or that an app wrote.
type entry struct {
	id  kept.ID // of its row, once that was seen to open
	key entryKey
	of  *installation
	class
	record string // of a line, as what follows
	actor  string
	fields []string
	marker string
	people []string // whom it names
	gone   kept.Time
	commit bool
	aged   bool
	before *entry // what it was at the server from which it came
}

// entryKey is by what entries find their rows. Lines that are written at once may share one.
type entryKey struct {
	scope, category, severity, purpose string
	at                                 kept.Time
}

// atOnce is how many lines one call writes at most.
const atOnce = 256

// write is a line of a log.
func (j *Judge) write(i *installation, e Event) {
	e.Lines = []Event{e}
	j.writeAll(i, e)
}

// writeAll is several lines. Whatever is wrong with one of them, none is written; the answer speaks of the first.
func (j *Judge) writeAll(i *installation, e Event) {
	must, of := refusals{}, e.Category
	if len(e.Lines) > atOnce || slices.ContainsFunc(e.Lines, func(line Event) bool { return nameless[line.Account] || nameless[line.Actor] }) {
		must[kept.Invalid] = true
	}
	for _, line := range e.Lines {
		if wrong := j.unwritable(i, line); len(must) == 0 && len(wrong) > 0 {
			must, of = wrong, line.Category
		}
	}
	if len(must) == 0 && slices.ContainsFunc(e.Lines, func(line Event) bool { return slices.ContainsFunc(people(line), i.awaited) }) {
		must[kept.Held] = true
	}
	if slices.ContainsFunc(e.Lines, func(line Event) bool { return line.Severity != "" && !slices.Contains(severities, line.Severity) }) {
		must = refusals{kept.Invalid: true} // nobody looks further
	}
	e.Category = of
	if !j.answer(e, must) {
		if e.Refused == kept.Denied || e.Refused == kept.Late {
			if _, declared := j.policy.category(of); !declared {
				of = "undeclared"
			}
			j.owe(i, kept.FactLineRefused, of, "")
		}
		return
	}
	i.used = true
	var lines []*entry
	for _, e := range e.Lines {
		line := &entry{key: entryKey{string(i.id), e.Category, e.Severity, "", j.now}, of: i, class: class{e.Category, e.Severity}, record: e.Record, actor: e.Actor,
			fields: slices.Sorted(slices.Values(e.Fields)), marker: e.Marker, people: people(e)}
		for _, account := range line.people {
			j.meets(i, account)
		}
		if c, _ := j.policy.category(e.Category); j.policy.records(i.place.app, c) != nil { // else it is the app's own word, and stands nowhere in clear
			line.key.purpose = e.Record
		}
		lines = append(lines, line)
	}
	slices.SortStableFunc(lines, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.category, b.category), cmp.Compare(a.severity, b.severity), cmp.Compare(a.key.purpose, b.key.purpose))
	})
	for _, line := range lines {
		j.keep(line)
	}
}

// keep remembers a line. Those that share a key come one after the other.
func (j *Judge) keep(e *entry) {
	e.of.entries, j.entries[e.key] = append(e.of.entries, e), append(j.entries[e.key], e)
}

// unwritable are the refusals of one line.
func (j *Judge) unwritable(i *installation, e Event) refusals {
	must := refusals{}
	i.barred(must)
	if j.shut(i, e.Category) {
		must[kept.Late] = true
	}
	c, declared := j.policy.category(e.Category)
	named, _ := j.policy.named(i.place.app, c, e)
	placed, _ := j.policy.placed(i.place.app, c)
	if !declared || named || !placed || !j.policy.writable(i.place.app, c, e) {
		must[kept.Denied] = true
	}
	j.treated(i.place.app, c, "log", "anonymise")
	ended(must)
	return must
}

// capacities are what somebody acts in; any other actor is a person.
var capacities = append([]string{"customer-admin", "customer-user", "subject", "app-runtime", "clock"}, words(vendorStaff)...)

func words(roles []kept.Role) (out []string) {
	for _, r := range roles {
		out = append(out, string(r))
	}
	return out
}

// people are those whom something names: whom it is about, and who did it.
func people(e Event) (all []string) {
	if e.Account != "" {
		all = append(all, e.Account)
	}
	if e.Actor != "" && e.Actor != e.Account && !slices.Contains(capacities, e.Actor) {
		all = append(all, e.Actor)
	}
	return all
}

func (j *Judge) lines(w World, s *store) {
	for _, i := range j.installations {
		for from, to := 0, 0; from < len(i.entries); from = to {
			key := i.entries[from].key
			for to = from; to < len(i.entries) && i.entries[to].key == key; to++ {
			}
			j.written(key, i.entries[from:to], s)
		}
	}
	for key, rows := range s.entries {
		lines := j.entries[key]
		if len(lines) == 0 {
			j.find("read-entered", "an entry of %s says that %s was read for %s at %s; it was not", key.scope, key.category, key.purpose, key.at)
			continue
		}
		for _, row := range rows {
			e := lines[0] // those of one key go together, but where an account is closed
			if row.entry != nil {
				e = row.entry
			}
			if !slices.ContainsFunc(lines, func(e *entry) bool { return slices.Equal(row.fields, e.fields) }) {
				j.find("stored-fields", "a line of %s in %s has other fields than were written", e.category, key.scope)
			}
			if e.gone == 0 || j.pending(w, e.gone, e.commit) {
				continue
			}
			if w.Ticked {
				j.find("read-entered", "the entry of a read at %s is there, gone since %s", key.at, e.gone)
			}
			if _, opens := s.open(j.hoard, row); opens && !e.aged {
				j.find("item-gone", "the entry of a read at %s opens with the keys of now, gone since %s", key.at, e.gone)
			}
		}
	}
}

// written holds the rows of a key against the lines that there must be: each opens to one of them, and no two to the same.
func (j *Judge) written(key entryKey, lines []*entry, s *store) {
	rows := slices.DeleteFunc(slices.Clone(s.entries[key]), func(row *sealed) bool { return row.entry != nil && row.entry.gone != 0 })
	if len(rows) != len(lines) {
		j.find("read-entered", "%d lines or reads of %s for %s at %s have %d entries", len(lines), key.category, key.purpose, key.at, len(rows))
		return
	}
	left := slices.Clone(lines)
	for _, row := range rows {
		shown := row.shown == j.hoard.ring.Generation && s.has(row.refs)
		var said line
		if !shown {
			if plain, opens := s.open(j.hoard, row); !opens || json.Unmarshal(plain, &said) != nil {
				j.find("read-entered", "an entry of %s at %s does not open", key.category, key.at)
				return
			}
		}
		n := slices.IndexFunc(left, func(e *entry) bool {
			if shown {
				return e == row.entry
			}
			return said.is(e) && slices.Equal(row.fields, e.fields)
		})
		if n < 0 {
			j.find("read-entered", "an entry of %s at %s does not open to what it should say", key.category, key.at)
			return
		}
		row.entry, row.shown = left[n], j.hoard.ring.Generation
		row.entry.id = kept.ID(row.id)
		left = slices.Delete(left, n, n+1)
	}
}

// line is an entry as it is sealed.
type line struct {
	Kind, Category, Purpose, Record, Severity, Actor string

	Fields map[string]string
}

func (l line) is(e *entry) bool {
	if e.category == e.key.category && e.marker != "" {
		return l.Kind == "log" && l.Record == e.record && l.Severity == e.severity && l.Actor == e.actor && l.Category == e.category && (&value{fields: e.fields, marker: e.marker}).is(l.Fields)
	}
	return l.Kind != "log" && l.Category == e.key.category && l.Purpose == e.key.purpose
}

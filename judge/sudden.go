package judge

import (
	"cmp"
	"slices"
	"strings"

	"kept"
)

// sudden is something that ended and was not foreseen a day before.
type sudden struct {
	of       *installation
	category string
	by       road
	at       kept.Time
}

// startles tells whether a value goes by what was told of it less than a day before an instant, and would have stayed for more
// than a day after it by all else.
func (j *Judge) startles(v *value, at kept.Time) bool {
	_, _, event := j.parts(v)
	_, told, _ := v.happened(event)
	for _, by := range []road{byAge, byClock} {
		if owed, _ := j.plain(v.of, row{v: v}, by); owed != 0 && owed <= at.Add(window) {
			return false
		}
	}
	return told > at.Add(-window)
}

// heldUp tells whether a brake is, or was, on one value of a category: on what nobody foresaw, and was told before it was let go.
func (j *Judge) heldUp(v *value, b *brake) bool {
	_, _, event := j.parts(v)
	_, told, said := v.happened(event)
	return said && told <= b.until && j.startles(v, b.since)
}

// startling is what goes until an instant by what was told less than a day before.
func (j *Judge) startling(to kept.Time) (all []sudden) {
	for _, i := range j.installations {
		first := map[string]kept.Time{}
		for _, v := range i.current {
			b := i.brakes[row{v: v}.key(bySaying)]
			_, owed, _ := j.parts(v)
			if owed = b.owes(owed); b != nil && b.reason != unforeseen {
				owed = max(owed, b.until)
			}
			held := b != nil && b.reason == unforeseen && j.heldUp(v, b)
			if owed == 0 || owed > to || held || !j.startles(v, owed) {
				continue
			}
			if at, known := first[v.category]; !known || owed < at {
				first[v.category] = owed
			}
		}
		for category, at := range first {
			all = append(all, sudden{i, category, bySaying, at})
		}
	}
	return all
}

// surprises puts a brake on what ends until an instant, was not foreseen a day before, and is more than anybody could expect.
func (j *Judge) surprises(to kept.Time) {
	var ending []sudden
	for _, i := range j.installations {
		for name, d := range i.dated {
			owed, _ := j.clock(i, class{category: name})
			b := i.brakes[brakeKey{class{category: name}, byClock}]
			if owed = max(owed, b.owes(0)); b != nil {
				owed = max(owed, b.until)
			}
			if owed <= to && d.since > owed.Add(-window) && j.stocks(i, name) {
				ending = append(ending, sudden{i, name, byClock, owed})
			}
		}
	}
	ending = append(ending, j.startling(to)...)
	slices.SortFunc(ending, func(a, b sudden) int {
		return cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(string(a.by), string(b.by)), strings.Compare(string(a.of.id), string(b.of.id)), strings.Compare(a.category, b.category))
	})
	for _, s := range ending {
		if j.beyond(s) {
			s.of.brakes[brakeKey{class{category: s.category}, s.by}] = &brake{reason: unforeseen, since: s.at, until: never}
			j.owe(s.of, kept.FactBraked, s.category, "")
			j.exercised["retain"]++
		} else {
			j.sudden = append(j.sudden, s)
		}
	}
}

// stocks tells whether there is anything of a category in an installation.
func (j *Judge) stocks(i *installation, category string) bool {
	for _, v := range j.secrets {
		if category == sharedSecret && v.of == i && v.gone == 0 {
			return true
		}
	}
	return slices.ContainsFunc(i.rows(), func(r row) bool { return r.class().category == category })
}

// beyond tells whether one more is too many: over all that ends, or of its category.
func (j *Judge) beyond(s sudden) bool {
	others, alike := map[*installation]bool{s.of: true}, map[*installation]bool{s.of: true}
	for _, o := range j.sudden {
		if o.at > s.at.Add(-window) {
			others[o.of] = true
			if o.category == s.category {
				alike[o.of] = true
			}
		}
	}
	all, having := 0, 0
	for _, i := range j.installations {
		if !i.erased {
			all++
			if j.stocks(i, s.category) {
				having++
			}
		}
	}
	return len(others) > max(few, all/fraction) || len(alike) > max(few, having/fraction)
}

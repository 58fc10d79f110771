package document

// Ref points at a unit by identity and, where its text occurs more than once, by context. Empty members are not given.
// spec: docs/formats.md 1, equal texts.
type Ref struct{ ID, Under, After, Before, Section string }

// Fits tells whether unit i is what r may mean; its twins may be too.
func (t *Text) Fits(r Ref, i int) bool {
	full := t.full[i]
	given := func(want, is string) bool { return want == "" || want == is }
	return r.ID == full.ID && given(r.Under, full.Under) && given(r.After, full.After) && given(r.Before, full.Before) &&
		(given(r.Section, full.Section) || r.Section == t.near[i])
}

// RefOf is the reference with the smallest context that tells unit i from its twins: none, one neighbour, two, all; and
// where these do not suffice, its section, alone or with them. A section is named by its heading, which outlives more
// edits, else by the nearest unit that can. Twins that nothing tells apart get all there is, and Find leaves them in doubt.
func (t *Text) RefOf(i int) Ref {
	full := t.full[i]
	for _, section := range []string{"", full.Section, t.near[i]} {
		for _, r := range []Ref{
			{},
			{Under: full.Under}, {After: full.After}, {Before: full.Before},
			{Under: full.Under, After: full.After}, {Under: full.Under, Before: full.Before}, {After: full.After, Before: full.Before},
			{Under: full.Under, After: full.After, Before: full.Before},
		} {
			r.ID, r.Section = full.ID, section
			if _, ok := t.Find(r); ok {
				return r
			}
		}
	}
	return full
}

// Find is the one unit that r fits. None, or more than one, is not ok.
func (t *Text) Find(r Ref) (unit int, ok bool) {
	unit = -1
	for _, i := range t.at[r.ID] {
		if !t.Fits(r, i) {
			continue
		}
		if unit >= 0 {
			return -1, false
		}
		unit = i
	}
	return unit, unit >= 0
}

package document

// Ref points at a unit by identity and, where its text occurs more than once, by context.
// Empty members are not given. spec: docs/formats.md 1, equal texts.
type Ref struct{ ID, Under, After, Before string }

// fits tells whether a unit with the whole context full is what r may mean.
func (r Ref) fits(full Ref) bool {
	given := func(want, is string) bool { return want == "" || want == is }
	return r.ID == full.ID && given(r.Under, full.Under) && given(r.After, full.After) && given(r.Before, full.Before)
}

// Context is the reference to unit i with its whole context, whether it is needed or not.
func (t *Text) Context(i int) Ref { return t.full[i] }

// RefOf is the reference with the smallest context that tells unit i from its twins: none, one member, two, all.
// Twins that nothing tells apart get their whole context, and Find leaves them in doubt.
func (t *Text) RefOf(i int) Ref {
	full := t.full[i]
	for _, r := range []Ref{
		{},
		{Under: full.Under}, {After: full.After}, {Before: full.Before},
		{Under: full.Under, After: full.After}, {Under: full.Under, Before: full.Before}, {After: full.After, Before: full.Before},
	} {
		r.ID = full.ID
		if _, ok := t.Find(r); ok {
			return r
		}
	}
	return full
}

// Find is the one unit that r fits. None, or more than one, is not ok.
func (t *Text) Find(r Ref) (unit int, ok bool) {
	unit = -1
	for _, i := range t.at[r.ID] {
		if !r.fits(t.full[i]) {
			continue
		}
		if unit >= 0 {
			return -1, false
		}
		unit = i
	}
	return unit, unit >= 0
}

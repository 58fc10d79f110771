package document

import "sort"

// Ref points at a unit by identity and, where its text occurs more than once, by context.
// Empty members are not given. spec: docs/formats.md 1, equal texts.
type Ref struct{ ID, Under, After, Before, Past string }

// fits tells whether a unit with the neighbours full is what r may mean; Past is not asked here.
func (r Ref) fits(full Ref) bool {
	given := func(want, is string) bool { return want == "" || want == is }
	return r.ID == full.ID && given(r.Under, full.Under) && given(r.After, full.After) && given(r.Before, full.Before)
}

// Fits tells whether unit i is what r may mean; its twins may be too.
func (t *Text) Fits(r Ref, i int) bool {
	return r.fits(t.full[i]) && (r.Past == "" || t.past(r.Past, i))
}

// past tells whether unit i is the first of its text behind the one unit with the identity mark.
func (t *Text) past(mark string, i int) bool {
	if !t.marks(mark) {
		return false
	}
	twins := t.at[t.Units[i].ID]
	n := sort.SearchInts(twins, t.at[mark][0]+1)
	return n < len(twins) && twins[n] == i
}

// marks tells whether an identity stands for one place of the text. Furniture does not: it may come and go.
func (t *Text) marks(id string) bool {
	return len(t.at[id]) == 1 && t.Units[t.at[id][0]].Kind != Furniture
}

// RefOf is the reference with the smallest context that tells unit i from its twins: none, one neighbour, two, all;
// and where these do not suffice, a mark that it is past. Twins that nothing tells apart get all their neighbours, and
// Find leaves them in doubt.
func (t *Text) RefOf(i int) Ref {
	full := t.full[i]
	for _, r := range []Ref{
		{},
		{Under: full.Under}, {After: full.After}, {Before: full.Before},
		{Under: full.Under, After: full.After}, {Under: full.Under, Before: full.Before}, {After: full.After, Before: full.Before},
		full,
		{Past: t.markOf(i)},
	} {
		r.ID = full.ID
		if _, ok := t.Find(r); ok {
			return r
		}
	}
	return full
}

// markOf is the nearest heading that unit i is past, else the nearest unit; empty if there is none. Headings come
// first because they outlive more edits.
func (t *Text) markOf(i int) (mark string) {
	for j := i - 1; j >= 0 && t.Units[j].ID != t.Units[i].ID; j-- {
		switch u := t.Units[j]; {
		case !t.marks(u.ID):
		case u.Kind == Heading:
			return u.ID
		case mark == "":
			mark = u.ID
		}
	}
	return mark
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

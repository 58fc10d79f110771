package document

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSection(t *testing.T) {
	const passage = "# How\nWe log.\nWe do.\n"
	for _, c := range []struct {
		name, raw string
		section   string // as somebody wrote it
		finds     int    // which "We log." it finds, -1 if none or in doubt
		chosen    bool   // whether it is all that is written for that one
	}{
		{"the heading above the passage", "# A\n" + passage + "# B\n" + passage, "B", 1, true},
		{"before the first", "# A\n" + passage + "# B\n" + passage, "A", 0, true},
		{"a heading farther than the nearest", "# A\n" + passage + "# B\n# C\n" + passage, "B", -1, false},
		{"no heading above the twin", passage + "# B\n" + passage, "B", 1, true},
		{"two in the section", "# A\n" + passage + passage, "A", -1, false},
		{"a sentence nearer than the heading", "# A\n" + passage + "# B\nSo far B.\n" + passage, "B", 1, true},
		{"a sentence where a heading would do", "# A\n" + passage + "# B\nSo far B.\n" + passage, "So far B.", 1, false},
		{"a sentence where no heading would", "# A\n" + passage + "So far A.\n" + passage, "So far A.", 1, true},
		{"a sentence farther than the nearest", "# A\n" + passage + "So far A.\nMore.\n" + passage, "So far A.", -1, false},
		{"a sentence that stands twice", passage + "So far.\n" + passage + "So far.\n", "So far.", -1, false},
		{"furniture", passage + "---\n" + passage, "---", -1, false},
		{"a heading that stands twice", "# B\n" + passage + "# B\n" + passage, "B", -1, false},
		{"a heading that stands elsewhere in a list", "# A\n" + passage + "# B\n" + passage + "- B\n", "B", -1, false},
		{"a heading below", passage + passage + "# B\n", "B", -1, false},
		{"one left, in the section", "# A\n# B\nSo far B.\nWe log.\n", "B", 0, false},
		{"one left, in another section", "# A\n" + passage + "# B\n", "B", -1, false},
		{"one left, below a heading that stood twice", "# A\n# B\n" + passage, "B", -1, false},
		{"the heading moved above another passage", "# A\n# B\n" + passage + "# C\n" + passage, "B", 0, true}, // it takes the reference along
	} {
		text, err := Split([]byte(c.raw), english)
		if err != nil {
			t.Fatal(err)
		}
		r := Ref{ID: Identity("We log."), Section: Identity(c.section)}
		twins := text.at[r.ID]
		found, ok := text.Find(r)
		if ok != (c.finds >= 0) || ok && found != twins[c.finds] {
			t.Errorf("%s: found %d (%v), wanted %d of %v", c.name, found, ok, c.finds, twins)
		}
		if ok && (text.RefOf(found) == r) != c.chosen {
			t.Errorf("%s: the reference is %+v", c.name, text.RefOf(found))
		}
	}
}

// Where the section holds several twins, their neighbours tell them apart, and no more of them than are needed.
func TestSectionWithNeighbours(t *testing.T) {
	const passage = "# How\nOne.\nWe log.\nTwo.\nWe log.\nThree.\n"
	text, err := Split([]byte("# A\n"+passage+"# B\n"+passage), english)
	if err != nil {
		t.Fatal(err)
	}
	log := Identity("We log.")
	for k, want := range []Ref{
		{ID: log, Section: Identity("A"), After: Identity("One.")},
		{ID: log, Section: Identity("A"), After: Identity("Two.")},
		{ID: log, Section: Identity("B"), After: Identity("One.")},
		{ID: log, Section: Identity("B"), After: Identity("Two.")},
	} {
		if got := text.RefOf(text.at[log][k]); got != want {
			t.Errorf("twin %d: %+v, wanted %+v", k, got, want)
		}
	}
}

// A piece is an item of write and the unit it was before an edit, -1 if it is new.
type piece struct{ n, was int }

// repeated makes a text in which passages stand several times, some below headings of their own.
func repeated(t *rapid.T) (pieces []piece, text *Text) {
	passage := rapid.SliceOfN(rapid.IntRange(-3, 5), 2, 7).Draw(t, "passage")
	var items []int
	for n := range rapid.IntRange(2, 4).Draw(t, "copies") {
		items = append(items, rapid.SampledFrom([]int{-10 - n, 10 + n, -3}).Draw(t, "between"))
		items = append(items, passage...)
		items = append(items, rapid.SliceOfN(rapid.IntRange(-3, 5), 0, 2).Draw(t, "more")...)
	}
	items = append(items, 40)
	units := 0
	for _, n := range items {
		p := piece{n, -1}
		if n != 0 {
			p.was = units
			units++
		}
		pieces = append(pieces, p)
	}
	return pieces, write(t, items)
}

func rewrite(t *rapid.T, pieces []piece) (text *Text, was []int) {
	var items []int
	for _, p := range pieces {
		items = append(items, p.n)
		if p.n != 0 {
			was = append(was, p.was)
		}
	}
	return write(t, items), was
}

// A reference that is an identity and a section finds the sentence itself or nothing, whatever single unit is inserted,
// deleted, moved or reworded, the sentence too. Two edits are left out because they redraw the sections: the unit that
// names the section moved, and the sentence reworded into such a unit or the other way round. Where a heading names the
// section, edits among other sentences change nothing.
func TestASectionNeverFindsATwin(t *testing.T) {
	exercised, gone := map[bool]int{}, 0 // by whether a heading names the section
	rapid.Check(t, func(t *rapid.T) {
		pieces, text := repeated(t)
		at := map[int]int{} // pieces by unit
		for k, p := range pieces {
			at[p.was] = k
		}
		for i := range text.Units {
			r := text.RefOf(i)
			if r.Section == "" || r != (Ref{ID: r.ID, Section: r.Section}) {
				continue
			}
			self, mark := at[i], at[text.at[r.Section][0]]
			sentence, titled := pieces[self].n, pieces[mark].n < 0
			names := func(n int) bool { // the sections, or may once it stands once
				return n < 0 || !titled && n > 0 && slices.ContainsFunc(pieces, func(p piece) bool { return p.n == n })
			}

			verb := rapid.SampledFrom([]string{"insert", "delete", "move", "reword"}).Draw(t, "verb")
			edited, old, fresh := slices.Clone(pieces), piece{}, piece{}
			from := -1
			if verb != "insert" {
				from = rapid.SampledFrom([]int{self, mark, rapid.IntRange(0, len(pieces)-1).Draw(t, "any")}).Draw(t, "from")
				old = pieces[from]
				edited = slices.Delete(edited, from, from+1)
			}
			if verb == "insert" || verb == "reword" {
				like := rapid.SampledFrom(pieces).Draw(t, "like").n
				fresh = piece{rapid.SampledFrom([]int{like, like, sentence, pieces[mark].n, 42, -42}).Draw(t, "fresh"), -1}
			}
			to := rapid.IntRange(0, len(edited)).Draw(t, "to")
			switch verb {
			case "move":
				fresh = old
			case "reword":
				to = from
			}
			if verb != "delete" {
				edited = slices.Insert(edited, to, fresh)
			}
			switch {
			case verb == "move" && from == mark:
				continue
			case verb == "reword" && (old.n == fresh.n || old.n == sentence && names(fresh.n) || fresh.n == sentence && names(old.n)):
				continue
			}

			exercised[titled]++
			after, was := rewrite(t, edited)
			found, ok := after.Find(r)
			if ok && was[found] != i {
				t.Fatalf("%s %d, %d: %+v finds what was unit %d, not %d", verb, old.n, fresh.n, r, was[found], i)
			}
			if from == self && verb != "move" {
				gone++
				if ok {
					t.Fatalf("%s %d, %d: %+v is found though its sentence is gone", verb, old.n, fresh.n, r)
				}
			}
			if titled && old.n >= 0 && fresh.n >= 0 && old.n != sentence && fresh.n != sentence && !ok {
				t.Fatalf("%s %d, %d: %+v is not found any more", verb, old.n, fresh.n, r)
			}
		}
	})
	if exercised[true] == 0 || exercised[false] == 0 || gone == 0 {
		t.Errorf("%v edits, %d of them of the sentence itself: the property was not exercised", exercised, gone)
	}
}

// Where the section needs neighbours beside it, its deleted sentence is not found either, unless the twin's own context
// names their text: of two equal sentences side by side nobody can tell which one went.
func TestADeletedSentenceIsNotFoundInItsSection(t *testing.T) {
	exercised := 0
	rapid.Check(t, func(t *rapid.T) {
		pieces, text := repeated(t)
		for k, p := range pieces {
			if p.n == 0 {
				continue
			}
			r := text.RefOf(p.was)
			beside := slices.ContainsFunc(text.at[r.ID], func(j int) bool {
				full := text.full[j]
				return full.Under == r.ID || full.After == r.ID || full.Before == r.ID
			})
			if _, ok := text.Find(r); !ok || r.Section == "" || beside {
				continue
			}
			exercised++
			after, was := rewrite(t, slices.Delete(slices.Clone(pieces), k, k+1))
			if found, ok := after.Find(r); ok {
				t.Fatalf("%+v of deleted unit %d finds what was unit %d", r, p.was, was[found])
			}
		}
	})
	if exercised == 0 {
		t.Error("no reference had a section: the property was not exercised")
	}
}

// A section is in doubt once what names it is gone or doubled, or another heading that stands once comes between.
func TestASectionInDoubt(t *testing.T) {
	exercised := 0
	rapid.Check(t, func(t *rapid.T) {
		pieces, text := repeated(t)
		for k, p := range pieces {
			if p.n == 0 {
				continue
			}
			r := text.RefOf(p.was)
			if _, ok := text.Find(r); !ok || r.Section == "" {
				continue
			}
			exercised++
			mark := slices.IndexFunc(pieces, func(q piece) bool { return q.was == text.at[r.Section][0] })
			anywhere := rapid.IntRange(0, len(pieces)).Draw(t, "double")
			between := rapid.IntRange(mark+1, k).Draw(t, "between")
			for what, edited := range map[string][]piece{
				"without its name":           slices.Delete(slices.Clone(pieces), mark, mark+1),
				"with two of them":           slices.Insert(slices.Clone(pieces), anywhere, piece{pieces[mark].n, -1}),
				"behind another one between": slices.Insert(slices.Clone(pieces), between, piece{-42, -1}),
			} {
				after, _ := rewrite(t, edited)
				if _, ok := after.Find(r); ok {
					t.Fatalf("%+v is found %s", r, what)
				}
			}
		}
	})
	if exercised == 0 {
		t.Error("no reference had a section: the property was not exercised")
	}
}

// Every unit of the published texts, furniture too, has a reference that finds it and nothing else.
func TestEveryUnitOfTheSharedTextsCanBeBound(t *testing.T) {
	sections := 0
	for _, name := range []string{"000-*.txt", "001-*.txt", "002-*.txt", "003-*.txt", "004-*.txt"} {
		_, raw := shared(t, name)
		text, err := Split(raw, "")
		if err != nil {
			t.Fatal(err)
		}
		here := 0
		for i, u := range text.Units {
			r := text.RefOf(i)
			if r.Section != "" {
				here++
			}
			if found, ok := text.Find(r); !ok || found != i {
				t.Errorf("%s line %d, a %s: its reference finds %d (%v), not %d", name, u.Line, u.Kind, found, ok, i)
			}
		}
		sections += here
		t.Logf("%s: %d units, %d of them with a section", name, len(text.Units), here)
	}
	if sections == 0 {
		t.Error("no text needs sections: they are not exercised")
	}
}

// A section that is gone puts all twins in doubt, whatever else the reference says.
func TestWithoutItsSectionEveryTwinIsOffered(t *testing.T) {
	text, err := Split([]byte("# A\nWe log.\n# B\nWe log.\n"), english)
	if err != nil {
		t.Fatal(err)
	}
	log := Identity("We log.")
	a := text.Align([]Ref{{ID: log, Under: Identity("B"), Section: Identity("C")}})
	if a.Units[0] != -1 || len(a.Offers) != 2 || len(a.Offers[text.at[log][0]]) != 1 {
		t.Errorf("units %v, offers %v", a.Units, a.Offers)
	}
}

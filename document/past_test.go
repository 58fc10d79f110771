package document

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPast(t *testing.T) {
	const passage = "# How\nWe log.\nWe do.\n"
	for _, c := range []struct {
		name, raw string
		past      string // a mark as somebody wrote it
		finds     int    // which "We log." is past it, -1 if in doubt
		chosen    string // the mark that is written for the last "We log."
	}{
		{"a heading", "# A\n" + passage + "# B\n" + passage, "B", 1, "B"},
		{"a mark before the first", "# A\n" + passage + "# B\n" + passage, "A", 0, "B"},
		{"a sentence", passage + "So far A.\n" + passage, "So far A.", 1, "So far A."},
		{"a sentence nearer than a heading", passage + "# B\nSo far B.\n" + passage, "So far B.", 1, "B"},
		{"the farther of two headings", passage + "# B\n# C\n" + passage, "B", 1, "C"},
		{"the farther of two sentences", passage + "So far B.\nSo far C.\n" + passage, "So far B.", 1, "So far C."},
		{"furniture", passage + "---\n" + passage, "---", -1, ""},
		{"a mark that stands twice", "# B\n" + passage + "# B\n" + passage, "B", -1, ""},
		{"a mark that stands nowhere", passage + passage, "B", -1, ""},
		{"a mark behind all", passage + passage + "# B\n", "B", -1, ""},
		{"a twin", passage + passage, "We log.", -1, ""},
	} {
		text, err := Split([]byte(c.raw), english)
		if err != nil {
			t.Fatal(err)
		}
		log := Identity("We log.")
		twins := text.at[log]
		found, ok := text.Find(Ref{ID: log, Past: Identity(c.past)})
		if ok != (c.finds >= 0) || ok && found != twins[c.finds] {
			t.Errorf("%s: found %d (%v), wanted %d of %v", c.name, found, ok, c.finds, twins)
		}
		last, want := twins[len(twins)-1], ""
		if c.chosen != "" {
			want = Identity(c.chosen)
		}
		if r := text.RefOf(last); r.Past != want || want != "" && r != (Ref{ID: log, Past: want}) {
			t.Errorf("%s: the reference is %+v, wanted past %q", c.name, r, c.chosen)
		}
	}
}

// A reference that is past a mark outlives whatever happens to others, and is in doubt once the mark is gone or doubled.
func TestPastOutlivesUnrelatedEdits(t *testing.T) {
	exercised := 0
	rapid.Check(t, func(t *rapid.T) {
		passage := rapid.SliceOfN(rapid.IntRange(-3, 6), 2, 8).Draw(t, "passage")
		var items []int
		for n := range rapid.IntRange(2, 4).Draw(t, "copies") {
			between := rapid.SampledFrom([]int{-10 - n, 10 + n}).Draw(t, "between") // a heading or a sentence of its own
			items = append(append(items, between), passage...)
		}
		items = append(items, 40)
		text := write(t, items)
		number := map[string]int{} // which item an identity is
		for _, n := range append(items, 42, -42) {
			if n != 0 {
				number[write(t, []int{n}).Units[0].ID] = n
			}
		}
		for i, u := range text.Units {
			r := text.RefOf(i)
			if r.Past == "" {
				continue
			}
			exercised++
			ordinal := slices.Index(text.at[u.ID], i)
			fresh := rapid.SampledFrom([]int{0, 42, -42}).Draw(t, "fresh")
			others := func(n int) bool { return n != number[u.ID] && n != number[r.Past] }

			edited := slices.Insert(slices.Clone(items), rapid.IntRange(0, len(items)).Draw(t, "to"), fresh)
			where := rapid.IntRange(0, len(edited)-1).Filter(func(k int) bool { return others(edited[k]) }).Draw(t, "from")
			edited = slices.Delete(edited, where, where+1)
			after := write(t, edited)
			if found, ok := after.Find(r); !ok || slices.Index(after.at[u.ID], found) != ordinal {
				t.Fatalf("%+v is not twin %d any more", r, ordinal)
			}

			mark := slices.Index(items, number[r.Past])
			if _, ok := write(t, slices.Delete(slices.Clone(items), mark, mark+1)).Find(r); ok {
				t.Fatalf("%+v is found without its mark", r)
			}
			doubled := slices.Insert(slices.Clone(items), rapid.IntRange(0, len(items)).Draw(t, "double"), number[r.Past])
			if _, ok := write(t, doubled).Find(r); ok {
				t.Fatalf("%+v is found with two marks", r)
			}
		}
	})
	if exercised == 0 {
		t.Error("no reference was past anything: the property was not exercised")
	}
}

// Every unit of the published texts, furniture too, has a reference that finds it and nothing else.
func TestEveryUnitOfTheSharedTextsCanBeBound(t *testing.T) {
	for _, name := range []string{"000-*.txt", "001-*.txt", "002-*.txt", "003-*.txt", "004-*.txt"} {
		_, raw := shared(t, name)
		text, err := Split(raw, "")
		if err != nil {
			t.Fatal(err)
		}
		past := 0
		for i, u := range text.Units {
			r := text.RefOf(i)
			if r.Past != "" {
				past++
			}
			if found, ok := text.Find(r); !ok || found != i {
				t.Errorf("%s line %d, a %s: its reference finds %d (%v), not %d", name, u.Line, u.Kind, found, ok, i)
			}
		}
		t.Logf("%s: %d units, %d of them past a mark", name, len(text.Units), past)
	}
}

// A mark that is gone puts all twins in doubt, whatever else the reference says.
func TestWithoutItsMarkEveryTwinIsOffered(t *testing.T) {
	text, err := Split([]byte("# A\nWe log.\n# B\nWe log.\n"), english)
	if err != nil {
		t.Fatal(err)
	}
	log := Identity("We log.")
	a := text.Align([]Ref{{ID: log, Under: Identity("B"), Past: Identity("C")}})
	if a.Units[0] != -1 || len(a.Offers) != 2 || len(a.Offers[text.at[log][0]]) != 1 {
		t.Errorf("units %v, offers %v", a.Units, a.Offers)
	}
}

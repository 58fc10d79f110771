package document

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// whole checks that every visible character belongs to one unit, in order, or to the mark of a list.
func whole(t interface {
	Helper()
	Fatalf(string, ...any)
}, raw []byte, text *Text) {
	t.Helper()
	lines := strings.Split(string(raw), "\n")
	units := text.Units
	for n, l := range lines {
		runes := []rune(l)
		free := 0
		gap := func(end int) {
			skipped := string(runes[free:end])
			bare := strings.TrimFunc(skipped, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) })
			if bare != "" && (free > 0 || !listMark.MatchString(bare) && !ordered.MatchString(bare+" ")) {
				t.Fatalf("line %d: %q belongs to no unit", n+1, skipped)
			}
		}
		for len(units) > 0 && units[0].Line == n+1 {
			u := units[0]
			if u.Start-1 < free || u.End < u.Start || u.End > len(runes) || u.Text != string(runes[u.Start-1:u.End]) {
				t.Fatalf("line %d: unit %d-%d %q is out of place", n+1, u.Start, u.End, u.Text)
			}
			if s := (span{u.Start - 1, u.End}); trim(runes, s) != s {
				t.Fatalf("line %d: unit %q has blanks at its ends", n+1, u.Text)
			}
			gap(u.Start - 1)
			free, units = u.End, units[1:]
		}
		gap(len(runes))
	}
	if len(units) > 0 {
		t.Fatalf("unit %+v lies behind the text", units[0])
	}
}

func TestEveryCharacterHasItsUnit(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		" ", " ", "\u00a0", "\n", "\n", "\r\n", ". ", ".", "? ", "!", ":", "; ", "- ", "\n- ", "\n* ", "\n1. ", "\n# ", "**", "_", "`", "```\n", "\n```\n",
		"|", "\n| a | b |\n", "|---|", "\n---\n", "z. B. ", "Art. 6 ", "10. Oktober ", "etc. ", "Inc. ", "We", "wir", "reiherSoft", "(", ") ", "„", "“ ", "»",
		"\u200b", "\ufeff", "\u00ad", "[a](b. C) ", "heron.example", "é", "€", "5", "\n\n", "\t", "…", "...",
	})
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(t, "pieces"), ""))
		text, err := Split(raw, rapid.SampledFrom([]string{english, german, ""}).Draw(t, "language"))
		if err != nil {
			t.Fatal(err)
		}
		whole(t, raw, text)
	})
}

func FuzzSplit(f *testing.F) {
	f.Add([]byte("# Kopf\n- Eins. Zwei z. B. Drei.\n```\ncode\n```\n1. We do.\n"))
	f.Add([]byte("\ufeffA.\u200b B. [x](y.) C! d) „E.“ F\r\n| a |\n|---|\n"))
	f.Add([]byte("# A\n# How\nWe do.\n# B\n# How\nWe do.\nB\n---\n# A\n"))
	f.Add([]byte("a\x00b"))
	f.Add([]byte("\xff"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		text, err := Split(raw, "")
		if err != nil {
			return
		}
		whole(t, raw, text)
		for i := range text.Units {
			r := text.RefOf(i)
			if found, ok := text.Find(r); ok && found != i {
				t.Fatalf("the reference of unit %d finds unit %d", i, found)
			}
		}
	})
}

// write makes a text: n above zero is a sentence (equal n are twins), zero ends a paragraph, below zero is a heading.
func write(t *rapid.T, items []int) *Text {
	var b strings.Builder
	for _, n := range items {
		switch {
		case n > 0:
			fmt.Fprintf(&b, "We keep number %d for you. ", n)
		case n < 0:
			fmt.Fprintf(&b, "\n\n# About %d\n\n", -n)
		default:
			b.WriteString("\n\n")
		}
	}
	text, err := Split([]byte(b.String()), english)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// edit inserts, deletes or moves one sentence, which it returns.
func edit(t *rapid.T, items []int, fresh int) (edited []int, touched int) {
	edited, touched = slices.Clone(items), fresh
	verb := rapid.SampledFrom([]string{"insert", "delete", "move"}).Draw(t, "verb")
	if verb != "insert" {
		i := rapid.IntRange(0, len(edited)-1).Filter(func(i int) bool { return edited[i] > 0 }).Draw(t, "from")
		touched = edited[i]
		edited = slices.Delete(edited, i, i+1)
	}
	if verb != "delete" {
		edited = slices.Insert(edited, rapid.IntRange(0, len(edited)).Draw(t, "to"), touched)
	}
	return edited, touched
}

func TestAnEditTouchesNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfNDistinct(rapid.IntRange(-20, 40), 2, 40, rapid.ID).Draw(t, "items")
		items = append(items, 41)
		before := write(t, items)
		edited, touched := edit(t, items, 42)
		after := write(t, edited)
		for i, u := range before.Units {
			if strings.Contains(u.Text, fmt.Sprintf(" %d for", touched)) {
				continue
			}
			r := before.RefOf(i)
			if r != (Ref{ID: u.ID}) {
				t.Fatalf("%q is unique and has the context %+v", u.Text, r)
			}
			if found, ok := after.Find(r); !ok || after.Units[found].Text != u.Text {
				t.Fatalf("%q is not found any more", u.Text)
			}
		}
	})
}

func TestTwinsAreNeverSwapped(t *testing.T) {
	told, context := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfN(rapid.IntRange(-2, 6), 2, 30).Draw(t, "items")
		items = append(items, 1)
		before := write(t, items)
		edited, _ := edit(t, items, 7)
		after := write(t, edited)
		for i, u := range before.Units {
			r := before.RefOf(i)
			if found, ok := before.Find(r); ok && found != i {
				t.Fatalf("the reference of unit %d finds unit %d", i, found)
			}
			found, ok := after.Find(r)
			if !ok {
				continue
			}
			told++
			if r != (Ref{ID: u.ID}) {
				context++
			}
			is := after.full[found]
			if after.Units[found].Text != u.Text ||
				r.Under != "" && r.Under != is.Under || r.After != "" && r.After != is.After || r.Before != "" && r.Before != is.Before ||
				r.Section != "" && r.Section != is.Section && r.Section != after.near[found] {
				t.Fatalf("%+v finds %+v", r, is)
			}
			for j := range after.Units {
				if j != found && after.Fits(r, j) {
					t.Fatalf("%+v finds one of two that fit", r)
				}
			}
		}
	})
	if told == 0 || context == 0 {
		t.Errorf("%d references were told apart, %d by context: the property was not exercised", told, context)
	}
}

// Context is the smallest there is.
func TestRefOf(t *testing.T) {
	const raw = "# A\nSame.\nOne.\nOther.\n# B\nSame.\nTwo.\nOther.\nOther.\nTwo.\nOther.\nOther.\nEnd.\nOnce.\n"
	text, err := Split([]byte(raw), english)
	if err != nil {
		t.Fatal(err)
	}
	id := func(s string) string { return Identity(s) }
	for i, want := range map[int]Ref{
		1:  {ID: id("Same."), Under: id("A")},
		2:  {ID: id("One.")},
		3:  {ID: id("Other."), Under: id("A")},
		5:  {ID: id("Same."), Under: id("B")},
		6:  {ID: id("Two."), After: id("Same.")},
		7:  {ID: id("Other."), Under: id("B"), After: id("Two."), Before: id("Other."), Section: id("B")}, // as 10: nothing between stands once
		8:  {ID: id("Other."), Before: id("Two.")},
		9:  {ID: id("Two."), After: id("Other.")},
		10: {ID: id("Other."), Under: id("B"), After: id("Two."), Before: id("Other."), Section: id("B")},
		11: {ID: id("Other."), Before: id("End.")},
		13: {ID: id("Once.")},
	} {
		got := text.RefOf(i)
		found, ok := text.Find(got)
		if got != want || ok != (i != 7 && i != 10) || ok && found != i {
			t.Errorf("unit %d: %+v (found %d %v), wanted %+v", i, got, found, ok, want)
		}
	}
	if _, ok := text.Find(Ref{ID: id("Same.")}); ok {
		t.Error("a reference without context found one of two twins")
	}
	if _, ok := text.Find(Ref{ID: id("Once."), Under: id("A")}); ok {
		t.Error("a reference found a unit under another heading")
	}
}

// Furniture is no neighbour and no heading: navigation may come and go.
func TestFurnitureIsNoContext(t *testing.T) {
	text, err := Split([]byte("# A\nOne.\n---\nTwo.\n"), english)
	if err != nil {
		t.Fatal(err)
	}
	one, two, title := Identity("One."), Identity("Two."), Identity("A")
	for i, want := range []Ref{
		{ID: title, Before: one},
		{ID: one, Under: title, After: title, Before: two, Section: title},
		{ID: Identity("---"), Under: title, After: one, Before: two, Section: title},
		{ID: two, Under: title, After: one, Section: title},
	} {
		if got := text.full[i]; got != want {
			t.Errorf("unit %d: %+v, wanted %+v", i, got, want)
		}
	}
}

func TestAlign(t *testing.T) {
	refs := func(sentences string) (refs []Ref) {
		for _, s := range strings.Fields(sentences) {
			refs = append(refs, Ref{ID: Identity(s + ".")})
		}
		return refs
	}
	for _, c := range []struct{ name, policy, text, offers string }{
		{"nothing changed", "A B C", "A B C", ""},
		{"one reworded", "A B C", "A X C", "X=B"},
		{"two reworded", "A B C D", "A X Y D", "X=B Y=C"},
		{"the first and the last", "A B C", "X B Y", "X=A Y=C"},
		{"one cut in two", "A B C", "A X Y C", "X=B Y=B"},
		{"two drawn into one", "A B C D", "A X D", "X=B,C"},
		{"a sentence moved", "A B C D E", "D A X C E", "X=B"},
		{"one inserted", "A C", "A X C", ""},
		{"one deleted", "A B C", "A C", ""},
		{"bound twice", "A B B C", "A X C", "X=B,B"},
		{"one of a pair bound twice", "A B C B D", "A B X D", "X=C"},
		{"twins in doubt", "A B C", "A B B C", "B=B B=B"},
		{"elsewhere", "A B C D", "A C X D", ""},
		{"no landmark", "A B", "X Y", "X=A Y=B"},
	} {
		text, err := Split([]byte(strings.ReplaceAll(c.text, " ", ".\n")+"."), english)
		if err != nil {
			t.Fatal(err)
		}
		policy := strings.Fields(c.policy)
		a := text.Align(refs(c.policy))
		var got []string
		for i, u := range text.Units {
			var names []string
			for _, k := range a.Offers[i] {
				names = append(names, policy[k])
			}
			if names != nil {
				got = append(got, strings.TrimSuffix(u.Text, ".")+"="+strings.Join(names, ","))
			}
		}
		if s := strings.Join(got, " "); s != c.offers {
			t.Errorf("%s: offers %q, wanted %q", c.name, s, c.offers)
		}
	}
}

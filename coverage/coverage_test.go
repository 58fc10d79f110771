package coverage

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kept/document"
	"kept/policy"
)

const head = `kept: 1
vendor: {id: heron, name: Heron Apps Ltd, country: GB}
documents:
  - {id: cloud, language: en, version: 2026-03-01}
apps:
  - {id: portal, hosting: connect}
categories:
  account: {scope: installation, subject: customer-user, source: user, fields: {email: {fides: user.contact.email}}}
`

func id(text string) string { return document.Identity(text) }

// two is head with a second document.
var two = strings.Replace(head, "documents:\n", "documents:\n  - {id: web, language: en, version: 2026-03-01}\n", 1)

func read(t testing.TB, bodies ...string) *policy.Policy {
	t.Helper()
	return readUnder(t, head, bodies...)
}

// readUnder makes a policy; $X$ in a body becomes the identity of X.
func readUnder(t testing.TB, head string, bodies ...string) *policy.Policy {
	t.Helper()
	files := map[string][]byte{"kept.yaml": []byte(head)}
	for n, body := range bodies {
		parts := strings.Split(body, "$")
		for i := 1; i < len(parts); i += 2 {
			parts[i] = fmt.Sprintf("%q", id(parts[i]))
		}
		files[fmt.Sprintf("part%d.yaml", n)] = []byte(strings.Join(parts, ""))
	}
	p, err := policy.Read(files)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return p
}

func split(t testing.TB, raw string) *document.Text {
	t.Helper()
	text, err := document.Split([]byte(raw), "en")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func cover(p *policy.Policy, text *document.Text) *Report { return Cover(p, p.Documents[0], text) }

const bound = `promises:
  - {id: kept, sentences: [$We delete it.$, $Both.$, $Title$, $Enforced and attested.$], control: retain, category: account, from: uninstalled, max: P90D}
  - {id: soon, sentences: [$We seal it.$, $Both.$], control: backup, every: P1D}
  - {id: until, sentences: [$Half an engine.$], control: retain, category: account, from: entry, reasons: x}
  - {id: sworn, sentences: [$We swear.$, $Enforced and attested.$, $Sworn and told.$], control: attest, what: training}
  - {id: told, sentences: [$We are Heron.$, $Sworn and told.$, $We delete it.$], control: information, about: us}
  - {id: cut, sentences: [$We keep it.$], control: retain, category: account, from: request, max: P9D}
contradictions:
  - {sentences: [$We delete it.$, $We keep it.$], keeps: $We delete it.$, because: the text is being corrected}
`

func TestStates(t *testing.T) {
	r := cover(read(t, bound), split(t, `# Title
We delete it. We seal it. We swear. We are Heron. Both.
We keep it. Nobody knows. Half an engine. Enforced and attested. Sworn and told.
---
`))
	var got []string
	for _, l := range r.List {
		got = append(got, fmt.Sprintf("%s: %s %v", l.Unit.Text, l.State, l.Promises))
	}
	want := []string{
		"# Title: furniture [kept]",
		"We delete it.: enforced [kept told]",
		"We seal it.: no-engine [soon]",
		"We swear.: attested [sworn]",
		"We are Heron.: information [told]",
		"Both.: no-engine [kept soon]",
		"We keep it.: contradicted [cut]",
		"Nobody knows.: unbound []",
		"Half an engine.: no-engine [until]",
		"Enforced and attested.: attested [kept sworn]",
		"Sworn and told.: attested [sworn told]",
		"---: furniture []",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwanted\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if r.Sentences != 10 || r.Enforced != 1 || r.NoEngine != 3 || r.Contradicted != 1 || r.Attested != 3 ||
		r.Information != 1 || r.Furniture != 2 || r.Unbound != 1 || r.Changed != 0 || r.Lost != nil || r.Percent() != 90 {
		t.Errorf("counts: %+v, %v percent", r, r.Percent())
	}
	for _, l := range r.List {
		if c := l.Contradiction; (c != nil) != (l.State == Contradicted) || c != nil && c.Keeps.ID == l.ID {
			t.Errorf("%q is %s, and the contradiction is %+v", l.Unit.Text, l.State, c)
		}
	}
	if none := cover(read(t), split(t, "# Title\n")); none.Percent() != 100 {
		t.Errorf("a text without sentences is covered to %v percent", none.Percent())
	}
}

func TestEdits(t *testing.T) {
	p := read(t, `promises:
  - {id: a, sentences: [$Alpha.$], control: information, about: a}
  - {id: b, sentences: [$Beta.$], control: information, about: b}
  - {id: c, sentences: [$Gamma.$], control: information, about: c}
  - {id: t, sentences: [{id: $Twin.$, under: $One$}], control: information, about: t}
`)
	for name, c := range map[string]struct{ text, want string }{
		"as bound":           {"Alpha. Beta. Gamma.\n# One\nTwin.\n# Two\nTwin.\n", "information information information furniture information furniture unbound"},
		"a sentence changed": {"Alpha. Better. Gamma.\n# One\nTwin.\n", "information changed(b) information furniture information"},
		"one is new":         {"Alpha. Beta. New. Gamma.\n# One\nTwin.\n", "information information unbound information furniture information"},
		"one is gone":        {"Alpha. Gamma.\n# One\nTwin.\n", "information information furniture information lost:b"},
		"twins in doubt":     {"Alpha. Beta. Gamma.\n# One\nTwin.\nTwin.\n", "information information information furniture changed(t) changed(t)"},
		"another heading":    {"Alpha. Beta. Gamma.\n# Won\nTwin.\n", "information information information furniture changed(t)"},
		"a heading in doubt": {"Alpha. Beta. Gamma.\n# Two\n# Twin.\n# Three\n# Twin.\n", "information information information furniture furniture(t) furniture furniture(t) lost:t"},
	} {
		r := cover(p, split(t, c.text))
		var got []string
		for _, l := range r.List {
			s := string(l.State)
			if l.Offer != nil {
				s += "(" + strings.Join(l.Offer, " ") + ")"
			}
			got = append(got, s)
		}
		for _, id := range r.Lost {
			got = append(got, "lost:"+id)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, s, c.want)
		}
	}
}

// Of twins that only their sections tell apart, one may give way and the other stay; neither takes the other's place.
func TestAPassageThatStandsTwice(t *testing.T) {
	p := read(t, `promises:
  - {id: one, sentences: [{id: $Gone.$, section: $A$}], control: retain, category: account, from: uninstalled, max: PT0S}
  - {id: two, sentences: [{id: $Gone.$, section: $B$}, $Kept.$], control: retain, category: account, from: uninstalled, max: P90D}
contradictions:
  - {sentences: [{id: $Gone.$, section: $A$}, $Kept.$], keeps: $Kept.$, because: the text is being corrected}
`)
	const passage, without = "# How\nWe log.\nGone.\nWe do.\n", "# How\nWe log.\nWe do.\n"
	for name, c := range map[string]struct{ text, want string }{
		"as bound":               {"# A\n" + passage + "# B\n" + passage + "Kept.\n", "[one] contradicted, [two] enforced"},
		"more sentences":         {"# A\nNew.\n" + passage + "# B\nNew.\n" + passage + "Kept.\n", "[one] contradicted, [two] enforced"},
		"one deleted":            {"# A\n" + without + "# B\n" + passage + "Kept.\n", "[two] changed"},
		"the other deleted":      {"# A\n" + passage + "# B\n" + without + "Kept.\n", "[one] changed"},
		"a third twin":           {"# A\n" + passage + "Gone.\n# B\n" + passage + "Kept.\n", "[] changed, [] changed, [two] enforced"},
		"a nearer heading":       {"# A\n# A2\n" + passage + "# B\n" + passage + "Kept.\n", "[] changed, [two] changed"},
		"a heading gone":         {"# A\n" + passage + "# C\n" + passage + "Kept.\n", "[one] changed, [] changed"},
		"a heading stands twice": {"# A\n" + passage + "# B\n" + passage + "# A\nKept.\n", "[] changed, [two] changed"},
	} {
		var got []string
		for _, l := range cover(p, split(t, c.text)).List {
			if l.Unit.Text == "Gone." {
				got = append(got, fmt.Sprintf("%v %s", l.Promises, l.State))
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, wanted %s", name, s, c.want)
		}
	}
}

func TestSeveralDocuments(t *testing.T) {
	p := readUnder(t, two, `promises:
  - {id: here, sentences: [$Alpha.$], document: cloud, control: information, about: a}
  - {id: there, sentences: [$Alpha.$], document: web, control: information, about: a}
  - {id: any, sentences: [$Beta.$, $Gamma.$], control: information, about: b}
`)
	for i, want := range []string{"[there] [any] []", "[here] [any] []"} {
		r := Cover(p, p.Documents[i], split(t, "Alpha. Beta. Delta."))
		var got []string
		for _, l := range r.List {
			got = append(got, fmt.Sprint(l.Promises))
		}
		if s := strings.Join(got, " "); s != want || r.Lost != nil || r.Changed != 0 {
			t.Errorf("%s: %s, lost %v; wanted %s", r.ID, s, r.Lost, want)
		}
	}
}

func TestWithoutText(t *testing.T) {
	p := read(t, bound)
	r := CoverRefs(p, p.Documents[0])
	var got []string
	for _, l := range r.List {
		got = append(got, string(l.State))
		if l.Line != 0 {
			t.Errorf("line %d of a text that is not there", l.Line)
		}
	}
	want := "enforced no-engine enforced attested no-engine no-engine attested attested information contradicted"
	if s := strings.Join(got, " "); s != want || r.Sentences != 10 || r.Unbound+r.Changed != 0 {
		t.Errorf("got %s (%d), wanted %s", s, r.Sentences, want)
	}
}

func TestJSON(t *testing.T) {
	b, err := json.Marshal(cover(read(t), split(t, "Alpha.")))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"cloud","language":"en","sentences":1,"enforced":0,"no_engine":0,"contradicted":0,"attested":0,"information":0,` +
		`"furniture":0,"unbound":1,"changed":0,"bare":0,"list":[{"id":"` + id("Alpha.") + `","line":1,"state":"unbound","promises":[]}]}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
}

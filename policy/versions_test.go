package policy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept"
)

func when(t *testing.T, s string) kept.Time {
	t.Helper()
	at, err := kept.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestVersions(t *testing.T) {
	p, err := Load("../examples/stories/tern")
	if err != nil {
		t.Fatal(err)
	}
	april, march := when(t, "2026-04-01T00:00Z"), when(t, "2026-03-31T23:59Z")
	older := p.At(march)
	if p.At(april) != p || older == p || older != p.Earlier[0] || p.Next(march) != april || p.Next(april) != 0 {
		t.Error("the versions do not follow each other in April")
	}
	if older.Digest == p.Digest || !strings.HasPrefix(older.Promises[0].At.File, "2026-01-01/") {
		t.Error("the older version does not stand in its folder")
	}

	days := func(category, from string, collected kept.Time) string {
		rules, _ := p.Rules("boards", category)
		l, _ := rules.Limit(from, collected, nil)
		return l.Max.String()
	}
	for _, c := range []struct {
		category, from string
		collected      kept.Time
		want           string
	}{
		{"visits", "entry", march, "P30D"}, {"visits", "entry", april, "P90D"}, {"visits", "entry", 0, "P90D"},
		{"profiles", "uninstalled", march, "P30D"}, {"profiles", "uninstalled", april, "P90D"},
	} {
		if got := days(c.category, c.from, c.collected); got != c.want {
			t.Errorf("%s collected %s: %s, not %s", c.category, c.collected, got, c.want)
		}
	}

	// A retroactive promise loosens what it is about, and nothing else.
	notes, _ := p.Rules("boards", "support-notes")
	for _, r := range notes.Since(march) {
		found := false
		for _, allowed := range r.Purposes {
			found = found || allowed.Purpose == "training"
		}
		if !found {
			t.Error("notes for training do not reach back")
		}
	}
	visits, _ := p.Rules("boards", "visits")
	if old := visits.Since(march); len(old) != 2 || len(old[1].Purposes) != 1 {
		t.Error("visits reach back")
	}
}

func TestBrokenHistories(t *testing.T) {
	const older = "kept: 1\nvendor: {id: tern, name: Tern}\ndocuments: []\n"
	for name, c := range map[string]struct{ head, older, want string }{
		"no day":         {"earlier: [one]\n", older, "policy.yaml:4:11: nothing says since when this version holds"},
		"no folder":      {"effective: 2026-04-01\nearlier: [two]\n", older, "policy.yaml:5:11: there is no folder `two`"},
		"outside":        {"effective: 2026-04-01\nearlier: [../one]\n", older, "policy.yaml:5:11: `earlier` cannot be `../one`"},
		"twice":          {"effective: 2026-04-01\nearlier: [one, one]\n", older, "policy.yaml:5:16: the folder `one` is named twice"},
		"not older":      {"effective: 2026-04-01\nearlier: [one]\n", older + "effective: 2026-04-01\n", "policy.yaml:5:11: the version in `one` does not hold before this one"},
		"another vendor": {"effective: 2026-04-01\nearlier: [one]\n", strings.Replace(older, "id: tern", "id: gull", 1), "policy.yaml:5:11: the version in `one` is another vendor's"},
		"no day at all":  {"effective: 2026-13-01\n", older, "policy.yaml:4:12: `effective` cannot be `2026-13-01`"},
		"no promise":     {"retroactive: [{promise: p, because: asked}]\n", older, "policy.yaml:4:25: no promise has the id `p`"},
		"broken inside":  {"effective: 2026-04-01\nearlier: [one]\n", older + "nonsense: 1\n", "one/policy.yaml:4:1: unknown key `nonsense`"},
	} {
		dir := t.TempDir()
		write := func(name, text string) {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("policy.yaml", "kept: 1\nvendor: {id: tern, name: Tern}\ndocuments: []\n"+c.head)
		write("one/policy.yaml", c.older)
		if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

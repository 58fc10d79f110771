package lint

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"kept/policy"
)

var published = regexp.MustCompile(`(?m)^\| (\d+) \| ([a-z-]+) \| ([a-z-]+) \| ([a-z0-9-]*) ?\|$`)

// What docs/lint.md says is found in a published text is found, as long as nobody has decided and recorded what is kept.
func TestPublishedTexts(t *testing.T) {
	page, err := os.ReadFile("../docs/lint.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]Finding{}
	rows := published.FindAllStringSubmatch(string(page), -1)
	for _, row := range rows {
		name, rule, promise := row[2], row[3], row[4]
		if found[name] == nil {
			p, err := policy.Load("../examples/published/" + name)
			if err != nil {
				t.Fatal(err)
			}
			p.Contradictions, p.Accepted = nil, nil
			p.Promises = slices.DeleteFunc(p.Promises, func(pr *policy.Promise) bool { return pr.Decision })
			found[name] = Check(p)
		}
		if !slices.ContainsFunc(found[name], func(f Finding) bool {
			return f.Rule == rule && (slices.Contains(f.Promises, promise) || promise == "" && f.Promises == nil)
		}) {
			t.Errorf("finding %s: %s finds nothing of %q in %s", row[1], rule, promise, name)
		}
	}
	if len(rows) < 40 {
		t.Errorf("%d rows", len(rows))
	}
}

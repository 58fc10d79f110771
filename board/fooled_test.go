package board

import (
	"strings"
	"testing"

	"kept"
	"kept/document"
	"kept/policy"
	"kept/register"
)

// Each row looks like a kept promise, and is none.
func TestWhatDoesNotFoolTheBoard(t *testing.T) {
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(promises)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		promise, says string
		add           func(s *state)
		want          kept.Verdict
	}{
		{"nothing", "a put that was refused because the installation was gone", func(s *state) {
			s.facts[fact(kept.FactPutRefused, "page")] = once
		}, kept.Unproven},
		{"after", "erased weeks ago, and no epoch has died since", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = once
			s.open = map[key]kept.Time{{"app", "note", "uninstalled"}: ago(20)}
		}, kept.AtRisk},
		{"after", "erased yesterday, the epoch turns today", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = once
			s.open = map[key]kept.Time{{"app", "note", "uninstalled"}: ago(1)}
		}, kept.Kept},
		{"publish", "published once, and the file is gone", func(s *state) {
			s.published["web"] = register.Publication{Version: "2026-01-01", Digest: make([]byte, 32), At: ago(9)}
		}, kept.AtRisk},
	} {
		s := empty()
		c.add(s)
		pr, _ := p.Promise(c.promise)
		b := &Board{Policy: p, Texts: map[string]*document.Text{}}
		if j := b.judge(s, pr); j.Verdict != c.want || strings.TrimSpace(j.Why.String()) == "" {
			t.Errorf("%s, %s: %s (%s), want %s", c.promise, c.says, j.Verdict, j.Why, c.want)
		}
	}
}

package board

import (
	"testing"

	"kept"
	"kept/policy"
)

const treated = `kept: 1
vendor: {id: v, name: V, country: DE}
documents:
  - {id: web, language: en, version: 2026-01-01}
apps:
  - {id: app, hosting: forge-remote}
categories:
  journal: {scope: installation, subject: end-user, fields: {what: {}, email: {fides: user.contact.email}}}
  token: {scope: installation, subject: customer-admin, fields: {secret: {}}}
  figures: {scope: installation, fields: {n: {}, who: {fides: user.unique_id}}}
decisions:
  - {id: log, control: log, category: journal, records: login, never: email, because: test}
  - {id: sealed, control: protect, category: "*", cipher: aes-256-gcm, because: test}
  - {id: layers, control: protect, category: "*", layers: 2, because: test}
  - {id: least, control: token, category: token, scope: least, because: test}
  - {id: rotate, control: token, category: token, rotate: true, because: test}
  - {id: nameless, control: anonymise, category: figures, because: test}
  - {id: people, control: access, to: token, who: support, because: test}
  - {id: pages, control: access, to: website, who: anyone, because: test}
`

// Each row adds something to a state in which nothing has ever happened.
func TestVerdictsOnTreatment(t *testing.T) {
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(treated)})
	if err != nil {
		t.Fatal(err)
	}
	envelope, clear := []byte{1, 1, 1}, []byte(`{"s`)
	for _, c := range []struct {
		promise, says string
		add           func(s *state)
		want          kept.Verdict
	}{
		{"log", "nothing", func(*state) {}, kept.Unproven},
		{"log", "a line", func(s *state) { s.lines = []line{{"app", "journal", "login", "what", true, once}} }, kept.Kept},
		{"log", "another record", func(s *state) { s.lines = []line{{"app", "journal", "logout", "", true, once}} }, kept.Broken},
		{"log", "a field it never holds", func(s *state) { s.lines = []line{{"app", "journal", "login", "what email", true, once}} }, kept.Broken},
		{"sealed", "nothing", func(*state) {}, kept.Unproven},
		{"sealed", "an envelope", func(s *state) { s.heads = []head{{"app", "token", envelope, 200, once}} }, kept.Kept},
		{"sealed", "one in clear beside it", func(s *state) {
			s.heads = []head{{"app", "token", envelope, 200, once}, {"app", "token", clear, 200, once}}
		}, kept.Broken},
		{"sealed", "one cut short", func(s *state) { s.heads = []head{{"app", "token", envelope, 20, once}} }, kept.Broken},
		{"layers", "two layers", func(s *state) { s.heads = []head{{"app", "token", envelope, 200, once}} }, kept.NoEngine},
		{"least", "refused elsewhere", func(s *state) { s.named["least"] = once }, kept.Kept},
		{"least", "one for no host", func(s *state) { s.loose[key{app: "app", category: "token"}] = once }, kept.Broken},
		{"rotate", "stored", func(s *state) { s.facts[fact(kept.FactStored, "token")] = once }, kept.Unproven},
		{"rotate", "overwritten", func(s *state) { s.facts[fact(kept.FactOverwritten, "token")] = once }, kept.Kept},
		{"nameless", "stored", func(s *state) { s.facts[fact(kept.FactStored, "figures")] = once }, kept.Kept},
		{"nameless", "with a field that names", func(s *state) { s.fields[key{app: "app", category: "figures"}] = []string{"n who"} }, kept.Broken},
		{"nameless", "about somebody", func(s *state) { s.about[key{app: "app", category: "figures"}] = once }, kept.Broken},
		{"people", "nothing", func(*state) {}, kept.Unproven},
		{"people", "opened by support", func(s *state) { s.opened[key{"app", "token", "support"}] = once }, kept.Kept},
		{"people", "refused", func(s *state) { s.named["people"] = once }, kept.Kept},
		{"people", "opened by a developer", func(s *state) { s.opened[key{"app", "token", "developer"}] = once }, kept.Broken},
		{"pages", "no category", func(*state) {}, kept.NoEngine},
	} {
		s := empty()
		c.add(s)
		pr, _ := p.Promise(c.promise)
		if j := (&Board{Policy: p}).judge(s, pr); j.Verdict != c.want {
			t.Errorf("%s, %s: %s (%s), want %s", c.promise, c.says, j.Verdict, j.Why, c.want)
		}
	}
}

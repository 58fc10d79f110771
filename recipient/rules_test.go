package recipient

import (
	"strings"
	"testing"

	"kept"
	"kept/gate"
	"kept/policy"
)

const world = `kept: 1
vendor: {id: v, name: V}
documents: [{id: web, language: en, version: 2026-01-01}]
apps: [{id: app, hosting: forge-remote}, {id: shut, hosting: datacenter}, {id: quiet, hosting: connect}]
categories: {note: {scope: installation, fields: {text: {}}}}
recipients:
  desk: {name: Desk, kind: processor}
  mill: {name: Mill, kind: processor}
  court: {name: Court, kind: authority}
decisions:
  - {id: desk-errors, control: recipient, name: desk, for: [errors, advertising], apps: [app, shut], because: a test}
  - {id: desk-more, control: recipient, name: desk, for: statistics, apps: app, because: a test}
  - {id: mill-all, control: recipient, name: mill, apps: shut, because: a test}
  - {id: somebody, control: recipient, kind: processor, for: [hosting], because: a test}
  - {id: vetted, control: recipient, name: court, contract: dpa, because: a test}
  - {id: unsold, control: no-sale, purposes: advertising, because: a test}
  - {id: law, control: disclose, only: [court-order], apps: app, because: a test}
  - {id: rescue-of-life, control: disclose, only: [emergency], apps: app, because: a test}
  - {id: never, control: disclose, only: [], apps: shut, because: a test}
`

func read(t *testing.T) *policy.Policy {
	t.Helper()
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(world)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// show is how something was refused: kind and promise; empty for not at all.
func show(err error) string {
	e, ok := err.(*kept.Error)
	if !ok || e == nil {
		return ""
	}
	return strings.TrimSpace(string(e.Kind) + " " + e.Promise)
}

func TestWhoMayReceive(t *testing.T) {
	p := read(t)
	for _, c := range []struct{ app, recipient, function, want string }{
		{"app", "desk", "errors", ""},
		{"app", "desk", "statistics", ""}, // functions unite
		{"app", "desk", "support", "denied desk-errors"},
		{"app", "desk", "", "invalid"},
		{"shut", "desk", "statistics", "denied desk-errors"},
		{"shut", "mill", "anything", ""}, // no function is named
		{"shut", "mill", "", ""},
		{"app", "mill", "hosting", "denied somebody"},
		{"app", "mill", "statistics", "denied"},
		{"app", "court", "hosting", "denied"}, // a promise with a contract has no engine, and the unnamed one is of another kind
		{"app", "stranger", "errors", "denied"},
		{"app", "", "errors", "invalid"},
		{"app", "desk", "sale", "denied unsold"},
		{"app", "desk", "advertising", "denied unsold"}, // although a promise names it
		{"shut", "mill", "sale", "denied unsold"},
	} {
		q := gate.Question{Verb: gate.Read, App: c.app, Recipient: c.recipient, For: c.function}
		if got := show(mayReceive(p, q)); got != c.want {
			t.Errorf("%s of %s for %q: %q, want %q", c.recipient, c.app, c.function, got, c.want)
		}
	}
}

func TestWhenPeopleMayDisclose(t *testing.T) {
	p := read(t)
	for _, c := range []struct{ app, occasion, want string }{
		{"app", "court-order", ""},
		{"app", "emergency", ""},
		{"app", "curiosity", "denied law"},
		{"shut", "court-order", "denied never"},
		{"quiet", "court-order", "denied"},
		{"", "court-order", "denied"},
	} {
		if got := show(mayReveal(p, gate.Question{Verb: gate.Reveal, App: c.app, Case: c.occasion})); got != c.want {
			t.Errorf("%q of %q: %q, want %q", c.occasion, c.app, got, c.want)
		}
	}
	for _, d := range []Disclosure{
		{Categories: []string{"note"}},
		{Case: "court-order"},
		{Case: "court-order", Categories: []string{"shoes"}},
		{Case: "court-order", Categories: []string{"note", "note"}},
		{Case: "court-order", Categories: []string{"note"}, Recipient: "stranger"},
	} {
		if got := show(check(p, d)); got != "invalid" {
			t.Errorf("%+v: %q", d, got)
		}
	}
	if err := check(p, Disclosure{Case: "court-order", Categories: []string{"note"}, Recipient: "court"}); err != nil {
		t.Error(err)
	}
}

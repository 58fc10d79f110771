package place

import (
	"strings"
	"testing"

	"kept"
	"kept/policy"
)

const world = `kept: 1
vendor: {id: v, name: V}
documents: [{id: web, language: en, version: 2026-01-01}]
apps: [{id: app, hosting: forge-remote}, {id: own, hosting: datacenter}]
categories:
  note: {scope: installation, fields: {text: {}}}
  fault: {scope: installation, fields: {text: {}}}
  page: {scope: installation, fields: {text: {}}}
recipients:
  near: {name: Near, seat: DE}
  far: {name: Far, seat: US}
  lost: {name: Lost}
decisions:
  - {id: germany, control: place, category: "*", region: DE, hosting: forge-remote, because: a test}
  - {id: faults, control: place, category: fault, region: [DE, US], because: a test}
  - {id: inside, control: place, category: fault, at: [vendor, atlassian], because: a test}
  - {id: pages, control: place, category: page, at: [atlassian, customer-host], because: a test}
  - {id: runs, control: place, category: note, provider: far, region: EEA, apps: own, because: a test}
  - {id: named, control: recipient, name: lost, region: FR, apps: own, because: a test}
`

func read(t *testing.T) *policy.Policy {
	t.Helper()
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(world)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func under(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := err.(*kept.Error)
	if !ok || e.Kind != kept.Denied {
		t.Fatalf("refused with %v", err)
	}
	return e.Promise
}

func TestWhereAServerMayStand(t *testing.T) {
	p := read(t)
	for _, c := range []struct{ app, category, server, database, want string }{
		{"app", "note", "eu-central-1", "de", ""},
		{"app", "note", "us-west-2", "us-west-2", "germany"},
		{"app", "note", "de", "us-west-2", "germany"}, // the database alone stands outside
		{"app", "note", "us-west-2", "de", "germany"},
		{"app", "note", "", "", "germany"},
		{"app", "fault", "us-west-2", "us-west-2", ""}, // named beats *
		{"app", "fault", "us-west-2", "de", ""},
		{"app", "fault", "fr", "fr", "faults"},
		{"app", "page", "de", "de", "pages"},
		{"own", "page", "de", "de", "pages"},
		{"own", "note", "fr", "fi", ""},
		{"own", "note", "gb", "gb", "runs"},
	} {
		rules, _ := p.Rules(c.app, c.category)
		if got := under(t, mayBe(rules, Standing{Region: c.server, Database: c.database})); got != c.want {
			t.Errorf("%s of %s in %q and %q: refused under %q, want %q", c.category, c.app, c.server, c.database, got, c.want)
		}
	}
}

func TestWhereARecipientMayStand(t *testing.T) {
	p := read(t)
	for _, c := range []struct{ app, category, recipient, regions, want string }{
		{"app", "note", "near", "DE", ""},
		{"app", "note", "far", "US", "germany"},
		{"app", "note", "lost", "", "germany"},
		{"app", "fault", "far", "US", ""},
		{"own", "note", "far", "EEA", ""}, // the place promise knows better than the seat
		{"own", "note", "lost", "FR", ""},
		{"own", "fault", "lost", "FR", "faults"},
		{"own", "page", "lost", "FR", ""}, // no region is promised
	} {
		rules, _ := p.Rules(c.app, c.category)
		regions := p.Whereabouts(rules, c.app, c.recipient)
		if got := strings.Join(regions, " "); got != c.regions {
			t.Errorf("%s stands in %q for %s, want %q", c.recipient, got, c.category, c.regions)
		}
		if got := under(t, mayReach(rules, regions)); got != c.want {
			t.Errorf("%s of %s to %s: refused under %q, want %q", c.category, c.app, c.recipient, got, c.want)
		}
	}
}

package board

import (
	"testing"

	"kept"
	"kept/document"
	"kept/place"
	"kept/policy"
)

const outwardPromises = `kept: 1
vendor: {id: v, name: V, country: DE}
documents: [{id: web, language: en, version: 2026-01-01}]
apps: [{id: app, hosting: forge-remote}, {id: other, hosting: datacenter}]
categories:
  note: {scope: installation, fields: {text: {}}}
  page: {scope: installation, fields: {body: {}}}
recipients:
  desk: {name: Desk, kind: processor, seat: DE}
  mill: {name: Mill, kind: processor, seat: US}
decisions:
  - {id: germany, control: place, category: "*", region: DE, apps: app, because: test}
  - {id: here, control: place, category: note, at: third-party, apps: other, because: test}
  - {id: there, control: place, category: page, at: atlassian, because: test}
  - {id: nothing, control: store-nothing, category: page, because: test}
  - {id: desk-faults, control: recipient, name: desk, for: faults, region: DE, because: test}
  - {id: mill-faults, control: recipient, name: mill, for: faults, region: FR, because: test}
  - {id: nameless, control: recipient, kind: processor, because: test}
  - {id: unsold, control: no-sale, purposes: adverts, because: test}
  - {id: courts, control: disclose, only: court-order, because: test}
  - {id: same, control: place, category: note, region: same, because: test}
  - {id: dpa, control: recipient, name: desk, contract: dpa, because: test}
`

func TestVerdictsOfWhatGoesOut(t *testing.T) {
	german := place.Standing{Region: "eu-central-1", Database: "de", Since: ago(20), Seen: now}
	stored := func(s *state) {
		s.stood = []place.Standing{german}
		s.facts[fact(kept.FactStored, "note")] = once
		s.rows = []left{{app: "app", category: "note", oldest: ago(3)}}
	}
	given := func(recipient, function string) func(s *state) {
		return func(s *state) {
			s.outwards = []outward{{kind: kept.FactDisclosed, app: "app", category: "note", recipient: recipient, function: function, at: ago(1)}}
		}
	}
	said := func(occasion string) func(s *state) {
		return func(s *state) {
			s.outwards = []outward{{kind: kept.FactDisclosure, app: "app", category: "note", occasion: occasion, at: ago(1)}}
		}
	}
	for _, c := range []struct {
		promise, says string
		add           func(s *state)
		want          kept.Verdict
	}{
		{"germany", "nothing", func(*state) {}, kept.Unproven},
		{"germany", "a server stands, and nothing is stored", func(s *state) { s.stood = []place.Standing{german} }, kept.Unproven},
		{"germany", "stored", stored, kept.Kept},
		{"germany", "stored, and nobody says where", func(s *state) { stored(s); s.stood = nil }, kept.Unproven},
		{"germany", "stored by an app it does not speak of", func(s *state) {
			s.stood = []place.Standing{german}
			s.facts[key{"other", "note", string(kept.FactStored)}] = once
		}, kept.Unproven},
		{"germany", "the database stood outside with data", func(s *state) {
			stored(s)
			s.stood = append(s.stood, place.Standing{Region: "de", Database: "us-west-2", Since: ago(2), Seen: ago(1)})
		}, kept.Broken},
		{"germany", "a server stood outside before anything was stored", func(s *state) {
			stored(s)
			s.stood = append(s.stood, place.Standing{Region: "us-west-2", Database: "us-west-2", Since: ago(9), Seen: ago(8)})
		}, kept.Kept},
		{"germany", "handed to somebody outside", func(s *state) { stored(s); given("mill", "faults")(s) }, kept.Broken},
		{"germany", "handed to somebody inside", func(s *state) { stored(s); given("desk", "faults")(s) }, kept.Kept},
		{"germany", "logged", func(s *state) {
			s.stood = []place.Standing{german}
			s.lines = []line{{app: "app", category: "note", own: true, tally: once}}
		}, kept.Kept},
		{"germany", "reads alone left lines", func(s *state) {
			s.stood = []place.Standing{german}
			s.lines = []line{{app: "app", category: "note", tally: once}}
		}, kept.Unproven},
		{"there", "logged here", func(s *state) { s.lines = []line{{app: "app", category: "page", own: true, tally: once}} }, kept.Broken},
		{"here", "stored on this server", func(s *state) { s.facts[key{"other", "note", string(kept.FactStored)}] = once }, kept.Kept},
		{"there", "nothing", func(*state) {}, kept.Unproven},
		{"there", "refused because nothing of it is stored", func(s *state) { s.named["nothing"] = once }, kept.Kept},
		{"there", "stored here", func(s *state) {
			s.named["there"] = once
			s.items[key{app: "app", category: "page"}] = once
		}, kept.Broken},
		{"same", "nothing", func(*state) {}, kept.NoEngine},

		{"desk-faults", "nothing", func(*state) {}, kept.Unproven},
		{"desk-faults", "given", given("desk", "faults"), kept.Kept},
		{"desk-faults", "given to another", given("mill", "faults"), kept.Unproven},
		{"desk-faults", "given for something else", given("desk", "fun"), kept.Broken},
		{"desk-faults", "refused", func(s *state) { s.named["desk-faults"] = once }, kept.Kept},
		{"mill-faults", "given, and text and list disagree about its region", given("mill", "faults"), kept.AtRisk},
		{"nameless", "somebody else was given something", given("desk", "faults"), kept.Unproven},
		{"nameless", "refused", func(s *state) { s.named["nameless"] = once }, kept.Kept},
		{"dpa", "given", given("desk", "faults"), kept.NoEngine},

		{"unsold", "nothing", func(*state) {}, kept.Unproven},
		{"unsold", "given", given("desk", "faults"), kept.Kept},
		{"unsold", "sold", given("desk", "sale"), kept.Broken},
		{"unsold", "given for adverts", given("desk", "adverts"), kept.Broken},
		{"unsold", "disclosed by people", said("court-order"), kept.Unproven},

		{"courts", "nothing", func(*state) {}, kept.Unproven},
		{"courts", "said", said("court-order"), kept.Kept},
		{"courts", "said of another case", said("favour"), kept.Broken},
		{"courts", "refused", func(s *state) { s.named["courts"] = once }, kept.Kept},
		{"courts", "read for a recipient", given("desk", "faults"), kept.Unproven},
	} {
		b := &Board{Policy: readPolicy(t, outwardPromises), Texts: map[string]*document.Text{}}
		s := empty()
		c.add(s)
		pr, _ := b.Policy.Promise(c.promise)
		if j := b.judge(s, pr); j.Verdict != c.want {
			t.Errorf("%s, %s: %s (%s), want %s", c.promise, c.says, j.Verdict, j.Why, c.want)
		}
	}
	b := &Board{Policy: readPolicy(t, outwardPromises+"  - {id: buyer, control: recipient, name: desk, for: sale, because: test}\n")}
	pr, _ := b.Policy.Promise("unsold")
	if j := b.judge(empty(), pr); j.Verdict != kept.Broken {
		t.Errorf("a promise that sells: %s", j.Verdict)
	}
}

func readPolicy(t *testing.T, text string) *policy.Policy {
	t.Helper()
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

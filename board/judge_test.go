package board

import (
	"strings"
	"testing"
	"time"

	"kept"
	"kept/document"
	"kept/policy"
	"kept/register"
	"kept/retention"
)

const promises = `kept: 1
vendor: {id: v, name: V, country: DE}
documents:
  - {id: web, language: en, version: 2026-01-01}
apps:
  - {id: app, hosting: forge-remote}
  - {id: other, hosting: datacenter}
categories:
  note: {scope: installation, subject: customer-user, source: user, fields: {text: {}, mood: {}}}
  page: {scope: installation, subject: customer-user, source: atlassian, fields: {body: {}}}
decisions:
  - {id: collect, control: collect, category: note, fields: [text], apps: [app], because: test}
  - {id: nothing, control: store-nothing, category: page, because: test}
  - {id: purpose, control: purpose, category: note, purposes: [work], because: test}
  - {id: after, control: retain, category: note, from: uninstalled, max: P90D, because: test}
  - {id: age, control: retain, category: note, from: entry, max: P30D, because: test}
  - {id: asked, control: retain, category: note, from: request, max: PT0S, because: test}
  - {id: rescue, control: rescue, on: reinstall, from: uninstalled, within: P90D, because: test}
  - {id: unpaid, control: retain, category: note, from: unsubscribed, max: P180D, because: test}
  - {id: paid-again, control: rescue, on: resubscribe, within: P180D, because: test}
  - {id: purge, control: purge, by: customer-admin, scope: installation, because: test}
  - {id: publish, control: publish, document: web, date: 2026-01-01, because: test}
  - {id: mail, control: contact, for: privacy-questions, address: a@v.example, kind: email, because: test}
  - {id: vow, control: attest, what: training, by: vendor-staff, because: test}
  - {id: info, control: information, about: law, because: test}
  - {id: tls, control: transport, min-tls: "1.2", because: test}
`

var now = kept.StartOfDay(20_500)

func ago(days int) kept.Time { return now.Add(-time.Duration(days) * 24 * time.Hour) }

func empty() *state {
	return &state{now: now, facts: map[key]tally{}, credited: map[key]tally{}, named: map[string]tally{}, reads: map[key]tally{}, receipts: map[key]tally{}, items: map[key]tally{},
		loose: map[key]tally{}, about: map[key]tally{}, opened: map[key]tally{},
		fields: map[key][]string{}, attested: map[string]register.Attestation{}, published: map[string]register.Publication{}, probed: map[string]register.Probe{}}
}

func fact(kind kept.FactKind, category string) key { return key{"app", category, string(kind)} }

var once = tally{n: 1, last: ago(3)}

// Each row adds something to a state in which nothing has ever happened.
func TestVerdicts(t *testing.T) {
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(promises)})
	if err != nil {
		t.Fatal(err)
	}
	text := &document.Text{Digest: [32]byte{1}}
	for _, c := range []struct {
		promise string
		says    string
		add     func(s *state)
		want    kept.Verdict
	}{
		{"collect", "nothing", func(*state) {}, kept.Unproven},
		{"collect", "stored", func(s *state) { s.facts[fact(kept.FactStored, "note")] = once }, kept.Kept},
		{"collect", "stored by an app it does not speak of", func(s *state) { s.facts[key{"other", "note", string(kept.FactStored)}] = once }, kept.Unproven},
		{"collect", "another field", func(s *state) {
			s.facts[fact(kept.FactStored, "note")] = once
			s.fields[key{app: "app", category: "note"}] = []string{"text", "mood text"}
		}, kept.Broken},

		{"nothing", "nothing", func(*state) {}, kept.Unproven},
		{"nothing", "refused", func(s *state) { s.named["nothing"] = once }, kept.Kept},
		{"nothing", "there", func(s *state) {
			s.named["nothing"] = once
			s.items[key{app: "app", category: "page"}] = once
			s.fields[key{app: "app", category: "page"}] = []string{"body"}
		}, kept.Broken},

		{"purpose", "nothing", func(*state) {}, kept.Unproven},
		{"purpose", "read", func(s *state) { s.reads[key{"app", "note", "work"}] = once }, kept.Kept},
		{"purpose", "read for something else", func(s *state) {
			s.reads[key{"app", "note", "work"}] = once
			s.reads[key{"app", "note", "fun"}] = once
		}, kept.Broken},

		{"after", "nothing", func(*state) {}, kept.Unproven},
		{"after", "erased", func(s *state) { s.receipts[key{"app", "note", "uninstalled"}] = once }, kept.Kept},
		{"after", "erased for another reason", func(s *state) { s.receipts[key{"app", "note", "purged"}] = once }, kept.Unproven},
		{"after", "a little late", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = tally{n: 1, last: ago(1), late: int64(time.Hour / time.Microsecond)}
		}, kept.AtRisk},
		{"after", "very late", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = tally{n: 1, last: ago(1), late: int64(8 * 24 * time.Hour / time.Microsecond)}
		}, kept.Broken},
		{"after", "within its time", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = once
			s.classes = []left{{app: "app", category: "note", standing: retention.Standing{State: kept.Uninstalled, Uninstalled: ago(89), Effective: ago(29)}}}
		}, kept.Kept},
		{"after", "closed, waiting for the effect", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = once
			s.classes = []left{{app: "app", category: "note", standing: retention.Standing{State: kept.Uninstalled, Uninstalled: ago(120), Effective: now.Add(time.Hour)}}}
		}, kept.Kept},
		{"after", "nothing is due yet, and something stands", func(s *state) {
			s.classes = []left{{app: "app", category: "note", full: true, standing: retention.Standing{State: kept.Uninstalled, Uninstalled: ago(89), Effective: ago(29)}}}
		}, kept.Unproven},
		{"after", "due half a minute ago", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = once
			s.classes = []left{{app: "app", category: "note", standing: retention.Standing{State: kept.Uninstalled, Uninstalled: ago(90).Add(-30 * time.Second), Effective: ago(30)}}}
		}, kept.Kept},
		{"after", "due two minutes ago", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = once
			s.classes = []left{{app: "app", category: "note", standing: retention.Standing{State: kept.Uninstalled, Uninstalled: ago(90).Add(-2 * time.Minute), Effective: ago(30)}}}
		}, kept.Broken},
		{"after", "overdue by two days, behind a brake", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = once
			s.classes = []left{{app: "app", category: "note", class: "note", standing: retention.Standing{State: kept.Uninstalled, Uninstalled: ago(92), Effective: ago(32)},
				brakes: retention.AllBrakes{"retention.erase vendor/note": {Reason: retention.Unforeseen, Since: ago(2)}}}}
		}, kept.AtRisk},
		{"after", "the brake was off half a minute ago", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = once
			s.classes = []left{{app: "app", category: "note", class: "note", standing: retention.Standing{State: kept.Uninstalled, Uninstalled: ago(92), Effective: ago(32)},
				brakes: retention.AllBrakes{"retention.erase vendor/note": {Reason: retention.Unforeseen, Since: ago(2), Until: now.Add(-30 * time.Second)}}}}
		}, kept.AtRisk},
		{"after", "overdue by two days, by a clock that nobody believes", func(s *state) {
			s.doubted = true
			s.receipts[key{"app", "note", "uninstalled"}] = once
			s.classes = []left{{app: "app", category: "note", standing: retention.Standing{State: kept.Uninstalled, Uninstalled: ago(92), Effective: ago(32)}}}
		}, kept.AtRisk},
		{"after", "overdue by ten days", func(s *state) {
			s.classes = []left{{app: "app", category: "note", standing: retention.Standing{State: kept.Uninstalled, Uninstalled: ago(100), Effective: ago(40)}}}
		}, kept.Broken},
		{"after", "erased, but keys are left", func(s *state) {
			s.receipts[key{"app", "note", "uninstalled"}] = once
			s.classes = []left{{app: "app", category: "note", standing: retention.Standing{State: kept.Erased, Uninstalled: ago(100), Effective: ago(40)}}}
		}, kept.Broken},

		{"age", "aged", func(s *state) { s.receipts[key{"app", "note", "aged"}] = once }, kept.Kept},
		{"age", "a row too old", func(s *state) {
			s.receipts[key{"app", "note", "aged"}] = once
			s.rows = []left{{app: "app", category: "note", oldest: ago(40)}}
		}, kept.Broken},
		{"age", "a row of yesterday", func(s *state) {
			s.receipts[key{"app", "note", "aged"}] = once
			s.rows = []left{{app: "app", category: "note", oldest: ago(1)}}
		}, kept.Kept},
		{"asked", "purged", func(s *state) { s.receipts[key{"app", "note", "purged"}] = once }, kept.Kept},

		{"rescue", "nobody came back in time", func(s *state) { s.facts[fact(kept.FactErasedAll, "")] = once }, kept.Unproven},
		{"rescue", "rescued", func(s *state) { s.credited[key{"app", string(kept.FactRescued), "rescue"}] = once }, kept.Kept},
		{"rescue", "found by another promise alone", func(s *state) { s.credited[key{"app", string(kept.FactRescued), ""}] = once }, kept.Unproven},
		{"paid-again", "subscribed again in time", func(s *state) { s.credited[key{"app", string(kept.FactResubscribed), "paid-again"}] = once }, kept.Kept},
		{"paid-again", "subscribed again too late", func(s *state) { s.credited[key{"app", string(kept.FactResubscribed), ""}] = once }, kept.Unproven},
		{"paid-again", "reinstalled", func(s *state) { s.credited[key{"app", string(kept.FactRescued), "rescue"}] = once }, kept.Unproven},
		{"unpaid", "erased", func(s *state) { s.receipts[key{"app", "note", "unsubscribed"}] = once }, kept.Kept},
		{"unpaid", "waiting for a licence to be known", func(s *state) {
			s.receipts[key{"app", "note", "unsubscribed"}] = once
			s.classes = []left{{app: "app", category: "note", standing: retention.Standing{State: kept.Installed, Unsubscribed: ago(300), Told: now}}}
		}, kept.Kept},
		{"unpaid", "told long ago", func(s *state) {
			s.classes = []left{{app: "app", category: "note", standing: retention.Standing{State: kept.Installed, Unsubscribed: ago(300), Told: ago(100)}}}
		}, kept.Broken},

		{"purge", "asked, nothing there", func(s *state) { s.facts[fact(kept.FactPurgeAsked, "")] = once }, kept.Unproven},
		{"purge", "purged", func(s *state) { s.receipts[key{"app", "note", "purged"}] = once }, kept.Kept},
		{"purge", "purged late", func(s *state) {
			s.receipts[key{"app", "note", "purged"}] = tally{n: 1, last: ago(1), late: int64(time.Hour / time.Microsecond)}
		}, kept.Broken},

		{"publish", "nothing", func(*state) {}, kept.Unproven},
		{"publish", "published", func(s *state) {
			s.published["web"] = register.Publication{Version: "2026-01-01", Digest: text.Digest[:], At: ago(9)}
		}, kept.Kept},
		{"publish", "edited since", func(s *state) {
			s.published["web"] = register.Publication{Version: "2026-01-01", Digest: make([]byte, 32), At: ago(9)}
		}, kept.Broken},
		{"publish", "an old version", func(s *state) {
			s.published["web"] = register.Publication{Version: "2025-01-01", Digest: text.Digest[:], At: ago(9)}
		}, kept.Broken},

		{"mail", "sent", func(s *state) { s.probed["mail"] = register.Probe{Sent: ago(1), Expires: now.Add(time.Hour)} }, kept.Unproven},
		{"mail", "confirmed", func(s *state) { s.probed["mail"] = register.Probe{Sent: ago(9), Confirmed: ago(8)} }, kept.Kept},
		{"mail", "confirmed long ago", func(s *state) { s.probed["mail"] = register.Probe{Sent: ago(209), Confirmed: ago(208)} }, kept.AtRisk},
		{"mail", "never answered", func(s *state) { s.probed["mail"] = register.Probe{Sent: ago(30), Expires: ago(16)} }, kept.AtRisk},

		{"vow", "nothing", func(*state) {}, kept.Unproven},
		{"vow", "attested", func(s *state) { s.attested["vow"] = register.Attestation{At: ago(9), Expires: now.Add(time.Hour)} }, kept.Attested},
		{"vow", "expired", func(s *state) { s.attested["vow"] = register.Attestation{At: ago(400), Expires: ago(35)} }, kept.AtRisk},

		{"info", "nothing", func(*state) {}, kept.NoVerdict},
		{"tls", "nothing", func(*state) {}, kept.NoEngine},
	} {
		s := empty()
		c.add(s)
		pr, _ := p.Promise(c.promise)
		b := &Board{Policy: p, Texts: map[string]*document.Text{"web": text}}
		if j := b.judge(s, pr); j.Verdict != c.want {
			t.Errorf("%s, %s: %s (%s), want %s", c.promise, c.says, j.Verdict, j.Why, c.want)
		} else if strings.TrimSpace(j.Why.String()) == "" {
			t.Errorf("%s, %s: no reason given", c.promise, c.says)
		}
	}
}

// Whatever kind has an engine is judged; a new one cannot be forgotten.
func TestEveryEngineIsJudged(t *testing.T) {
	for _, kind := range policy.Kinds {
		pr := &policy.Promise{Control: kind.Name}
		_, judged := judgings[kind.Name]
		if _, missing := pr.Engine(); (missing != kind.Name) != judged {
			t.Errorf("%s: judged %v, but missing is %q", kind.Name, judged, missing)
		}
	}
}

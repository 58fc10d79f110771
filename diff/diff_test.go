package diff

import (
	"strings"
	"testing"

	"kept/policy"
)

const head = `kept: 1
vendor: {id: tern, name: Tern Tools, country: AT}
documents: [{id: web, language: en, version: 2026-01-01}]
apps: [{id: notes, hosting: forge-remote}]
recipients: {linden: {name: Linden, kind: sub-processor, seat: DE}}
categories: {note: {scope: installation, subject: end-user, source: user, fields: {text: , email: }}}
promises:
  - {id: base, control: information, about: greeting, sentences: [aaaaaaaaaaaa]}
`

func read(t *testing.T, promises ...string) *policy.Policy {
	t.Helper()
	text := head
	for _, p := range promises {
		if strings.HasPrefix(p, "contradictions") {
			text += p
		} else {
			text += "  - {" + p + "}\n"
		}
	}
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(text)})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return p
}

func TestWhatChanged(t *testing.T) {
	bound := func(p string) string { return p + ", sentences: [bbbbbbbbbbbb]" }
	for _, c := range []struct{ old, new, want string }{
		{"", "control: collect, category: note, fields: text", "- also collected: note text (collect, material)"},
		{"control: collect, category: note, fields: [text, email]", "control: collect, category: note, fields: text", "+ no longer collected: note email (collect)"},
		{"control: store-nothing, app: notes", "", "- no longer promised: the app notes stores nothing (store-nothing, material)"},
		{"control: purpose, category: note, purposes: show", "control: purpose, category: note, purposes: [show, ads]", "- also used for ads (purpose, material)"},
		{"", "control: recipient, name: linden", "- also received by linden (recipient, material)"},
		{"control: retain, category: note, from: uninstalled, max: P30D", "control: retain, category: note, from: uninstalled, max: P3M", "- note uninstalled: P30D → P3M (retain, material)"},
		{"control: retain, category: note, from: uninstalled, max: P3M", "control: retain, category: note, from: uninstalled, max: P30D", "+ note uninstalled: P3M → P30D (retain)"},
		{"control: right, right: erase, within: P30D", "control: right, right: erase", "- the right to erase: P30D → nothing said (right, material)"},
		{"control: right, right: erase", "control: right, right: erase, within: P30D", "+ the right to erase: nothing said → P30D (right)"},
		{`control: transport, min-tls: "1.2"`, `control: transport, min-tls: "1.3"`, "+ TLS 1.2 → 1.3 at least (transport)"},
		{`control: transport, min-tls: "1.3"`, `control: transport, min-tls: "1.2"`, "- TLS 1.3 → 1.2 at least (transport, material)"},
		{"control: contact, for: questions, kind: email, address: a@tern.example", "control: contact, for: questions, kind: email, address: b@tern.example", "~ questions email: a@tern.example → b@tern.example (contact)"},
		{"", "control: accept-use, forbids: hacking", "~ users may not: hacking (accept-use, material)"},
		{"control: rescue, on: reinstall, within: P90D", "control: rescue, on: reinstall, within: P30D", "- reinstall finds data again for P90D → P30D (rescue, material)"},
		{"control: notice, of: policy, before: P30D", "control: notice, of: policy, before: P14D", "- notice policy (no way said): P30D → P14D before (notice, material)"},
		{"control: place, category: note, at: vendor", "control: place, category: note, at: vendor, provider: linden", "- also at the provider linden (place, material)"},
		{"control: no-sale", "control: no-sale", ""},
	} {
		var old, new []string
		if c.old != "" {
			old = append(old, bound(c.old))
		}
		if c.new != "" {
			new = append(new, bound(c.new))
		}
		var got []string
		for _, change := range Compare(read(t, old...), read(t, new...)) {
			got = append(got, change.String())
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s → %s: %q, wanted %q", c.old, c.new, got, c.want)
		}
	}
}

// The strictest of several counts, and what gave way or was never read does not.
func TestWhatCounts(t *testing.T) {
	short := "control: retain, category: note, from: entry, max: P30D, sentences: [bbbbbbbbbbbb]"
	long := "control: retain, category: note, from: entry, max: P60D, sentences: [cccccccccccc]"
	if got := Compare(read(t, short), read(t, long, short)); got != nil {
		t.Error(got)
	}
	if got := Compare(read(t, short), read(t, short, long+", proposed: true")); got != nil {
		t.Error(got)
	}
	got := Compare(read(t, short), read(t, short, long, "contradictions:\n  - {sentences: [bbbbbbbbbbbb, cccccccccccc], keeps: cccccccccccc, because: test}\n"))
	if len(got) != 1 || got[0].Effect != Wider || got[0].Old != "policy.yaml:9:5" || got[0].New != "policy.yaml:10:5" {
		t.Errorf("%+v", got)
	}
}

// Each facet compares parameters that its kind has, and every kind but information has one.
func TestFacetsFitTheKinds(t *testing.T) {
	seen := map[string]bool{"information": true}
	for _, f := range facets {
		kind, known := policy.KindOf(f.control)
		if !known {
			t.Fatal(f.control)
		}
		seen[f.control] = true
		for _, name := range append([]string{f.value}, f.by...) {
			if _, has := kind.Param(name); name != "" && !has {
				t.Errorf("%s has no parameter %s", f.control, name)
			}
		}
		if f.value != "" && f.changes == "" || f.says == "" || f.gone == "" {
			t.Errorf("%s %v says nothing", f.control, f.by)
		}
	}
	for _, k := range policy.Kinds {
		if !seen[k.Name] {
			t.Errorf("%s is not compared", k.Name)
		}
	}
}

// An older policy of a real vendor and its newer one: what a person who read both found.
func TestARealChange(t *testing.T) {
	older, err := policy.Load("../examples/published/miniorange-cloud-en")
	if err != nil {
		t.Fatal(err)
	}
	newer, err := policy.Load("../examples/published/miniorange-cloud-de")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, c := range Compare(older, newer) {
		got[c.String()] = true
	}
	for _, want := range []string{
		"~ the vendor is controller support-request (role)",
		"~ the vendor is processor customer-content (role)",
		"- no longer promised: the app pdf-exporter stores nothing (store-nothing, material)",
		"- no longer promised: the app ldap-connector stores nothing (store-nothing, material)",
		"- also used for marketing (purpose, material)",
		"- also based on legitimate-interest (basis, material)",
		"- also collected: contact-data job_function (collect, material)",
		"- also collected: billing billing_information (collect, material)",
		"- also collected: operational-log ip_address (collect, material)",
		"- also collected: license license_information (collect, material)",
		"+ no longer collected: contact-data purchaser_name (collect)",
		"+ everything: encrypted AES-256 (protect)",
		"+ TLS 1.2 at least (transport)",
		"~ also kept by: everything atlassian (place)",
		"- also at the provider aws (place, material)",
		"+ staging-buffer entry: gone PT24H after that (retain)",
		"+ audit-log uninstalled: gone P90D after that (retain)",
		"+ backups are kept for P7D (backup)",
		"- also received by atlassian-jsm (recipient, material)",
		"- also received by google-workspace (recipient, material)",
		"+ the customer hears of an incident within PT72H (incident)",
		"+ assessed: dpia (assess)",
		"+ access for diagnosis is granted by people (grant)",
		"+ cookies of the app: strictly-necessary (cookie)",
		"+ the right to object (right)",
		"+ the right to withdraw (right)",
		"+ the right to opt-out-of-sale (right)",
		"- nobody is named any more for privacy-questions form (contact, material)",
		"+ notice: material-change direct (notice)",
		"~ users may not: misleading-ai-use (accept-use, material)",
		"+ consent is asked for policy-acknowledgement (consent)",
	} {
		if !got[want] {
			t.Errorf("missing: %s", want)
		}
	}
}

package lint

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kept/policy"
)

// head declares what the promises of the tests speak of, and promises what each policy should, so that silent is silent.
const head = `kept: 1
vendor: {id: tern, name: Tern Tools, country: AT}
documents: [{id: web, language: en, version: 2026-01-01}]
apps: [{id: notes, hosting: forge-remote}, {id: maps, hosting: forge-remote}]
recipients:
  teasel: {name: Teasel, kind: sub-processor, seat: US}
  linden: {name: Linden, kind: sub-processor, seat: DE}
  nowhere: {name: Nowhere, kind: sub-processor}
categories:
  note: {scope: installation, subject: end-user, source: user, fields: {text: , email: {fides: user.contact.email}}}
  figures: {scope: installation, source: automatic, fields: {count: , address: {fides: user.device.ip_address}}}
decisions:
  - {id: d-log, control: retain, category: figures, from: entry, max: P1Y, because: test}
  - {id: d-long, control: retain, category: note, from: entry, max: P60D, because: test}
promises:
  - {id: key, control: protect, category: "*", sentences: [aaaaaaaaaa01]}
  - {id: breach, control: incident, notify: customer, within: PT72H, sentences: [aaaaaaaaaa02]}
  - {id: ask, control: contact, for: questions, address: a@tern.example, kind: email, sentences: [aaaaaaaaaa03]}
  - {id: based, control: basis, purpose: "*", basis: contract, sentences: [aaaaaaaaaa04]}
  - {id: back, control: right, right: [withdraw, erase], within: P30D, sentences: [aaaaaaaaaa05]}
  - {id: there, control: place, category: "*", region: EEA, sentences: [aaaaaaaaaa06]}
  - {id: given, control: recipient, name: linden, sentences: [aaaaaaaaaa07]}
`

// Each rule finds what it is for, and not what is much like it.
func TestRules(t *testing.T) {
	n := 0
	p := func(s string) string { // each of a sentence of its own
		n++
		return fmt.Sprintf("  - {%s, sentences: [bbbbbbbbb%03d]}\n", s, n)
	}
	for _, c := range []struct{ rule, says, finds, spares string }{
		{"retention-over-promise", "a decision keeps note longer after entry than the text says", p("control: retain, category: note, from: entry, max: P30D"), p("control: retain, category: note, from: entry, max: P90D")},
		{"least-over-most", "note is kept P30D at least after entry, and gone before", p("control: retain, category: note, from: entry, min: P30D") + p("control: retain, category: note, from: entry, max: P14D"), p("control: retain, category: note, from: entry, min: P14D, max: P30D") + p("control: retain, category: note, until: request")},
		{"stored-nothing", "note is never stored, and collected", p("control: store-nothing, category: note") + p("control: collect, category: note"), p("control: store-nothing, category: note, apps: maps") + p("control: collect, category: note, apps: notes")},
		{"stored-nothing", "note, figures is never stored, and collected", p(`control: store-nothing, category: "*"`) + p(`control: collect, category: "*"`), p(`control: store-nothing, category: "*"`) + p("control: collect, category: note")},
		{"place-recipient", "data is promised to be in EEA, and teasel receives it in US", p("control: recipient, name: teasel"), p("control: recipient, name: teasel, region: IE")},
		{"access-nobody", "nobody has access to note, and support has", p("control: access, who: nobody, to: note") + p("control: access, who: support, to: note"), p("control: access, who: nobody, to: note") + p("control: access, who: support, to: figures")},
		{"only-purposes", "note is for one thing only, and for ads as well", p("control: purpose, category: note, purposes: show, only: true") + p("control: purpose, category: note, purposes: ads"), p("control: purpose, category: note, purposes: [show, ads], only: true") + p("control: purpose, category: note, purposes: ads")},
		{"sold-anyway", "nothing is handed out for ads, and something is", p("control: no-sale, purposes: ads") + p("control: recipient, name: linden, for: ads"), p("control: no-sale, purposes: ads") + p("control: recipient, name: linden, for: hosting")},
		{"rescue-too-late", "who comes back that late finds nothing", p("control: rescue, on: reinstall, within: P60D") + p("control: retain, category: note, from: uninstalled, max: P30D"), p("control: rescue, on: reinstall, within: P30D") + p("control: retain, category: note, from: uninstalled, max: P30D")},
		{"disclosed-to-nobody", "nothing is disclosed to anybody, and somebody receives data", p("control: disclose, only: []"), p("control: disclose, only: [law]")},
		{"two-limits", "note has two limits after uninstalled", p("control: retain, category: note, from: uninstalled, max: P30D") + p("control: retain, category: note, from: uninstalled, max: P90D"), p("control: retain, category: note, from: uninstalled, max: P30D") + p("control: retain, category: note, from: request, max: P90D")},
		{"two-places", "note is promised to be at atlassian, and at vendor", p("control: place, category: note, at: atlassian") + p("control: place, category: note, at: vendor"), p("control: place, category: note, region: DE") + p("control: place, category: note, region: EEA")},
		{"two-clocks", "the right to erase has a clock, P30D, and elsewhere none", p("control: right, right: erase"), p("control: right, right: erase, within: P30D")},
		{"two-contacts", "for questions there are two addresses", p("control: contact, for: questions, address: b@tern.example, kind: email"), p("control: contact, for: support, address: b@tern.example, kind: email")},
		{"umbrella", "retain says of everything what does not hold for note", p(`control: retain, category: "*", from: uninstalled, max: P30D`) + p("control: retain, category: note, from: uninstalled, max: P90D"), p(`control: retain, category: "*", from: uninstalled, max: P90D`) + p("control: retain, category: note, from: uninstalled, max: P30D")},
		{"backup-outlives", "everything is gone at once, and backups live for P7D", p("control: backup, keep: P7D") + p(`control: retain, category: "*", from: uninstalled, max: PT0S`), p("control: backup, keep: P7D") + p(`control: retain, category: "*", from: uninstalled, max: P8D`)},
		{"anonymous-person", "figures is anonymous, and its field address says who somebody is", p("control: anonymise, category: figures") + p("control: collect, category: figures"), p("control: anonymise, category: figures") + p("control: collect, category: figures, fields: count")},
		{"log-of-persons", "figures never holds personal data, and its field address is", p("control: log, category: figures, never: personal-data") + p("control: log, category: figures, fields: address"), p("control: log, category: figures, never: personal-data") + p("control: log, category: figures, fields: count")},
		{"consent-by-use", "using the app is consent, and consent is asked for", p("control: consent, purpose: ads, given: use") + p("control: consent, purpose: ads, given: opt-in"), p("control: consent, purpose: ads, given: opt-in")},
		{"consent-without-basis", "consent to ads is asked for, and no legal basis is consent", p("control: consent, purpose: ads"), p("control: consent, purpose: ads") + p("control: basis, purpose: ads, basis: consent")},
		{"identity-twice", "identity is always checked, and may be checked", p("control: identity, when: always") + p("control: identity, when: may"), p("control: identity, when: may") + p("control: identity, when: may")},
		{"disclosed-beyond", "data is disclosed for legal-obligation alone, and others receive it", p("control: disclose, only: legal-obligation"), p("control: disclose, only: [legal-obligation, hosting]")},
		{"app-stores-nothing", "the app notes stores nothing, and figures is collected by it", p("control: store-nothing, app: notes") + p("control: collect, category: figures, apps: notes"), p("control: store-nothing, app: notes, except: figures") + p("control: collect, category: figures, apps: notes")},
		{"app-stores-nothing", "the app notes stores nothing, and somebody receives data from it", p("control: store-nothing, app: notes") + p("control: recipient, name: linden, apps: notes"), p("control: store-nothing, app: notes") + p("control: recipient, name: linden, apps: maps")},
		{"open-ended", "note stays until request, and has a limit", p("control: retain, category: note, until: request"), p("control: retain, category: figures, until: uninstalled")},
		{"while-subscribed", "note stays as long as somebody subscribes", p("control: collect, category: note") + p("control: retain, category: note, from: unsubscribed, max: P30D"), p("control: collect, category: figures") + p("control: retain, category: figures, from: unsubscribed, max: P30D")},
		{"said-twice", "the text says this twice", p("control: no-sale") + p("control: no-sale"), p("control: no-sale") + p("control: no-sale, apps: notes")},
		{"word-without-end", "somebody gives their word for training, and nothing says how often", p("control: attest, what: training"), p("control: attest, what: training, every: P1Y")},
		{"recipient-unnamed", "a processor receives data, and none is named", p("control: recipient, kind: processor"), p("control: recipient, kind: authority")},
		{"recipient-nowhere", "nowhere receives data, and nothing says where", p("control: recipient, name: nowhere"), p("control: recipient, name: nowhere, region: DE")},
		{"never-erased", "note is stored, and nothing says when it goes", p("control: collect, category: note"), p("control: collect, category: figures")},
		{"right-without-clock", "the right to object has no deadline", p("control: right, right: object"), p("control: right, right: [object, complain], within: P30D")},
		{"contact-without-address", "for rights somebody may be asked, and no address is given", p("control: contact, for: rights"), p("control: contact, for: rights, address: a@tern.example")},
	} {
		text := head
		if c.rule == "never-erased" || c.rule == "while-subscribed" {
			text = without(text, "d-long")
		}
		if got := find(t, text+c.finds, c.rule); !slices.ContainsFunc(got, func(f Finding) bool { return strings.Contains(f.Says, c.says) }) {
			t.Errorf("%s finds %v", c.rule, got)
		}
		if got := find(t, text+c.spares, c.rule); got != nil {
			t.Errorf("%s: %v", c.rule, got)
		}
	}
	for _, c := range []struct{ rule, left, says string }{
		{"silent", "breach", "the policy says nothing of what happens after a breach"},
		{"silent", "ask", "the policy says nothing of whom to ask"},
		{"purpose-without-basis", "based", "data is used for ads without a legal basis"},
		{"consent-stays", "back", "consent to ads is given, and nothing says how it is withdrawn"},
	} {
		more := p("control: purpose, category: note, purposes: ads") + p("control: consent, purpose: ads") + p("control: basis, purpose: show, basis: contract")
		if got := find(t, head+more, c.rule); got != nil {
			t.Errorf("%s: %v", c.rule, got)
		}
		if got := find(t, without(head, c.left)+more, c.rule); len(got) == 0 || got[0].Says != c.says {
			t.Errorf("%s without %s: %v", c.rule, c.left, got)
		}
	}
}

// without leaves a stanza out.
func without(text, id string) string {
	return regexp.MustCompile(`(?m)^  - \{id: `+id+`,.*\n`).ReplaceAllString(text, "")
}

func read(t *testing.T, text string) *policy.Policy {
	t.Helper()
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(text)})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return p
}

func find(t *testing.T, text, rule string) (out []Finding) {
	t.Helper()
	for _, f := range Check(read(t, text)) {
		if f.Rule == rule {
			out = append(out, f)
		}
	}
	return out
}

// Ids of people are reported from a category with a subject alone; on a customer's own host nobody has an account.
func TestAccountsThatNobodyReports(t *testing.T) {
	const stanza = "  - {id: who, control: collect, category: visit, sentences: [bbbbbbbbbbbb]%s}\n"
	with := func(category, more string) string {
		return strings.Replace(head, "categories:\n", "categories:\n  visit: {scope: installation, "+category+"fields: {page: , who: {fides: user.unique_id}}}\n", 1) + fmt.Sprintf(stanza, more)
	}
	const says = "visit holds ids of people in its field who, and has no subject: no account in it is reported to Atlassian"
	if got := find(t, with("", ""), "account-unreported"); len(got) != 1 || got[0].Says != says || got[0].Promises[0] != "who" {
		t.Errorf("%+v", got)
	}
	for name, text := range map[string]string{"with a subject": with("subject: end-user, ", ""), "without that field": with("", ", fields: [page]"), "kept out": with("", ", never: [who]"),
		"on a customer's own host": strings.ReplaceAll(with("", ""), "forge-remote", "datacenter")} {
		if got := find(t, text, "account-unreported"); got != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What gave way in a recorded contradiction, and what nobody has read, is nobody's promise.
func TestOnlyWhatCountsIsFound(t *testing.T) {
	two := "  - {id: shut, control: access, who: nobody, to: note, sentences: [cccccccccccc]}\n  - {id: open, control: access, who: support, to: note, sentences: [dddddddddddd]%s}\n"
	if got := find(t, head+strings.Replace(two, "%s", "", 1), "access-nobody"); len(got) != 1 || got[0].At != "policy.yaml:23:5" || got[0].Other != "policy.yaml:24:5" ||
		!slices.Equal(got[0].Promises, []string{"shut", "open"}) {
		t.Errorf("%+v", got)
	}
	if got := find(t, head+strings.Replace(two, "%s", ", proposed: true", 1), "access-nobody"); got != nil {
		t.Error(got)
	}
	if got := find(t, head+strings.Replace(two, "%s", "", 1)+"contradictions:\n  - {sentences: [cccccccccccc, dddddddddddd], keeps: cccccccccccc, because: test}\n", "access-nobody"); got != nil {
		t.Error(got)
	}
}

func TestAPromiseThatActsOn(t *testing.T) {
	text := head + "  - {id: two, control: no-sale, sentences: [cccccccccccc, dddddddddddd]}\n  - {id: other, control: information, sentences: [eeeeeeeeeeee]}\n"
	if got := find(t, text, "acts-on"); got != nil {
		t.Error(got)
	}
	text += "contradictions:\n  - {sentences: [cccccccccccc, eeeeeeeeeeee], keeps: eeeeeeeeeeee, because: test}\n"
	if got := find(t, text, "acts-on"); len(got) != 1 || got[0].Promises[0] != "two" {
		t.Errorf("%+v", got)
	}
	if got := find(t, text+"  - {sentences: [dddddddddddd, eeeeeeeeeeee], keeps: eeeeeeeeeeee, because: test}\n", "acts-on"); got != nil {
		t.Error(got)
	}
}

func TestWhatIsAccepted(t *testing.T) {
	text := head + "  - {id: erase, control: right, right: erase, sentences: [bbbbbbbbbbbb]}\naccepted:\n"
	got := find(t, text+"  - {finding: two-clocks, promise: erase, because: the shorter one counts}\n", "two-clocks")
	if len(got) != 1 || got[0].Accepted != "the shorter one counts" || len(Open(got)) != 0 {
		t.Errorf("%+v", got)
	}
	got = Check(read(t, text+"  - {finding: two-clocks, promise: back, because: yes}\n  - {finding: umbrella, promise: erase, because: gone}\n"))
	if open := Open(got); len(open) != 1 || open[0].Rule != "accepted-nothing" || open[0].Severity != Wrong || open[0].At == "" {
		t.Errorf("%+v", open)
	}
}

// docs/lint.md has a section for each rule, with its severity, and for no other.
func TestThePageHasEachRule(t *testing.T) {
	page, err := os.ReadFile("../docs/lint.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, r := range append(slices.Clone(Rules), Rule{ID: "accepted-nothing", Severity: Wrong}) {
		want = append(want, "## "+r.ID+" ("+string(r.Severity)+")")
	}
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "## ") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the page has\n%s\nwanted\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

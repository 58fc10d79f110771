package console

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/board"
	"kept/coverage"
	"kept/diff"
	"kept/document"
	"kept/installation"
	"kept/lint"
	"kept/policy"
	"kept/retention"
)

// Larkspur Apps GmbH does not exist. Its text: each line is kind of line, sentence, and what the policy binds it to, with
// the verdict that the test gives to it.
const larkspur = `
# Privacy policy of Larkspur Apps
. This policy describes how our apps for Jira and Confluence treat data. | information about=scope | information
. It applies to Portal Sign-on and to Owner Lens. | information about=scope | information
## What we collect
. Portal Sign-on stores the e-mail address of a service account and its API token. | collect category=service-credentials fields=[service_account_email,api_token] never=passwords | kept
. Owner Lens stores the settings that an administrator makes. | collect category=owner-settings fields=[admin_email,visibility] | kept
. Nobody's password is stored. | store-nothing category=service-credentials fields=[api_token] at=[third-party] | no-engine
. Owner Lens does not store assets; it shows them and forgets them. | store-nothing category=assets | kept
. We set no cookies in our apps. | cookie scope=app allowed=none | no-engine
## Why we use it
. Credentials are used to reach your site on your behalf, and for nothing else. | purpose category=service-credentials purposes=[assets-access] only=true | broken
. Settings are used to show the right page. | purpose category=owner-settings purposes=[rendering] | kept
. We do this to perform our contract with you. | basis purpose=assets-access basis=contract | no-engine
. For your users' data we are a processor. | role role=processor | no-engine
. We never sell data. | no-sale | no-engine
## How long it stays
We keep data no longer than needed:
- Credentials are erased as soon as the app is uninstalled. | retain category=service-credentials from=uninstalled max=PT0S | kept
- Settings are erased 90 days after the uninstall. | retain category=owner-settings from=uninstalled max=P90D | at-risk
- Records of who read what are erased after 30 days. | retain category=access-log from=entry max=P30D | kept
. Backups are kept for at most seven days. | backup keep=P7D | no-engine
. If you reinstall within 30 days, your settings are still there. | rescue on=reinstall within=P30D | unproven
. An administrator can erase everything at any time. | purge by=customer-admin scope=installation within=PT0S | kept
. Tickets are erased after two years. | retain category=tickets from=ticket-closed max=P2Y | no-engine
## Where it is
. All data is stored in Germany. | place category=personal-data region=DE | contradicted
. Our servers stand in Frankfurt am Main and in Dublin. | place category=personal-data region=[DE,IE] | no-engine
. Our provider is Alder Hosting. | recipient name=alder kind=processor for=hosting | no-engine
. Nobody else receives data, unless a court orders it. | disclose only=court-order | no-engine
## How it is protected
. Credentials are encrypted with AES-256. | protect category=service-credentials cipher=AES-256 | no-engine
. Connections use TLS 1.2 or newer. | transport min-tls="1.2" | no-engine
. Our staff look at your data only when you allow it. | grant for=support consent=explicit | no-engine
. Only the roles that need it have access. | access who=vendor-staff to=service-credentials condition=role | no-engine
. Every read of credentials is recorded. | log category=access-log records=reads | no-engine
## Your rights
. You can ask for a copy, a correction or the erasure of your data; we answer within one month. | right right=[copy,rectify,erase] within=P1M | no-engine
. We may ask for proof that you are you. | identity when=may | no-engine
. You can complain to a supervisory authority. | right right=complain | no-engine
## When something goes wrong
. We tell you within 72 hours after we learned of a breach. | incident notify=customer within=PT72H | no-engine
. Our code is reviewed by somebody outside once a year. | test what=code-review every=P1Y | no-engine
. Once a year we train everybody who can reach data. | attest what=training every=P1Y | attested
. Our people sign a confidentiality agreement. | attest what=confidentiality | attested
. Contracts with providers are checked every two years. | attest what=contracts every=P2Y | unproven
## Changes and contact
. This policy is published on this page, in the version of 1 March 2026. | publish document=cloud version="2026-03-01" | kept
. Material changes are announced by e-mail 30 days before. | notice of=material-change how=email before=P30D | no-engine
. See [our page on security](https://larkspur.example/security) for **details**. | information about=security | information
. A new sentence that nobody has bound yet. | |
Questions about privacy: privacy@larkspur.example | contact for=privacy-questions address=privacy@larkspur.example kind=email | kept
Larkspur Apps GmbH
12 Example Road
12345 Exampletown`

const larkspurHead = `kept: 1
vendor: {id: larkspur, name: Larkspur Apps GmbH, country: DE}
documents: [{id: cloud, language: en, version: 2026-03-01}, {id: datacenter, language: en, version: 2025-10-10}]
apps: [{id: portal-sso, hosting: forge-remote}, {id: owner-lens, hosting: forge-remote}]
recipients: {alder: {name: Alder Hosting, kind: processor, seat: DE}}
categories:
  service-credentials: {scope: installation, subject: customer-admin, source: user, fields: {service_account_email: , api_token: {secret: true}}}
  owner-settings: {scope: installation, subject: customer-admin, source: user, fields: {admin_email: , visibility: }}
  access-log: {scope: installation, subject: customer-user, source: automatic, journal: reads, fields: {who: }}
  assets: {scope: installation, subject: customer-user, source: atlassian, fields: {owner: }}
  tickets: {scope: vendor, subject: contact, source: user, fields: {message: }}
decisions:
  - {control: purpose, category: access-log, purposes: [audit], because: "the text says that reads are recorded, and not who may look at the records"}
  - {control: collect, category: access-log, fields: [who], because: "a record without a name proves nothing"}
`

// world is a fabricated policy with its text and verdicts.
type world struct {
	policy   *policy.Policy
	text     *document.Text
	verdicts *board.Verdicts
}

func instant(t testing.TB, s string) kept.Time {
	t.Helper()
	at, err := kept.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func newWorld(t testing.TB) world {
	t.Helper()
	var text, promises strings.Builder
	given := map[string]kept.Verdict{}
	inside := false // a paragraph, which stands on one line
	for _, line := range strings.Split(strings.TrimSpace(larkspur), "\n") {
		parts := strings.Split(line, " | ")
		said := strings.TrimPrefix(strings.TrimSuffix(parts[0], " | |"), ". ")
		if paragraph := strings.HasPrefix(line, ". "); paragraph && inside {
			text.WriteString(" " + said)
		} else {
			text.WriteString("\n\n"[:min(2, 1+strings.Count(line, "#"))] + said)
			inside = paragraph
		}
		if len(parts) < 3 {
			continue
		}
		control, params, _ := strings.Cut(parts[1], " ")
		id := fmt.Sprintf("%s-%d", control, len(given)+1)
		given[id] = kept.Verdict(parts[2])
		fmt.Fprintf(&promises, "  - {id: %s, sentences: [%q], control: %s", id, document.Identity(strings.TrimPrefix(said, "- ")), control)
		for _, p := range strings.Fields(params) {
			name, value, _ := strings.Cut(p, "=")
			fmt.Fprintf(&promises, ", %s: %s", name, value)
		}
		if control != "publish" { // where the document is a parameter
			promises.WriteString(", document: cloud")
		}
		promises.WriteString("}\n")
	}
	promises.WriteString("  - {id: datacenter-1, document: datacenter, sentences: [aaaaaaaaaaaa], control: store-nothing, app: owner-lens}\n")
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(larkspurHead + "promises:\n" + promises.String())})
	if err != nil {
		t.Fatal(err)
	}
	w := world{policy: p}
	if w.text, err = document.Split([]byte(text.String()), "en"); err != nil {
		t.Fatal(err)
	}
	w.verdicts = judged(t, w, given)
	return w
}

func judged(t testing.TB, w world, given map[string]kept.Verdict) *board.Verdicts {
	at := instant(t, "2026-11-21T09:30:00Z")
	v := &board.Verdicts{Vendor: w.policy.Vendor.Name, At: at, Findings: lint.Check(w.policy),
		Earlier: []board.Earlier{{Until: at - 1, Values: 12, Lines: 1, Installations: 4, Overdue: 1, Wider: []diff.Change{
			{Control: "retain", About: "asset-lookup entry", Effect: diff.Wider, From: "P7D", To: "P30D", Message: "{about}: {value}", Reaches: "everybody was asked"}}}},
		Ledger: board.Ledger{Size: 18342,
			Root: strings.Repeat("3fa94c7e", 8), Verified: true, At: at.Add(-4 * time.Minute)}}
	cloud, _ := w.policy.Document("cloud")
	dc, _ := w.policy.Document("datacenter")
	v.Documents = []*coverage.Report{coverage.Cover(w.policy, cloud, w.text), coverage.CoverRefs(w.policy, dc)}
	places := map[string][]board.Place{}
	for _, r := range v.Documents {
		for _, l := range r.List {
			for _, id := range l.Promises {
				places[id] = append(places[id], board.Place{Document: r.ID, ID: l.ID, Line: l.Line})
			}
		}
	}
	why := map[kept.Verdict]board.Saying{
		kept.Broken: board.Say("something was read for a purpose that no promise names"), kept.AtRisk: board.Say("closed in time, but not yet destroyed for %s", board.Length(26*time.Hour)),
		kept.Unproven: board.Say("nobody came back in time yet"), kept.Contradicted: board.Say("the text says something else in another place, which is what is kept"),
		kept.Kept: board.Say("exercised, and nothing speaks against it"), kept.Attested: board.Say("attested until %s", at), kept.NoVerdict: board.Say("nothing is promised here")}
	for i, pr := range w.policy.Promises {
		j := board.Judged{ID: pr.ID, Control: pr.Control, Says: board.Words(pr), Verdict: given[pr.ID], Decision: pr.Decision, Promise: pr, Sentences: places[pr.ID]}
		if j.Verdict == "" {
			j.Verdict = kept.Kept
		}
		j.Why = why[j.Verdict]
		if _, missing := pr.Engine(); j.Verdict == kept.NoEngine {
			j.Why = board.Say("no engine yet: %s", board.Term(missing))
		}
		if j.Verdict == kept.Kept || j.Verdict == kept.Broken {
			j.Exercised, j.Rehearsed = at.Add(-time.Duration(i)*37*time.Hour), at.Add(-3*24*time.Hour)
			j.Evidence = []board.Evidence{{Says: board.Say("values refused"), Count: int64(100 + i), Last: j.Exercised, Link: "/installations"}}
		}
		if j.Verdict == kept.Broken {
			j.Evidence = append(j.Evidence, board.Evidence{Says: board.Say("reads for a purpose nobody promised"), Count: 3, Last: at.Add(-time.Hour), Bad: true})
		}
		v.List = append(v.List, j)
	}
	return v
}

// history is an installation in the middle of going.
func history(t testing.TB) (h board.History, now kept.Time, closes map[string]kept.Time) {
	day := func(s string) kept.Time { return instant(t, s) }
	id := kept.ID("ins_" + strings.Repeat("k7", 13))
	fact := kept.ID("fct_" + strings.Repeat("q3", 13))
	h.Installation = installation.Installation{ID: id, App: "owner-lens", Environment: "PRODUCTION", State: kept.Uninstalled,
		Installed: day("2026-02-03"), Uninstalled: day("2026-10-02"), Effective: day("2026-12-01")}
	h.Events = []board.Event{
		{At: day("2026-02-03T08:11:00Z"), Kind: kept.FactInstalled, Says: board.Say("installed"), Count: 1, Fact: fact},
		{At: day("2026-02-03T08:20:00Z"), Kind: kept.FactStored, Says: board.Say("stored %s", "owner-settings"), Count: 2, Fact: fact},
		{At: day("2026-06-20"), Kind: kept.FactUninstalled, Says: board.Say("uninstall signalled"), Count: 1, Fact: fact},
		{At: day("2026-06-23"), Kind: kept.FactRescued, Says: board.Say("reinstalled in time"), Count: 1, Fact: fact},
		{At: day("2026-08-11"), Kind: kept.FactPurgeAsked, Says: board.Say("purge asked for"), Count: 1, Fact: fact},
		{At: day("2026-10-02"), Kind: kept.FactUninstalled, Says: board.Say("uninstall signalled"), Count: 1, Fact: fact},
	}
	h.Categories = []board.Stay{
		{Category: "service-credentials", Items: 1, From: day("2026-02-04"), Due: day("2026-12-01"), Closed: true},
		{Category: "owner-settings", Items: 2, From: day("2026-02-03"), Due: day("2026-12-31")},
		{Category: "access-log", Items: 14, From: day("2026-02-04"), Gone: day("2026-11-20"), Due: day("2026-11-22")},
		{Category: "assets", From: day("2026-03-01"), Gone: day("2026-08-11")},
	}
	h.Choices = []retention.Choice{{Category: "asset-lookup", From: "entry", Max: "P14D", Since: 1}}
	h.Receipts = []retention.Receipt{
		{Category: "assets", Reason: "purged", Promise: "purge-18", Owed: day("2026-08-11"), Unreachable: day("2026-08-11"), Unrecoverable: day("2026-08-12"), Backups: "none taken", Rows: 12},
		{Category: "access-log", Reason: "aged", Promise: "retain-13", Owed: day("2026-11-20"), Unreachable: day("2026-11-20"), Backups: "none taken", Rows: 3},
	}
	return h, day("2026-11-21"), map[string]kept.Time{"service-credentials": day("2026-10-02"), "owner-settings": day("2026-12-31")}
}

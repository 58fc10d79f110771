package policy

import (
	"fmt"
	"strings"
	"testing"

	"kept"
)

// say reads a policy of decisions in short form: the parameters without what every one has.
func say(t *testing.T, decisions ...string) *Policy {
	t.Helper()
	var b strings.Builder
	b.WriteString(world + "decisions:\n  - {id: idle, because: a test, control: hold, reasons: x}\n")
	for i, d := range decisions {
		fmt.Fprintf(&b, "  - {id: d%d, because: a test, %s}\n", i, d)
	}
	p, err := readText(b.String())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func names(prs []*Promise) string {
	return strings.Join(ids(prs, func(pr *Promise) string { return pr.ID }), " ")
}

// show writes rules on one line: what decides, and what it decides.
func show(r Rules) string {
	var parts []string
	add := func(what, s string) {
		if s != "" {
			parts = append(parts, what+": "+s)
		}
	}
	add("collect", names(r.Collect))
	add("fields", strings.Join(r.Fields, " "))
	add("never", strings.Join(r.Never, " "))
	add("nothing", names(r.StoreNothing))
	add("for", strings.Join(ids(r.Purposes, func(a Allowed) string { return a.Purpose + "=" + a.Promise.ID }), " "))
	for _, l := range r.Retain {
		add(l.From, fmt.Sprintf("%s=%s of %s", l.Max, l.Promise.ID, names(l.All)))
	}
	return strings.Join(parts, "; ")
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		name, app, category string
		decisions           []string
		want                string
	}{
		{"silence allows nothing", "portal-sso", "app-config", nil, ""},
		{"a collect without fields means all", "portal-sso", "app-config", []string{"control: collect, category: app-config"},
			"collect: d0; fields: config theme"},
		{"fields unite", "portal-sso", "app-config", []string{"control: collect, category: app-config, fields: theme", "control: collect, category: app-config, fields: config"},
			"collect: d0 d1; fields: config theme"},
		{"fields of another category", "portal-sso", "audit-log", []string{"control: collect, category: [audit-log, app-config], fields: theme"},
			"collect: d0"},
		{"never takes out", "portal-sso", "app-config", []string{"control: collect, category: app-config, never: [theme, customer_data]"},
			"collect: d0; fields: config; never: customer_data theme"},
		{"a named collect beats an umbrella", "portal-sso", "app-config", []string{`control: collect, category: "*"`, "control: collect, category: app-config, fields: theme"},
			"collect: d1; fields: theme"},
		{"an umbrella collects", "portal-sso", "app-config", []string{`control: collect, category: "*"`},
			"collect: d0; fields: config theme"},
		{"personal-data needs a subject", "portal-sso", "app-config", []string{"control: collect, category: personal-data"}, ""},
		{"personal-data", "portal-sso", "audit-log", []string{"control: collect, category: personal-data"},
			"collect: d0; fields: account_id"},
		{"an engine is missing", "portal-sso", "app-config", []string{"control: collect, category: app-config, via: download"}, ""},

		{"store nothing", "portal-sso", "app-config", []string{"control: collect, category: app-config", "control: store-nothing, category: app-config"},
			"collect: d0; nothing: d1"},
		{"store nothing under an umbrella", "portal-sso", "app-config", []string{`control: collect, category: "*"`, `control: store-nothing, category: "*"`},
			"collect: d0; nothing: d1"},
		{"a named collect beats nothing under an umbrella", "portal-sso", "app-config", []string{"control: collect, category: app-config", `control: store-nothing, category: "*"`},
			"collect: d0; fields: config theme"},
		{"a named nothing beats an umbrella's collect", "portal-sso", "app-config", []string{`control: collect, category: "*"`, "control: store-nothing, category: app-config"},
			"nothing: d1"},
		{"store nothing except", "portal-sso", "app-config", []string{`control: store-nothing, category: "*", except: app-config`}, ""},
		{"store nothing of these fields", "portal-sso", "app-config", []string{"control: collect, category: app-config", "control: store-nothing, category: app-config, fields: theme"},
			"collect: d0; fields: config; never: theme"},
		{"an app that stores nothing", "portal-sso", "app-config", []string{"control: collect, category: app-config", "control: store-nothing, app: portal-sso"},
			"collect: d0; nothing: d1"},
		{"another app that stores nothing", "page-owl", "app-config", []string{"control: collect, category: app-config", "control: store-nothing, app: portal-sso"},
			"collect: d0; fields: config theme"},
		{"an app and another category", "portal-sso", "app-config", []string{"control: collect, category: app-config", "control: store-nothing, app: portal-sso, category: audit-log"},
			"collect: d0; fields: config theme"},
		{"apps are not the vendor", "", "newsletter", []string{"control: collect, category: newsletter", `control: store-nothing, app: "*"`},
			"collect: d0; fields: email"},

		{"purposes unite", "portal-sso", "audit-log", []string{"control: purpose, category: audit-log, purposes: [support, security]", "control: purpose, category: audit-log, purposes: [security, audit-display]"},
			"for: support=d0 security=d0 audit-display=d1"},
		{"only closes", "portal-sso", "audit-log", []string{"control: purpose, category: audit-log, purposes: support", "control: purpose, category: audit-log, purposes: security, only: true", "control: purpose, category: audit-log, purposes: audit-display, only: true"},
			"for: security=d1 audit-display=d2"},
		{"only: false closes nothing", "portal-sso", "audit-log", []string{"control: purpose, category: audit-log, purposes: support, only: false"},
			"for: support=d0"},
		{"named purposes beat an umbrella", "portal-sso", "audit-log", []string{"control: purpose, category: audit-log, purposes: support", `control: purpose, category: "*", purposes: "*"`},
			"for: support=d0"},

		{"the strictest limit", "portal-sso", "audit-log", []string{"control: retain, category: audit-log, from: entry, max: P90D", "control: retain, category: audit-log, from: entry, max: P30D", "control: retain, category: audit-log, from: entry, max: P30D, reasons: x", "control: retain, category: audit-log, from: entry, max: P2M"},
			"entry: P30D=d1 of d0 d1 d3"},
		{"a month may be shorter than 30 days", "portal-sso", "audit-log", []string{"control: retain, category: audit-log, from: entry, max: P30D", "control: retain, category: audit-log, from: entry, max: P1M"},
			"entry: P1M=d1 of d0 d1"},
		{"limits by anchor", "portal-sso", "audit-log", []string{"control: retain, category: audit-log, from: [uninstalled, entry], max: P9D", "control: retain, category: audit-log, from: request, max: PT0S"},
			"entry: P9D=d0 of d0; request: PT0S=d1 of d1; uninstalled: P9D=d0 of d0"},
		{"a named limit beats a stricter umbrella", "portal-sso", "audit-log", []string{`control: retain, category: "*", from: entry, max: P1D`, `control: retain, category: "*", from: request, max: P1D`, "control: retain, category: audit-log, from: entry, max: P90D"},
			"entry: P90D=d2 of d2; request: P1D=d1 of d1"},

		{"another app", "portal-sso", "app-config", []string{"control: collect, category: app-config, apps: page-owl"}, ""},
		{"another hosting", "portal-sso", "app-config", []string{"control: collect, category: app-config, hosting: [forge, datacenter]"}, ""},
		{"a surface is no app", "portal-sso", "app-config", []string{"control: collect, category: app-config, surface: website"}, ""},
		{"apps beside a surface", "portal-sso", "app-config", []string{"control: collect, category: app-config, surface: website, apps: portal-sso"},
			"collect: d0; fields: config theme"},
		{"a surface is the vendor", "", "newsletter", []string{"control: collect, category: newsletter, surface: website"},
			"collect: d0; fields: email"},
		{"an app is not the vendor", "", "newsletter", []string{"control: collect, category: newsletter, apps: portal-sso"}, ""},
		{"a hosting is not the vendor", "", "newsletter", []string{"control: collect, category: newsletter, hosting: connect"}, ""},
		{"an app and its surface", "", "newsletter", []string{"control: collect, category: newsletter, apps: portal-sso, surface: website"},
			"collect: d0; fields: email"},
	} {
		r, ok := say(t, c.decisions...).Rules(c.app, c.category)
		if got := show(r); !ok || got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	p := say(t)
	if has(p.Rules("nobody", "app-config")) || has(p.Rules("portal-sso", "nothing")) {
		t.Error("rules for what is not declared")
	}
}

func TestRescue(t *testing.T) {
	p := say(t,
		"control: rescue, on: reinstall, from: uninstalled, within: P90D",
		"control: rescue, on: reinstall, within: P60D, apps: page-owl",
		"control: rescue, on: resubscribe, within: P1D",
		"control: rescue, on: reinstall",
		"control: rescue, on: [reinstall, resubscribe], from: [uninstalled, unsubscribed], within: P100D, apps: page-owl")
	day := func(n int) kept.Time { return kept.StartOfDay(uint32(n)) }
	both := map[string]kept.Time{"uninstalled": day(1000), "unsubscribed": day(1030)}
	for _, c := range []struct {
		app, on string
		since   map[string]kept.Time
		want    string
	}{
		{"portal-sso", Reinstall, both, "90 d0"},
		{"page-owl", Reinstall, both, "60 d1"}, // of several the one that ends first
		{"portal-sso", Resubscribe, both, "31 d2"},
		{"portal-sso", Resubscribe, map[string]kept.Time{"uninstalled": day(1000)}, ""}, // it counts from what has not happened
		{"page-owl", Reinstall, map[string]kept.Time{"unsubscribed": day(1030)}, "130 d4"},
		{"", Reinstall, both, ""},
		{"nobody", Reinstall, both, ""},
	} {
		got := ""
		if until, pr := p.Rescue(c.app, c.on, c.since); pr != nil {
			got = fmt.Sprint(until.Day()-1000, " ", pr.ID)
		}
		if got != c.want {
			t.Errorf("%s, %s since %v: %q, want %q", c.app, c.on, c.since, got, c.want)
		}
	}
}

func TestPurge(t *testing.T) {
	for _, c := range []struct {
		name      string
		decisions []string
		want      string
	}{
		{"none", nil, " [] false"},
		{"everything", []string{"scope: audit-log", "scope: installation, receipt: true"}, "d1 [] true"},
		{"every category", []string{`scope: "*"`}, "d0 [] true"},
		{"lists unite in order of declaration", []string{"scope: audit-log", "scope: app-config"}, "d0 [app-config audit-log] true"},
		{"people's data of the installation", []string{"scope: personal-data"}, "d0 [service-credentials audit-log] true"},
		{"at once", []string{"scope: audit-log, within: PT0S"}, "d0 [audit-log] true"},
		{"later", []string{"scope: audit-log, within: P1D"}, " [] false"},
		{"somebody else's", []string{"scope: audit-log, apps: page-owl"}, " [] false"},
	} {
		var full []string
		for _, d := range c.decisions {
			full = append(full, "control: purge, by: customer-admin, "+d)
		}
		pr, categories, ok := say(t, full...).Purge("portal-sso")
		id := ""
		if pr != nil {
			id = pr.ID
		}
		if got := fmt.Sprint(id, " ", categories, " ", ok); got != c.want || ok && strings.HasSuffix(c.want, "[] true") != (categories == nil) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestContradictedSentencesGiveWay(t *testing.T) {
	p, err := readText(world + `promises:
  - {id: gives-way, sentences: [aaaaaaaaaaaa], control: retain, category: app-config, from: entry, max: P1D}
  - {id: kept, sentences: [bbbbbbbbbbbb], control: retain, category: app-config, from: entry, max: P9D}
  - {id: half, sentences: [aaaaaaaaaaaa, cccccccccccc], control: retain, category: app-config, from: entry, max: P30D}
  - {id: twin, sentences: [{id: dddddddddddd, after: aaaaaaaaaaaa}], control: hold, reasons: x}
  - {id: other-twin, sentences: [{id: dddddddddddd, after: bbbbbbbbbbbb}], control: hold, reasons: x}
  - {id: other-context, sentences: [{id: dddddddddddd, before: bbbbbbbbbbbb}], control: hold, reasons: x}
  - {id: more-context, sentences: [{id: dddddddddddd, after: aaaaaaaaaaaa, section: bbbbbbbbbbbb}], control: hold, reasons: x}
  - {id: any-twin, sentences: [dddddddddddd], control: hold, reasons: x}
  - {id: every-twin-gives-way, sentences: [{id: eeeeeeeeeeee, section: aaaaaaaaaaaa}], control: hold, reasons: x}
decisions:
  - {id: decided, control: hold, reasons: x, because: x}
contradictions:
  - {sentences: [aaaaaaaaaaaa, bbbbbbbbbbbb], keeps: bbbbbbbbbbbb, because: x}
  - {sentences: [cccccccccccc, {id: dddddddddddd, after: aaaaaaaaaaaa}], keeps: cccccccccccc, because: x}
  - {sentences: [eeeeeeeeeeee, cccccccccccc], keeps: cccccccccccc, because: x}
`)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{
		"gives-way": true, "kept": false, "half": false, "decided": false, "twin": true, "other-twin": false,
		"other-context": false, "more-context": false, "any-twin": true, "every-twin-gives-way": true,
	} {
		pr, _ := p.Promise(id)
		if p.Contradicted(pr) != want {
			t.Errorf("%s: contradicted is %t", id, !want)
		}
	}
	r, _ := p.Rules("portal-sso", "app-config")
	if got := show(r); got != "entry: P9D=kept of kept half" {
		t.Error(got)
	}
}

func TestEngine(t *testing.T) {
	for says, want := range map[string]string{
		"control: collect, category: app-config, fields: theme, source: user, subject: x, never: y":         "",
		"control: collect, category: app-config, via: x":                                                    "via=x",
		"control: store-nothing, app: portal-sso, category: app-config, fields: theme":                      "",
		`control: store-nothing, category: "*", except: app-config`:                                         "",
		"control: store-nothing, category: app-config, at: vendor":                                          "at",
		"control: store-nothing, category: app-config, until: process-end":                                  "until",
		"control: place, category: app-config, at: vendor, region: [DE, eu-west-1], provider: aws":          "",
		"control: place, category: app-config, region: [DE, same]":                                          "region=same",
		"control: place, category: app-config, region: tenant":                                              "region=tenant",
		"control: recipient, name: aws, kind: sub-processor, for: hosting, region: US":                      "",
		"control: recipient, name: aws, safeguard: scc":                                                     "safeguard",
		"control: recipient, kind: processor, contract: dpa":                                                "contract",
		"control: disclose, only: []":                                                                       "",
		"control: no-sale, purposes: marketing":                                                             "",
		"control: basis, purpose: x, basis: contract":                                                       "basis",
		"control: purpose, category: app-config, purposes: x, only: true":                                   "",
		"control: retain, category: app-config, from: [unsubscribed, entry, request], max: P1D":             "",
		"control: retain, category: app-config, from: [entry, posted], max: P1D":                            "",
		"control: retain, category: app-config, from: entry, max: P1D, copies: live":                        "",
		"control: retain, category: app-config, from: entry, max: P1D, copies: all":                         "copies=all",
		"control: retain, category: app-config, from: entry, max: P1D, min: P1D":                            "",
		"control: retain, category: app-config, from: entry, max: P1D, until: request":                      "",
		"control: retain, category: app-config, from: entry, max: P1D, adjustable: {by: support}":           "adjustable=support",
		"control: retain, category: app-config, from: entry, adjustable: {by: customer-admin}":              "",
		"control: retain, category: app-config, from: entry, max: P1D, by: [app, severity], severity: info": "",
		"control: retain, category: app-config, from: entry, max: P1D, reasons: x":                          "reasons",
		"control: retain, category: app-config, from: entry":                                                "max",
		"control: retain, category: app-config, until: [job-end, need-ended]":                               "",
		"control: retain, category: app-config, from: entry, min: P1D":                                      "",
		"control: retain, category: app-config, until: job-end, min: P1D":                                   "from",
		"control: retain, category: app-config, until: entry":                                               "until=entry",
		"control: retain, category: app-config, until: job-end, max: P1D":                                   "from",
		"control: retain, category: app-config, max: P1D":                                                   "from",
		"control: rescue, on: reinstall, from: uninstalled, within: P1D":                                    "",
		"control: rescue, on: [reinstall, resubscribe], within: P1D":                                        "",
		"control: rescue, on: reinstall, from: unsubscribed, within: P1D":                                   "",
		"control: rescue, on: reinstall, from: posted, within: P1D":                                         "from=posted",
		"control: rescue, on: reinstall":                                                                    "within",
		"control: purge, by: customer-admin, scope: [installation, app-config], receipt: true":              "",
		"control: purge, by: customer-admin, scope: installation, within: P0D":                              "",
		"control: purge, by: customer-admin, scope: installation, within: PT1H":                             "within=PT1H",
		"control: purge, by: customer-admin, scope: subject":                                                "scope=subject",
		"control: purge, by: subject, scope: installation":                                                  "by=subject",
		"control: purge, scope: installation":                                                               "by",
		"control: purge, by: customer-admin, scope: installation, channel: email":                           "channel",
		`control: publish, document: x, language: en, version: "3", date: 2026-03-01`:                       "",
		"control: publish, document: x, state: current":                                                     "",
		"control: publish, document: x, state: on-request":                                                  "state=on-request",
		"control: contact, for: x, address: y, kind: email":                                                 "",
		"control: attest, what: x, by: vendor-staff, every: P1Y":                                            "",
		"control: information, about: x":                                                                    "",
		"control: transport, min-tls: \"1.2\"":                                                              "transport",
	} {
		ok, missing := say(t, says).Promises[1].Engine()
		if missing != want || ok != (want == "") {
			t.Errorf("%s: %t, missing %q", says, ok, missing)
		}
	}
}

// A month and thirty days: after 1 February the month is shorter, after 1 March the thirty days are.
func TestTheEarlierOfTwoLimits(t *testing.T) {
	p, err := Read(map[string][]byte{"policy.yaml": []byte(`kept: 1
vendor: {id: v, name: V}
documents: [{id: d, language: en, version: 2026-01-01}]
apps: [{id: a, hosting: forge}]
categories: {log: {scope: installation, fields: {line: {}}}}
decisions:
  - {control: retain, category: log, from: entry, max: P1M, because: one}
  - {control: retain, category: log, from: entry, max: P30D, because: two}
`)})
	if err != nil {
		t.Fatal(err)
	}
	rules, _ := p.Rules("a", "log")
	for from, want := range map[string]string{"2026-02-01": "2026-03-01T00:00:00Z", "2026-03-01": "2026-03-31T00:00:00Z"} {
		at, err := kept.ParseTime(from)
		if err != nil {
			t.Fatal(err)
		}
		if end := rules.Retain[0].End(at); end.String() != want {
			t.Errorf("from %s to %s, want %s", from, end, want)
		}
	}
}

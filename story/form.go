package story

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kept"
	"kept/policy"
)

// form is one kind of statement: how it is written, and what running it does.
//
// In a form small words stand for themselves, LARGE ones for what a story fills in (slots), and brackets around what may
// be left out. A large word ending in … takes one or more words, and `'s` belongs to the word before it.
type form struct {
	says string
	run  func(p *play, ctx context.Context, a args) error
	// expects: it says what must be so, and does nothing; refusal: of these, the one that takes a failure.
	expects, refusal bool

	parts []part // of says, made once
}

// part is a word of a form, or with some filled a group that may be left out.
type part struct {
	word string
	some []part
}

// args are what a statement filled in, by slot; optional words that are there are in it too, as themselves.
type args map[string]any

// word is a slot's text, "" when it was left out.
func word(a args, slot string) string {
	s, _ := a[slot].(string)
	return s
}

// has tells whether a slot was filled or an optional word is there.
func has(a args, slot string) bool {
	_, ok := a[slot]
	return ok
}

// slots read what stands for a large word: the value, and how many tokens it took, 0 if they are not of its kind.
var slots = map[string]struct {
	means string
	read  func([]token) (any, int)
}{
	"APP":      {"an app of the policy", name},
	"SITE":     {"a customer's site", name},
	"SERVER":   {"the id of a host, such as BKPT-1234-5678-9ABC", serverID},
	"NAME":     {"an installation: its site, or the name it was given with `as`", name},
	"CATEGORY": {"a category of the policy", name},
	"RECORD":   {"what is written down", name},
	"HOST":     {"a host", name},
	"SEVERITY": {"debug, info, notice, warning, error, critical, alert or emergency", oneOf(policy.Severities...)},
	"STAFF":    {"support, developer, contractor, auditor, officer or operator", oneOf("support", "developer", "contractor", "auditor", "officer", "operator")},
	"PURPOSE":  {"a purpose", name},
	"PROMISE":  {"the id of a promise or decision", name},
	"DOCUMENT": {"a document of the policy", name},
	"ERROR":    {"denied, held, late, not-found, invalid or conflict", oneOf("denied", "held", "late", "not-found", "invalid", "conflict")},
	"STATE":    {"installed, uninstalled or erased", oneOf("installed", "uninstalled", "erased")},
	"VERDICT": {"kept, at-risk, broken, unproven, no-engine, contradicted or attested",
		oneOf("kept", "at-risk", "broken", "unproven", "no-engine", "contradicted", "attested")},
	"FACT":    {"a kind of fact, such as item.stored", fact},
	"N":       {"a number", number},
	"TIME":    {"an instant, such as 2026-03-01T10:00Z", instant},
	"PERIOD":  {"a length of time, such as 90 days or P90D", period},
	"TEXT":    {"a text in quotes", quoted},
	"ACCOUNT": {"an account id in quotes", quoted},
	"ACTOR":   {"a role, or an account id in quotes", actor},
	"VALUE":   {valueHint, braces},
	"FOLDER":  {"a folder", name},
	"BRAKE":   {"brought-forward, unforeseen or clock", oneOf("brought-forward", "unforeseen", "clock")},

	"END":    {"a day, such as 2026-03-02, or an instant", dayOrInstant},
	"LATEST": {"a day, such as 2026-03-02, or an instant", dayOrInstant},

	"EVENT":       {"an event of the policy, such as entry, uninstalled or need-ended", oneOf(append([]string{"entry", "uninstalled", "unsubscribed"}, policy.Said...)...)},
	"ENVIRONMENT": {"development, staging or production", oneOf("development", "staging", "production")},
	"PRODUCT":     {"jira or confluence", oneOf("jira", "confluence")},
	"LICENCE":     {"active, inactive or cancelled", oneOf("active", "inactive", "cancelled")},
	"CONTACT":     {"technical or billing", oneOf("technical", "billing")},
	"MOOD":        {"well, failing, busy or shifting", oneOf("well", "failing", "busy", "shifting")},
	"ANSWER":      {"there or gone", oneOf("there", "gone")},
	"WHY":         {"silence or site-import", oneOf("silence", "site-import")},
	"SAID":        {"an event that is said of an item, such as need-ended or job-end", oneOf(policy.Said...)},
	"GROUP":       {"the name of a group in quotes", quoted},
	"REGION":      {"a country or a cloud region, in small letters", name},
	"RECIPIENT":   {"a recipient of the policy", name},
	"FUNCTION":    {"the function for which a recipient gets it", name},
	"DAY":         {"a day, such as 2026-03-01", instant},
	"REASON":      {"a reason: to hold something, or why something went", name},
	"REALM":       {"a region as Atlassian calls it, in small letters: eu", name},
	"HOME":        {"a region as Atlassian calls it, in small letters: us", name},
	"PROGRESS":    {"in-progress, ready-to-commit or failed", oneOf("in-progress", "ready-to-commit", "failed")},
	"CASE":        {"a case in which people disclose", name},
}

func name(t []token) (any, int) {
	if t[0].kind != bare || strings.Trim(t[0].text, "abcdefghijklmnopqrstuvwxyz0123456789._-/") != "" {
		return nil, 0
	}
	return t[0].text, 1
}

func serverID(t []token) (any, int) {
	if parts := strings.Split(t[0].text, "-"); t[0].kind != bare || len(parts) != 4 || t[0].text != strings.ToUpper(t[0].text) {
		return nil, 0
	}
	return t[0].text, 1
}

func oneOf(words ...string) func([]token) (any, int) {
	return func(t []token) (any, int) {
		if t[0].kind != bare || !slices.Contains(words, t[0].text) {
			return nil, 0
		}
		return t[0].text, 1
	}
}

func fact(t []token) (any, int) {
	if _, known := kept.FactKinds[kept.FactKind(t[0].text)]; t[0].kind != bare || !known {
		return nil, 0
	}
	return t[0].text, 1
}

func number(t []token) (any, int) {
	n, err := strconv.Atoi(t[0].text)
	if t[0].kind != bare || err != nil || n < 0 {
		return nil, 0
	}
	return n, 1
}

func instant(t []token) (any, int) {
	at, err := kept.ParseTime(t[0].text)
	if t[0].kind != bare || err != nil || at <= 0 {
		return nil, 0
	}
	return at, 1
}

// dayOrInstant is what was written: a deadline ends with a day or by the clock.
func dayOrInstant(t []token) (any, int) {
	if _, n := instant(t); n == 0 {
		return nil, 0
	}
	return t[0].text, 1
}

// units are how people count; the letters are ISO 8601's.
var units = map[string]string{"second": "PT%dS", "minute": "PT%dM", "hour": "PT%dH", "day": "P%dD", "week": "P%dW", "month": "P%dM", "year": "P%dY"}

func period(t []token) (any, int) {
	if t[0].kind != bare {
		return nil, 0
	}
	if p, err := kept.ParsePeriod(t[0].text); err == nil {
		return p, 1
	}
	n, err := strconv.Atoi(t[0].text)
	switch {
	case err != nil || n < 0:
		return nil, 0
	case n == 0 && (len(t) == 1 || units[strings.TrimSuffix(t[1].text, "s")] == ""):
		return kept.Period{}, 1
	case len(t) == 1 || t[1].kind != bare:
		return nil, 0
	}
	unit, known := units[strings.TrimSuffix(t[1].text, "s")]
	if p, err := kept.ParsePeriod(fmt.Sprintf(unit, n)); known && err == nil {
		return p, 2
	}
	return nil, 0
}

func quoted(t []token) (any, int) {
	if t[0].kind != text {
		return nil, 0
	}
	return t[0].text, 1
}

func actor(t []token) (any, int) {
	if v, n := quoted(t); n > 0 {
		return v, n
	}
	return name(t)
}

func braces(t []token) (any, int) {
	if t[0].kind != value {
		return nil, 0
	}
	return t[0].text, 1
}

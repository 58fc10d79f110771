// Package lint finds what cannot all be meant in a policy: promises that contradict each other, clocks without an end,
// things that are promised and cannot be kept as they are written. It looks at the policy alone, at no text and no server.
package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"kept/policy"
)

// Severity says what a finding means.
type Severity string

const (
	Wrong    Severity = "wrong"    // both cannot be kept
	Doubtful Severity = "doubtful" // both can be kept, and hardly as a reader understands them
	Missing  Severity = "missing"  // a reader, or the law, expects something that is not there
)

// Finding is what one rule says of one promise, or of two.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Says     string   `json:"says"` // in English
	Message  string   `json:"-"`    // with blanks, for whoever says it in another language,
	Of       []any    `json:"-"`    // and what fills them: words of the policy
	Promises []string `json:"promises,omitempty"`
	At       string   `json:"at,omitempty" doc:"where it stands in the policy: file:line:column"`
	Other    string   `json:"other,omitempty" doc:"where the other side stands"`
	Accepted string   `json:"accepted,omitempty"` // why the vendor leaves it as it is

	place policy.Position
}

// String is a line for people: place, rule, what is found, and where the other side stands.
func (f Finding) String() string {
	at, other := "", ""
	if f.At != "" {
		at = f.At + ": "
	}
	if f.Other != "" {
		other = " (" + f.Other + ")"
	}
	return fmt.Sprintf("%s%s: %s [%s]%s", at, f.Severity, f.Says, f.Rule, other)
}

// Rule is one question to a policy. docs/lint.md has a section for each id.
type Rule struct {
	ID       string
	Severity Severity
	find     func(*search)
}

// search is one rule at work on one policy.
type search struct {
	*policy.Policy
	rule  Rule
	found []Finding
}

// Check asks every rule. What gave way in a recorded contradiction, and what nobody has read yet, takes no part. Findings
// are in the order of the policy's files.
func Check(p *policy.Policy) (found []Finding) {
	for _, r := range Rules {
		s := &search{Policy: p, rule: r}
		r.find(s)
		found = append(found, s.found...)
	}
	found = append(found, accept(p, found)...)
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.place.File, b.place.File), cmp.Compare(a.place.Line, b.place.Line), cmp.Compare(a.place.Column, b.place.Column))
	})
	return found
}

// accept notes which findings the policy accepts, and gives a finding for each acceptance of nothing: whatever it was meant
// for has gone, and it would hide the next one.
func accept(p *policy.Policy, found []Finding) []Finding {
	idle := &search{Policy: p, rule: Rule{ID: "accepted-nothing", Severity: Wrong}}
	for _, a := range p.Accepted {
		used := false
		for i := range found {
			f := &found[i]
			if f.Rule == a.Finding && (slices.Contains(f.Promises, a.Promise) || a.Promise == "" && f.Promises == nil) {
				f.Accepted, used = a.Because, true
			}
		}
		if !used {
			idle.say(nil, "there is no such finding to accept")
			last := &idle.found[len(idle.found)-1]
			last.place, last.At = a.At, a.At.String()
		}
	}
	return idle.found
}

// Open are the findings that nobody accepted.
func Open(found []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return f.Accepted != "" })
}

// say records a finding about promises; its place is that of the first, and the other side that of the second. What one
// promise has with several others is one finding, which says how it is with the first of them and names them all.
func (s *search) say(prs []*policy.Promise, message string, of ...any) {
	if len(prs) == 2 {
		for i := range s.found {
			if f := &s.found[i]; f.Message == message && len(f.Promises) > 1 && f.Promises[0] == prs[0].ID {
				if !slices.Contains(f.Promises, prs[1].ID) {
					f.Promises = append(f.Promises, prs[1].ID)
				}
				return
			}
		}
	}
	f := Finding{Rule: s.rule.ID, Severity: s.rule.Severity, Says: fmt.Sprintf(message, of...), Message: message, Of: of}
	for i, pr := range prs {
		f.Promises = append(f.Promises, pr.ID)
		switch i {
		case 0:
			f.place, f.At = pr.At, pr.At.String()
		case 1:
			f.Other = pr.At.String()
		}
	}
	s.found = append(s.found, f)
}

// of are the promises of a kind, in the order of reading.
func (s *search) of(control string) (prs []*policy.Promise) {
	for _, pr := range s.Promises {
		if pr.Control == control && !pr.Proposed && !s.Contradicted(pr) {
			prs = append(prs, pr)
		}
	}
	return prs
}

// pairs calls fn for each two promises that hold for the same app, or both for what is the vendor's own.
func (s *search) pairs(as, bs []*policy.Promise, fn func(a, b *policy.Promise)) {
	seen := map[[2]*policy.Promise]bool{}
	for _, a := range as {
		for _, b := range bs {
			if a != b && !seen[[2]*policy.Promise{b, a}] && s.Meet(a, b) {
				seen[[2]*policy.Promise{a, b}] = true
				fn(a, b)
			}
		}
	}
}

// scopes are the apps, and "" for what is the vendor's own.
func (s *search) scopes() []string {
	apps := []string{""}
	for _, a := range s.Apps {
		apps = append(apps, a.ID)
	}
	return apps
}

// common are the declared categories that both values mean, by name or by an umbrella; those that either excepts are not.
func (s *search) common(a, b *policy.Promise) (names []string) {
	for _, c := range s.Categories {
		if s.about(a, c) && s.about(b, c) {
			names = append(names, c.Name)
		}
	}
	return names
}

func (s *search) about(pr *policy.Promise, c policy.Category) bool {
	v, says := pr.Params["category"]
	if pr.Control == "access" {
		v, says = pr.Params["to"], true
	}
	return (!says || policy.Covers(v, c)) && !policy.Covers(pr.Params["except"], c)
}

// list is a list in words.
func list(words []string) string {
	if len(words) > 3 {
		words = append(slices.Clone(words[:3]), fmt.Sprintf("%d more", len(words)-3))
	}
	return strings.Join(words, ", ")
}

func two(a, b *policy.Promise) []*policy.Promise { return []*policy.Promise{a, b} }
func one(a *policy.Promise) []*policy.Promise    { return []*policy.Promise{a} }

// Package deadline says until when an answer is owed that a promise of the policy gives to a person: to a request for a
// right, to a customer who wants everything erased, to those who must hear of an incident. It knows no requests and
// refuses to say anything of promises that owe no answer, limits of retention among them.
package deadline

import (
	"slices"

	"kept"
	"kept/calendar"
	"kept/policy"
)

// Deadline is when the answer is due that a promise owes from an instant on.
type Deadline struct {
	Promise  string        `json:"promise"`
	Control  string        `json:"control"`
	About    []string      `json:"about"` // the rights; who hears of an incident; who may have something erased
	From     kept.Time     `json:"from"`
	Within   string        `json:"within"`
	Law      string        `json:"law,omitempty"`      // where the time comes from, if the promise names none itself
	Calendar string        `json:"calendar"`           // the country whose working days count; empty where none is known
	Due      calendar.End  `json:"due"`                // the answer, and
	Extended *calendar.End `json:"extended,omitempty"` // where the promise lets the vendor take longer, if it says so in time
	Sooner   []string      `json:"sooner,omitempty"`   // other promises that owe some of it sooner
}

// answers are the controls whose promises may owe one, each with the parameter that says what it is about.
var answers = map[string]string{"right": "right", "incident": "notify", "purge": "by"}

// month is how long an answer may take where nothing is said, and byLaw the rights for which a law says so: neither a consent
// that is withdrawn nor a complaint is among them. law: GDPR 12(3), Articles 13 to 22
var (
	month = kept.Period{Months: 1}
	byLaw = []string{"access", "copy", "know", "rectify", "erase", "restrict", "object", "portability"}
)

// All are the deadlines of every promise that owes an answer, for what was asked or became known at an instant, in the
// order of the version of the policy that was in force then; of one promise alone where its id is not empty. Errors:
// NotFound for one that the version does not have, Invalid for one that owes no answer.
func All(p *policy.Policy, promise string, from kept.Time) ([]Deadline, error) {
	p = p.At(from)
	all, owing := []Deadline{}, []*policy.Promise{}
	for _, pr := range p.Promises {
		if d, owed := of(p, pr, from); owed {
			all, owing = append(all, d), append(owing, pr)
		}
	}
	for i := range all {
		for n, other := range all {
			if other.Control == all[i].Control && other.Due.At < all[i].Due.At && p.Meet(owing[n], owing[i]) &&
				slices.ContainsFunc(other.About, func(word string) bool { return slices.Contains(all[i].About, word) }) {
				all[i].Sooner = append(all[i].Sooner, other.Promise)
			}
		}
	}
	if promise == "" {
		return all, nil
	}
	if _, known := p.Promise(promise); !known {
		return nil, kept.Errorf(kept.NotFound, "%s has no such promise", p.Version())
	}
	all = slices.DeleteFunc(all, func(d Deadline) bool { return d.Promise != promise })
	if len(all) == 0 {
		return nil, kept.Errorf(kept.Invalid, "this promise owes nobody an answer by a deadline").
			WithHint("those of `right`, and of `incident` and `purge` with `within`, do")
	}
	return all, nil
}

// of is the deadline of one promise; false where it owes no answer by any: it is about something else, nobody has read
// it, or it gave way. law: GDPR 12(3)
func of(p *policy.Policy, pr *policy.Promise, from kept.Time) (d Deadline, owed bool) {
	about, answers := answers[pr.Control]
	if !answers || pr.Proposed || p.Contradicted(pr) {
		return d, false
	}
	d.About = append([]string{}, pr.Params[about].Words()...)
	within, said := pr.Params["within"].Period()
	if pr.Control == "right" && !said && slices.ContainsFunc(d.About, func(right string) bool { return slices.Contains(byLaw, right) }) {
		within, said, d.Law = month, true, "GDPR 12(3)"
	}
	days := calendar.Of(p.Vendor.Country)
	d.Promise, d.Control, d.From, d.Within, d.Calendar = pr.ID, pr.Control, from, within.String(), days.Country
	d.Due = days.End(from, within)
	if more, may := pr.Params["extend"].Period(); may {
		extended := days.End(from, kept.Period{Months: within.Months + more.Months, Days: within.Days + more.Days, Exact: within.Exact + more.Exact})
		d.Extended = &extended
	}
	return d, said
}

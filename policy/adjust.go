package policy

import (
	"slices"

	"kept"
)

// Adjust is what a policy leaves to a customer of how long a category is kept after an event.
type Adjust struct {
	From        string
	Least, Most kept.Period
	Bounded     bool // Most is said; else the limit of the policy is the most
	Promise     *Promise
}

// adjustOf takes the strictest bounds of several promises.
func adjustOf(from string, prs []*Promise) Adjust {
	a := Adjust{From: from, Promise: prs[0]}
	for _, pr := range prs {
		bounds := pr.Params["adjustable"].Map()
		if most, said := bounds["max"].Period(); said && (!a.Bounded || most.Shortest() < a.Most.Shortest()) {
			a.Most, a.Bounded, a.Promise = most, true, pr
		}
		if least, said := bounds["min"].Period(); said && least.Shortest() > a.Least.Shortest() {
			a.Least = least
		}
	}
	return a
}

// Counts tells whether a limit counts from an event, or may, by any version.
func (r Rules) Counts(from string) bool {
	return slices.ContainsFunc(r.Since(-1<<62), func(r Rules) bool {
		_, theirs := r.adjust(from)
		return theirs || slices.ContainsFunc(r.Retain, func(l Limit) bool { return l.From == from })
	})
}

// Adjustable tells whether any version leaves a choice from an event.
func (r Rules) Adjustable(from string) bool {
	_, now := r.adjust(from)
	return now || slices.ContainsFunc(r.Before, func(past Past) bool { _, then := past.adjust(from); return then })
}

func (r Rules) adjust(from string) (Adjust, bool) {
	return find(r.Adjust, func(a Adjust) bool { return a.From == from })
}

// limit is the limit of these rules alone, with what a customer chose put between their bounds.
func (r Rules) limit(from string, chosen *kept.Period) (Limit, bool) {
	l, limited := find(r.Retain, func(l Limit) bool { return l.From == from })
	a, adjustable := r.adjust(from)
	if !adjustable || chosen == nil {
		return l, limited
	}
	max := *chosen
	if max.Shortest() < a.Least.Shortest() {
		max = a.Least
	}
	switch most, bounded := a.most(l, limited); {
	case bounded && max.Shortest() > most.Shortest() && !a.Bounded:
		return l, true
	case bounded && max.Shortest() > most.Shortest():
		max = most
	}
	return Limit{From: from, Max: max, Promise: a.Promise}, true
}

func (a Adjust) most(l Limit, limited bool) (kept.Period, bool) {
	if a.Bounded {
		return a.Most, true
	}
	return l.Max, limited
}

// MayChoose refuses as Denied what the policy does not leave to a customer. Where limits depend on the severity, one choice
// is for all of them, and it is enough that one may be as long: the others end by their own.
func (r Rules) MayChoose(from string, max kept.Period, back bool) (err error) {
	graded := r.Graded()
	for _, severity := range append([]string{""}, Severities...) {
		if rules, own := graded[severity]; own {
			if err = rules.mayChoose(from, max, back); err == nil {
				return nil
			}
		}
	}
	return err
}

func (r Rules) mayChoose(from string, max kept.Period, back bool) error {
	a, adjustable := r.adjust(from)
	if !adjustable {
		return kept.Errorf(kept.Denied, "the policy leaves no choice of how long %s is kept after that", r.Category.Name).
			WithHint("it would take a `control: retain` with `adjustable: {by: customer-admin}`")
	}
	l, limited := find(r.Retain, func(l Limit) bool { return l.From == from })
	most, bounded := a.most(l, limited)
	switch {
	case back:
	case bounded && max.Shortest() > most.Shortest():
		return kept.Errorf(kept.Denied, "%s may be kept %s at most", r.Category.Name, most.Words()).WithHint("choose %s or less", most).Under(a.Promise.ID)
	case max.Shortest() < a.Least.Shortest():
		return kept.Errorf(kept.Denied, "%s is kept %s at least", r.Category.Name, a.Least.Words()).WithHint("choose %s or more", a.Least).Under(a.Promise.ID)
	}
	return nil
}

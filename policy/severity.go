package policy

import (
	"maps"
	"slices"
)

// grade is what is promised of the lines of one severity, or of whatever has none.
type grade struct {
	retain []Limit
	adjust []Adjust
}

// graded resolves the limits of what has no severity and, where a promise names severities, of each of them.
func (r *Rules) graded(s said) {
	of := func(severity string) grade {
		speaks := func(pr *Promise) bool {
			v, some := pr.Params["severity"]
			return !some || v.Has(severity)
		}
		return limits(said{filter(s.named, speaks), filter(s.umbrella, speaks)})
	}
	all := append(slices.Clone(s.named), s.umbrella...)
	r.set("", of(""))
	r.BySeverity, _ = find(all, func(pr *Promise) bool { return pr.Params["by"].Has("severity") || pr.Params["severity"].Words() != nil })
	for _, severity := range Severities {
		if slices.ContainsFunc(all, func(pr *Promise) bool { return pr.Params["severity"].Words() != nil }) {
			r.set(severity, of(severity))
		}
	}
}

// set replaces what holds for a severity. Rules are shared, so the map is a new one.
func (r *Rules) set(severity string, g grade) {
	if severity == "" {
		r.Retain, r.Adjust = g.retain, g.adjust
		return
	}
	r.grades = maps.Clone(r.grades)
	if r.grades == nil {
		r.grades = map[string]grade{}
	}
	r.grades[severity] = g
}

// Of are the rules for the lines of a severity; "" is what has none.
func (r Rules) Of(severity string) Rules {
	if g, there := r.grades[severity]; there {
		r.Retain, r.Adjust = g.retain, g.adjust
	}
	before := r.Before
	r.Before = nil
	for _, past := range before {
		past.Rules = past.Of(severity)
		r.Before = append(r.Before, past)
	}
	return r
}

// Graded are the rules of each severity that has its own, and those of what has none.
func (r Rules) Graded() map[string]Rules {
	out := map[string]Rules{"": r.Of("")}
	for _, rules := range r.Since(-1 << 62) {
		for severity := range rules.grades {
			out[severity] = r.Of(severity)
		}
	}
	return out
}

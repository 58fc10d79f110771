package policy

import (
	"slices"

	"kept"
)

// Applies tells whether pr holds for app, or for the vendor's own scope where app is empty. Apps and hosting narrow
// each other; a surface is the vendor's and no app's.
func (p *Policy) Applies(pr *Promise, app string) bool {
	everywhere := len(pr.Apps) == 0 && len(pr.Hosting) == 0
	if app == "" {
		return everywhere || len(pr.Surface) > 0
	}
	a, ok := p.App(app)
	if !ok || everywhere && len(pr.Surface) > 0 {
		return false
	}
	return (len(pr.Apps) == 0 || slices.Contains(pr.Apps, app)) &&
		(len(pr.Hosting) == 0 || slices.ContainsFunc(a.Hosting, func(h kept.Hosting) bool { return slices.Contains(pr.Hosting, h) }))
}

// Contradicted tells whether every sentence of pr gave way to another one; a decision has none and never does.
func (p *Policy) Contradicted(pr *Promise) bool {
	for _, s := range pr.Sentences {
		if !slices.ContainsFunc(p.Contradictions, func(c Contradiction) bool { return c.yields(s) }) {
			return false
		}
	}
	return len(pr.Sentences) > 0
}

func (c Contradiction) yields(s Ref) bool {
	return !c.Keeps.same(s) && slices.ContainsFunc(c.Sentences, s.same)
}

// same tells whether two references may name one sentence: context that only one of them gives decides nothing. Two
// different pasts may name one sentence too, but only the text knows, so a contradiction repeats the promise's reference.
func (a Ref) same(b Ref) bool {
	fits := func(x, y string) bool { return x == y || x == "" || y == "" }
	return a.ID == b.ID && fits(a.Under, b.Under) && fits(a.After, b.After) && fits(a.Before, b.Before) && fits(a.Past, b.Past)
}

func contains[T comparable](list []T, v T) bool { return slices.Contains(list, v) }

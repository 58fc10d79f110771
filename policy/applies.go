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
		if _, ok := p.GaveWay(s); !ok {
			return false
		}
	}
	return len(pr.Sentences) > 0
}

// Meet tells whether two promises hold for one app, or both for what is the vendor's own.
func (p *Policy) Meet(a, b *Promise) bool {
	return p.Applies(a, "") && p.Applies(b, "") ||
		slices.ContainsFunc(p.Apps, func(app App) bool { return p.Applies(a, app.ID) && p.Applies(b, app.ID) })
}

// GaveWay is the contradiction in which s gave way to another sentence.
func (p *Policy) GaveWay(s Ref) (Contradiction, bool) {
	return find(p.Contradictions, func(c Contradiction) bool { return c.yields(s) })
}

func (c Contradiction) yields(s Ref) bool {
	return !c.Keeps.same(s) && slices.ContainsFunc(c.Sentences, s.same)
}

// same tells whether two references count as one sentence: they are equal, or one has no context and so means every twin.
// Two different contexts may name one sentence too, but only the text knows, so a contradiction repeats the promise's.
func (a Ref) same(b Ref) bool {
	return a == b || a.ID == b.ID && (a == Ref{ID: a.ID} || b == Ref{ID: b.ID})
}

package board

import (
	"slices"

	"kept"
	"kept/place"
	"kept/policy"
)

func (b *Board) judgePlace(s *state, pr *policy.Promise, j *Judged) {
	covers := b.covers(pr, func(r policy.Rules) bool { return slices.Contains(r.Places, pr) })
	refused := s.named[pr.ID]
	if place.Elsewhere(pr) {
		b.judgeElsewhere(s, pr, j, covers)
		return
	}
	stored := sum(s.facts, covers, string(kept.FactStored))
	stored.add(sum(s.facts, covers, string(kept.FactOverwritten)))
	inside := pr.Params["region"].Words() == nil
	stored.add(s.logged(covers))
	for _, at := range s.stood {
		if at.Fits(pr) {
			inside = true
			j.Evidence = append(j.Evidence, Evidence{Says: Say("a server seen in %s, its database in %s", at.Region, at.Database), Count: 1, Last: at.Seen, Link: "/ledger"})
		}
	}
	j.saw(Evidence{Says: Say("values and lines stored where servers stood"), Count: stored.n, Last: stored.last, Link: installations})
	j.saw(Evidence{Says: Say("refused in another place, or for a recipient in another place"), Count: refused.n, Last: refused.last, Link: installations})
	var broken Saying
	if out := b.stoodOutside(s, pr, covers); out.n > 0 {
		j.saw(Evidence{Says: Say("places of a server outside the promised region, with data there"), Count: out.n, Last: out.last, Bad: true, Link: "/ledger"})
		broken = Say("a server or its database stood outside the promised region while it held such data")
	}
	if out := s.went(func(o outward) bool { return covers(o.app, o.category) && b.reachesTooFar(pr, o) }); out.n > 0 {
		j.saw(Evidence{Says: Say("handed to a recipient outside the promised region"), Count: out.n, Last: out.last, Bad: true, Link: installations})
		broken = Say("something was handed to a recipient outside the promised region")
	}
	risk := b.judgeMoves(s, pr, j)
	if !inside {
		j.Exercised = 0
		j.decide(broken, risk, Say("nobody says of a server that it stands in the promised region"))
		return
	}
	j.decide(broken, risk, Say("nothing of it was stored yet"))
}

// judgeElsewhere judges a promise that something is not on this server. Who may not store it at all tried to store it here.
func (b *Board) judgeElsewhere(s *state, pr *policy.Promise, j *Judged, covers func(app, category string) bool) {
	refused := s.named[pr.ID]
	there := s.logged(covers).n
	counted := map[string]bool{}
	for _, a := range b.Policy.Apps {
		for _, c := range b.Policy.Categories {
			if !covers(a.ID, c.Name) {
				continue
			}
			there += s.items[key{app: a.ID, category: c.Name}].n
			rules, _ := b.Policy.Rules(a.ID, c.Name)
			for _, nothing := range rules.StoreNothing {
				if !counted[nothing.ID] && nothing.Params["category"].Has(c.Name) {
					counted[nothing.ID] = true
					refused.add(s.named[nothing.ID])
				}
			}
		}
	}
	j.saw(Evidence{Says: Say("attempts to store it on this server, refused"), Count: refused.n, Last: refused.last, Link: installations})
	j.saw(Evidence{Says: Say("items and lines of it in the store"), Count: there, Bad: true, Link: installations})
	var broken Saying
	if there > 0 {
		broken = Say("something is stored on this server that should be elsewhere")
	}
	j.decide(broken, Saying{}, Say("nobody ever tried to store it here"))
}

// logged adds up the lines that apps wrote.
func (s *state) logged(covers func(app, category string) bool) (t tally) {
	for _, l := range s.lines {
		if l.own && covers(l.app, l.category) {
			t.add(l.tally)
		}
	}
	return t
}

// stoodOutside counts the places outside the promise in which a server stood while something that is still there was stored.
func (b *Board) stoodOutside(s *state, pr *policy.Promise, covers func(app, category string) bool) (t tally) {
	for _, at := range s.stood {
		if at.Fits(pr) {
			continue
		}
		if slices.ContainsFunc(s.rows, func(l left) bool { return covers(l.app, l.category) && l.oldest < at.Seen }) {
			t.add(tally{n: 1, last: at.Seen})
		}
	}
	return t
}

// reachesTooFar tells whether something went to a recipient that stands outside the promise.
func (b *Board) reachesTooFar(pr *policy.Promise, o outward) bool {
	rules, _ := b.Policy.Rules(o.app, o.category)
	return o.recipient != "" && !place.Reaches(pr, b.Policy.Whereabouts(rules, o.app, o.recipient))
}

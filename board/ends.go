package board

import (
	"slices"
	"time"

	"kept"
	"kept/policy"
	"kept/retention"
)

// ends is what the clocks of an event still have to end of what a promise covers: of each category of an installation in which
// something stands, when the first of it must be gone. What is stored and has no clock yet is not in it.
type ends struct {
	next   kept.Time // the soonest instant at which something must be gone
	soon   int64     // categories of installations in which something must be gone then
	oldest kept.Time // the earliest event that something stands after
	stands int64     // categories of installations in which something stands

	overdue int64         // keys and items that open although they should be gone for longer than a tick
	worst   time.Duration // by how much at most,
	free    time.Duration // and where nothing holds it up
}

// ahead looks at everything that clocks of an event may end.
func (b *Board) ahead(s *state, covers func(app, class string) bool, from string) (e ends) {
	due, stands := map[pile]kept.Time{}, map[pile]bool{}
	for _, l := range s.stock(from) {
		class := retention.Class(l.category, l.severity)
		if !covers(l.app, class) {
			continue
		}
		since, owed, runs := b.owed(l, from)
		if !runs {
			continue
		}
		e.late(s, l, from, owed)
		if l.oldest == 0 && !l.full { // a key under which nothing lies
			continue
		}
		at := pile{l.scope, class}
		if first, known := due[at]; !known || owed < first {
			due[at] = owed
		}
		stands[at] = true
		if e.oldest == 0 || since < e.oldest {
			e.oldest = since
		}
	}
	e.stands = int64(len(stands))
	for _, owed := range due {
		if e.next == 0 || owed < e.next {
			e.next, e.soon = owed, 0
		}
		if owed == e.next {
			e.soon++
		}
	}
	return e
}

// pile is what lies under a class in a scope.
type pile struct {
	scope kept.Scope
	class string
}

// late notes by how much something is overdue. A brake holds destruction up until it is off, and a clock that nobody believes
// destroys nothing.
func (e *ends) late(s *state, l left, from string, owed kept.Time) {
	over := s.now.Sub(owed)
	if over <= tickSlack {
		return
	}
	e.overdue++
	e.worst = max(e.worst, over)
	brake := l.brakes.Of(l.scope, l.class, from)
	waits := s.doubted || brake.Reason != "" && brake.On(s.now)
	if free := s.now.Sub(max(owed, brake.Until)); !waits && free > tickSlack {
		e.free = max(e.free, free)
	}
}

// show puts what is to come, and what stands, beside the evidence. Neither proves that anything was ever erased.
func (e ends) show(j *Judged, from string) {
	if from == "request" { // nobody can know when somebody will ask
		return
	}
	j.Evidence = append(j.Evidence,
		Evidence{Says: Say("due next, after %s", Anchor(from)), Count: e.soon, From: from, Next: e.next, Link: "/forecast"},
		Evidence{Says: Say("the oldest that still stands, after %s", Anchor(from)), Count: e.stands, From: from, Oldest: e.oldest, Link: installations})
}

// Ahead is the evidence of what is due next after an event, and of the oldest that stands after it; false where the promise does
// not count from it.
func (j Judged) Ahead(from string) (due, oldest Evidence, counts bool) {
	n := slices.IndexFunc(j.Evidence, func(e Evidence) bool { return e.From == from })
	if n < 0 {
		return due, oldest, false
	}
	return j.Evidence[n], j.Evidence[n+1], true
}

// verdict is what the worst of what is overdue comes to. A tick after its limit nothing may stand; what a brake holds up is
// closed, and has seven days.
func (e ends) verdict() (broken, risk Saying) {
	switch {
	case e.worst > overdueBreaks:
		return Say("something should have been destroyed %s ago", Length(e.worst)), Saying{}
	case e.free > 0:
		return Say("something still stands %s after its limit, and nothing holds it up", Length(e.free)), Saying{}
	case e.overdue > 0:
		return Saying{}, Say("closed in time, but not yet destroyed for %s", Length(e.worst))
	}
	return Saying{}, Saying{}
}

// stock is what a clock from an event may end: classes, what ages by its oldest rows, items of which something is said.
func (s *state) stock(from string) []left {
	switch {
	case from == "entry":
		return s.rows
	case slices.Contains(policy.Said, from):
		return s.single
	}
	return s.classes
}

// owed is when something stored must be gone, the event from which that counts, and whether that clock runs.
func (b *Board) owed(l left, from string) (since, owed kept.Time, runs bool) {
	rules, _ := b.Policy.Rules(l.app, l.category)
	rules = rules.Of(l.severity)
	choice, wanted := retention.Of(l.choices, l.category, from)
	floor := max(choice.Since, l.forward(from)) // nothing was owed by a choice or a change before
	if from == "entry" {
		limit, ages := rules.Limit(from, l.oldest, wanted)
		return l.oldest, max(limit.End(l.oldest), floor), ages
	}
	if a, said := l.anchors[from]; said {
		limit, ends := rules.Limit(from, l.oldest, wanted)
		return a.At, max(limit.End(a.At), a.Told, floor), ends
	}
	for _, c := range l.standing.Clocks() {
		if limit, limited := rules.Limit(from, l.standing.Installed, wanted); limited && c.From == from {
			return c.Anchor, max(c.Owed(limit), floor), true
		}
	}
	return 0, 0, false
}

// forward is since when something is owed that a policy brought forward; 0 where it was not.
func (l left) forward(from string) kept.Time {
	if b := l.brakes.Of(l.scope, l.class, from); b.Reason == retention.BroughtForward {
		return b.Since
	}
	return 0
}

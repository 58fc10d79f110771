package judge

import (
	"slices"
	"time"

	"kept"
)

// Shown is what the board shows of a promise to retain.
type Shown struct {
	Promise string
	Broken  bool
	Ahead   []Ahead // one for each event from which it counts
}

// Ahead is what is still to end by the clocks of one event.
type Ahead struct {
	From         string
	Next, Oldest kept.Time // when the first must be gone, and the earliest event; 0 where no clock runs
	Soon, Stands int       // categories of installations in which something must be gone then, and stands
}

// stands is something that a clock runs for.
type stands struct{ since, owed kept.Time }

// Board holds what the board shows after a tick against what must exist. In an outage nothing is asked of it, nor while a copy
// lies here of which nobody knows whether it will live: the board counts what stands, and no clock runs for that yet.
func (j *Judge) Board(at kept.Time, shown []Shown) []Finding {
	j.advance(at)
	if j.troubled() || slices.ContainsFunc(j.installations, func(i *installation) bool { return i.moving.stage == arriving }) {
		return j.take()
	}
	by := map[string]Shown{}
	for _, s := range shown {
		by[s.Promise] = s
	}
	for _, pr := range j.policy.Promises {
		if pr.Control != "retain" {
			continue
		}
		s, there := by[pr.ID]
		switch {
		case !there:
			j.find("board-right", "the board says nothing of %s", pr.ID)
			continue
		case s.Broken && !j.waitedLong(pr):
			j.find("board-right", "the board calls %s broken", pr.ID)
		}
		for _, from := range append(slices.Clone(pr.Params["from"]), pr.Params["until"]...) {
			if from == "request" {
				continue
			}
			want := j.ahead(pr, from)
			n := slices.IndexFunc(s.Ahead, func(a Ahead) bool { return a.From == from })
			if n < 0 {
				j.find("board-right", "the board does not say of %s what is due after %s", pr.ID, from)
			} else if s.Ahead[n] != want {
				j.find("board-right", "of %s after %s the board shows %d due at %s and %d since %s; it is %d at %s and %d since %s", pr.ID, from,
					s.Ahead[n].Soon, s.Ahead[n].Next, s.Ahead[n].Stands, s.Ahead[n].Oldest, want.Soon, want.Next, want.Stands, want.Oldest)
			}
		}
	}
	return j.take()
}

// patient is for how long something may wait for a person before the promise by which it ends is broken.
const patient = 7 * 24 * time.Hour

// waitedLong tells whether a brake has held up for so long what ends by a promise, or did.
func (j *Judge) waitedLong(pr Promise) bool {
	events := append(slices.Clone(pr.Params["from"]), pr.Params["until"]...)
	speaks := func(app, category, from string) bool {
		return slices.ContainsFunc(classes(category), func(of class) bool { return j.policy.speaksOf(pr, app, of, from) })
	}
	for of := range j.tooLate {
		from := of[2]
		if from == aged {
			from = "entry"
		}
		if slices.Contains(events, from) && speaks(of[0], of[1], from) {
			return true
		}
	}
	for _, i := range j.installations {
		for key, b := range i.brakes {
			waits := b.on(j.now) && b.reason == unforeseen && j.now >= b.since.Add(patient)
			if waits && slices.ContainsFunc(events, func(from string) bool { return speaks(i.place.app, key.category, from) }) {
				return true
			}
		}
	}
	return false
}

// ahead is what the clocks of an event still have to end of what a promise is about.
func (j *Judge) ahead(pr Promise, from string) Ahead {
	a := Ahead{From: from}
	spoken := map[string][]class{} // by app
	for _, i := range j.installations {
		of, known := spoken[i.place.app]
		if !known {
			of = j.policy.spokenOf(pr, i.place.app, from)
			spoken[i.place.app] = of
		}
		for _, of := range of {
			first, runs := j.first(i, of, from)
			if !runs {
				continue
			}
			a.Stands++
			if a.Oldest == 0 || first.since < a.Oldest {
				a.Oldest = first.since
			}
			if a.Next == 0 || first.owed < a.Next {
				a.Next, a.Soon = first.owed, 0
			}
			if first.owed == a.Next {
				a.Soon++
			}
		}
	}
	return a
}

// spokenOf are the classes of which a promise speaks in an app.
func (p Policy) spokenOf(pr Promise, app, from string) (out []class) {
	for _, name := range names(p.Categories) {
		for _, of := range classes(name) {
			if p.speaksOf(pr, app, of, from) {
				out = append(out, of)
			}
		}
	}
	return out
}

// speaksOf tells whether a promise is among those that limit a class after an event, or leave its limit to the customer.
func (p Policy) speaksOf(pr Promise, app string, of class, from string) bool {
	c, _ := p.category(of.category)
	same := func(o Promise) bool { return o.ID == pr.ID }
	for _, counts := range []func(Promise) bool{
		func(o Promise) bool { return has(o, "until", from) || has(o, "from", from) && len(o.Params["max"]) > 0 },
		func(o Promise) bool { return has(o, "from", from) && len(o.Params["adjustable"]) > 0 },
	} {
		like := func(o Promise) bool { return of.speaks(o) && counts(o) }
		if like(pr) && slices.ContainsFunc(winners(p.about(app, c, "retain", like)), same) {
			return true
		}
	}
	return false
}

// first is the earliest event after which something of a class stands, and when the first of it must be gone; false where no
// clock of that event runs for anything.
func (j *Judge) first(i *installation, of class, from string) (out stands, runs bool) {
	add := func(since, floor kept.Time, l limits) {
		end, ends := l.end(since)
		if !ends {
			return
		}
		owed := i.brakes[brakeOf(of, from)].owes(max(end, floor, i.choices[[2]string{of.category, from}].at))
		if !runs || owed < out.owed {
			out.owed = owed
		}
		if !runs || since < out.since {
			out.since = since
		}
		runs = true
	}
	some := false
	for _, v := range i.current {
		if v.class() != of {
			continue
		}
		some = true
		if from == "entry" {
			add(v.stored, 0, j.limit(i, of, from, v.stored))
		} else if at, told, happened := v.happened(from); slices.Contains(said, from) && happened {
			add(at, told, j.limit(i, of, from, v.stored))
		}
	}
	for _, e := range i.entries {
		if e.class != of {
			continue
		}
		some = true
		if from == "entry" {
			add(e.key.at, 0, j.limit(i, of, from, e.key.at))
		}
	}
	for _, c := range i.clocks() {
		if some && c.from == from {
			add(c.anchor, c.free, j.limit(i, of, from, i.since))
		}
	}
	return out, runs
}

// brakeOf is the brake on what an event ends of a class.
func brakeOf(of class, from string) brakeKey {
	switch {
	case from == "entry":
		return brakeKey{of, byAge}
	case slices.Contains(said, from):
		return brakeKey{class{category: of.category}, bySaying}
	}
	return brakeKey{class{category: of.category}, byClock}
}

// Swept is what the forecast says of the day to come: the last limit in it, when what ends by then is gone, and whether that is
// too late.
type Swept struct {
	By, Until kept.Time
	Late      bool
}

// Sweep holds the forecast against what must end within a day. Nobody here stores as much as could not be deleted in time.
func (j *Judge) Sweep(at kept.Time, s Swept) []Finding {
	j.advance(at)
	if j.troubled() {
		return j.take()
	}
	var last kept.Time
	ends := func(at kept.Time) {
		if at != 0 && at <= j.now.Add(24*time.Hour) {
			last = max(last, at)
		}
	}
	for _, i := range j.installations {
		for _, v := range i.current {
			ends(j.ends(i, row{v: v}).at)
		}
		for _, e := range i.entries {
			ends(j.ends(i, row{e: e}).at)
		}
	}
	if s.By != last || s.Until < s.By || s.Late {
		j.find("sweep-right", "the last limit within a day is at %s, and the forecast says that it is at %s, and what ends by then is gone at %s (too late: %t)", last, s.By, s.Until, s.Late)
	}
	return j.take()
}

package judge

import (
	"math"
	"slices"
	"time"

	"kept"
)

// This file follows docs/forecast.md: what holds a destruction up that is due. What has ended is closed all the same.

// road is by what something ends: its age, what was said of it, or what became of its installation.
type road string

const (
	byAge    road = "age"
	bySaying road = "saying"
	byClock  road = "clock"
)

// Reasons why a destruction waits.
const (
	broughtForward = "brought-forward"
	unforeseen     = "unforeseen"
)

const (
	window   = 24 * time.Hour // in which effects are foreseen, counted and waited for
	few      = 5              // installations at which something may end unforeseen in it,
	fraction = 20             // or one of so many
	never    = kept.Time(math.MaxInt64)
)

// row is a value or an entry.
type row struct {
	v *value
	e *entry
}

func (r row) class() class {
	if r.v != nil {
		return r.v.class()
	}
	return r.e.class
}

func (r row) stored() kept.Time {
	if r.v != nil {
		return r.v.stored
	}
	return r.e.key.at
}

// rows are what is there of an installation.
func (i *installation) rows() (all []row) {
	for _, v := range i.current {
		all = append(all, row{v: v})
	}
	for _, e := range i.entries {
		all = append(all, row{e: e})
	}
	return all
}

// brakeKey is what one brake is on: only what ages has a brake for each severity.
type brakeKey struct {
	class
	road
}

func (r row) key(by road) brakeKey {
	if by == byAge {
		return brakeKey{r.class(), by}
	}
	return brakeKey{class{category: r.class().category}, by}
}

// brake holds a destruction up, or did. What a policy brought forward was not owed before.
type brake struct {
	reason       string // empty once it was taken back
	since, until kept.Time
	was          map[row]kept.Time // what was foreseen before it was brought forward; 0 for never
}

func (b *brake) on(now kept.Time) bool { return b != nil && b.until > now }

// owes is since when something is owed that would be so at an instant without the brake.
func (b *brake) owes(at kept.Time) kept.Time {
	if b != nil && b.reason == broughtForward {
		return max(at, b.since)
	}
	return at
}

// ending is when and by what something goes, and since when that is owed: because of a brake it may go later.
type ending struct {
	at, owed kept.Time
	reason   string
}

func (e ending) before(o ending) bool { return e.at != 0 && (o.at == 0 || e.at < o.at) }

// plain is since when it is owed by a road that something goes, if nothing holds that up; 0 for never.
func (j *Judge) plain(i *installation, r row, by road) (owed kept.Time, reason string) {
	switch by {
	case byAge:
		if end, ok := j.limit(i, r.class(), "entry", r.stored()).end(r.stored()); ok {
			return max(end, i.choices[[2]string{r.class().category, "entry"}].at), aged
		}
		return 0, ""
	case bySaying:
		if r.v == nil {
			return 0, ""
		}
		_, owed, reason = j.parts(r.v)
		return owed, reason
	}
	return j.clock(i, r.class())
}

// clock is the same of what becomes of an installation.
func (j *Judge) clock(i *installation, of class) (owed kept.Time, reason string) {
	for _, c := range i.clocks() {
		if end, ok := j.limit(i, of, c.from, i.since).end(c.anchor); ok {
			if end = max(end, c.free, i.choices[[2]string{of.category, c.from}].at); owed == 0 || end < owed {
				owed, reason = end, c.from
			}
		}
	}
	if of.category == sharedSecret && i.uninstalled != 0 {
		return max(i.uninstalled, i.effective), "uninstalled"
	}
	return owed, reason
}

// ends is when something goes by itself, as its installation stands now.
func (j *Judge) ends(i *installation, r row) (first ending) {
	for _, by := range []road{byAge, byClock, bySaying} {
		owed, reason := j.plain(i, r, by)
		if owed == 0 {
			continue
		}
		b := i.brakes[r.key(by)]
		e := ending{at: b.owes(owed), owed: b.owes(owed), reason: reason}
		if b != nil && (by != bySaying || b.reason != unforeseen || j.heldUp(r.v, b)) {
			e.at = max(e.at, b.until)
		}
		if e.before(first) {
			first = e
		}
	}
	return first
}

// closedAlone tells whether a row has ended by itself and is there: its destruction waits.
func (j *Judge) closedAlone(i *installation, r row) bool {
	if end, ok := j.limit(i, r.class(), "entry", r.stored()).end(r.stored()); ok && end <= j.now || i.awaits(r) {
		return true
	}
	if r.v == nil {
		return false
	}
	closed, _, _ := j.parts(r.v)
	return closed != 0 && closed <= j.now
}

// shift is what a change of the policy does to what one brake would be on.
type shift struct {
	before, was map[row]kept.Time // when each row was to end until now, and before the first change that still waits; 0 for never
	forward     bool              // something ends earlier than it was to then,
	sooner      bool              // or than until now
}

// shifts are those of everything that is there, with what fn finds out about each row.
func (j *Judge) shifts(of map[*installation]map[brakeKey]*shift, fn func(i *installation, r row, key brakeKey, owed kept.Time, s *shift)) {
	for _, i := range j.installations {
		if of[i] == nil {
			of[i] = map[brakeKey]*shift{}
		}
		for _, r := range i.rows() {
			for _, by := range []road{byAge, bySaying, byClock} {
				key := r.key(by)
				if of[i][key] == nil {
					of[i][key] = &shift{map[row]kept.Time{}, map[row]kept.Time{}, false, false}
				}
				owed, _ := j.plain(i, r, by)
				fn(i, r, key, owed, of[i][key])
			}
		}
	}
}

// Changed is a server that was started with another policy, after one that stopped earlier. What that ends earlier waits for a
// day from now on, unless a dry run has shown it. Effects are compared, row by row; what was foreseen before the first change
// that still waits counts. What ran out of a class while no server ran waits with what stands behind it.
func (j *Judge) Changed(stopped, at kept.Time, p Policy, expected bool) {
	j.advance(stopped)
	j.now = at
	all := map[*installation]map[brakeKey]*shift{}
	j.shifts(all, func(i *installation, r row, key brakeKey, owed kept.Time, s *shift) {
		s.before[r], s.was[r] = owed, owed
		if b := i.brakes[key]; b.on(j.now) && b.reason == broughtForward {
			if was, there := b.was[r]; there {
				s.was[r] = was
			}
		}
	})
	j.goBy(p)
	j.changed = j.now
	later := func(i *installation, key brakeKey, t kept.Time) kept.Time {
		switch b := i.brakes[key]; {
		case t == 0:
			return never
		case key.road == byClock || b != nil && b.reason == unforeseen: // one date for all
			return max(t, j.now)
		}
		return t
	}
	j.shifts(all, func(i *installation, r row, key brakeKey, owed kept.Time, s *shift) {
		s.forward = s.forward || later(i, key, owed) < later(i, key, s.was[r])
		s.sooner = s.sooner || later(i, key, owed) < later(i, key, s.before[r])
	})
	braked := false
	for i, of := range all {
		braked = j.shifted(i, of, expected) || braked
	}
	if braked {
		j.owed[factKey{kept.VendorScope.String(), kept.FactBraked, "", "", j.now}]++
	}
	j.dates(expected)
}

// shifted puts brakes on what a change brings forward in an installation, takes off those on what it does not, and tells
// whether any is on.
func (j *Judge) shifted(i *installation, of map[brakeKey]*shift, expected bool) (braked bool) {
	for key, b := range i.brakes {
		if s := of[key]; b.on(j.now) && b.reason == broughtForward && (s == nil || !s.forward) { // what has ended meanwhile by the rule of before goes now
			i.brakes[key] = &brake{since: b.since, until: j.now}
		}
	}
	for key, s := range of {
		if !s.forward {
			continue
		}
		braked = true
		b := i.brakes[key]
		if b.on(j.now) && b.reason == broughtForward && !s.sooner && !expected {
			b.was = s.was
			continue
		}
		b = &brake{reason: broughtForward, since: j.now, until: j.now.Add(window), was: s.was}
		if expected {
			b.until = j.now
		}
		i.brakes[key] = b
		j.exercised["retain"]++
	}
	return braked
}

// dated is when a category of an installation ends, and since when that, or something later than now, is foreseen.
type dated struct{ at, since kept.Time }

// dates notes what the clocks of installations foresee by now. What a person has said to be meant is foreseen for ever.
func (j *Judge) dates(meant bool) {
	for _, i := range j.installations {
		for _, name := range append(names(j.policy.Categories), ownJournal, sharedSecret) {
			owed, _ := j.clock(i, class{category: name})
			if i.erased || owed == 0 {
				delete(i.dated, name)
				delete(i.brakes, brakeKey{class{category: name}, byClock})
				continue
			}
			d, known := i.dated[name]
			at := max(owed, j.now)
			if !known || at < d.at {
				if d.since = j.now; meant {
					d.since = 0
				}
			}
			i.dated[name] = dated{at, d.since}
		}
	}
}

// letGo is a person who says that what waits for a reason may go.
func (j *Judge) letGo(e Event) {
	waiting, idle := map[*brake]bool{}, map[*brake]bool{}
	for _, i := range j.installations {
		for key, b := range i.brakes {
			if !i.erased && b.on(j.now) && b.reason == e.Reason {
				waiting[b] = true
				if key.road == bySaying && !slices.ContainsFunc(i.rows(), func(r row) bool { return r.v != nil && r.v.category == key.category && j.heldUp(r.v, b) }) {
					idle[b] = true // it was taken back: the server looks at that some time in the next day
				}
				if key == closedAccounts && !i.waiting() {
					idle[b] = true
				}
				if d, clock := i.dated[key.category]; clock && key.road == byClock && d.at <= j.now {
					i.dated[key.category] = dated{d.at, 0}
				}
			}
		}
	}
	must := refusals{}
	if len(waiting) == 0 || len(waiting) == len(idle) && e.Refused == kept.NotFound {
		must[kept.NotFound] = true
	}
	if !j.answer(e, must) {
		return
	}
	for b := range waiting {
		b.until = j.now
	}
	j.owed[factKey{kept.VendorScope.String(), kept.FactBrakeReleased, "", "", j.now}]++
}

// waits tells whether a category that has ended with its installation must neither be destroyed nor given out: a change of the
// policy holds it up.
func (j *Judge) waits(i *installation) bool {
	return slices.ContainsFunc(j.policy.Categories, func(c Category) bool {
		_, over := j.closed(i, c.Name)
		b := i.brakes[brakeKey{class{category: c.Name}, byClock}]
		return over && b.on(j.now) && b.reason == broughtForward
	})
}

// alarms wants one each day while anything waits.
func (j *Judge) alarms() {
	since := never
	for _, i := range j.installations {
		for key, b := range i.brakes {
			if !i.erased && b.on(j.now) && key.road != bySaying && (key != closedAccounts || i.waiting()) {
				since = min(since, b.since)
			}
		}
	}
	if since != never && j.allow(max(since, j.alarmed), window+tickSlack) <= j.now {
		j.find("brake-told", "something waits since %s, and the last alarm was raised at %s", since, j.alarmed)
		j.alarmed = j.now
	}
}

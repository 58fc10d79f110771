package judge

import (
	"slices"

	"kept"
)

// under are the versions under which something stands that was collected at an instant, the newest first: the one of now, and
// each that has held since. What holds is what all of them allow.
func (j *Judge) under(collected kept.Time) []Policy {
	n := slices.IndexFunc(j.versions, func(p Policy) bool { return p.Since == j.policy.Since })
	out := []Policy{j.policy}
	for ; n > 0 && collected < j.versions[n].Since; n-- {
		out = append(out, j.versions[n-1])
	}
	return out
}

// next is when the next version begins.
func (j *Judge) next() (at kept.Time, ok bool) {
	for _, p := range j.versions {
		if p.Since > j.policy.Since {
			return p.Since, true
		}
	}
	return 0, false
}

// change is the policy from an instant on.
func (j *Judge) change(now kept.Time) {
	for _, p := range j.versions {
		if p.Since <= now {
			j.policy = p
		}
	}
	clear(j.limits)
	clear(j.stores)
}

// reaches tells whether one of these promises holds also for what was collected before its version.
func (p Policy) reaches(list []Promise) bool {
	return slices.ContainsFunc(list, func(pr Promise) bool { return slices.Contains(p.Reaches, pr.ID) })
}

// all tells whether every version under which something stands allows it; of one that a later version reaches back beyond, by
// a promise of those that it names, nothing is asked.
func (j *Judge) all(collected kept.Time, category string, may func(p Policy, c Category) (ok bool, by []Promise)) bool {
	for _, p := range j.under(collected) {
		c, declared := p.category(category)
		if !declared {
			continue
		}
		ok, by := may(p, c)
		if !ok {
			return false
		}
		if p.reaches(by) {
			return true
		}
	}
	return true
}

func (j *Judge) readable(app, category, purpose string, collected kept.Time) bool {
	return j.all(collected, category, func(p Policy, c Category) (bool, []Promise) { return p.readable(app, c, purpose) })
}

func (j *Judge) placed(app, category string, collected kept.Time) bool {
	return j.all(collected, category, func(p Policy, c Category) (bool, []Promise) {
		ok, _ := p.placed(app, c)
		return ok, p.promised(app, c, "place")
	})
}

// misused tells whether something stored for a host is asked for without it, or for another one.
func (j *Judge) misused(app, category string, asked, stored string, collected kept.Time) bool {
	return !j.all(collected, category, func(p Policy, c Category) (bool, []Promise) {
		return !p.least(app, c) || asked != "" && asked == stored, p.promised(app, c, "token")
	})
}

func (j *Judge) admits(app, category string, role kept.Role, collected kept.Time) bool {
	return j.all(collected, category, func(p Policy, c Category) (bool, []Promise) {
		return p.admits(app, c, role), p.promised(app, c, "access")
	})
}

// receives are the refusals of what goes outside. Where a version reaches back by naming the recipient, those before it have
// a say about selling alone.
func (j *Judge) receives(app string, e Event, must refusals, collected kept.Time) {
	reached := false
	now, _ := j.policy.category(e.Category)
	regions := j.policy.whereabouts(app, now, e.Recipient)
	for _, p := range j.under(collected) {
		naming := p.receives(app, e, must, reached)
		reached = reached || p.reaches(naming)
	}
	if !j.all(collected, e.Category, func(p Policy, c Category) (bool, []Promise) {
		return p.reached(app, c, regions), p.promised(app, c, "place")
	}) {
		must[kept.Denied] = true
	}
}

// limit is how long what was collected at an instant may be kept after an event, by all that count, and by what the customer
// chose where it may.
func (j *Judge) limit(i *installation, of class, from string, collected kept.Time) (out limits) {
	app, versions := i.place.app, j.under(collected)
	chosen, there := i.choices[[2]string{of.category, from}]
	wanted := there && !chosen.back
	key := limitKey{app, of, from, len(versions)}
	if known, there := j.limits[key]; there && !wanted {
		return known
	}
	for _, p := range versions {
		own := p.retain(app, of, from)
		if b, left := p.choosable(app, of, from); left && wanted {
			own = b.within(own, chosen.period)
		}
		out = append(out, own...)
		if c, declared := p.category(of.category); declared && p.reaches(winners(p.about(app, c, "retain", func(pr Promise) bool { return of.speaks(pr) && (has(pr, "from", from) || has(pr, "until", from)) }))) {
			break
		}
	}
	if !wanted {
		j.limits[key] = out
	}
	return out
}

// limitKey is what is remembered by: the number of versions says which.
type limitKey struct {
	app      string
	of       class
	from     string
	versions int
}

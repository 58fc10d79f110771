package judge

import (
	"time"

	"kept"
)

// outage is a time in which the server could not do what fell due: its disk was full, its database away, or dates were
// claimed by a process that had died. until is 0 while it lasts.
type outage struct{ from, until kept.Time }

// Trouble begins an outage. What falls due in it may be done as late as its end, and no later; nothing else is forgiven.
func (j *Judge) Trouble(at kept.Time) { j.outages = append(j.outages, outage{from: at}) }

// Over ends the outage.
func (j *Judge) Over(at kept.Time) { j.outages[len(j.outages)-1].until = at }

// troubled tells whether an outage lasts.
func (j *Judge) troubled() bool {
	return len(j.outages) > 0 && j.outages[len(j.outages)-1].until == 0
}

// excused tells whether something that was due at one instant may have been done as late as another.
func (j *Judge) excused(due, done kept.Time) bool {
	for _, o := range j.outages {
		if o.from <= due && (o.until == 0 || due <= o.until && done <= o.until) {
			return true
		}
	}
	return false
}

// pardon is by how much anything that a receipt of a day speaks of may have gone late for outages that were over when the last of it
// went: more of the day may have gone since, in time, before anybody looked.
func (j *Judge) pardon(r receiptRow) (most time.Duration) {
	i := j.byID[kept.ID(r.key.scope)]
	if i == nil {
		return 0
	}
	first, ok := j.limit(i, r.key.class, "entry", r.anchor).end(r.anchor)
	for _, o := range j.outages {
		if ok && o.until >= first && o.until <= r.unreachable {
			most = max(most, o.until.Sub(max(o.from, first)))
		}
	}
	return most
}

// allow is when a wait that began then is over at the latest: an outage in it does not count.
func (j *Judge) allow(from kept.Time, wait time.Duration) kept.Time {
	end := from.Add(wait)
	for _, o := range j.outages {
		switch {
		case o.from > end || o.until != 0 && o.until < from:
		case o.until == 0:
			return j.now + 1
		default:
			end = end.Add(o.until.Sub(max(o.from, from)))
		}
	}
	return end
}

// caughtUp takes a receipt for what had to go in an outage: it speaks of the instant at which that was over. Everything
// of the kind that fell due since goes with it.
func (j *Judge) caughtUp(r receiptRow) {
	if r.key.reason == aged || r.key.at <= r.owed {
		return
	}
	for key, seen := range j.receipts {
		if seen || key.scope != r.key.scope || key.class != r.key.class || key.reason != r.key.reason || key.at < r.owed || key.at >= r.key.at || !j.excused(key.at, r.key.at) {
			continue
		}
		delete(j.receipts, key)
		j.receipts[r.key] = false
		if late, known := j.late[key]; known { // by what held it up before
			j.late[r.key], j.sinces[r.key] = late, j.sinces[key]
		}
		i := j.byID[kept.ID(key.scope)]
		for _, v := range j.values {
			if v.of == i && v.class() == key.class && v.gone == key.at {
				v.gone = r.key.at
			}
		}
		for _, h := range j.holds {
			if h.of == i && h.category == key.category && key.reason == "released" && h.gone == key.at {
				h.gone = r.key.at
			}
		}
		for _, lines := range j.entries {
			for _, e := range lines {
				if e.of == i && key.class == e.class && e.gone == key.at {
					e.gone = r.key.at
				}
			}
		}
	}
}

package judge

import (
	"slices"
	"time"

	"kept"
)

// version is one value of an item.
type version struct {
	item kept.ID
	n    int64
}

// value is what one put stored.
type value struct {
	of       *installation
	category string
	name     string
	version
	fields []string
	marker string
	said   map[string]string // what each field holds; nil where that is the marker
	host   string
	group  string

	account string // whom it is about; empty for nobody
	stored  kept.Time

	sayings []saying // of what happened to it

	gone   kept.Time // 0 while it must be there
	commit bool      // it went in the commit of an act, not with a tick
}

func (v *value) class() class { return class{category: v.category} }

// receiptKey is by what an erasure and its receipt find each other.
type receiptKey struct {
	scope string
	class
	reason string
	at     kept.Time // of what aged, the beginning of the day it is of: a day has one receipt
}

// aged is the reason of what went at its age.
const aged = "aged"

// turn is the longest that a copy may open after the keys of what it holds were destroyed.
const turn = 24 * time.Hour

// finally is when no copy of a value may open any more.
func (j *Judge) finally(v *value) kept.Time { return j.allow(v.gone, turn) }

// final is when no copy of an entry may open any more: its ratchet yields the key of a whole day.
func (j *Judge) final(e *entry) kept.Time {
	if !e.aged {
		return j.allow(e.gone, turn)
	}
	tomorrow := kept.StartOfDay(e.key.at.Day() + 1)
	end, _ := j.limit(e.of, e.class, "entry", tomorrow-1).end(tomorrow)
	return j.allow(max(end, e.gone), turn)
}

// ends is when something stored then in a class goes by itself, as its installation stands now.
func (j *Judge) ends(i *installation, of class, stored kept.Time) (at kept.Time, reason string) {
	if end, ok := j.limit(i, of, "entry", stored).end(stored); ok {
		at, reason = max(end, i.choices[[2]string{of.category, "entry"}].at), aged
	}
	for _, c := range i.clocks() {
		if end, ok := j.limit(i, of, c.from, i.since).end(c.anchor); ok {
			if end = max(end, c.free, i.choices[[2]string{of.category, c.from}].at); at == 0 || end < at {
				at, reason = end, c.from
			}
		}
	}
	return at, reason
}

// advance lets time pass: what has come to its end since is gone, each thing at its own instant.
func (j *Judge) advance(to kept.Time) {
	for at, ok := j.next(); ok && at <= to; at, ok = j.next() {
		j.endBy(at - 1)
		j.change(at)
	}
	j.endBy(to)
}

func (j *Judge) endBy(to kept.Time) {
	j.now = to
	for _, i := range j.installations {
		for _, v := range i.current {
			at, reason := j.ends(i, v.class(), v.stored)
			if _, gone, event := j.parts(v); gone != 0 && (at == 0 || gone < at) {
				at, reason = gone, event
			}
			if owed := i.outdates(v); owed != 0 && (at == 0 || owed <= at) {
				at, reason = owed, "account-updated"
			}
			if at != 0 && at <= to {
				i.end(v, at, false)
				j.due(i, v.class(), reason, at, v.stored)
			}
		}
		for _, e := range i.entries {
			if at, reason := j.ends(i, e.class, e.key.at); at != 0 && at <= to {
				e.gone, e.aged = at, reason == aged
				j.due(i, e.class, reason, at, e.key.at)
			}
		}
		i.forget()
		i.refreshed(to)
		j.endHolds(i, to)
		j.endSecrets(i)
	}
	j.part()
}

// end says since when a value is gone.
func (i *installation) end(v *value, at kept.Time, commit bool) {
	v.gone, v.commit = at, commit
	delete(i.current, v.item)
	i.ended = true
}

func (i *installation) forget() {
	n := len(i.entries)
	i.entries = slices.DeleteFunc(i.entries, func(e *entry) bool { return e.gone != 0 })
	i.ended = i.ended || len(i.entries) < n
}

// due wants a receipt for something that was collected then and went for a reason.
func (j *Judge) due(i *installation, of class, reason string, at, collected kept.Time) {
	key := receiptKey{string(i.id), of, reason, at}
	if reason == aged {
		key.at = kept.StartOfDay(collected.Day())
		j.went[key]++
	}
	if _, known := j.receipts[key]; !known {
		j.receipts[key] = false
	}
	if !slices.Contains([]string{"deleted", "purged", "moved", "account-closed", "account-updated", "contact-forgotten"}, reason) {
		j.exercised["retain"]++
	}
}

// erase ends a category in a commit, now.
func (j *Judge) erase(i *installation, category, reason string) {
	for _, v := range i.current {
		if v.category == category {
			i.end(v, j.now, true)
			j.due(i, class{category: category}, reason, j.now, v.stored)
		}
	}
	for _, e := range i.entries {
		if category == e.category {
			e.gone, e.commit = j.now, true
			j.due(i, e.class, reason, j.now, e.key.at)
		}
	}
	i.forget()
}

// barred are the refusals of any use of the data of an installation.
func (i *installation) barred(must refusals) {
	if i.uninstalled != 0 || i.restricted || i.erased {
		must[kept.Denied] = true
	}
	i.underWay(must)
}

// over refuses what has ended as late.
func (j *Judge) over(must refusals, i *installation, category string) {
	if _, over := j.closed(i, category); over {
		must[kept.Late] = true
	}
}

// ended lets the end of what is asked for speak before any veto: whoever asks learns that it is over, and why.
func ended(must refusals) {
	if must[kept.Late] {
		delete(must, kept.Denied)
	}
}

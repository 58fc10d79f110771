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
	if b := e.of.brakes[brakeKey{e.class, byAge}]; b != nil { // until then the rest of the day could not go
		end = max(end, b.until)
	}
	return j.allow(max(end, e.gone), turn)
}

// advance lets time pass: what has come to its end since is gone, each thing at its own instant.
func (j *Judge) advance(to kept.Time) {
	for at, ok := j.next(); ok && at <= to; at, ok = j.next() {
		j.endBy(at - 1)
		j.change(at)
		j.dates(true) // it was announced
	}
	j.endBy(to)
}

func (j *Judge) endBy(to kept.Time) {
	j.now = to
	j.surprises(to)
	for _, i := range j.installations {
		for _, v := range i.current {
			first := j.ends(i, row{v: v})
			if owed := i.outdates(v); owed != 0 && (first.at == 0 || owed <= first.at) {
				first = ending{owed, owed, "account-updated"}
			}
			if first.at != 0 && first.at <= to {
				i.end(v, first.at, false)
				j.due(i, v.class(), first, v.stored)
			}
		}
		for _, e := range i.entries {
			if first := j.ends(i, row{e: e}); first.at != 0 && first.at <= to {
				e.gone, e.aged = first.at, first.reason == aged
				j.due(i, e.class, first, e.key.at)
			}
		}
		i.forget()
		i.refreshed(to)
		j.letGoOf(i)
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

// due wants a receipt of an end of something that was collected then; it says since when that was owed.
func (j *Judge) due(i *installation, of class, e ending, collected kept.Time) {
	key := receiptKey{string(i.id), of, e.reason, e.at}
	if e.reason == aged {
		key.at = kept.StartOfDay(collected.Day())
		j.went[key]++
		j.lags[key] = max(j.lags[key], e.at.Sub(e.owed))
	}
	if _, known := j.receipts[key]; !known {
		j.receipts[key] = false
	}
	if late, known := j.late[key]; e.owed < e.at && (!known || e.owed < late) {
		j.late[key] = e.owed
	}
	if !slices.Contains([]string{"deleted", "purged", "moved", "account-closed", "account-updated", "contact-forgotten"}, e.reason) {
		j.exercised["retain"]++
	}
}

// erase ends a category in a commit, now.
func (j *Judge) erase(i *installation, category string, now ending) {
	for key := range i.brakes {
		if key.category == category {
			delete(i.brakes, key)
		}
	}
	for _, v := range i.current {
		if v.category == category {
			i.end(v, j.now, true)
			j.due(i, class{category: category}, now, v.stored)
		}
	}
	for _, e := range i.entries {
		if category == e.category {
			e.gone, e.commit = j.now, true
			j.due(i, e.class, now, e.key.at)
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

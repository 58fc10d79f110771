package judge

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"kept"
)

// World is where to look.
type World struct {
	At      kept.Time
	DB      *sql.DB // read only
	Data    string  // folder of the embedded database; empty for PostgreSQL
	KeyFile string
	Logs    []byte // written since the last look
	Ticked  bool   // what was due at At was done
	Whole   bool   // look at the whole ledger, not only at what is new
}

// Look holds the world against what was told. The events up to At have been told.
func (j *Judge) Look(ctx context.Context, w World) ([]Finding, error) {
	j.advance(w.At)
	w.Ticked = w.Ticked && !j.troubled()
	r, err := readRing(w.KeyFile)
	if err != nil {
		return nil, err
	}
	j.hoard.adopt(r)
	s, err := readStore(ctx, w, j)
	if err != nil {
		return nil, err
	}
	j.hoard.settle()
	j.adopts(s)
	j.contacts(w, s)
	j.stands(w, s)
	j.questions(w, s)
	j.asks(w)
	j.items(w, s)
	j.shared(w, s)
	j.lines(w, s)
	j.held(w, s)
	if w.Ticked {
		j.epochs()
		j.search()
		j.acts(s)
		j.subjects(s)
		j.byItself()
		if err := j.facts(ctx, w, s); err != nil {
			return nil, err
		}
		j.alarms()
	}
	j.clear("the log", w.Logs)
	return j.take(), nil
}

// stands holds the rows of installations against where the events put them.
func (j *Judge) stands(w World, s *store) {
	for _, i := range slices.Clone(j.installations) {
		row, there := s.installations[i.id]
		if i.moving.stage == arriving {
			j.copied(w, i, there && !(i.erased && row.state == kept.Erased)) // a name for facts is no copy
			delete(s.installations, i.id)
			continue
		}
		if !there {
			j.find("state-right", "%s has no row", i.id)
			continue
		}
		delete(s.installations, i.id)
		j.departs(w, i, row)
		if row.state == kept.Erased && !i.erased {
			if i.uninstalled == 0 || i.left() {
				j.find("state-right", "%s is erased, though something must be left of it", i.id)
				continue
			}
			i.erased = true
		}
		want := kept.Installed
		switch {
		case i.erased:
			want = kept.Erased
		case i.uninstalled != 0:
			want = kept.Uninstalled
		}
		if row.state != want || !i.erased && (row.clocks() != [4]kept.Time{i.uninstalled, i.effective, i.unsubscribed, i.told}) || (row.restricted != 0) != i.restricted {
			j.find("state-right", "%s is %s since %s, effective %s, unsubscribed %s, told %s, restricted %s; it should be %s since %s, effective %s, unsubscribed %s, told %s, restricted %t",
				i.id, row.state, row.uninstalled, row.effective, row.unsubscribed, row.told, row.restricted, want, i.uninstalled, i.effective, i.unsubscribed, i.told, i.restricted)
		}
		if w.Ticked && !i.erased && j.finished(i) {
			j.find("state-right", "%s is not erased, though nothing of it may be left", i.id)
		}
		if n := s.rows[i.id]; w.Ticked && i.erased && n > 0 {
			j.find("nothing-left", "%d rows belong to %s, which is erased", n, i.id)
		}
	}
	for id := range s.installations {
		j.find("state-right", "%s is an installation that never was", id)
	}
}

// finished tells whether every clock of an uninstalled installation has run out.
func (j *Judge) finished(i *installation) bool {
	if i.uninstalled == 0 || i.effective > j.now || i.left() {
		return false
	}
	for _, name := range append(names(j.policy.Categories), j.policy.journal(), sharedSecret) {
		// What ages was looked at for the last time one limit after the effect, or after another policy came: until then an
		// empty ratchet may stand.
		if slices.ContainsFunc(classes(name), func(of class) bool {
			return i.brakes[brakeKey{of, byAge}].on(j.now) || i.brakes[brakeKey{of, byClock}].on(j.now) || i.brakes[brakeKey{of, bySaying}].on(j.now)
		}) {
			return false
		}
		for from, anchor := range map[string]kept.Time{"uninstalled": i.uninstalled, "unsubscribed": i.unsubscribed, "entry": max(i.effective, j.changed)} {
			collected := i.since
			if from == "entry" {
				collected = anchor
			}
			for _, of := range classes(name) {
				if end, ok := j.limit(i, of, from, collected).end(anchor); ok && end > j.now {
					return false
				}
			}
		}
	}
	return true
}

// pending is what goes at this very instant, with the next tick, or went in an outage that lasts.
func (j *Judge) pending(w World, gone kept.Time, commit bool) bool {
	return !w.Ticked && !commit && (gone == w.At || j.excused(gone, w.At))
}

func (j *Judge) items(w World, s *store) {
	for _, i := range j.installations {
		for _, v := range i.current {
			row, there := s.items[v.version]
			rule := j.braked(i, v)
			if !there {
				j.find(rule, "version %d of a %s in %s is not there", v.n, v.category, i.id)
				continue
			}
			may := j.storable(i.place.app, v.category)
			ok := may.ok
			for _, f := range row.fields {
				ok = ok && may.fields[f]
			}
			if !ok {
				j.find("stored-fields", "a %s in %s holds what no promise allows", v.category, i.id)
			}
			if row.sealed.scope != string(i.id) || row.sealed.category != v.category || row.stored != v.stored || !slices.Equal(row.fields, v.fields) {
				j.find("item-exists", "the row of a %s in %s says something else than what was stored", v.category, i.id)
			}
			if row.sealed.shown == j.hoard.ring.Generation && s.has(row.sealed.refs) {
				continue
			}
			var said map[string]string
			plain, opens := s.open(j.hoard, row.sealed)
			if !opens || json.Unmarshal(plain, &said) != nil || !v.is(said) {
				j.find(rule, "version %d of a %s in %s does not open to what was stored", v.n, v.category, i.id)
				continue
			}
			if c, _ := j.policy.category(v.category); len(j.policy.promised(i.place.app, c, "protect")) > 0 {
				j.exercised["protect"]++ // it opened with AES-256-GCM
			}
			row.sealed.shown = j.hoard.ring.Generation
		}
	}
	if s.stray > 0 {
		j.find("row-gone", "%d things are known of items that are not there", s.stray)
	}
	for at, row := range s.items {
		v := j.values[at]
		switch {
		case v == nil:
			j.find("item-exists", "there is an item in %s that nobody stored", row.sealed.scope)
			continue
		case v.gone == 0, j.pending(w, v.gone, v.commit):
			continue
		}
		if w.Ticked {
			j.find("row-gone", "the row of a %s in %s is there, gone since %s", v.category, v.of.id, v.gone)
		}
		if _, opens := s.open(j.hoard, row.sealed); opens {
			j.find("item-gone", "a %s in %s opens with the keys of now, gone since %s", v.category, v.of.id, v.gone)
		}
	}
}

// acts holds the receipts against what had to go.
func (j *Judge) acts(s *store) {
	for _, r := range s.receipts {
		j.tallied(r)
	}
	for _, r := range s.receipts {
		fresh := r.told != 0 && !j.shown[r.id]
		if fresh {
			j.shown[r.id] = true
			j.caughtUp(r)
			j.dayIsOver(r)
			j.owed[factKey{r.key.scope, kept.FactErased, r.key.category, "", r.told}]++
			if r.key.reason == "released" {
				j.owed[factKey{r.key.scope, kept.FactHoldEnded, r.key.category, "", r.told}]++
			}
		}
		if fresh || r.key.reason == aged { // the receipt of a day grows
			j.agrees(r)
		}
		j.finals(r)
	}
	for key, seen := range j.receipts {
		if !seen {
			j.find("receipt-right", "%s of %s ended as %s at %s without a receipt", key.category, key.scope, key.reason, key.at)
			j.receipts[key] = true // said once
		}
	}
}

// tallied counts what the receipts of a day say together: there is another one where an installation left and came back.
func (j *Judge) tallied(r receiptRow) {
	if r.key.reason != aged {
		return
	}
	if j.counted[r.key] == nil {
		j.counted[r.key] = map[kept.ID]int64{}
	}
	j.counted[r.key][r.id] = r.rows
	j.latest[r.key] = max(j.latest[r.key], r.unreachable.Sub(r.owed))
}

// dayIsOver wants nothing left of a day whose receipt has its fact: while something is, the key of that day is there, and copies of what
// went open.
func (j *Judge) dayIsOver(r receiptRow) {
	i := j.byID[kept.ID(r.key.scope)]
	if r.key.reason != aged || i == nil {
		return
	}
	of := func(at kept.Time) bool { return kept.StartOfDay(at.Day()) == r.key.at }
	left := slices.ContainsFunc(i.entries, func(e *entry) bool { return e.class == r.key.class && of(e.key.at) })
	for _, v := range i.current {
		left = left || v.class() == r.key.class && of(v.stored)
	}
	if left {
		j.find("receipt-final", "the receipt of a day of %s in %s has its fact, and something of %s is left", r.key.category, r.key.scope, r.key.at)
	}
}

// agrees holds a receipt against what had to go.
func (j *Judge) agrees(r receiptRow) {
	if _, due := j.receipts[r.key]; due {
		j.receipts[r.key] = true
	} else if r.rows > 0 {
		j.find("receipt-right", "a receipt says that %d rows of %s in %s went as %s at %s; nothing had to", r.rows, r.key.category, r.key.scope, r.key.reason, r.key.at)
	}
	late, lag := r.unreachable.Sub(r.owed), j.lags[r.key]
	owed, held := j.late[r.key]
	if r.key.reason == aged { // the receipt of a day says so for as long as it grows
		j.forgiven[r.id] = max(j.forgiven[r.id], j.pardon(r))
	}
	switch {
	case r.key.reason != aged && held && r.rows > 0 && owed != r.owed && !j.sinces[r.key][r.owed]:
		j.find("receipt-right", "a receipt of %s in %s says that it was owed at %s; a brake held it up since %s", r.key.category, r.key.scope, r.owed, owed)
	case late > max(lag, j.forgiven[r.id]) && (r.key.reason == aged || !held) && !j.excused(r.owed, r.unreachable):
		j.find("receipt-right", "a receipt of %s in %s is late by %s", r.key.category, r.key.scope, late)
	case r.key.reason == aged && late < lag && j.latest[r.key] < lag:
		j.find("receipt-right", "a receipt of %s in %s is late by %s; a brake held something of that day up for %s", r.key.category, r.key.scope, late, lag)
	}
	if i := j.byID[kept.ID(r.key.scope)]; i != nil && late > patient {
		j.tooLate[[3]string{i.place.app, r.key.category, r.key.reason}] = true
	}
	if r.key.reason != aged {
		return
	}
	sum := int64(0)
	for _, rows := range j.counted[r.key] {
		sum += rows
	}
	if sum != j.went[r.key] {
		j.find("receipt-right", "the receipts of %s in %s say that %d went of the day %s, and %d had to", r.key.category, r.key.scope, sum, r.key.at, j.went[r.key])
	}
}

// finals holds against the clock when a receipt says that no copy opens any more.
func (j *Judge) finals(r receiptRow) {
	final := j.allow(r.unreachable, turn)
	if i := j.byID[kept.ID(r.key.scope)]; r.key.reason == aged && i != nil {
		tomorrow := kept.StartOfDay(r.anchor.Day() + 1)
		if end, ok := j.limit(i, r.key.class, "entry", tomorrow-1).end(tomorrow); ok {
			if b := i.brakes[brakeKey{r.key.class, byAge}]; b != nil { // until then the rest of the day could not go
				end = max(end, b.until)
			}
			final = j.allow(max(end, r.unreachable), turn)
		}
	}
	switch {
	case r.unrecoverable != 0 && r.told == 0:
		j.find("ledger-facts", "the receipt of a day of %s in %s is final, and no fact says so", r.key.category, r.key.scope)
	case r.unrecoverable == 0 && final <= j.now:
		j.find("receipt-final", "a receipt of %s in %s at %s still waits, though copies cannot open since %s", r.key.category, r.key.scope, r.unreachable, final)
	case r.unrecoverable == j.now && j.openable(r.key):
		j.find("receipt-final", "a receipt of %s in %s says unrecoverable, and a copy opens", r.key.category, r.key.scope)
	}
}

// openable tells whether a copy of what a receipt speaks of opens.
func (j *Judge) openable(k receiptKey) bool {
	for _, s := range j.hoard.sealed {
		if s.scope == k.scope && s.category == k.category && s.severity == k.severity && s.went(k) {
			if _, opens := j.hoard.open(s); opens {
				return true
			}
		}
	}
	return false
}

// went tells whether it is gone, and by the act that a key is of.
func (s *sealed) went(k receiptKey) bool {
	gone, collected := kept.Time(0), kept.Time(0)
	switch {
	case s.of != nil:
		gone, collected = s.of.gone, s.of.stored
	case s.entry != nil:
		gone, collected = s.entry.gone, s.entry.key.at
	case s.held != nil:
		gone = s.held.gone
	}
	if k.reason == aged {
		return gone != 0 && kept.StartOfDay(collected.Day()) == k.at
	}
	return gone == k.at
}

// clear wants nothing that was planted in what somebody wrote.
func (j *Judge) clear(where string, b []byte) {
	for _, p := range j.planted {
		if bytes.Contains(b, []byte(p)) {
			j.find("markers", "%s holds something that begins with %s", where, p)
		}
	}
}

// braked is the rule that is broken where something is not there: it has ended, and waits, or it must be there.
func (j *Judge) braked(i *installation, v *value) string {
	if _, over := j.closed(i, v.category); over && i.brakes[row{v: v}.key(byClock)].on(j.now) || j.closedAlone(i, row{v: v}) {
		return "brake-holds"
	}
	return "item-exists"
}

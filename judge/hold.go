package judge

import (
	"encoding/json"
	"slices"
	"time"

	"kept"
)

// longest is how far away the end of a hold may be.
const longest = 366 * 24 * time.Hour

// hold is what is kept of values and entries beyond their own end.
type hold struct {
	id       kept.ID
	of       *installation
	category string
	reason   string
	until    kept.Time
	values   []*value
	entries  []*entry
	gone     kept.Time // 0 while it must keep them
	commit   bool
}

func (h *hold) size() int { return len(h.values) + len(h.entries) }

// heldKey is by what a copy is found.
type heldKey struct {
	hold kept.ID
	version
}

// holding tells whether the policy lets something of an app be kept for a reason.
func (p Policy) holding(app, reason string) bool {
	return slices.ContainsFunc(p.Promises, func(pr Promise) bool {
		return pr.Control == "hold" && p.holds(pr, app) && slices.Contains(pr.Params["reasons"], reason)
	})
}

// fits are the values and entries that a hold asks for.
func (j *Judge) fits(i *installation, e Event) (values []*value, entries []*entry) {
	if e.Rows != nil {
		for _, id := range e.Rows {
			if v := i.current[id]; v != nil && v.category == e.Category {
				values = append(values, v)
			}
		}
		if len(values) < len(e.Rows) {
			return nil, nil
		}
		return values, nil
	}
	within := func(at kept.Time) bool { return at >= e.After && (e.Before == 0 || at <= e.Before) }
	for _, v := range i.current {
		if v.category == e.Category && within(v.stored) {
			values = append(values, v)
		}
	}
	for _, line := range i.entries {
		if line.category == e.Category && within(line.key.at) {
			entries = append(entries, line)
		}
	}
	return values, entries
}

func (j *Judge) hold(i *installation, e Event) {
	must := refusals{}
	j.exercised["hold"]++
	if !j.policy.holding(i.place.app, e.Reason) {
		must[kept.Denied] = true
	}
	if e.Until <= j.now || e.Until > j.now.Add(longest) {
		must[kept.Invalid] = true
	}
	if _, declared := j.policy.category(e.Category); !declared && e.Category != ownJournal {
		must[kept.Invalid] = true
	}
	h := &hold{id: e.Hold, of: i, category: e.Category, reason: e.Reason, until: e.Until}
	h.values, h.entries = j.fits(i, e)
	if h.size() == 0 {
		must[kept.NotFound] = true
	}
	if !j.answer(e, must) {
		j.unheld(i, e)
		return
	}
	if !e.cut && e.Entries != h.size() {
		j.find("answer-right", "a hold on %s keeps %d rows; %d are there", e.Category, e.Entries, h.size())
	}
	j.holds[h.id], i.holds = h, append(i.holds, h)
	j.owe(i, kept.FactHeld, e.Category, "")
}

// unheld owes the fact of a refusal.
func (j *Judge) unheld(i *installation, e Event) {
	if e.Refused == kept.Denied {
		j.owe(i, kept.FactHoldRefused, "", "")
	}
}

// open is a hold that has not ended; nil, and the answer was held against that, where there is none.
func (j *Judge) open(e Event) *hold {
	h := j.holds[e.Hold]
	if h == nil || h.gone != 0 {
		j.answer(e, refusals{kept.NotFound: true})
		return nil
	}
	return h
}

func (j *Judge) renew(i *installation, e Event) {
	h := j.open(e)
	if h == nil {
		return
	}
	must := refusals{}
	if !j.policy.holding(i.place.app, h.reason) {
		must[kept.Denied] = true
	}
	if e.Until <= j.now || e.Until > j.now.Add(longest) {
		must[kept.Invalid] = true
	}
	if !j.answer(e, must) {
		j.unheld(i, e)
		return
	}
	h.until = e.Until
	j.owe(i, kept.FactHoldRenewed, h.category, "")
}

func (j *Judge) release(_ *installation, e Event) {
	if h := j.open(e); h != nil && j.answer(e, nil) {
		j.endHold(h, j.now, true)
	}
}

// consult opens one copy that is held.
func (j *Judge) consult(i *installation, e Event) {
	h := j.open(e)
	if h == nil {
		return
	}
	n := slices.IndexFunc(h.values, func(v *value) bool { return v.item == e.Item })
	if n < 0 {
		j.answer(e, refusals{kept.NotFound: true})
		return
	}
	if !j.answer(e, nil) {
		return
	}
	if v := h.values[n]; !e.cut && !v.is(e.Value) {
		j.find("answer-right", "an opened copy of %s is another one than is held", h.category)
	}
	j.owe(i, kept.FactHeldOpened, h.category, e.Item)
}

// endHold says since when a hold keeps nothing. What it had kept is owed a receipt.
func (j *Judge) endHold(h *hold, at kept.Time, commit bool) {
	h.gone, h.commit = at, commit
	h.of.holds = slices.DeleteFunc(h.of.holds, func(o *hold) bool { return o == h })
	j.receipts[receiptKey{string(h.of.id), class{category: h.category}, "released", at}] = false
}

// endHolds ends those whose last instant has come.
func (j *Judge) endHolds(i *installation, to kept.Time) {
	for _, h := range slices.Clone(i.holds) {
		if h.until <= to {
			j.endHold(h, h.until, false)
		}
	}
}

// held holds the copies against what must be kept.
func (j *Judge) held(w World, s *store) {
	for _, h := range j.holds {
		if h.gone != 0 {
			continue
		}
		for _, v := range h.values {
			j.keeps(s, h, v.version, func(plain []byte) bool {
				var said map[string]string
				return json.Unmarshal(plain, &said) == nil && v.is(said)
			})
		}
		for _, e := range h.entries {
			j.keeps(s, h, version{e.id, 1}, func(plain []byte) bool {
				var said line
				return json.Unmarshal(plain, &said) == nil && said.is(e)
			})
		}
		if n := s.copies[h.id]; n > h.size() {
			j.find("hold-keeps", "a hold on %s in %s keeps %d rows, and is on %d", h.category, h.of.id, n, h.size())
		}
	}
	for key, row := range s.held {
		h := j.holds[key.hold]
		switch {
		case h == nil:
			j.find("hold-keeps", "something in %s is held that nobody holds", row.scope)
			continue
		case h.gone == 0, j.pending(w, h.gone, h.commit):
			continue
		}
		if w.Ticked {
			j.find("hold-ends", "a copy of %s in %s is there, and its hold has ended at %s", h.category, h.of.id, h.gone)
		}
		if _, opens := s.open(j.hoard, row); opens {
			j.find("hold-ends", "a copy of %s in %s opens with the keys of now, and its hold has ended at %s", h.category, h.of.id, h.gone)
		}
	}
}

// keeps wants one copy to be there, and to open to what was held.
func (j *Judge) keeps(s *store, h *hold, of version, right func(plain []byte) bool) {
	row := s.held[heldKey{h.id, of}]
	if row == nil {
		j.find("hold-keeps", "a copy of %s in %s is not there, and its hold lasts until %s", h.category, h.of.id, h.until)
		return
	}
	if row.shown == j.hoard.ring.Generation && s.has(row.refs) {
		return
	}
	if plain, opens := s.open(j.hoard, row); !opens || !right(plain) {
		j.find("hold-keeps", "a copy of %s in %s does not open to what is held", h.category, h.of.id)
		return
	}
	row.shown = j.hoard.ring.Generation
}

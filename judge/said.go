package judge

import (
	"slices"

	"kept"
)

// said are the events that somebody has to say of an item; a use is also seen.
var said = []string{"last-use", "process-end", "job-end", "delivered", "ticket-closed", "need-ended", "consent-withdrawn", "incident-known", "posted"}

// saying is one thing that was said of an item.
type saying struct {
	event    string
	at, told kept.Time
	back     bool
}

// happened is when an event happened to a value, and since when that is known; false where it did not, or was taken back. Of what
// was said after the last taking back the earliest counts; of uses the last, and storing is one.
func (v *value) happened(event string) (at, told kept.Time, ok bool) {
	if event == "last-use" {
		at, told, ok = v.stored, v.stored, true
	}
	open := kept.Time(-1)
	for _, s := range v.sayings {
		if s.event == event && s.back {
			open = max(open, s.at)
		}
	}
	for _, s := range v.sayings {
		if s.event != event || s.back || s.at <= open {
			continue
		}
		if !ok || event == "last-use" && s.at > at || event != "last-use" && s.at < at {
			at, told, ok = s.at, s.told, true
		}
	}
	return at, told, ok
}

// parts is when a value goes by what happened to it, destroyed or closed alone.
func (j *Judge) parts(v *value) (closed, gone kept.Time, event string) {
	for _, from := range said {
		at, told, happened := v.happened(from)
		if !happened {
			continue
		}
		end, ok := j.limit(v.of, v.class(), from, v.stored).end(at)
		if !ok {
			continue
		}
		if owed := max(end, told, v.of.choices[[2]string{v.category, from}].at); gone == 0 || owed < gone {
			gone, event = owed, from
		}
		if closed == 0 || end < closed {
			closed = end
		}
	}
	return closed, gone, event
}

// counts tells whether any version lets something of a category count from an event.
func (j *Judge) counts(app, category, event string) bool {
	return slices.ContainsFunc(j.under(-1), func(p Policy) bool {
		_, left := p.choosable(app, class{category: category}, event)
		return left || len(p.retain(app, class{category: category}, event)) > 0
	})
}

// say is an app that tells of an item, or of a group, what happened, or takes that back.
func (j *Judge) say(i *installation, e Event) {
	at := e.When
	if at == 0 {
		at = j.now
	}
	must := refusals{}
	if i.underWay(must); len(must) > 0 { // before anybody looks of what it is said
		must[kept.Invalid] = true
		j.answer(e, must)
		return
	}
	if !slices.Contains(said, e.From) || at > j.now || e.Back && e.From == "last-use" {
		j.answer(e, refusals{kept.Invalid: true})
		return
	}
	var of []*value
	if e.Group == "" {
		v := i.current[e.Item]
		if v == nil {
			j.answer(e, refusals{kept.NotFound: true})
			return
		}
		if j.closedAlone(i, row{v: v}) && !j.mistaken(i, v, e) {
			must[kept.Late] = true
		}
		if e.Category = v.category; at < v.stored {
			must[kept.Invalid] = true
		}
		of = []*value{v}
	}
	for _, v := range i.current {
		if e.Group != "" && v.group == e.Group && v.stored <= at {
			of = append(of, v)
		}
	}
	counting := slices.DeleteFunc(slices.Clone(of), func(v *value) bool { return !j.counts(i.place.app, v.category, e.From) })
	if len(of) > 0 && len(counting) == 0 {
		must[kept.Denied] = true
	}
	if e.Group == "" {
		j.over(must, i, e.Category)
	} else {
		counting = slices.DeleteFunc(counting, func(v *value) bool {
			_, over := j.closed(i, v.category)
			return over || j.closedAlone(i, row{v: v}) && !j.mistaken(i, v, e)
		})
	}
	if len(counting) > 0 {
		j.exercised["retain"]++
	}
	if !j.answer(e, must) {
		return
	}
	if !e.cut && e.Entries != len(counting) {
		j.find("answer-right", "%s is said of %d items; it counts for %d", e.From, e.Entries, len(counting))
	}
	kind := kept.FactHappened
	if e.Back {
		kind = kept.FactTakenBack
	}
	for _, v := range counting {
		last, _, _ := v.happened("last-use")
		known := slices.ContainsFunc(v.sayings, func(s saying) bool { return s.event == e.From && s.at == at && s.back == e.Back }) ||
			e.From == "last-use" && last >= at && last != v.stored
		if !known {
			v.sayings = append(v.sayings, saying{e.From, at, j.now, e.Back})
			j.owe(i, kind, v.category, v.item)
		}
	}
}

// mistaken tells whether something is taken back while it waits for a person, and nothing else has ended the value.
func (j *Judge) mistaken(i *installation, v *value, e Event) bool {
	b := i.brakes[row{v: v}.key(bySaying)]
	if !e.Back || !b.on(j.now) || b.reason != unforeseen {
		return false
	}
	sayings := v.sayings
	v.sayings = slices.DeleteFunc(slices.Clone(sayings), func(s saying) bool { return s.event == e.From })
	over := j.closedAlone(i, row{v: v})
	v.sayings = sayings
	return !over
}

// tooSoon tells whether the vendor must leave a value where it is.
func (j *Judge) tooSoon(v *value) bool {
	for _, p := range j.under(v.stored) {
		c, declared := p.category(v.category)
		if !declared {
			continue
		}
		happened := map[string]kept.Time{"entry": v.stored}
		for _, event := range said {
			if at, _, ok := v.happened(event); ok {
				happened[event] = at
			}
		}
		for _, c := range v.of.clocks() {
			happened[c.from] = c.anchor
		}
		for event, at := range happened {
			for _, pr := range winners(p.about(v.of.place.app, c, "retain", func(pr Promise) bool { return has(pr, "from", event) && len(pr.Params["min"]) > 0 })) {
				if least, err := kept.ParsePeriod(pr.Params["min"][0]); err == nil && least.From(at) > j.now {
					return true
				}
			}
		}
	}
	return false
}

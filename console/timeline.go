package console

import (
	"slices"
	"strconv"
	"time"

	"kept"
	"kept/board"
)

// Heights of the picture in pixels; widths are percentages, so that it fits every screen without a script.
const (
	laneTop    = 64
	laneHeight = 40
	laneBar    = 20 // from the top of a lane to its bar
	markRow    = 20
	markRows   = 3
	crowded    = 6.0  // percent below which two numbers would touch
	lastTick   = 84.0 // percent up to which there is room for a date on a small screen
)

// timeline is an installation as a picture: time runs to the right, each category has a lane.
type timeline struct {
	Height, Bottom int
	Now            string
	Lanes          []lane
	Marks          []mark
	Ticks          []tick
}

// lane is how long something of a category was, is and will be there.
type lane struct {
	board.Stay
	Y, Bar  int // of its name, of its bar
	Pieces  []piece
	End     string // where the end of it is marked; "" for none
	EndAt   kept.Time
	EndPast bool // it is gone; otherwise it is due
	Overdue bool
	Closes  kept.Time // when the gate closed; 0 while it is open
}

// piece is a part of a lane: stored, closed, due or empty.
type piece struct{ Class, X, Width string }

// mark is a numbered event on the axis.
type mark struct {
	Number string
	X      string
	Y      int
	At     kept.Time
	Says   board.Saying
}

type tick struct{ X, Says string }

// marked are the events that a timeline names.
var marked = map[kept.FactKind]bool{kept.FactInstalled: true, kept.FactUninstalled: true, kept.FactEffective: true,
	kept.FactRevived: true, kept.FactRescued: true, kept.FactUnsubscribed: true, kept.FactResubscribed: true, kept.FactErasedAll: true, kept.FactPurgeAsked: true,
	kept.FactRestricted: true, kept.FactLifted: true}

// scale turns instants into percentages of the picture.
type scale struct{ from, to kept.Time }

func (s scale) at(t kept.Time) float64 {
	return 100 * float64(min(max(t, s.from), s.to)-s.from) / float64(s.to-s.from)
}

// timelineOf draws h as it stands at now; closes says when the gate closed for a category, where it did.
func timelineOf(in *tongue, h board.History, now kept.Time, closes map[string]kept.Time) timeline {
	s := scaleOf(h, now)
	t := timeline{Now: percent(s.at(now)), Bottom: laneTop + laneHeight*len(h.Categories)}
	t.Height = t.Bottom + 22
	for i, c := range h.Categories {
		t.Lanes = append(t.Lanes, laneOf(c, h, s, now, closes[c.Category], laneTop+laneHeight*i))
	}
	t.Marks, t.Ticks = marksOf(h, s, now), s.ticks(in)
	return t
}

func scaleOf(h board.History, now kept.Time) scale {
	s := scale{from: h.Installation.Installed, to: max(now, h.Installation.Effective)}
	for _, e := range h.Events {
		s.from = min(s.from, e.At)
	}
	for _, c := range h.Categories {
		s.to = max(s.to, c.Due)
	}
	s.to = max(s.to, s.from.Add(24*time.Hour))
	margin := s.to.Sub(s.from) / 25
	return scale{s.from.Add(-margin), s.to.Add(margin)}
}

func laneOf(c board.Stay, h board.History, s scale, now, closed kept.Time, y int) lane {
	l := lane{Stay: c, Y: y + 14, Bar: y + laneBar}
	from := c.From
	if from == 0 {
		from = h.Installation.Installed
	}
	add := func(class string, a, b kept.Time) {
		if b > a {
			l.Pieces = append(l.Pieces, piece{class, percent(s.at(a)), percent(s.at(b) - s.at(a))})
		}
	}
	switch {
	case c.Items > 0:
		open := now
		if c.Closed {
			open = max(from, closed)
			l.Closes = closed
		}
		add("stored", from, open)
		add("closed", open, now)
		add("due", now, c.Due)
		l.EndAt, l.Overdue = c.Due, c.Due != 0 && c.Due < now
	case c.Gone != 0:
		add("stored", min(from, c.Gone), c.Gone)
		l.EndAt, l.EndPast = c.Gone, true
	default:
		add("empty", from, now)
	}
	if l.EndAt != 0 {
		l.End = percent(s.at(l.EndAt))
	}
	return l
}

func marksOf(h board.History, s scale, now kept.Time) (out []mark) {
	events := slices.DeleteFunc(slices.Clone(h.Events), func(e board.Event) bool { return !marked[e.Kind] })
	if at := h.Installation.Effective; at > now {
		events = append(events, board.Event{At: at, Says: board.Say("uninstall takes effect")})
	}
	var last [markRows]float64
	for i := range last {
		last[i] = -crowded
	}
	for i, e := range events {
		x, row := s.at(e.At), 0
		for row < markRows-1 && x-last[row] < crowded {
			row++
		}
		last[row] = x
		out = append(out, mark{strconv.Itoa(i + 1), percent(x), 12 + markRow*row, e.At, e.Says})
	}
	return out
}

// steps are the distances between two ticks that people can read off.
var steps = []struct{ months, days int }{{0, 1}, {0, 7}, {1, 0}, {3, 0}, {6, 0}, {12, 0}, {60, 0}}

// ticks are at most five dates along the axis.
func (s scale) ticks(in *tongue) (out []tick) {
	for _, step := range steps {
		out = out[:0]
		first := s.from.Std().Truncate(24 * time.Hour)
		layout := in.dayMonth
		if step.months > 0 {
			first = time.Date(first.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
			layout = in.monthYear
		}
		for at := first; kept.TimeOf(at) <= s.to && len(out) <= 5; at = at.AddDate(0, step.months, step.days) {
			if x := s.at(kept.TimeOf(at)); kept.TimeOf(at) >= s.from && x <= lastTick {
				out = append(out, tick{percent(x), in.axis(at, layout)})
			}
		}
		if len(out) <= 5 {
			return out
		}
	}
	return out[:5]
}

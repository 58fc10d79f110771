// Package calendar works out until when an answer that is owed to a person may be given: by the hour where hours were
// promised, else to the end of a day, which moves to a working day. It knows the working days of countries as data. It refuses
// to know what time it is, and has nothing to say about how long data is kept: no holiday moves that.
package calendar

import (
	"time"

	"kept"
)

// Calendar is the working days of a country, and where in it the days begin and end.
type Calendar struct {
	Country string // ISO 3166-1 alpha-2; empty where none is known

	zones    []*time.Location
	weekend  []time.Weekday
	holidays []holiday
}

// End is until when an answer is in time, and how that came about.
type End struct {
	At    kept.Time `json:"at" doc:"in time up to this instant, late after it"`
	Day   string    `json:"day,omitempty"`   // the last day, as 2026-03-02, and
	Zone  string    `json:"zone,omitempty"`  // where it counts; both are empty for an end that is no day's
	Moved []Rest    `json:"moved,omitempty"` // the days that were passed over, the first one where it would have ended
}

// Rest is a day on which a period does not end, and why.
type Rest struct {
	Day     string `json:"day" doc:"a day on which it does not end"`
	Because Reason `json:"because" doc:"saturday, sunday, holiday; or short: the time must hold two working days"`
	Holiday string `json:"holiday,omitempty"` // its name, of a holiday
}

// Reason says why a period does not end on a day.
type Reason string

const (
	Saturday Reason = "saturday"
	Sunday   Reason = "sunday"
	Holiday  Reason = "holiday"
	Short    Reason = "short" // it is a working day, but the period had only that one
)

// End is where a period ends that runs from an event. At once and whatever has hours in it ends by the clock. Days, weeks
// and months begin on the day after the event and end with their last day, or with the next working day where that is
// none; two days and more hold two working days at least. In a country of several time zones the earliest end counts.
//
// law: Regulation (EEC, Euratom) 1182/71, Article 3(1), (2), (4), (5). By its letter the hour of the event does not count
// either; here it does, so 72 hours are 72 hours.
func (c *Calendar) End(from kept.Time, p kept.Period) End {
	if p == (kept.Period{}) || p.Exact != 0 {
		return End{At: p.From(from)}
	}
	var first End
	for _, zone := range c.zones {
		if end := c.in(zone, from, p); first.At == 0 || end.At < first.At {
			first = end
		}
	}
	return first
}

func (c *Calendar) in(zone *time.Location, from kept.Time, p kept.Period) End {
	event := dateOf(from.Std().In(zone))
	last := p.From(kept.TimeOf(event)).Std()
	missing := 1 // working days
	if p.Months > 0 || p.Days > 1 {
		missing = 2
	}
	for d := next(event); d.Before(last) && missing > 1; d = next(d) {
		if c.rests(d).Because == "" {
			missing--
		}
	}
	out := End{Zone: zone.String()}
	for ; ; last = next(last) {
		rest := c.rests(last)
		if rest.Because == "" {
			if missing--; missing == 0 {
				break
			}
			rest.Because = Short
		}
		out.Moved = append(out.Moved, rest)
	}
	y, m, d := last.Date()
	out.Day, out.At = last.Format(time.DateOnly), kept.TimeOf(time.Date(y, m, d+1, 0, 0, 0, 0, zone))
	return out
}

// rests says why a day is no working day; it gives no reason for one that is.
func (c *Calendar) rests(day time.Time) Rest {
	rest := Rest{Day: day.Format(time.DateOnly)}
	for _, w := range c.weekend {
		if day.Weekday() == w {
			rest.Because = map[time.Weekday]Reason{time.Saturday: Saturday, time.Sunday: Sunday}[w]
			return rest
		}
	}
	if name, is := c.holiday(day); is {
		rest.Because, rest.Holiday = Holiday, name
	}
	return rest
}

// A date is its first instant in UTC, wherever it is meant.
func dateOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func next(date time.Time) time.Time { return date.AddDate(0, 0, 1) }

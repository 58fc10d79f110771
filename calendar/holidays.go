package calendar

import (
	"maps"
	"slices"
	"time"
)

// holiday is a public holiday as a law describes it: a date, a distance from Easter, or a weekday of a month.
type holiday struct {
	Name string `yaml:"name"`

	On      string `yaml:"on"`      // 12-25, or 2022-06-03 for a single one
	Easter  *int   `yaml:"easter"`  // days after Easter Sunday, below zero for before
	Weekday string `yaml:"weekday"` // monday; the
	Nth     int    `yaml:"nth"`     // of the month, from its end below zero
	Month   int    `yaml:"month"`

	Since  int   `yaml:"since"` // the first year; 0 for ever
	Except []int `yaml:"except"`

	// On a weekend the day off is another one: the next free day, or the nearest, Friday or Monday.
	Substitute string `yaml:"substitute"` // next or nearest
}

// holiday is the name of the holiday that a date is. The one of a year may be observed in the year before.
func (c *Calendar) holiday(date time.Time) (name string, is bool) {
	for _, year := range []int{date.Year(), date.Year() + 1} {
		if name, is = c.year(year)[date]; is {
			return name, is
		}
	}
	return "", false
}

// Holidays are the public holidays of a year by date, as 2026-12-25, with those that stand in for one on a weekend.
func (c *Calendar) Holidays(year int) map[string]string {
	out := map[string]string{}
	for _, of := range []int{year, year + 1} {
		for date, name := range c.year(of) {
			if date.Year() == year {
				out[date.Format(time.DateOnly)] = name
			}
		}
	}
	return out
}

// year is the holidays of a year, each on its own date and, where another day is off instead, on that one, too.
func (c *Calendar) year(year int) map[time.Time]string {
	own, off := map[time.Time]string{}, map[time.Time]string{}
	for _, h := range c.holidays {
		if date, is := h.in(year); is {
			own[date] = h.Name
		}
	}
	for _, h := range c.holidays {
		date, is := h.in(year)
		if !is || h.Substitute == "" || !slices.Contains(c.weekend, date.Weekday()) {
			continue
		}
		step := 1
		if h.Substitute == "nearest" && date.Weekday() == time.Saturday {
			step = -1
		}
		for free := false; !free; {
			date = date.AddDate(0, 0, step)
			_, taken := own[date]
			_, given := off[date]
			free = !taken && !given && !slices.Contains(c.weekend, date.Weekday())
		}
		off[date] = h.Name
	}
	maps.Copy(off, own)
	return off
}

// in is the date of a holiday in a year; false where it has none.
func (h holiday) in(year int) (date time.Time, is bool) {
	if year < h.Since || slices.Contains(h.Except, year) {
		return date, false
	}
	switch {
	case h.Easter != nil:
		return easter(year).AddDate(0, 0, *h.Easter), true
	case h.Weekday != "":
		first := time.Date(year, time.Month(h.Month), 1, 0, 0, 0, 0, time.UTC)
		if h.Nth < 0 {
			first = first.AddDate(0, 1, 0)
		}
		ahead := (int(weekdays[h.Weekday]) - int(first.Weekday()) + 7) % 7
		weeks := h.Nth
		if h.Nth > 0 {
			weeks--
		}
		return first.AddDate(0, 0, ahead+7*weeks), true
	}
	if single, err := time.Parse(time.DateOnly, h.On); err == nil {
		return single, single.Year() == year
	}
	yearly, err := time.Parse("01-02", h.On)
	return yearly.AddDate(year, 0, 0), err == nil
}

var weekdays = map[string]time.Weekday{"monday": time.Monday, "thursday": time.Thursday, "saturday": time.Saturday, "sunday": time.Sunday}

// easter is Easter Sunday in the Gregorian calendar, by the rule that Nature printed in 1876.
func easter(year int) time.Time {
	century, golden := year/100, year%19
	epact := (19*golden + century - century/4 - (century-(century+8)/25+1)/3 + 15) % 30
	ahead := (32 + 2*(century%4) + 2*(year%100/4) - epact - year%100%4) % 7
	shift := (golden + 11*epact + 22*ahead) / 451
	sum := epact + ahead - 7*shift + 114
	return time.Date(year, time.Month(sum/31), sum%31+1, 0, 0, 0, 0, time.UTC)
}

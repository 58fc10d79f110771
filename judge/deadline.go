package judge

import (
	"slices"
	"time"

	"kept"
)

// deadline holds the server's word about when an answer is due against a calendar of the judge's own. Only what owes an
// answer has a deadline.
func (j *Judge) deadline(e Event) {
	p := j.whole[0]
	for _, v := range j.whole {
		if v.Since <= e.Asked {
			p = v
		}
	}
	n := slices.IndexFunc(p.Promises, func(pr Promise) bool { return pr.ID == e.Promise })
	if n < 0 {
		j.answer(e, refusals{kept.NotFound: true})
		return
	}
	within, owed := owes(p.Promises[n])
	must := refusals{}
	if !owed || p.yields(p.Promises[n]) {
		must[kept.Invalid] = true
	}
	if !j.answer(e, must) {
		return
	}
	var latest kept.Time
	if more, err := kept.ParsePeriod(first(p.Promises[n].Params["extend"])); err == nil {
		latest = lastMoment(p.Country, e.Asked, kept.Period{Months: within.Months + more.Months, Days: within.Days + more.Days, Exact: within.Exact + more.Exact})
	}
	if due := lastMoment(p.Country, e.Asked, within); e.Due != due || e.Extended != latest {
		j.find("deadline-right", "what was asked at %s under %s is due at %s or %s, and was said to be at %s or %s", e.Asked, e.Promise, due, latest, e.Due, e.Extended)
	}
}

func first(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// owes is the time that a promise gives its vendor for an answer: what it says, or for a right of the GDPR a month.
func owes(pr Promise) (kept.Period, bool) {
	within, err := kept.ParsePeriod(first(pr.Params["within"]))
	switch pr.Control {
	case "right":
		beyond := func(right string) bool {
			return right == "withdraw" || right == "complain" || right == "opt-out-of-sale"
		}
		if err != nil && slices.ContainsFunc(pr.Params["right"], func(right string) bool { return !beyond(right) }) {
			return kept.Period{Months: 1}, true
		}
		return within, err == nil
	case "incident", "purge":
		return within, err == nil
	}
	return within, false
}

// zones are where the days of a country begin and end; of a country that is not here, where on earth they do first and last.
var zones = map[string][]string{"DE": {"Europe/Berlin"}, "AT": {"Europe/Vienna"}, "CH": {"Europe/Zurich"}, "GB": {"Europe/London"},
	"US": {"America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"}}

// lastMoment is when time is over. law: Regulation (EEC, Euratom) 1182/71, Article 3
func lastMoment(country string, from kept.Time, p kept.Period) (end kept.Time) {
	if p.Exact != 0 || p.Months == 0 && p.Days == 0 {
		return p.From(from)
	}
	names, known := zones[country]
	if !known {
		names = []string{"Pacific/Kiritimati", "Pacific/Pago_Pago"}
	}
	for _, name := range names {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic("judge: no time zone " + name) // this machine has none, so nothing could be judged
		}
		asked := from.Std().In(zone)
		at := func(day int) time.Time { // of the month in which the time ends
			return time.Date(asked.Year(), asked.Month()+time.Month(p.Months), day, 12, 0, 0, 0, zone)
		}
		last := at(min(asked.Day(), at(1).AddDate(0, 1, -1).Day()) + p.Days)
		working := 0
		day := time.Date(asked.Year(), asked.Month(), asked.Day(), 12, 0, 0, 0, zone)
		for day.Before(last) || free(country, day) || working < 2 && p.Months+p.Days > 1 || working < 2 && p.Months > 0 {
			if day = day.AddDate(0, 0, 1); !free(country, day) {
				working++
			}
		}
		over := kept.TimeOf(time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, zone))
		if end == 0 || over < end {
			end = over
		}
	}
	return end
}

// free tells whether a day is no working day.
func free(country string, d time.Time) bool {
	_, known := zones[country]
	weekday, day := d.Weekday(), d.Day()
	on := func(dates ...string) bool {
		return slices.Contains(dates, d.Format("01-02")) || slices.Contains(dates, d.Format(time.DateOnly))
	}
	within := func(month time.Month, from, to int) bool { return d.Month() == month && from <= day && day <= to }
	monday := weekday == time.Monday
	after := d.YearDay() - easterDay(d.Year())
	easter := func(days ...int) bool { return slices.Contains(days, after) }
	switch {
	case !known:
		return false
	case weekday == time.Saturday || weekday == time.Sunday:
		return true
	}
	switch country {
	case "DE":
		return easter(-2, 1, 39, 50) || on("01-01", "05-01", "10-03", "12-25", "12-26")
	case "AT":
		return easter(1, 39, 50, 60) || on("01-01", "01-06", "05-01", "08-15", "10-26", "11-01", "12-08", "12-25", "12-26")
	case "CH":
		return easter(39) || on("01-01", "08-01", "12-25")
	case "GB":
		return easter(-2) || on("01-01", "12-25", "12-26", "2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08") ||
			monday && (within(time.May, 1, 7) && d.Year() != 2020 || within(time.May, 25, 31) && d.Year() != 2022 || within(time.January, 2, 3)) ||
			(monday || weekday == time.Tuesday) && within(time.December, 27, 28)
	}
	return monday && (within(time.January, 15, 21) || within(time.February, 15, 21) || within(time.May, 25, 31) || within(time.September, 1, 7) || within(time.October, 8, 14)) ||
		weekday == time.Thursday && within(time.November, 22, 28) ||
		federal(d) || monday && federal(d.AddDate(0, 0, -1)) || weekday == time.Friday && federal(d.AddDate(0, 0, 1))
}

// federal tells whether a date is one of the fixed holidays of the United States.
func federal(d time.Time) bool {
	date := d.Format("01-02")
	return slices.Contains([]string{"01-01", "07-04", "11-11", "12-25"}, date) || date == "06-19" && d.Year() > 2020
}

// easterDay is the day of the year of Easter Sunday, by the rule of Gauss as Lichtenberg put it.
func easterDay(year int) int {
	k := year / 100
	s := 2 - (3*k+3)/4
	a := year % 19
	d := (19*a + 15 + (3*k+3)/4 - (8*k+13)/25) % 30
	moon := 21 + d - (d+a/11)/29
	sunday := 7 - (year+year/4+s)%7
	return time.Date(year, time.March, moon+7-(moon-sunday)%7, 0, 0, 0, 0, time.UTC).YearDay()
}

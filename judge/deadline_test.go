package judge

import (
	"testing"
	"time"

	"kept"
	"kept/calendar"
)

// Two calendars that share no code agree on every day, and on every end.
func TestTheJudgesCalendarAgrees(t *testing.T) {
	start := time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC)
	periods := []kept.Period{{Days: 1}, {Days: 2}, {Days: 3}, {Days: 14}, {Days: 30}, {Months: 1}, {Months: 3}, {Months: 1, Days: 1}, {Exact: 72 * time.Hour}, {}}
	for _, country := range append(calendar.Countries(), "FI") {
		c := calendar.Of(country)
		var holidays map[string]string
		for day := start; day.Year() < 2060; day = day.AddDate(0, 0, 1) {
			if day.YearDay() == 1 {
				holidays = c.Holidays(day.Year())
			}
			_, holiday := holidays[day.Format(time.DateOnly)]
			weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
			if rests := c.Country != "" && (holiday || weekend); free(country, day) != rests {
				t.Fatalf("%s %s: free for the judge %t, for the calendar %t", country, day.Format(time.DateOnly), !rests, rests)
			}
			if day.Year() < 2026 || day.Year() > 2027 {
				continue
			}
			for n, p := range periods {
				from := kept.TimeOf(day.Add(time.Duration((day.YearDay()*7+n*5)%48-24) * 30 * time.Minute))
				if judges, server := lastMoment(country, from, p), c.End(from, p).At; judges != server {
					t.Fatalf("%s %s after %s: %s, and %s for the calendar", country, p, from, judges, server)
				}
			}
		}
	}
}

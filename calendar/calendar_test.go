package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept"
	"kept/calendar"
)

func TestEnds(t *testing.T) {
	for _, c := range []struct{ country, from, period, at, day, moved string }{
		{"DE", "2026-01-31", "P1M", "2026-03-02T23:00:00Z", "2026-03-02", "2026-02-28 saturday, 2026-03-01 sunday"},
		{"DE", "2028-01-31", "P1M", "2028-02-29T23:00:00Z", "2028-02-29", ""},
		{"DE", "2026-03-27T22:30:00Z", "PT72H", "2026-03-30T22:30:00Z", "", ""}, // the clocks go forward on the 29th
		{"DE", "2026-03-27T22:30:00Z", "P3D", "2026-03-31T22:00:00Z", "2026-03-31", "2026-03-30 short"},
		{"DE", "2026-10-23T22:30:00Z", "PT72H", "2026-10-26T22:30:00Z", "", ""}, // and back on the 25th
		{"DE", "2026-10-23T22:30:00Z", "P2D", "2026-10-27T23:00:00Z", "2026-10-27", "2026-10-26 short"},
		{"DE", "2026-01-30T23:30:00Z", "P1M", "2026-03-02T23:00:00Z", "2026-03-02", "2026-02-28 saturday, 2026-03-01 sunday"}, // the 31st in Berlin
		{"GB", "2026-01-30T23:30:00Z", "P1M", "2026-03-03T00:00:00Z", "2026-03-02", "2026-02-28 saturday, 2026-03-01 sunday"}, // the 30th in London
		{"GB", "2026-01-27T23:30:00Z", "P1M", "2026-02-28T00:00:00Z", "2026-02-27", ""},
		{"DE", "2026-03-03", "P1M", "2026-04-07T22:00:00Z", "2026-04-07", "2026-04-03 holiday Good Friday, 2026-04-04 saturday, 2026-04-05 sunday, 2026-04-06 holiday Easter Monday"},
		{"CH", "2026-03-03", "P1M", "2026-04-03T22:00:00Z", "2026-04-03", ""},
		{"AT", "2026-05-04", "P1M", "2026-06-05T22:00:00Z", "2026-06-05", "2026-06-04 holiday Corpus Christi"},
		{"DE", "2026-12-22", "P3D", "2026-12-28T23:00:00Z", "2026-12-28", "2026-12-25 holiday Christmas Day, 2026-12-26 saturday, 2026-12-27 sunday"},
		{"GB", "2026-12-22", "P3D", "2026-12-30T00:00:00Z", "2026-12-29", "2026-12-25 holiday Christmas Day, 2026-12-26 saturday, 2026-12-27 sunday, 2026-12-28 holiday Boxing Day"},
		{"DE", "2026-03-27", "P1D", "2026-03-30T22:00:00Z", "2026-03-30", "2026-03-28 saturday, 2026-03-29 sunday"},
		{"DE", "2026-03-27", "P2D", "2026-03-31T22:00:00Z", "2026-03-31", "2026-03-29 sunday, 2026-03-30 short"},
		{"DE", "2026-03-27", "P2W", "2026-04-10T22:00:00Z", "2026-04-10", ""},
		{"DE", "2026-03-27", "PT0S", "2026-03-27T00:00:00Z", "", ""},
		{"DE", "2027-02-28", "P1Y", "2028-02-28T23:00:00Z", "2028-02-28", ""},
		{"US", "2026-06-03T12:00:00Z", "P1M", "2026-07-07T04:00:00Z", "2026-07-06", "2026-07-03 holiday Independence Day, 2026-07-04 saturday, 2026-07-05 sunday"},
		{"US", "2026-06-09T05:00:00Z", "P1D", "2026-06-10T06:00:00Z", "2026-06-09", ""}, // still the 8th in Denver, where the 9th is over first of all places that have it
		{"US", "2027-11-30T12:00:00Z", "P1M", "2027-12-31T05:00:00Z", "2027-12-30", ""},
		{"US", "2027-12-30T12:00:00Z", "P1D", "2028-01-04T05:00:00Z", "2028-01-03", "2027-12-31 holiday New Year's Day, 2028-01-01 saturday, 2028-01-02 sunday"},
		{"JP", "2026-01-31T09:00:00Z", "P1M", "2026-02-28T10:00:00Z", "2026-02-28", ""}, // no calendar is known: the 28th is over first in Kiritimati
		{"", "2026-02-28T00:30:00Z", "P1D", "2026-03-01T10:00:00Z", "2026-03-01", ""},
		{"", "2026-02-28T10:30:00Z", "P1D", "2026-03-01T11:00:00Z", "2026-02-28", ""}, // still the 27th in Pago Pago, where it is in time until the 28th is over
	} {
		p, err := kept.ParsePeriod(c.period)
		if err != nil {
			t.Fatal(err)
		}
		from, err := kept.ParseTime(c.from)
		if err != nil {
			t.Fatal(err)
		}
		end := calendar.Of(c.country).End(from, p)
		if end.At.String() != c.at || end.Day != c.day || moved(end) != c.moved {
			t.Errorf("%s %s after %s: %s %q %s (%s), want %s %q (%s)", c.country, c.period, c.from, end.At, end.Day, end.Zone, moved(end), c.at, c.day, c.moved)
		}
	}
}

func moved(e calendar.End) (out string) {
	for n, rest := range e.Moved {
		if n > 0 {
			out += ", "
		}
		out += rest.Day + " " + string(rest.Because)
		if rest.Holiday != "" {
			out += " " + rest.Holiday
		}
	}
	return out
}

var (
	anyCountry = rapid.SampledFrom(append(calendar.Countries(), "JP"))
	anyTime    = rapid.Map(rapid.Int64Range(1_577_836_800, 2_524_608_000), func(s int64) kept.Time { return kept.Time(s * 1_000_000) }) // 2020 to 2050
	inDays     = rapid.Custom(func(t *rapid.T) kept.Period {
		return kept.Period{Months: rapid.IntRange(0, 14).Draw(t, "months"), Days: rapid.IntRange(0, 100).Draw(t, "days")}
	}).Filter(func(p kept.Period) bool { return p != kept.Period{} })
)

// works tells whether a day is a working day, by a list alone.
func works(t *rapid.T, country, day string) bool {
	date, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	c := calendar.Of(country)
	_, holiday := c.Holidays(date.Year())[day]
	return c.Country == "" || !holiday && date.Weekday() != time.Saturday && date.Weekday() != time.Sunday
}

func TestHoursAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, hours := anyTime.Draw(t, "from"), rapid.IntRange(1, 10_000).Draw(t, "hours")
		end := calendar.Of(anyCountry.Draw(t, "country")).End(from, kept.Period{Exact: time.Duration(hours) * time.Hour})
		if end.At.Sub(from) != time.Duration(hours)*time.Hour || end.Day != "" || end.Moved != nil {
			t.Fatalf("%d hours after %s end at %+v", hours, from, end)
		}
	})
}

func TestAnEndIsTheEndOfAWorkingDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		country, from, p := anyCountry.Draw(t, "country"), anyTime.Draw(t, "from"), inDays.Draw(t, "period")
		end := calendar.Of(country).End(from, p)
		zone, err := time.LoadLocation(end.Zone)
		if err != nil {
			t.Fatal(err)
		}
		local := func(at kept.Time) string { return at.Std().In(zone).Format("2006-01-02 15:04:05") }
		if !works(t, country, end.Day) || local(end.At - 1)[:10] != end.Day || local(end.At)[11:] != "00:00:00" {
			t.Fatalf("%s after %s in %s: %+v, which is %s there", p, from, country, end, local(end.At))
		}
		for n, rest := range end.Moved { // an unbroken row of days before it, none of which it could have been
			before, _ := time.Parse(time.DateOnly, end.Day)
			if rest.Day != before.AddDate(0, 0, n-len(end.Moved)).Format(time.DateOnly) {
				t.Fatalf("%s is not one of the days before %s", rest.Day, end.Day)
			}
			if works(t, country, rest.Day) != (rest.Because == calendar.Short) {
				t.Fatalf("%s was passed over as %s", rest.Day, rest.Because)
			}
		}
		if end.At < p.From(from).Add(-time.Hour) { // where the clocks go forward in between, the same hour comes an hour sooner
			t.Fatalf("%s after %s is over at %s already, before %s", p, from, end.At, p.From(from))
		}
	})
}

func TestAPeriodHoldsTwoWorkingDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		country, from, days := anyCountry.Draw(t, "country"), anyTime.Draw(t, "from"), rapid.IntRange(2, 9).Draw(t, "days")
		end := calendar.Of(country).End(from, kept.Period{Days: days})
		zone, _ := time.LoadLocation(end.Zone)
		working := 0
		for day := from.Std().In(zone); day.Format(time.DateOnly) < end.Day; {
			day = day.AddDate(0, 0, 1)
			if works(t, country, day.Format(time.DateOnly)) {
				working++
			}
		}
		if working < 2 {
			t.Fatalf("%d days after %s in %s hold %d working days: %+v", days, from, country, working, end)
		}
	})
}

func TestALaterEventOrALongerPeriodEndsNoSooner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, from, p := calendar.Of(anyCountry.Draw(t, "country")), anyTime.Draw(t, "from"), inDays.Draw(t, "period")
		end, later := c.End(from, p), from.Add(time.Duration(rapid.IntRange(1, 90*24).Draw(t, "hours"))*time.Hour)
		longer := kept.Period{Months: p.Months, Days: p.Days + rapid.IntRange(1, 40).Draw(t, "more")}
		if c.End(later, p).At < end.At || c.End(from, longer).At < end.At {
			t.Fatalf("%s: %s after %s ends at %s; after %s at %s; %s at %s", c.Country, p, from, end.At, later, c.End(later, p).At, longer, c.End(from, longer).At)
		}
	})
}

func TestAMonthClampsToTheEndOfAMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		year, month := rapid.IntRange(2020, 2100).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month"))
		last := time.Date(year, month+1, 0, 12, 0, 0, 0, time.UTC)
		end := calendar.Of("DE").End(kept.TimeOf(last), kept.Period{Months: 1})
		want := time.Date(year, month+1, min(last.Day(), time.Date(year, month+2, 0, 0, 0, 0, 0, time.UTC).Day()), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		first := end.Day
		if len(end.Moved) > 0 {
			first = end.Moved[0].Day
		}
		if first != want {
			t.Fatalf("a month after %s would end on %s, not on %s", last.Format(time.DateOnly), first, want)
		}
	})
}

func ExampleCalendar_End() {
	asked, _ := kept.ParseTime("2026-01-31")
	month, _ := kept.ParsePeriod("P1M")
	end := calendar.Of("DE").End(asked, month)
	fmt.Println(end.Day, end.Moved)
	// Output: 2026-03-02 [{2026-02-28 saturday } {2026-03-01 sunday }]
}

package kept

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Period is a length of time as texts state it: whole months, whole days, and an exact rest. From an instant a day is 24
// hours; months clamp to the end of a month and are never turned into days. 3 days and 72 hours are as long, and not the
// same: an answer owed in days ends with a day (package calendar).
type Period struct {
	Months int
	Days   int // weeks are seven
	Exact  time.Duration
}

const day = 24 * time.Hour

// maxDays keeps the days, with the most hours, minutes and seconds that can be written, within a time.Duration.
const maxDays = 90_000

var periodShape = regexp.MustCompile(`^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$`)

// ParsePeriod reads an ISO 8601 duration of whole units: P90D, P1M, PT72H, PT0S.
func ParsePeriod(s string) (Period, error) {
	m := periodShape.FindStringSubmatch(s)
	if m == nil || s == "P" || strings.HasSuffix(s, "T") {
		return Period{}, Errorf(Invalid, "%q is not an ISO 8601 duration", s).WithHint("write 90 days as P90D, one month as P1M, 72 hours as PT72H, at once as PT0S")
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v } // an absent part is 0
	if n(3)*7+n(4) > maxDays {
		return Period{}, Errorf(Invalid, "a duration of more than %d days", maxDays).WithHint("write longer ones in years: P300Y")
	}
	return Period{
		Months: n(1)*12 + n(2),
		Days:   n(3)*7 + n(4),
		Exact:  time.Duration(n(5))*time.Hour + time.Duration(n(6))*time.Minute + time.Duration(n(7))*time.Second,
	}, nil
}

// From is the instant one period after t. Months keep the day of the month, or take the last one there is.
func (p Period) From(t Time) Time {
	if p.Months != 0 {
		s := t.Std()
		first := time.Date(s.Year(), s.Month()+time.Month(p.Months), 1, s.Hour(), s.Minute(), s.Second(), s.Nanosecond(), time.UTC)
		last := first.AddDate(0, 1, -1).Day()
		t = TimeOf(first.AddDate(0, 0, min(s.Day(), last)-1))
	}
	return t.Add(p.rest())
}

// rest is what p has beside months.
func (p Period) rest() time.Duration { return time.Duration(p.Days)*day + p.Exact }

// Shortest is a length no instant of p falls below: a month counts 28 days. Comparing limits uses it.
func (p Period) Shortest() time.Duration { return time.Duration(p.Months)*28*day + p.rest() }

// String writes p in ISO 8601.
func (p Period) String() string {
	if p == (Period{}) {
		return "PT0S"
	}
	var b strings.Builder
	b.WriteByte('P')
	if p.Months != 0 {
		fmt.Fprintf(&b, "%dM", p.Months)
	}
	if p.Days != 0 {
		fmt.Fprintf(&b, "%dD", p.Days)
	}
	if rest := p.Exact; rest != 0 {
		b.WriteByte('T')
		for _, u := range []struct {
			d time.Duration
			c byte
		}{{time.Hour, 'H'}, {time.Minute, 'M'}, {time.Second, 'S'}} {
			if n := rest / u.d; n != 0 {
				fmt.Fprintf(&b, "%d%c", n, u.c)
				rest %= u.d
			}
		}
	}
	return b.String()
}

// Part is a number of one unit: month, day, hour, minute or second.
type Part struct {
	N    int64
	Unit string
}

// Parts are the units that make up p, the largest first; none for at once.
func (p Period) Parts() (parts []Part) {
	add := func(n int64, unit string) {
		if n != 0 {
			parts = append(parts, Part{n, unit})
		}
	}
	add(int64(p.Months), "month")
	add(int64(p.Days), "day")
	add(int64(p.Exact/time.Hour), "hour")
	add(int64(p.Exact%time.Hour/time.Minute), "minute")
	add(int64(p.Exact%time.Minute/time.Second), "second")
	return parts
}

// Words writes p for people: "90 days", "1 month", "at once".
func (p Period) Words() string {
	var words []string
	for _, part := range p.Parts() {
		words = append(words, fmt.Sprintf("%d %s", part.N, part.Unit))
		if part.N != 1 {
			words[len(words)-1] += "s"
		}
	}
	if words == nil {
		return "at once"
	}
	return strings.Join(words, " ")
}

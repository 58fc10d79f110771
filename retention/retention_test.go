package retention

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept"
	"kept/policy"
)

// What has expired at an instant is exactly what stands at or before lastExpired.
func TestLastExpired(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := kept.Period{
			Months: rapid.IntRange(0, 40).Draw(t, "months"),
			Exact:  time.Duration(rapid.IntRange(0, 400*24).Draw(t, "hours")) * time.Hour,
		}
		now := kept.Time(rapid.Int64Range(5e14, 4e15).Draw(t, "now"))
		l := policy.Limit{Max: limit}
		last := lastBy(now, func(at kept.Time) (kept.Time, bool) { return l.End(at), true })
		if l.End(last) > now {
			t.Fatalf("%s after %s is %s, later than %s", limit, last, l.End(last), now)
		}
		if l.End(last+1) <= now {
			t.Fatalf("%s+1µs has expired too", last)
		}
	})
}

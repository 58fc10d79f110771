package retention

import (
	"testing"
	"time"

	"kept"
)

// At a thousand rows a second each row of what ends takes a millisecond, one load after the other.
func TestFinish(t *testing.T) {
	now := kept.StartOfDay(20_500)
	at := func(d time.Duration) kept.Time { return now.Add(d) }
	for _, c := range []struct {
		says      string
		loads     []load
		rows      int64
		by, until kept.Time
		late      bool
	}{
		{says: "nothing ends"},
		{"in time, to the second", []load{{at(time.Hour), 60_000, true}}, 60_000, at(time.Hour), at(time.Hour + time.Minute), false},
		{"a row too many", []load{{at(time.Hour), 60_001, true}}, 60_001, at(time.Hour), at(time.Hour + time.Minute + time.Millisecond), true},
		{"as many, spread over two hours", []load{{at(time.Hour), 40_000, true}, {at(2 * time.Hour), 40_000, true}}, 40_000, at(2 * time.Hour), at(2*time.Hour + 40*time.Second), false},
		{"as many, behind each other", []load{{at(time.Hour + 10*time.Second), 40_000, true}, {at(time.Hour), 40_000, true}}, 80_000, at(time.Hour + 10*time.Second), at(time.Hour + 80*time.Second), true},
		{"rows whose key dies may be cleared away later", []load{{at(time.Hour), 600_000, false}}, 600_000, at(time.Hour), at(time.Hour + 10*time.Minute), false},
		{"but others wait behind them", []load{{at(time.Hour), 600_000, false}, {at(time.Hour + time.Second), 1000, true}}, 601_000, at(time.Hour + time.Second), at(time.Hour + 601*time.Second), true},
		{"what is overdue already counts from now", []load{{at(-time.Hour), 50_000, true}}, 50_000, at(-time.Hour), at(50 * time.Second), false},
		{"the one that is missed by most", []load{{at(time.Hour), 70_000, true}, {at(3 * time.Hour), 90_000, true}, {at(5 * time.Hour), 80_000, true}}, 90_000, at(3 * time.Hour), at(3*time.Hour + 90*time.Second), true},
	} {
		s := finish(now, c.loads, 1000)
		if s.Rows != c.rows || s.By != c.by || s.Until != c.until || s.Late != c.late {
			t.Errorf("%s: %d rows by %s until %s, late %t", c.says, s.Rows, s.By, s.Until, s.Late)
		}
	}
}

// The time between two chunks counts, a rest between two sweeps does not.
func TestPace(t *testing.T) {
	now := kept.StartOfDay(20_500)
	at := func(ms int) kept.Time { return now.Add(time.Duration(ms) * time.Millisecond) }
	p := &pace{}
	p.add(chunk, at(0), at(100))
	p.add(chunk, at(150), at(250))
	p.add(chunk, at(5000), at(5100))
	if p.rows != 3*chunk || p.took != 350*time.Millisecond {
		t.Errorf("%d rows in %s", p.rows, p.took)
	}
	p.add(short-1, at(5100), at(5200))
	if p.rows != 0 {
		t.Error("the sweep is over, and goes on")
	}
}

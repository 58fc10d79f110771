package main

import (
	"strings"
	"testing"
	"time"

	"kept"
	"kept/retention"
)

// Whoever foresees is told whether it can be done in time, and by which speed that was worked out.
func TestForeseeSaysWhetherItCanBeDone(t *testing.T) {
	at, err := kept.ParseTime("2026-03-31T02:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	sweep := retention.Sweep{Rows: 90_000, By: at, Until: at.Add(90 * time.Second), Speed: 1000, Late: true}
	for says, s := range map[string]func(retention.Sweep) retention.Sweep{
		"90000 rows are due by 2026-03-31T02:00:00Z. At an assumed speed (1000 rows a second: no sweep was measured here yet) this takes until 2026-03-31T02:01:30Z, later than the limit allows.": func(s retention.Sweep) retention.Sweep { return s },
		"At the speed of the last sweeps (1000 rows a second, measured at 2026-03-31T02:00:00Z) this takes":                                                                                        func(s retention.Sweep) retention.Sweep { s.Measured = at; return s },
		"What ends within a day can be deleted in time": func(s retention.Sweep) retention.Sweep { s.Late = false; return s },
	} {
		var out strings.Builder
		foresight{Sweep: s(sweep)}.print(&out, 90)
		if !strings.Contains(out.String(), says) {
			t.Errorf("%q lacks %q", out.String(), says)
		}
	}
}

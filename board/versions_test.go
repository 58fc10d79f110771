package board

import (
	"testing"
	"time"

	"kept"
	"kept/policy"
	"kept/retention"
)

// What was collected under an earlier version is overdue by its limits, though the version of now allows longer.
func TestPastThen(t *testing.T) {
	p, err := policy.Load("../examples/stories/tern")
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) kept.Time {
		at, err := kept.ParseTime(s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	march, april := day("2026-03-20"), day("2026-04-02")
	b := &Board{Policy: p}
	look := func(now kept.Time, l left) (int, time.Duration) {
		s := &state{now: now, rows: []left{l}}
		if l.standing.Uninstalled != 0 {
			s = &state{now: now, classes: []left{l}}
		}
		e := Earlier{Until: p.Effective}
		worst := b.pastThen(s, &e)
		return e.Overdue, worst
	}
	if n, worst := look(day("2026-04-21"), left{app: "boards", category: "visits", oldest: march}); n != 1 || worst != 48*time.Hour {
		t.Errorf("an old visit: %d, %s", n, worst)
	}
	if n, _ := look(day("2026-05-21"), left{app: "boards", category: "visits", oldest: april}); n != 0 {
		t.Error("a new visit is held to the old limit")
	}
	gone := day("2026-05-01")
	for installed, want := range map[kept.Time]int{march: 1, april: 0} {
		l := left{app: "boards", category: "profiles", standing: retention.Standing{App: "boards", State: kept.Uninstalled, Installed: installed,
			Uninstalled: gone, Effective: gone}}
		if n, _ := look(day("2026-06-02"), l); n != want {
			t.Errorf("a profile of who came %s: %d", installed, n)
		}
	}
}

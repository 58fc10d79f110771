package installation

import (
	"testing"

	"kept"
)

func day(n uint32) kept.Time { return kept.StartOfDay(20_000 + n) }

func TestTogether(t *testing.T) {
	old := Entitlement{Status: Lapsed, Ends: day(10), Updated: day(50)} // its contact changed long after it had ended
	for name, c := range map[string]struct {
		list    []Entitlement
		status  Status
		last    kept.Time
		updated kept.Time
	}{
		"one":                 {[]Entitlement{old}, Lapsed, ends(day(10)), day(50)},
		"bought anew":         {[]Entitlement{old, {Status: Runs, Ends: day(90), Updated: day(20)}}, Runs, ends(day(90)), day(20)},
		"bought anew, behind": {[]Entitlement{{Status: Runs, Ends: day(90), Updated: day(20)}, old}, Runs, ends(day(90)), day(20)},
		"two that ended":      {[]Entitlement{old, {Status: Cancelled, Ends: day(30), Updated: day(12)}}, Lapsed, ends(day(30)), day(50)},
		"no end is named":     {[]Entitlement{{Status: Cancelled, Updated: day(12)}}, Lapsed, ends(day(12)), day(12)},
	} {
		if status, last, updated := together(c.list); status != c.status || last != c.last || updated != c.updated {
			t.Errorf("%s: %s %s %s", name, status, last, updated)
		}
	}
}

func TestHasEnded(t *testing.T) {
	now, last, updated := day(100), ends(day(40)), day(30)
	for name, c := range map[string]struct {
		i    Installation
		last kept.Time
		want bool
	}{
		"no token ever said anything":        {Installation{}, last, true},
		"a token before the change":          {Installation{licensed: day(20), PaidUntil: day(365)}, last, true},
		"a token that names the same end":    {Installation{licensed: day(35), PaidUntil: day(40)}, last, true},
		"a token that names a later end":     {Installation{licensed: day(35), PaidUntil: day(365)}, last, false},
		"a token after the end":              {Installation{licensed: day(50), PaidUntil: day(40)}, last, false},
		"the end is still to come":           {Installation{}, day(101), false},
		"it ended before the app came":       {Installation{Installed: day(60)}, last, false},
		"a token has said so":                {Installation{licensed: day(35), told: day(36), Unsubscribed: day(36)}, last, false},
		"it has said so":                     {Installation{told: day(50), Unsubscribed: last}, last, false},
		"erased":                             {Installation{State: kept.Erased}, last, false},
		"the uninstall was taken for an end": {Installation{State: kept.Uninstalled, Unsubscribed: day(45), Effective: day(110)}, last, true},
		"gone":                               {Installation{State: kept.Uninstalled, Unsubscribed: day(45), Effective: day(99)}, last, false},
	} {
		if got := c.i.hasEnded(c.last, updated, now); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

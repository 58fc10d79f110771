package board

import (
	"testing"
	"time"

	"kept"
	"kept/reporting"
	"kept/subject"
)

func TestReportingOfAccountsIsJudged(t *testing.T) {
	now := kept.TimeOf(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	ago := func(d time.Duration) kept.Time { return now.Add(-d) }
	const hour, day = time.Hour, 24 * time.Hour
	for _, c := range []struct {
		says string
		of   reporting.State
		want kept.Verdict
	}{
		{"nobody asked yet", reporting.State{Census: subject.Census{Known: 3, Oldest: ago(day)}}, kept.Unproven},
		{"in time", reporting.State{Census: subject.Census{Known: 3, Oldest: ago(day)}, Asked: ago(day)}, kept.Kept},
		{"a cycle over for a day and an hour", reporting.State{Census: subject.Census{Known: 3, Unasked: 1, Oldest: ago(8*day + hour)}, Asked: ago(day)}, kept.AtRisk},
		{"two cycles and an hour", reporting.State{Census: subject.Census{Known: 3, Unasked: 1, Oldest: ago(14*day + hour)}, Asked: ago(day)}, kept.Broken},
		{"closed accounts wait", reporting.State{Census: subject.Census{Known: 9, Oldest: ago(day), Closing: 6, Since: ago(day)}, Asked: ago(day)}, kept.AtRisk},
		{"closed accounts wait for a week and an hour", reporting.State{Census: subject.Census{Known: 9, Oldest: ago(day), Closing: 1, Since: ago(7*day + hour)}, Asked: ago(day)}, kept.Broken},
	} {
		c.of.Cycle = 7 * day
		if got, why := reported(c.of, now); got != c.want || why.String() == "" {
			t.Errorf("%s: %s, because %s", c.says, got, why)
		}
	}
}

package board

import (
	"time"

	"kept"
	"kept/kernel"
	"kept/reporting"
)

// Accounts says how an app stands with what Atlassian asks of everybody who stores something about people: to report each
// account once in a cycle. It is no promise of the policy's, so it has a verdict of its own.
type Accounts struct {
	App      string       `json:"app"`
	Known    int64        `json:"known" doc:"accounts that something is about, counted in each installation"`
	Waiting  int64        `json:"waiting" doc:"of these, those whose cycle is over"`
	Outdated int64        `json:"outdated" doc:"of these, those whose data has changed, so that it has to be stored anew"`
	Closing  int64        `json:"closing,omitempty" doc:"of these, those whose account is closed, and who wait for somebody to say that what is about them goes"`
	Asked    kept.Time    `json:"asked,omitzero" doc:"when Atlassian last answered"`
	Called   kept.Time    `json:"called,omitzero" doc:"when a token to ask with last came"`
	Cycle    int64        `json:"cycle" doc:"days in which Atlassian wants each account reported"`
	Verdict  kept.Verdict `json:"verdict"`
	Why      Saying       `json:"why"`
}

// accounts judges each app that knows accounts.
func accounts(v *kernel.View) (out []Accounts, err error) {
	list, err := reporting.States(v)
	for _, s := range list {
		a := Accounts{App: s.App, Known: s.Known, Waiting: s.Unasked, Outdated: s.Outdated, Closing: s.Closing, Asked: s.Asked, Called: s.Called, Cycle: int64(s.Cycle / (24 * time.Hour))}
		a.Verdict, a.Why = reported(s, v.Now())
		out = append(out, a)
	}
	return out, err
}

// reported is at risk when nobody could ask for a day after a cycle was over, and broken when another cycle has passed; the same
// where what is about closed accounts waits, and where it has for a week.
func reported(s reporting.State, now kept.Time) (kept.Verdict, Saying) {
	late := now.Sub(s.Oldest.Add(s.Cycle))
	waits := now.Sub(s.Since)
	switch {
	case s.Closing > 0 && waits > overdueBreaks:
		return kept.Broken, Say("closed accounts wait for somebody: %v, the longest for %s", s.Closing, Length(waits))
	case s.Unasked > 0 && late > s.Cycle:
		return kept.Broken, Say("Atlassian was not asked about somebody for %s", Length(late+s.Cycle))
	case s.Unasked > 0 && late > reporting.Margin:
		return kept.AtRisk, Say("somebody's cycle is over for %s, and no token came to ask Atlassian with", Length(late))
	case s.Closing > 0:
		return kept.AtRisk, Say("closed accounts wait for somebody: %v, the longest for %s", s.Closing, Length(waits))
	case s.Asked == 0:
		return kept.Unproven, Say("Atlassian was not asked about anybody yet")
	}
	return kept.Kept, Say("everybody was asked about in time")
}

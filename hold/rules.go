package hold

import (
	"slices"
	"strings"
	"time"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
)

const (
	longest = 366 * 24 * time.Hour // without somebody's looking again
	most    = 256                  // rows that are named
)

// check refuses what no policy could allow.
func check(a Asked, now kept.Time) error {
	named := slices.Sorted(slices.Values(a.Rows))
	switch {
	case len(named) > most:
		return kept.Errorf(kept.Invalid, "more than %d rows are named", most).WithHint("hold a category in a time, or place several holds")
	case len(slices.Compact(named)) < len(a.Rows):
		return kept.Errorf(kept.Invalid, "a row is named twice").WithHint("name each once")
	case len(named) > 0 && (a.About != "" || a.From != 0 || a.To != 0):
		return kept.Errorf(kept.Invalid, "rows are named, and something else is sought too").WithHint("name rows, or say about whom and from when they are")
	case len(a.About) > 256:
		return kept.Errorf(kept.Invalid, "an account id has more than 256 bytes").WithHint("hand in the id as Atlassian gives it")
	case a.To != 0 && a.To < a.From:
		return kept.Errorf(kept.Invalid, "the time ends before it begins").WithHint("`to` is not before `from`")
	}
	return checkEnd(a.Until, now)
}

func checkEnd(until, now kept.Time) error {
	switch {
	case until == 0:
		return kept.Errorf(kept.Invalid, "a hold needs an end").WithHint("say `until`: it ends then, unless it is renewed before")
	case until <= now:
		return kept.Errorf(kept.Invalid, "the end of the hold is not in the future").WithHint("say a later `until`")
	case until > now.Add(longest):
		return kept.Errorf(kept.Invalid, "the end of the hold is more than %d days away", longest/(24*time.Hour)).WithHint("renew it when somebody has looked again whether it is still needed")
	}
	return nil
}

// promised vetoes a hold for a reason that no promise names. It is the engine of hold.
func (h *Holds) promised(_ *kernel.View, q gate.Question) error {
	if q.Verb != gate.Hold {
		return nil
	}
	pr, all := h.policy.Hold(q.App, q.Reason)
	if pr != nil {
		return nil
	}
	return unpromised(all, q.Reason)
}

func unpromised(all []*policy.Promise, reason string) error {
	err := kept.Errorf(kept.Denied, "no promise names this reason to keep something longer")
	if reason == "" {
		err = kept.Errorf(kept.Denied, "a hold needs a reason")
	}
	var reasons []string
	for _, pr := range all {
		reasons = append(reasons, pr.Params["reasons"].Words()...)
	}
	if len(all) == 0 {
		return err.WithHint("it would take a promise or decision `control: hold` with the reason in `reasons`")
	}
	return err.Under(all[0].ID).WithHint("allowed: %s", strings.Join(reasons, ", "))
}

// knows tells whether a promise names a word, so that a fact may say it: callers make words up.
func (h *Holds) knows(reason string) bool {
	return slices.ContainsFunc(h.policy.Promises, func(pr *policy.Promise) bool {
		return pr.Control == "hold" && pr.Params["reasons"].Has(reason)
	})
}

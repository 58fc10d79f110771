package retention

import (
	"maps"

	"kept"
	"kept/gate"
	"kept/kernel"
)

// tooSoon vetoes a deletion by the app of what a promise leaves where it is for a while. A customer's own deletion is none of
// the vendor's.
func (r *Retention) tooSoon(v *kernel.View, q gate.Question) error {
	if q.Verb != gate.Delete || q.Stored == 0 || q.Actor.Role != kept.AppRuntime {
		return nil
	}
	rules, _ := r.policy.Rules(q.App, q.Category)
	s, err := StandingOf(v, q.Scope, "")
	if err != nil {
		return err
	}
	happened := maps.Clone(q.Happened)
	if happened == nil {
		happened = gate.Happened{}
	}
	happened["entry"] = q.Stored
	for _, c := range s.Clocks() {
		happened[c.From] = c.Anchor
	}
	if pr := rules.TooSoon(q.Stored, v.Now(), happened); pr != nil {
		min, _ := pr.Params["min"].Period()
		return kept.Errorf(kept.Denied, "%s is kept %s at least", q.Category, min.Words()).WithHint("the customer's admin may delete it earlier").Under(pr.ID)
	}
	return nil
}

package retention

import (
	"kept"
	"kept/kernel"
)

type stock struct {
	scope    kept.Scope
	category string
	oldest   kept.Time
}

// Replan sets the clocks of everything stored anew under a policy that changed. Rows stay as they are: their rule is
// looked up when they are read or fall due. Errors: Invalid when something is stored that the policy knows nothing of
// any more: no clock would ever reach it.
func (r *Retention) Replan(tx *kernel.Tx) error {
	stocks, err := kernel.Query(&tx.View, func(scan func(...any) error) (s stock, err error) {
		var scope string
		err = scan(&scope, &s.category, &s.oldest)
		s.scope = kept.ScopeOf(scope)
		return s, err
	}, `SELECT scope, category, MIN(stored) FROM item GROUP BY scope, category
		UNION ALL SELECT scope, class, MIN(at) FROM entry GROUP BY scope, class`)
	if err != nil {
		return err
	}
	for _, s := range stocks {
		standing, err := StandingOf(&tx.View, s.scope, "")
		if err != nil {
			return err
		}
		if l, ok := r.limit(standing.App, s.category, "entry"); ok {
			tx.Due(dueAge, ref(s.scope, s.category), l.End(s.oldest))
		} else if _, known := r.policy.Rules(standing.App, s.category); !known {
			return kept.Errorf(kept.Invalid, "something is stored in %s of %s, which the policy does not declare any more", s.category, standing.App).
				WithHint("leave app and category in the policy, with their limits, until the last of it is erased")
		}
	}
	return r.restart(tx)
}

// restart sets the clocks of every uninstall that runs.
func (r *Retention) restart(tx *kernel.Tx) error {
	return tx.Each(func(scan func(...any) error) error {
		var scope kept.Scope
		var app string
		var uninstalled kept.Time
		if err := scan(&scope.Installation, &app, &uninstalled); err != nil {
			return err
		}
		r.Start(tx, scope, app, uninstalled)
		return nil
	}, `SELECT id, app, uninstalled FROM installation WHERE state = 'uninstalled'`)
}

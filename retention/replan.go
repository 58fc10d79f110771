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
// looked up when they are read or fall due.
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
			tx.Due(dueAge, ref(s.scope, s.category), l.Max.From(s.oldest))
		}
		if l, ok := r.limit(standing.App, s.category, "uninstalled"); ok && standing.State == kept.Uninstalled {
			tx.Due(dueErase, ref(s.scope, s.category), l.Max.From(standing.Uninstalled))
		}
	}
	return nil
}

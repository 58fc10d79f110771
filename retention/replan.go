package retention

import (
	"kept"
	"kept/kernel"
)

type stock struct {
	scope    kept.Scope
	app      string
	category string
	oldest   kept.Time
}

// Replan sets the clocks of everything stored anew under a policy that changed. Rows stay as they are: their rule is
// looked up when they are read or fall due.
func (r *Retention) Replan(tx *kernel.Tx) error {
	stocks, err := kernel.Query(&tx.View, func(scan func(...any) error) (s stock, err error) {
		var scope string
		err = scan(&scope, &s.app, &s.category, &s.oldest)
		s.scope = kept.ScopeOf(scope)
		return s, err
	}, `SELECT scope, app, category, MIN(stored) FROM item GROUP BY scope, app, category`)
	if err != nil {
		return err
	}
	for _, s := range stocks {
		if l, ok := r.limit(s.app, s.category, "entry"); ok {
			tx.Due(dueAge, ref(s.scope, s.category), l.Max.From(s.oldest))
		}
		standing, err := StandingOf(&tx.View, s.scope, "")
		if err != nil {
			return err
		}
		if l, ok := r.limit(s.app, s.category, "uninstalled"); ok && standing.State == kept.Uninstalled {
			tx.Due(dueErase, ref(s.scope, s.category), l.Max.From(standing.Uninstalled))
		}
	}
	return nil
}

package retention

import (
	"kept"
	"kept/kernel"
)

// stock is what is stored of a class in a scope.
type stock struct {
	scope    kept.Scope
	category string
	severity string
	oldest   kept.Time
}

func (s stock) class() string { return Class(s.category, s.severity) }

// stocks are what is stored of each class in each scope.
func stocks(v *kernel.View) ([]stock, error) {
	return kernel.Query(v, func(scan func(...any) error) (s stock, err error) {
		var scope string
		err = scan(&scope, &s.category, &s.severity, &s.oldest)
		s.scope = kept.ScopeOf(scope)
		return s, err
	}, `SELECT scope, category, '', MIN(stored) FROM item WHERE `+LivesHere(`scope`)+` GROUP BY scope, category
		UNION ALL SELECT scope, class, severity, MIN(at) FROM entry WHERE `+LivesHere(`scope`)+` GROUP BY scope, class, severity`)
}

// Replan sets the clocks of everything stored anew under a policy or a build that changed. Rows stay as they are: their rule
// is looked up when they are read or fall due. What ends earlier by it than was foreseen is held up for a day, unless
// expected says of it that somebody knew. Errors: Invalid when something is stored that the policy knows nothing of any more:
// no clock would ever reach it.
func (r *Retention) Replan(tx *kernel.Tx, expected func([]Forward) bool) error {
	stocks, err := stocks(&tx.View)
	if err != nil {
		return err
	}
	for _, s := range stocks {
		standing, err := StandingOf(&tx.View, s.scope, "")
		if err != nil {
			return err
		}
		u, err := r.rule(&tx.View, s.scope, standing.App, s.class(), "entry")
		if err != nil {
			return err
		}
		parting, parts, err := r.parting(&tx.View, s, standing.App)
		if err != nil {
			return err
		}
		if parts { // no earlier than that: a date is a forecast, and another start compares with it
			tx.Due(dueSaid, ref(s.scope, s.category), parting)
		}
		if end, ok := u.aged(s.oldest); ok {
			tx.Due(dueAge, ref(s.scope, s.class()), end)
		} else if _, known := r.policy.Rules(standing.App, s.category); !known {
			return kept.Errorf(kept.Invalid, "something is stored in %s of %s, which the policy does not declare any more", s.category, standing.App).
				WithHint("leave app and category in the policy, with their limits, until the last of it is erased")
		}
	}
	forwards, err := r.Forwards(&tx.View)
	if err != nil {
		return err
	}
	meant := expected(forwards)
	if err := r.holdForwards(tx, forwards, meant); err != nil {
		return err
	}
	tx.DueOnce(dueSweeps, "all", tx.Now())
	if err := r.restart(tx); err != nil || !meant {
		return err
	}
	for _, f := range forwards { // who has said so is not surprised by how many there are
		tx.Foreseen(f.due, ref(f.Scope, f.Class))
	}
	return nil
}

// restart sets the clocks of every installation that has any.
func (r *Retention) restart(tx *kernel.Tx) error {
	scopes, err := kernel.Query(&tx.View, func(scan func(...any) error) (s kept.Scope, err error) { return s, scan(&s.Installation) },
		`SELECT i.id FROM installation i WHERE i.state <> 'erased' AND (i.uninstalled <> 0 OR i.unsubscribed <> 0) AND `+LivesHere(`i.id`))
	for _, scope := range scopes {
		s, err := StandingOf(&tx.View, scope, "")
		if err != nil {
			return err
		}
		r.Wind(tx, scope, s)
	}
	return err
}

package retention

import (
	"context"
	"strings"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
)

// Choice is how long a customer wants a category kept after an event, within what the policy leaves to it.
type Choice struct {
	Category string    `json:"category"`
	From     string    `json:"from" doc:"the event, as in the policy"`
	Max      string    `json:"max" doc:"ISO 8601; empty where the choice was taken back"`
	Since    kept.Time `json:"since"`
}

// Choose sets how long a category is kept in an installation from now on, also what is there already; an empty one takes
// the choice back. Errors: Denied, by the promise that says so, where the policy leaves no choice or bounds it; Invalid for a
// category that it does not declare.
func (r *Retention) Choose(tx *kernel.Tx, scope kept.Scope, c Choice) error {
	s, err := StandingOf(&tx.View, scope, tx.ForUpdate())
	if err != nil {
		return err
	}
	if s.State != kept.Installed {
		return kept.Errorf(kept.Denied, "the installation is %s", s.State).WithHint("its clocks run by the policy now")
	}
	rules, declared := r.policy.Rules(s.App, c.Category)
	if !declared {
		return kept.Errorf(kept.Invalid, "the policy declares no category of that name").WithHint("its `categories` name all there are")
	}
	wanted := kept.Period{}
	if c.Max != "" {
		if wanted, err = kept.ParsePeriod(c.Max); err != nil {
			return kept.Errorf(kept.Invalid, "the limit is no length of time").WithHint("ISO 8601: 14 days are P14D")
		}
	}
	if err := rules.MayChoose(c.From, wanted, c.Max == ""); err != nil {
		return err
	}
	words, period := map[string]string{"from": c.From}, ""
	if c.Max != "" {
		period = wanted.String()
		words["max"] = strings.ToLower(period) // the shape of a word
	}
	// A choice that is taken back leaves its row: by the policy's own limit nothing was owed before that.
	tx.Exec(`INSERT INTO choice (scope, category, anchor, period, since) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (scope, category, anchor) DO UPDATE SET period = $4, since = $5`, scope.String(), c.Category, c.From, period, int64(tx.Now()))
	tx.Record(kept.Fact{Kind: kept.FactChosen, Scope: scope, Category: c.Category, Words: words})
	// Its own writes are not read in this transaction, so the clocks are set anew in the next tick; the gate obeys at once.
	tx.Due(dueChosen, ref(scope, c.Category), tx.Now())
	return nil
}

// NoteRefusal leaves a fact of a refused choice, and returns the refusal. The names are the caller's, so only those of the
// policy are written down.
func (r *Retention) NoteRefusal(ctx context.Context, actor kept.Actor, scope kept.Scope, c Choice, refusal error) error {
	fact := kept.Fact{Kind: kept.FactChoiceRefused, Scope: scope}
	if _, declared := r.policy.Category(c.Category); declared {
		fact.Category = c.Category
	}
	return gate.Note(ctx, r.k, actor, fact, refusal)
}

// chosenDue sets the clocks of what is there anew.
func (r *Retention) chosenDue(ctx context.Context, d kernel.Due) error {
	scope, category := parseRef(d.Ref)
	r.look = 0 // a month may end by it
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Done(d)
		tx.Derived()
		return r.rewind(tx, scope, category)
	})
}

func (r *Retention) rewind(tx *kernel.Tx, scope kept.Scope, category string) error {
	s, err := StandingOf(&tx.View, scope, tx.ForUpdate())
	if err != nil {
		return err
	}
	classes, err := classesOf(&tx.View, scope, category)
	for _, class := range classes {
		oldest, err := oldestOf(&tx.View, scope, class)
		if err != nil {
			return err
		}
		u, err := r.rule(&tx.View, scope, s.App, class, "entry")
		if err != nil {
			return err
		}
		if end, ages := u.aged(oldest); oldest != 0 && ages {
			tx.Due(dueAge, ref(scope, class), max(end, tx.Now()))
		}
	}
	tx.Due(dueSaid, ref(scope, category), tx.Now())
	r.Wind(tx, scope, s)
	return err
}

// oldestOf is when the oldest row of a class was stored; 0 where there is none.
func oldestOf(v *kernel.View, scope kept.Scope, class string) (oldest kept.Time, err error) {
	category, severity := parts(class)
	_, err = v.Row(`SELECT COALESCE(MIN(at), 0) FROM (SELECT MIN(stored) AS at FROM item WHERE scope = $1 AND category = $2 AND $3 = ''
		UNION ALL SELECT MIN(at) FROM entry WHERE scope = $1 AND class = $2 AND severity = $3) AS rows`, scope.String(), category, severity).Scan(&oldest)
	return oldest, err
}

// Choices are what an installation has chosen.
func Choices(v *kernel.View, scope kept.Scope) ([]Choice, error) {
	all, err := choices(v, `WHERE scope = $1 `, scope.String())
	return all[scope], err
}

// AllChoices are those of all installations.
func AllChoices(v *kernel.View) (map[kept.Scope][]Choice, error) { return choices(v, ``) }

func choices(v *kernel.View, where string, args ...any) (map[kept.Scope][]Choice, error) {
	all := map[kept.Scope][]Choice{}
	err := v.Each(func(scan func(...any) error) error {
		var c Choice
		var scope string
		err := scan(&scope, &c.Category, &c.From, &c.Max, &c.Since)
		all[kept.ScopeOf(scope)] = append(all[kept.ScopeOf(scope)], c)
		return err
	}, `SELECT scope, category, anchor, period, since FROM choice `+where+`ORDER BY scope, category, anchor`, args...)
	return all, err
}

// Of is the choice of a category from an event; the zero Choice, and nil, for none.
func Of(choices []Choice, category, from string) (Choice, *kept.Period) {
	for _, c := range choices {
		if c.Category == category && c.From == from {
			if max, err := kept.ParsePeriod(c.Max); err == nil {
				return c, &max
			}
			return c, nil
		}
	}
	return Choice{}, nil
}

// rule is what holds for a category of a scope from one event.
type rule struct {
	rules  policy.Rules
	from   string
	chosen *kept.Period
	since  kept.Time     // of the choice: nothing was owed by it before
	own    *policy.Limit // of the server itself; nil where the policy speaks
}

// rule reads what the policy says of a class, and what the customer chose of its category where it may.
func (r *Retention) rule(v *kernel.View, scope kept.Scope, app, class, from string) (u rule, err error) {
	category, severity := parts(class)
	u.from = from
	u.rules, _ = r.policy.Rules(app, category)
	u.rules = u.rules.Of(severity)
	if own, ok := r.own[category]; ok && own.From == from && len(u.rules.Retain) == 0 {
		u.own = &own
	}
	if !u.rules.Adjustable(from) {
		return u, nil
	}
	var period string
	found, err := v.Row(`SELECT period, since FROM choice WHERE scope = $1 AND category = $2 AND anchor = $3`, scope.String(), category, from).Scan(&period, &u.since)
	if err != nil || !found || period == "" {
		return u, err
	}
	chosen, err := kept.ParsePeriod(period)
	u.chosen = &chosen
	return u, err
}

// owing is the rule as something is owed by it: what a policy brought forward was not owed before.
func (r *Retention) owing(v *kernel.View, scope kept.Scope, app, class, from string) (rule, error) {
	u, err := r.rule(v, scope, app, class, from)
	if err != nil {
		return u, err
	}
	b, found, err := brakeOn(v, scope, class, dueFrom(from))
	if found && b.Reason == BroughtForward {
		u.since = max(u.since, b.Since)
	}
	return u, err
}

// limit is the limit of what was collected at an instant, 0 for now: earlier versions of the policy go on for what they found.
func (u rule) limit(collected kept.Time) (policy.Limit, bool) {
	if l, ok := u.rules.Limit(u.from, collected, u.chosen); ok || u.own == nil {
		return l, ok
	}
	return *u.own, true
}

// aged is when something collected at an instant runs out by its entry; false where it never does.
func (u rule) aged(collected kept.Time) (kept.Time, bool) {
	l, ok := u.limit(collected)
	return max(l.End(collected), u.since), ok
}

package vault

import (
	"context"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
	"kept/retention"
)

// Saying is what an app tells of an item, or of all items of a group: that an event happened, or that it does not hold any more.
type Saying struct {
	Event string // one of policy.Said
	Item  kept.ID
	Group string
	At    kept.Time // 0 for now
	Back  bool      // it is taken back: a ticket is open again, a record is needed after all
}

// Say takes down what happened, and answers of how many items it counts. It may come twice, and in any order: what counts is when
// it happened. Errors: Denied where no promise counts from the event.
func (v *Vault) Say(ctx context.Context, actor kept.Actor, s Saying) (count int64, err error) {
	scope := kept.Scope{Installation: actor.Installation}
	err = v.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		count = 0
		s := s
		if s.At == 0 {
			s.At = tx.Now()
		}
		if err := s.check(tx.Now()); err != nil {
			return err
		}
		if err := stand(tx, scope); err != nil {
			return err
		}
		if err := v.gate.Ask(&tx.View, gate.Question{Actor: actor, Verb: gate.Say, Scope: scope, App: actor.App}); err != nil {
			return err
		}
		tx.Derived() // it may be known already
		items, err := v.meant(tx, scope, actor.App, s)
		if err != nil {
			return err
		}
		counts := len(items) == 0
		for _, it := range items {
			rules, _ := v.policy.Rules(it.App, it.Category)
			if !rules.Counts(s.Event) {
				continue
			}
			counts = true
			over, err := v.told(tx, actor, it, s)
			if err != nil {
				return err
			}
			if !over {
				count++
			}
		}
		if !counts {
			return kept.Errorf(kept.Denied, "no promise counts from that event for %s", items[0].Category).
				WithHint("it would take a `control: retain, category: %s` with `from: %s` or `until: %s`", items[0].Category, s.Event, s.Event)
		}
		return nil
	})
	return count, err
}

func (s Saying) check(now kept.Time) error {
	switch {
	case (s.Item == "") == (s.Group == ""):
		return kept.Errorf(kept.Invalid, "it is said of no item, or of two things").WithHint("say `item` or `group`")
	case len(s.Group) > maxName:
		return kept.Errorf(kept.Invalid, "a group has a name of more than %d bytes", maxName).WithHint("take a shorter one")
	case s.At > now:
		return kept.Errorf(kept.Invalid, "the event has not happened yet").WithHint("say it when it has; without `at` it is now")
	case s.Back && s.Event == policy.LastUse:
		return kept.Errorf(kept.Invalid, "a use is not taken back").WithHint("every use counts, and the last one is the anchor")
	}
	return nil
}

// meant are the items that something is said of: those of a group that were there when it happened.
func (v *Vault) meant(tx *kernel.Tx, scope kept.Scope, app string, s Saying) ([]item, error) {
	if s.Item != "" {
		it, err := find(&tx.View, scope, app, s.Item, tx.ForUpdate())
		if err == nil && s.At < it.Stored {
			err = kept.Errorf(kept.Invalid, "it was stored after that").WithHint("what was said of an earlier value does not hold for the one of now")
		}
		return []item{it}, err
	}
	key, found, err := v.keys.IndexIn(&tx.View, scope)
	if err != nil || !found {
		return nil, err
	}
	blind, err := index(key, "group", s.Group)
	if err != nil {
		return nil, err
	}
	return kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM item WHERE scope = $1 AND app = $2 AND grouped = $3 AND stored <= $4 ORDER BY id`+tx.ForUpdate(),
		scope.String(), app, blind, int64(s.At))
}

// told writes down what was said of one item, unless it is over or that is known.
func (v *Vault) told(tx *kernel.Tx, actor kept.Actor, it item, s Saying) (over bool, err error) {
	known, err := retention.ItemOf(&tx.View, it.ID)
	if err != nil {
		return false, err
	}
	happened := known.Happened()
	if s.Back { // what waits for a person may have been a mistake
		waits, err := v.retention.Waits(tx, it.Scope, it.Category)
		if err != nil {
			return false, err
		}
		if waits {
			delete(happened, s.Event)
		}
	}
	err = v.gate.Ask(&tx.View, gate.Question{Actor: actor, Verb: gate.Say, Scope: it.Scope, App: it.App, Category: it.Category, Stored: it.Stored, Happened: happened, Subject: it.Subject})
	switch {
	case s.Item == "" && (known.ID == "" || kept.KindOf(err) == kept.Late):
		return true, nil
	case known.ID == "":
		return true, kept.Errorf(kept.NotFound, "there is no such item in this installation")
	case err != nil:
		return true, err
	}
	if fresh, err := note(tx, it.ID, s); err != nil || !fresh {
		return false, err
	}
	kind := kept.FactHappened
	if s.Back {
		kind = kept.FactTakenBack
	}
	tx.Record(kept.Fact{Kind: kind, Scope: it.Scope, Category: it.Category, Refs: map[string]kept.ID{"item": it.ID},
		Words: map[string]string{"event": s.Event}, Counts: map[string]int64{"said_us": int64(s.At)}})
	known.Anchors[s.Event] = retention.Anchor{At: s.At, Told: tx.Now()}
	if s.Back {
		return false, nil
	}
	return false, v.retention.Said(tx, known)
}

// note writes the row of what was said; false where there is one already. Of uses the last one alone is kept.
func note(tx *kernel.Tx, id kept.ID, s Saying) (fresh bool, err error) {
	back := int64(0)
	if s.Back {
		back = 1
	}
	var one int64
	since := `= $3`
	if s.Event == policy.LastUse {
		since = `>= $3`
	}
	there, err := tx.Row(`SELECT 1 FROM anchor WHERE item = $1 AND event = $2 AND at `+since+` AND back = $4`, string(id), s.Event, int64(s.At), back).Scan(&one)
	if err != nil || there {
		return false, err
	}
	if s.Event == policy.LastUse {
		tx.Exec(`DELETE FROM anchor WHERE item = $1 AND event = $2`, string(id), s.Event)
	}
	tx.Exec(`INSERT INTO anchor (item, event, at, back, told) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (item, event, at, back) DO NOTHING`,
		string(id), s.Event, int64(s.At), back, int64(tx.Now()))
	return true, nil
}

// happened is what the gate must know of an item, where anything that is said of it counts.
func (v *Vault) happened(view *kernel.View, it item) (gate.Happened, error) {
	if !v.retention.Tells(it.App, it.Category) {
		return nil, nil
	}
	known, err := retention.ItemOf(view, it.ID)
	return known.Happened(), err
}

// used moves the last use of an item on, where a promise counts from it: the app's own uses, and nobody else's.
func (v *Vault) used(tx *kernel.Tx, actor kept.Actor, it item) error {
	rules, _ := v.policy.Rules(it.App, it.Category)
	if actor.Role != kept.AppRuntime || !rules.Counts(policy.LastUse) {
		return nil
	}
	_, err := note(tx, it.ID, Saying{Event: policy.LastUse, At: tx.Now()})
	return err
}

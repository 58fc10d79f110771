package retention

import (
	"kept"
	"kept/kernel"
	"kept/keys"
)

// Arrived sets the clocks of an installation that has come from another server, and goes on to warn of brakes that came along.
func (r *Retention) Arrived(tx *kernel.Tx, scope kept.Scope) error {
	held, err := Held(&tx.View, scope)
	if err != nil {
		return err
	}
	for _, category := range held {
		if err := r.rewind(tx, scope, category); err != nil {
			return err
		}
	}
	if err := forgetting(tx, scope); err != nil {
		return err
	}
	if _, waits, err := brakeOn(&tx.View, scope, ClosedAccounts, dueClosing); err != nil {
		return err
	} else if waits {
		r.LookAtPeople(tx, scope)
	}
	tx.DueOnce(dueAlarm, "brakes", tx.Now()) // nobody here was told yet
	return nil
}

// forgetting lets the day go at which each ratchet stands, once it is over: maybe nothing of it has come along but its key.
func forgetting(tx *kernel.Tx, scope kept.Scope) error {
	classes, err := keys.Classes(&tx.View, scope)
	if err != nil {
		return err
	}
	for _, class := range classes {
		day, yields, err := keys.Ratchet(&tx.View, scope, class)
		if err != nil {
			return err
		}
		if yields {
			tx.Due(dueForget, ref(scope, class), max(kept.StartOfDay(day+1), tx.Now()))
		}
	}
	return nil
}

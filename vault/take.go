package vault

import (
	"bytes"
	"encoding/json"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/retention"
)

// Take stores in this transaction what the server itself was told about an installation from outside, under the rules for
// whatever is stored there: as a new item, or over one that it was before, where the value is another one. It answers the item,
// "" where there was one and it is gone; changed tells whether something was stored. A transaction takes one thing of an installation.
// Errors: those of Put, and no fact of a refusal: nobody asked for it.
func (v *Vault) Take(tx *kernel.Tx, scope kept.Scope, app, category string, was kept.ID, value map[string]string) (item kept.ID, changed bool, err error) {
	p := Put{Item: was, Category: category, Value: Value{}}
	for field, text := range value {
		if p.Value[field], err = json.Marshal(text); err != nil {
			return "", false, kept.Errorf(kept.Invalid, "a value from outside is no text")
		}
	}
	plain, err := check(p)
	if err != nil {
		return "", false, err
	}
	if err := stand(tx, scope); err != nil {
		return "", false, err
	}
	if was != "" {
		there, old, err := v.standing(tx, scope, was)
		if err != nil || !there {
			return "", false, err
		}
		if bytes.Equal(old, plain) {
			return was, false, nil
		}
	}
	if err := v.gate.Ask(&tx.View, gate.Question{Actor: tx.Actor, Verb: gate.Put, Scope: scope, App: app, Category: category,
		Fields: fieldsOf(p.Value), Names: v.names(app, p)}); err != nil {
		return "", false, err
	}
	stored, err := v.put(tx, scope, app, p, plain)
	return stored.Item, err == nil, err
}

// standing is the value of an item, opened; false where it is gone, whether its row is reclaimed or not.
func (v *Vault) standing(tx *kernel.Tx, scope kept.Scope, id kept.ID) (there bool, plain []byte, err error) {
	it, err := find(&tx.View, scope, "", id, tx.ForUpdate())
	if err == nil {
		plain, err = v.keys.Open(&tx.View, scope, it.ad(), it.Envelope)
	}
	if kept.KindOf(err) == kept.NotFound {
		return false, nil, nil
	}
	return err == nil, plain, err
}

// Forget erases in this transaction an item that was taken, because whoever told it says so; false where it is gone already.
func (v *Vault) Forget(tx *kernel.Tx, scope kept.Scope, id kept.ID, reason string) (gone bool, err error) {
	if _, err := retention.StandingOf(&tx.View, scope, tx.ForUpdate()); err != nil { // a hold, a rescue and an erasure must not race
		return false, err
	}
	if there, _, err := v.standing(tx, scope, id); err != nil || !there {
		return false, err
	}
	it, err := find(&tx.View, scope, "", id, tx.ForUpdate())
	if err != nil {
		return false, err
	}
	if err := v.retention.Spare(tx, scope); err != nil {
		return false, err
	}
	if err := v.drop(tx, []item{it}); err != nil {
		return false, err
	}
	_, err = v.retention.Gone(tx, retention.Act{Scope: scope, Category: it.Category, Reason: reason, Anchor: tx.Now(), Owed: tx.Now(), Item: id}, 1)
	return err == nil, err
}

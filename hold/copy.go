package hold

import (
	"context"
	"encoding/json"

	"kept"
	"kept/kernel"
	"kept/retention"
	"kept/seal"
)

// chunk bounds how many rows one transaction copies, so that nobody waits long behind it.
const chunk = 256

// copy seals the next rows that a hold is of anew, under its own key. The originals stay as they are, under their own clocks.
func (h *Holds) copy(tx *kernel.Tx, o *Hold, under []seal.Key, s retention.Sought, limit int) error {
	rows, last, err := h.retention.Pick(tx, s, o.last, limit)
	if err != nil {
		return err
	}
	for _, r := range rows {
		c := copied{original: r.ID, version: r.Version, at: r.At}
		if c.envelope, err = seal.Seal(under, c.ad(*o), r.Plain); err != nil {
			return err
		}
		c.insert(tx, *o)
	}
	o.Rows += int64(len(rows))
	o.last, o.Copying = last, last != ""
	return nil
}

// goOn copies up to limit more rows of a hold that did not get to the end.
func (h *Holds) goOn(tx *kernel.Tx, o *Hold, limit int) error {
	class, err := h.keys.Class(tx, o.scope(), retention.HeldClass, false)
	if err != nil {
		return err
	}
	unit, err := h.keys.Unit(&tx.View, o.scope(), o.unit)
	if err != nil {
		return err
	}
	plain, err := h.keys.Open(&tx.View, o.scope(), o.ad(), o.sought)
	if err != nil {
		return err
	}
	s := retention.Sought{Scope: o.scope(), Category: o.Category}
	if err := json.Unmarshal(plain, &s); err != nil {
		return kept.Errorf(kept.Internal, "what a hold is of does not read")
	}
	if err := h.copy(tx, o, []seal.Key{class, unit}, s, limit); err != nil {
		return err
	}
	o.progress(tx)
	return nil
}

// spare copies what the holds on a scope have yet to copy, before something there is destroyed. More than that erasure need
// not know of holds.
func (h *Holds) spare(tx *kernel.Tx, scope kept.Scope, limit int) (more bool, err error) {
	waiting, err := copying(&tx.View, scope)
	for i := range waiting {
		if err := h.goOn(tx, &waiting[i], limit); err != nil {
			return false, err
		}
		more = more || waiting[i].Copying
	}
	return more, err
}

func (h *Holds) copyDue(ctx context.Context, d kernel.Due) error {
	return h.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		o, _, err := lock(tx, kept.ID(d.Ref))
		if err != nil {
			return err
		}
		if o.Copying {
			if err := h.goOn(tx, &o, chunk); err != nil {
				return err
			}
		}
		if o.Copying {
			tx.Again(d, tx.Now())
		} else {
			tx.Done(d)
		}
		return nil
	})
}

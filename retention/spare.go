package retention

import (
	"math"

	"kept"
	"kept/kernel"
)

// HeldClass is the class under which the copies lie that holds keep; each hold has a unit key beside it. No category of a
// policy may be called so.
const HeldClass = "hold"

// Sought says of which rows of a category a hold is.
type Sought struct {
	Scope    kept.Scope `json:"-"`
	Category string     `json:"-"`
	Rows     []kept.ID  `json:"rows,omitempty"`  // these; none for all that fit the rest
	About    string     `json:"about,omitempty"` // Atlassian account id of the person they are about; empty for anybody
	From     kept.Time  `json:"from,omitzero"`   // collected at or after, and
	To       kept.Time  `json:"to"`              // at or before
}

// Opened is a row as a hold copies it.
type Opened struct {
	ID      kept.ID
	Version int64
	At      kept.Time // when it was stored or written
	Plain   []byte
}

// OnErasing registers who has to copy something before it is destroyed. The function copies from up to limit rows of a
// scope, and tells whether more are to come.
func (r *Retention) OnErasing(fn func(tx *kernel.Tx, scope kept.Scope, limit int) (more bool, err error)) {
	r.spare = fn
}

// Spare lets the holds on a scope copy all that they have yet to copy, before something there is destroyed in the same
// transaction. The caller has locked the installation's row.
func (r *Retention) Spare(tx *kernel.Tx, scope kept.Scope) error {
	_, err := r.spare(tx, scope, math.MaxInt32)
	return err
}

// sparing is Spare for what can wait: it copies a chunk, and looks at the date again at this same instant while there are more.
func (r *Retention) sparing(tx *kernel.Tx, scope kept.Scope, d kernel.Due) (waits bool, err error) {
	waits, err = r.spare(tx, scope, chunk)
	if waits {
		tx.Derived()
		tx.Wait(d, tx.Now())
	}
	return waits, err
}

// Pick opens the next rows for a hold, from up to limit that come after an id; last is "" when there are no more. Ids of
// holders sort as these were registered: entries before items.
func (r *Retention) Pick(tx *kernel.Tx, s Sought, after kept.ID, limit int) (rows []Opened, last kept.ID, err error) {
	for _, h := range r.holders {
		if h.Pick == nil {
			continue
		}
		some, last, err := h.Pick(tx, s, after, limit)
		if rows = append(rows, some...); err != nil || last != "" {
			return rows, last, err
		}
	}
	return rows, "", nil
}

// EndHold destroys the unit key under which lie the copies that a hold kept; they are reclaimed by the next tick.
func (r *Retention) EndHold(tx *kernel.Tx, a Act, unit kept.ID) (kept.ID, error) {
	r.keys.DestroyUnits(tx, unit)
	a.Reason = released
	receipt, err := r.write(tx, a, unit, 0)
	tx.Due(dueReclaim, string(receipt), tx.Now())
	r.emptied(tx, a.Scope)
	return receipt, err
}

const released = "released"

// heldOf counts the copies that holds keep of the category or the item that an act erases.
func heldOf(v *kernel.View, a Act) (n int64, err error) {
	if a.Reason == released {
		return 0, nil
	}
	_, err = v.Row(`SELECT COUNT(DISTINCT c.original) FROM held c JOIN hold h ON h.id = c.hold
		WHERE c.scope = $1 AND c.category = $2 AND ($3 = '' OR c.original = $3)`, a.Scope.String(), a.Category, string(a.Item)).Scan(&n)
	return n, err
}

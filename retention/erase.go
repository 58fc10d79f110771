package retention

import (
	"context"
	"math"

	"kept"
	"kept/kernel"
)

// Moved is the reason for what lives at another server of the vendor's from then on.
const Moved = "moved"

// Act says what is erased and why.
type Act struct {
	Scope    kept.Scope
	Category string
	Severity string    // of the lines of a log that it was; empty for all, and for what has none
	Reason   string    // uninstalled, unsubscribed, aged, purged, deleted, released, account-closed, account-updated, contact-forgotten, moved
	Promise  string    // id of the promise that asks for it
	Anchor   kept.Time // the event the limit runs from
	Owed     kept.Time // when it had to be unreachable at the latest; lateness counts from here
	Item     kept.ID   // for a single item
	Subject  kept.ID   // for what is about one person

	Unforeseen bool // it counts towards what may end within a day without anybody having known
}

// Receipt says since when something is gone. Instants that have not come are 0.
type Receipt struct {
	ID            kept.ID   `json:"id"`
	Fact          kept.ID   `json:"fact,omitempty"` // none yet for a day whose lines still go
	Scope         string    `json:"scope"`
	Category      string    `json:"category"`
	Severity      string    `json:"severity,omitempty"` // of the lines of a log that had one
	Reason        string    `json:"reason"`
	Promise       string    `json:"promise,omitempty"`
	Anchor        kept.Time `json:"anchor,omitzero"`
	Owed          kept.Time `json:"owed"`
	Unreachable   kept.Time `json:"unreachable"`            // the keys were destroyed in this commit
	Unrecoverable kept.Time `json:"unrecoverable,omitzero"` // every epoch that could open a copy of the rows is dead
	Backups       string    `json:"backups"`                // this server takes none: there is no third place to wait for
	Rows          int64     `json:"rows"`                   // reclaimed so far
	Held          int64     `json:"held,omitzero"`          // copies of the category, or the item, that holds kept at the commit; each goes when its hold ends
	Reclaimed     kept.Time `json:"reclaimed,omitzero"`     // no row is left
}

// Erase destroys the class keys of a category in a scope: at the commit nothing opens its items any more, whatever
// their number. Rows are reclaimed by the next tick. With nothing stored it does nothing and returns "".
func (r *Retention) Erase(tx *kernel.Tx, a Act) (kept.ID, error) {
	classes, err := classesOf(&tx.View, a.Scope, a.Category)
	if err != nil {
		return "", err
	}
	var receipt kept.ID
	for _, class := range classes {
		destroyed, err := r.keys.DestroyClass(tx, a.Scope, class)
		if err != nil {
			return "", err
		}
		if len(destroyed) == 0 {
			continue
		}
		_, a.Severity = parts(class)
		for _, key := range destroyed {
			if receipt, err = r.write(tx, a, key, 0); err != nil {
				return "", err
			}
			tx.Due(dueReclaim, string(receipt), tx.Now())
		}
		tx.Clear(dueAge, ref(a.Scope, class))
		r.unbrake(tx, a.Scope, class, dueErase, dueAge, dueSaid)
		if err := r.shut(tx, a.Scope, class, everyDay); err != nil {
			return "", err
		}
	}
	if receipt != "" {
		r.emptied(tx, a.Scope)
	}
	return receipt, nil
}

// About is what all modules hold about a subject, of each no more than so many rows: there may be a million.
func (r *Retention) About(v *kernel.View, subject kept.ID, most int64) (all []Holding, err error) {
	for _, h := range r.holders {
		if h.About == nil {
			continue
		}
		some, err := h.About(v, subject, most)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// EraseAbout writes the receipts of a subject whose key is destroyed in this transaction, one for each category, and lets the
// next tick reclaim the rows: at the commit nothing opens them any more, whatever their number.
func (r *Retention) EraseAbout(tx *kernel.Tx, a Act, subject kept.ID) error {
	all, err := r.About(&tx.View, subject, math.MaxInt32)
	if err != nil {
		return err
	}
	for _, h := range all {
		a.Category, a.Severity, a.Subject = h.Category, h.Severity, subject
		receipt, err := r.write(tx, a, subject, 0)
		if err != nil {
			return err
		}
		tx.Due(dueReclaim, string(receipt), tx.Now())
	}
	return nil
}

// EraseOutdated erases some of what is about a subject from before an instant and could have been refreshed, and tells
// whether that was all.
func (r *Retention) EraseOutdated(tx *kernel.Tx, a Act, subject kept.ID, before kept.Time) (all bool, err error) {
	if err := r.Spare(tx, a.Scope); err != nil {
		return false, err
	}
	left := chunk
	for _, h := range r.holders {
		if h.Outdated == nil {
			continue
		}
		gone, err := h.Outdated(tx, subject, before, left)
		if err != nil {
			return false, err
		}
		for _, g := range gone {
			a.Category, a.Subject, left = g.Category, subject, left-int(g.Rows)
			if _, err := r.write(tx, a, "", g.Rows); err != nil {
				return false, err
			}
		}
	}
	return left > 0, nil
}

// Gone writes the receipt for rows that went together with their keys in this transaction.
func (r *Retention) Gone(tx *kernel.Tx, a Act, rows int64) (kept.ID, error) {
	return r.write(tx, a, "", rows)
}

// write writes the receipt of an act, and its fact. class is the key whose rows are still to be reclaimed, "" where they are gone.
func (r *Retention) write(tx *kernel.Tx, a Act, class kept.ID, rows int64) (kept.ID, error) {
	epoch, err := r.keys.Passing(tx)
	if err != nil {
		return "", err
	}
	held, err := heldOf(&tx.View, a)
	if err != nil {
		return "", err
	}
	rc := Receipt{ID: tx.NewID("rcp"), Promise: a.Promise, Owed: a.Owed, Unreachable: tx.Now(), Rows: rows, Held: held}
	if class == "" {
		rc.Reclaimed = tx.Now()
	}
	rc.Fact = tx.Record(factOf(a, rc, epoch))
	insert(tx, a, rc, class, epoch)
	if a.Reason == Moved { // it lives elsewhere
		return rc.ID, nil
	}
	return rc.ID, r.recall(tx, a.Scope)
}

// factOf is what a receipt says of an act, without what would name anybody.
func factOf(a Act, rc Receipt, epoch int64) kept.Fact {
	refs := map[string]kept.ID{"receipt": rc.ID}
	if a.Item != "" {
		refs["item"] = a.Item
	}
	if a.Subject != "" {
		refs["subject"] = a.Subject
	}
	words := map[string]string{"reason": a.Reason}
	if a.Promise != "" {
		words["promise"] = a.Promise
	}
	if a.Severity != "" {
		words["severity"] = a.Severity
	}
	counts := map[string]int64{"rows": rc.Rows, "epoch": epoch, "late_us": int64(max(0, rc.Unreachable-rc.Owed))}
	if rc.Held > 0 {
		counts["held"] = rc.Held
	}
	return kept.Fact{Kind: kept.FactErased, Scope: a.Scope, Category: a.Category, Refs: refs, Words: words, Counts: counts}
}

func insert(tx *kernel.Tx, a Act, rc Receipt, class kept.ID, epoch int64) {
	foreseen := int64(1)
	if a.Unforeseen {
		foreseen = 0
	}
	tx.Exec(`INSERT INTO receipt (id, scope, category, class, reason, promise, anchor, owed, unreachable, epoch, rows_gone, reclaimed, unrecoverable, fact, severity, foreseen, held)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14, $15, $16)`,
		string(rc.ID), a.Scope.String(), a.Category, string(class), a.Reason, a.Promise, int64(a.Anchor), int64(a.Owed),
		int64(tx.Now()), epoch, rc.Rows, int64(rc.Reclaimed), string(rc.Fact), a.Severity, foreseen, rc.Held)
}

func (r *Retention) reclaimDue(ctx context.Context, d kernel.Due) error {
	return r.inChunks(ctx, d, func(tx *kernel.Tx) (gone int, more bool, err error) {
		var class, scope, category, severity string
		var since kept.Time
		var rows int64
		limit := size(tx)
		found, err := tx.Row(`SELECT class, scope, category, severity, unreachable, rows_gone FROM receipt WHERE id = $1`, d.Ref).Scan(&class, &scope, &category, &severity, &since, &rows)
		if err != nil || !found {
			return 0, false, err
		}
		for _, h := range r.holders {
			n, err := h.Reclaim(tx, Remains{kept.ScopeOf(scope), category, severity, kept.ID(class), since}, limit-gone)
			if err != nil {
				return 0, false, err
			}
			gone += n
		}
		rows += int64(gone)
		if gone == limit {
			tx.Derived()
			tx.Exec(`UPDATE receipt SET rows_gone = $1 WHERE id = $2`, rows, d.Ref)
			return gone, true, nil
		}
		tx.Record(kept.Fact{Kind: kept.FactReclaimed, Scope: kept.ScopeOf(scope), Category: category,
			Refs: map[string]kept.ID{"receipt": kept.ID(d.Ref)}, Counts: map[string]int64{"rows": rows}})
		tx.Exec(`UPDATE receipt SET rows_gone = $1, reclaimed = $2 WHERE id = $3`, rows, int64(tx.Now()), d.Ref)
		tx.Done(d)
		return gone, false, nil
	})
}

// inChunks does what is due chunk by chunk, each in a transaction of its own, and lets other dates have their turn after a few.
// do says how many rows a chunk deleted; where it says that there is more it leaves the date alone.
func (r *Retention) inChunks(ctx context.Context, d kernel.Due, do func(tx *kernel.Tx) (gone int, more bool, err error)) error {
	for n, more := 1, true; more; n++ {
		begun, gone := r.k.Now(), 0
		err := r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) (err error) {
			if gone, more, err = do(tx); err != nil {
				return err
			}
			if gone < short {
				r.pace.settle(tx)
			}
			if more && n < chunks {
				tx.Keep(d)
			} else if more {
				more = false
				tx.Again(d, tx.Now())
			}
			return nil
		})
		if err != nil {
			return err
		}
		r.pace.add(gone, begun, r.k.Now())
	}
	return nil
}

// settle stamps the receipts that a dead epoch makes final: all generations up to the given one are dead.
func settle(tx *kernel.Tx, generation int64) {
	tx.Exec(`UPDATE receipt SET unrecoverable = $1 WHERE unrecoverable = 0 AND epoch <= $2`, int64(tx.Now()), generation)
}

const receiptColumns = `id, fact, scope, category, severity, reason, promise, anchor, owed, unreachable, unrecoverable, rows_gone, reclaimed, held`

func scanReceipt(scan func(...any) error) (rc Receipt, err error) {
	rc.Backups = "none taken"
	err = scan(&rc.ID, &rc.Fact, &rc.Scope, &rc.Category, &rc.Severity, &rc.Reason, &rc.Promise, &rc.Anchor, &rc.Owed, &rc.Unreachable,
		&rc.Unrecoverable, &rc.Rows, &rc.Reclaimed, &rc.Held)
	return rc, err
}

// Receipts lists the acts of erasure in a scope, the oldest first.
func Receipts(v *kernel.View, scope kept.Scope) ([]Receipt, error) {
	return kernel.Query(v, scanReceipt, `SELECT `+receiptColumns+` FROM receipt WHERE scope = $1 ORDER BY unreachable, category, id`, scope.String())
}

// ReceiptOf reads one receipt of a scope.
func ReceiptOf(v *kernel.View, scope kept.Scope, id kept.ID) (Receipt, error) {
	list, err := kernel.Query(v, scanReceipt, `SELECT `+receiptColumns+` FROM receipt WHERE id = $1 AND scope = $2`, string(id), scope.String())
	if err == nil && len(list) == 0 {
		err = kept.Errorf(kept.NotFound, "there is no such receipt")
	}
	if err != nil {
		return Receipt{}, err
	}
	return list[0], nil
}

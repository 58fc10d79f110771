package hold

import (
	"kept"
	"kept/kernel"
	"kept/retention"
	"kept/seal"
)

const columns = `h.id, h.scope, h.category, h.reason, h.promise, h.staff, h.unit, h.since, h.until, h.copied, h.last, h.sought,
	(SELECT COUNT(*) FROM held c WHERE c.hold = h.id),
	(SELECT COUNT(*) FROM held c WHERE c.hold = h.id
		AND NOT EXISTS (SELECT 1 FROM item i JOIN class_key k ON k.id = i.class WHERE i.id = c.original AND i.version = c.version
			AND (i.subject = '' OR EXISTS (SELECT 1 FROM subject s WHERE s.id = i.subject)))
		AND NOT EXISTS (SELECT 1 FROM entry e JOIN class_key k ON k.scope = e.scope AND k.class = e.class WHERE e.id = c.original
			AND (e.subject = '' OR EXISTS (SELECT 1 FROM subject s WHERE s.id = e.subject)) AND (e.second = '' OR EXISTS (SELECT 1 FROM subject s WHERE s.id = e.second))))`

func scan(scan func(...any) error) (h Hold, err error) {
	var copied kept.Time
	err = scan(&h.ID, &h.Installation, &h.Category, &h.Reason, &h.Promise, &h.Owner, &h.unit, &h.Since, &h.Until, &copied, &h.last, &h.sought, &h.Rows, &h.Beyond)
	h.Copying = copied == 0
	return h, err
}

func (h Hold) ad() seal.AD {
	return seal.AD{Scope: h.scope().String(), Category: retention.HeldClass, Item: h.ID, Version: 1}
}

func insert(tx *kernel.Tx, h Hold) {
	tx.Exec(`INSERT INTO hold (id, scope, category, reason, promise, staff, unit, since, until, copied, last, sought)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, string(h.ID), h.scope().String(), h.Category, h.Reason, h.Promise,
		string(h.Owner), string(h.unit), int64(h.Since), int64(h.Until), h.copiedAt(tx), string(h.last), h.sought)
}

// progress notes how far a hold has got.
func (h Hold) progress(tx *kernel.Tx) {
	tx.Exec(`UPDATE hold SET copied = $1, last = $2 WHERE id = $3`, h.copiedAt(tx), string(h.last), string(h.ID))
}

func (h Hold) copiedAt(tx *kernel.Tx) int64 {
	if h.Copying {
		return 0
	}
	return int64(tx.Now())
}

// lock reads an open hold, and locks its installation's row: whoever erases there does the same first.
func lock(tx *kernel.Tx, id kept.ID) (Hold, retention.Standing, error) {
	var scope string
	found, err := tx.Row(`SELECT scope FROM hold WHERE id = $1`, string(id)).Scan(&scope)
	if err == nil && !found {
		err = noHold()
	}
	if err != nil {
		return Hold{}, retention.Standing{}, err
	}
	s, err := retention.StandingOf(&tx.View, kept.ScopeOf(scope), tx.ForUpdate())
	if err != nil {
		return Hold{}, s, err
	}
	h, err := Get(&tx.View, id) // it may have ended while this waited
	return h, s, err
}

func noHold() error {
	return kept.Errorf(kept.NotFound, "there is no such hold").WithHint("it may have ended; the ledger says when")
}

// Get reads one open hold.
func Get(v *kernel.View, id kept.ID) (Hold, error) {
	list, err := kernel.Query(v, scan, `SELECT `+columns+` FROM hold h WHERE h.id = $1`, string(id))
	if err == nil && len(list) == 0 {
		err = noHold()
	}
	if err != nil {
		return Hold{}, err
	}
	return list[0], nil
}

// List reads the open holds, those that end first before the others.
func List(v *kernel.View) ([]Hold, error) {
	return kernel.Query(v, scan, `SELECT `+columns+` FROM hold h ORDER BY h.until, h.id`)
}

// copying are the holds on a scope that have more rows to copy.
func copying(v *kernel.View, scope kept.Scope) ([]Hold, error) {
	return kernel.Query(v, scan, `SELECT `+columns+` FROM hold h WHERE h.scope = $1 AND h.copied = 0 ORDER BY h.id`, scope.String())
}

func othersIn(v *kernel.View, h Hold) (n int64, err error) {
	_, err = v.Row(`SELECT COUNT(*) FROM hold WHERE scope = $1 AND id <> $2`, h.scope().String(), string(h.ID)).Scan(&n)
	return n, err
}

// copied is a row of the copies.
type copied struct {
	original kept.ID
	version  int64
	at       kept.Time
	envelope []byte
}

func (c copied) ad(h Hold) seal.AD {
	return seal.AD{Scope: h.scope().String(), Category: h.Category, Item: c.original, Version: uint64(c.version)}
}

// insert leaves a copy alone that somebody else made meanwhile for the same hold.
func (c copied) insert(tx *kernel.Tx, h Hold) {
	tx.Exec(`INSERT INTO held (hold, original, version, scope, category, at, unit, envelope) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (hold, original) DO NOTHING`, string(h.ID), string(c.original), c.version, h.scope().String(), h.Category, int64(c.at), string(h.unit), c.envelope)
}

func findCopy(v *kernel.View, hold, original kept.ID) (c copied, err error) {
	found, err := v.Row(`SELECT original, version, at, envelope FROM held WHERE hold = $1 AND original = $2`, string(hold), string(original)).
		Scan(&c.original, &c.version, &c.at, &c.envelope)
	if err == nil && !found {
		err = kept.Errorf(kept.NotFound, "the hold keeps no such row")
	}
	return c, err
}

// reclaim deletes copies whose hold has ended; their receipt names its unit key.
func reclaim(tx *kernel.Tx, r retention.Remains, limit int) (int, error) {
	originals, err := kernel.Query(&tx.View, func(scan func(...any) error) (id string, err error) { return id, scan(&id) },
		`SELECT original FROM held WHERE unit = $1 ORDER BY original LIMIT $2`, string(r.Of), limit)
	for _, id := range originals {
		tx.ExecOne(`DELETE FROM held WHERE unit = $1 AND original = $2`, string(r.Of), id)
	}
	return len(originals), err
}

// keepsAge is how copies age: not at all.
func keepsAge(*kernel.Tx, kept.Scope, string, string, kept.Time, int) (n int, oldest, next kept.Time, err error) {
	return 0, 0, 0, nil
}

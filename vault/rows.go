package vault

import (
	"slices"
	"strings"

	"kept"
	"kept/kernel"
	"kept/retention"
	"kept/seal"
)

type item struct {
	ID       kept.ID
	Scope    kept.Scope
	App      string
	Category string
	Name     []byte
	Subject  kept.ID
	Version  int64
	Fields   []string
	Stored   kept.Time
	Class    kept.ID // class or ratchet key it is sealed under
	Unit     kept.ID
	Host     []byte // blind index; nil for none
	Group    []byte // likewise
	Envelope []byte
}

func (it item) ad() seal.AD {
	return seal.AD{Scope: it.Scope.String(), Category: it.Category, Item: it.ID, Version: uint64(it.Version)}
}

func (it item) meta() Meta {
	return Meta{ID: it.ID, Category: it.Category, Fields: it.Fields, Version: it.Version, Stored: it.Stored}
}

const columns = `id, scope, app, category, name, subject, version, fields, stored, class, unit, host, grouped, envelope`

func scan(scan func(...any) error) (it item, err error) {
	var scope, fields string
	err = scan(&it.ID, &scope, &it.App, &it.Category, &it.Name, &it.Subject, &it.Version, &fields, &it.Stored, &it.Class, &it.Unit, &it.Host, &it.Group, &it.Envelope)
	it.Scope, it.Fields = kept.ScopeOf(scope), strings.Fields(fields)
	return it, err
}

func scanMeta(scan func(...any) error) (it item, err error) {
	var fields string
	err = scan(&it.ID, &it.App, &it.Category, &it.Version, &fields, &it.Stored)
	it.Fields = strings.Fields(fields)
	return it, err
}

func one(items []item, err error) (item, bool, error) {
	if err != nil || len(items) == 0 {
		return item{}, false, err
	}
	return items[0], true, nil
}

// lookup finds the item a put overwrites.
func lookup(tx *kernel.Tx, scope kept.Scope, app string, p Put, name []byte) (it item, found bool, err error) {
	switch {
	case p.Item != "":
		it, err = find(&tx.View, scope, app, p.Item, tx.ForUpdate())
		if err == nil && it.Category != p.Category {
			err = kept.Errorf(kept.Conflict, "the item is of another category").WithHint("an item stays in its category: store a new one")
		}
		return it, true, err
	case name != nil:
		return one(kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM item WHERE scope = $1 AND app = $2 AND category = $3 AND name = $4`+tx.ForUpdate(),
			scope.String(), app, p.Category, name))
	}
	return item{}, false, nil
}

func find(v *kernel.View, scope kept.Scope, app string, id kept.ID, lock string) (item, error) {
	it, found, err := one(kernel.Query(v, scan, `SELECT `+columns+` FROM item WHERE id = $1 AND scope = $2 AND ($3 = '' OR app = $3)`+lock, string(id), scope.String(), app))
	if err == nil && !found {
		err = kept.Errorf(kept.NotFound, "there is no such item in this installation")
	}
	return it, err
}

// list leaves out what was destroyed and only waits to be reclaimed. It reads no envelope: they may be more than memory.
func list(v *kernel.View, scope kept.Scope, app, category string) ([]item, error) {
	return kernel.Query(v, scanMeta, `SELECT id, app, category, version, fields, stored FROM item WHERE scope = $1 AND ($2 = '' OR app = $2) AND ($3 = '' OR category = $3)
		AND EXISTS (SELECT 1 FROM class_key k WHERE k.id = item.class)
		AND (subject = '' OR EXISTS (SELECT 1 FROM subject s WHERE s.id = item.subject AND s.closing = 0)) ORDER BY stored, id`,
		scope.String(), app, category)
}

// listOutdated is list of what is about people whose data has changed since.
func listOutdated(v *kernel.View, scope kept.Scope, app string) ([]item, error) {
	return kernel.Query(v, scanMeta, `SELECT t.id, t.app, t.category, t.version, t.fields, t.stored FROM item t JOIN subject s ON s.id = t.subject
		WHERE t.scope = $1 AND ($2 = '' OR t.app = $2) AND t.stored < s.outdated AND s.closing = 0 AND EXISTS (SELECT 1 FROM class_key k WHERE k.id = t.class)
		ORDER BY t.stored, t.id`, scope.String(), app)
}

func (it item) write(tx *kernel.Tx, over bool) {
	if over {
		tx.ExecOne(`UPDATE item SET subject = $1, version = $2, fields = $3, stored = $4, class = $5, unit = $6, host = $7, grouped = $8, envelope = $9 WHERE id = $10`,
			string(it.Subject), it.Version, strings.Join(it.Fields, " "), int64(it.Stored), string(it.Class), string(it.Unit), it.Host, it.Group, it.Envelope, string(it.ID))
		tx.Exec(`DELETE FROM anchor WHERE item = $1`, string(it.ID)) // it was said of the value before
		return
	}
	tx.ExecOne(`INSERT INTO item (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		string(it.ID), it.Scope.String(), it.App, it.Category, it.Name, string(it.Subject), it.Version, strings.Join(it.Fields, " "),
		int64(it.Stored), string(it.Class), string(it.Unit), it.Host, it.Group, it.Envelope)
}

// leaving is what must be known of items to delete them: their envelopes may be more than memory.
const leaving = `SELECT id, category, subject, stored, unit FROM item WHERE `

func scanLeaving(scan func(...any) error) (it item, err error) {
	return it, scan(&it.ID, &it.Category, &it.Subject, &it.Stored, &it.Unit)
}

// reclaim deletes rows of a category whose class key is gone, or the key of whom they are about, with their unit keys.
func (v *Vault) reclaim(tx *kernel.Tx, r retention.Remains, limit int) (int, error) {
	under := `class`
	if strings.HasPrefix(string(r.Of), "sub_") {
		under = `subject`
	}
	items, err := kernel.Query(&tx.View, scanLeaving, leaving+under+` = $1 AND category = $2 LIMIT $3`+tx.ForUpdate(), string(r.Of), r.Category, limit)
	if err != nil {
		return 0, err
	}
	return len(items), v.drop(tx, items)
}

// age deletes the items of a category stored at or before an instant, with their unit keys.
func (v *Vault) age(tx *kernel.Tx, scope kept.Scope, category, severity string, before kept.Time, limit int) (n int, oldest, next kept.Time, err error) {
	if severity != "" { // an item has none
		return 0, 0, 0, nil
	}
	items, err := kernel.Query(&tx.View, scanLeaving, leaving+`scope = $1 AND category = $2 ORDER BY stored LIMIT $3`+tx.ForUpdate(),
		scope.String(), category, limit+1)
	if err != nil || len(items) == 0 {
		return 0, 0, 0, err
	}
	for n < len(items) && n < limit && items[n].Stored <= before {
		n++
	}
	if n < len(items) {
		next = items[n].Stored
	}
	if n > 0 {
		oldest = items[0].Stored
	}
	return n, oldest, next, v.drop(tx, items[:n])
}

// let deletes items by their ids.
func (v *Vault) let(tx *kernel.Tx, scope kept.Scope, ids []kept.ID) error {
	var all []item
	for _, id := range ids {
		it, err := find(&tx.View, scope, "", id, tx.ForUpdate())
		if err != nil {
			return err
		}
		all = append(all, it)
	}
	return v.drop(tx, all)
}

func (v *Vault) drop(tx *kernel.Tx, items []item) error {
	for some := range slices.Chunk(items, tx.Few()) {
		ids, units := make([]kept.ID, len(some)), make([]kept.ID, len(some))
		for i, it := range some {
			ids[i], units[i] = it.ID, it.Unit
		}
		v.keys.DestroyUnits(tx, units...)
		var said []any
		tx.Exec(`DELETE FROM anchor WHERE item IN `+kernel.List(&said, ids...), said...)
		var args []any
		tx.ExecN(len(some), `DELETE FROM item WHERE id IN `+kernel.List(&args, ids...), args...)
	}
	return v.forsake(tx, items)
}

// forsake lets subjects go about whom these were the last items, and nothing else is.
func (v *Vault) forsake(tx *kernel.Tx, items []item) error {
	leaving := map[kept.ID]int64{}
	for _, it := range items {
		if it.Subject != "" {
			leaving[it.Subject]++
		}
	}
	return v.subjects.Forsake(tx, leaving)
}

// about counts the items about a subject, up to so many.
func about(v *kernel.View, subject kept.ID, most int64) ([]retention.Holding, error) {
	return kernel.Query(v, func(scan func(...any) error) (h retention.Holding, err error) {
		return h, scan(&h.Category, &h.Rows, &h.Oldest)
	}, `SELECT category, COUNT(*), MIN(stored) FROM (SELECT category, stored FROM item WHERE subject = $1 LIMIT $2) AS rows GROUP BY category ORDER BY category`,
		string(subject), most)
}

// outdated deletes items about a subject from before an instant, with their unit keys.
func (v *Vault) outdated(tx *kernel.Tx, subject kept.ID, before kept.Time, limit int) (gone []retention.Holding, err error) {
	items, err := kernel.Query(&tx.View, scanLeaving, leaving+`subject = $1 AND stored < $2 ORDER BY category, stored, id LIMIT $3`+tx.ForUpdate(),
		string(subject), int64(before), limit)
	for _, it := range items {
		if n := len(gone) - 1; n >= 0 && gone[n].Category == it.Category {
			gone[n].Rows++
		} else {
			gone = append(gone, retention.Holding{Category: it.Category, Rows: 1, Oldest: it.Stored})
		}
	}
	if err != nil {
		return nil, err
	}
	return gone, v.drop(tx, items)
}

package retention

import (
	"kept"
	"kept/kernel"
)

// Shelf is a key that still opens something, and what lies under it.
type Shelf struct {
	Scope  kept.Scope
	Class  string
	Oldest kept.Time // when the oldest row was stored; 0 where nothing lies there
}

// categoryOf and severityOf take the class of a key k apart: a severity is small letters behind the only dot.
const (
	stem       = `rtrim(k.class, 'abcdefghijklmnopqrstuvwxyz')`
	categoryOf = `CASE WHEN k.class LIKE '%.%' THEN rtrim(` + stem + `, '.') ELSE k.class END`
	severityOf = `CASE WHEN k.class LIKE '%.%' THEN substr(k.class, length(` + stem + `) + 1) ELSE '' END`
)

// LivesHere is the condition that what a column of scopes names does not lie here as the copy alone of an installation that still
// lives at another server: its clocks run there.
func LivesHere(column string) string {
	return `NOT EXISTS (SELECT 1 FROM migration m WHERE m.installation = ` + column + ` AND m.number = 0 AND m.state <> 'arrived')`
}

// Shelves are all of them. An index knows the oldest row of each, so this costs the same whatever lies behind it. A class that has
// keys of two kinds is there twice.
func Shelves(v *kernel.View) ([]Shelf, error) {
	return kernel.Query(v, func(scan func(...any) error) (s Shelf, err error) {
		var scope string
		var item, entry kept.Time
		err = scan(&scope, &s.Class, &item, &entry)
		s.Scope, s.Oldest = kept.ScopeOf(scope), earliest(item, entry)
		return s, err
	}, `SELECT k.scope, k.class, COALESCE((SELECT MIN(t.stored) FROM item t WHERE t.class = k.id), 0),
			COALESCE((SELECT MIN(e.at) FROM entry e WHERE e.scope = k.scope AND e.class = `+categoryOf+` AND e.severity = `+severityOf+`), 0)
		FROM class_key k WHERE k.kind <> 'index' AND `+LivesHere(`k.scope`)+` ORDER BY k.scope, k.class, k.id`)
}

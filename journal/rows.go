package journal

import (
	"encoding/base32"
	"slices"
	"strings"

	"kept"
	"kept/kernel"
)

type row struct {
	line           Line // to be sealed
	id             kept.ID
	scope          kept.Scope
	class          string
	at             kept.Time
	purpose        string // of a read; of an app's line, what is written down
	severity       string
	fields         []string
	salt, envelope []byte
}

// insert writes a few rows with each statement: of many, one for each row would cost more than the sealing.
func insert(tx *kernel.Tx, rows []row) {
	for some := range slices.Chunk(rows, tx.Few()/4) {
		var values []string
		var args []any
		for _, r := range some {
			values = append(values, kernel.List[any](&args, string(r.id), r.scope.String(), r.class, int64(r.at), r.line.Kind, r.line.Category, r.purpose,
				r.line.Severity, strings.Join(r.fields, " "), r.salt, r.envelope, ""))
		}
		tx.ExecN(len(some), `INSERT INTO entry (id, scope, class, at, kind, category, purpose, severity, fields, salt, envelope, batch) VALUES `+strings.Join(values, ", "), args...)
	}
}

// gather says of rows in which batch they are.
func gather(tx *kernel.Tx, rows []row, batch kept.ID) {
	for some := range slices.Chunk(rows, tx.Few()) {
		args, ids := []any{string(batch)}, make([]kept.ID, len(some))
		for i, r := range some {
			ids[i] = r.id
		}
		tx.ExecN(len(some), `UPDATE entry SET batch = $1 WHERE id IN `+kernel.List(&args, ids...), args...)
	}
}

const columns = `id, at, severity, salt, envelope`

func scan(scan func(...any) error) (r row, err error) {
	return r, scan(&r.id, &r.at, &r.severity, &r.salt, &r.envelope)
}

func list(v *kernel.View, scope kept.Scope, class string) ([]row, error) {
	return kernel.Query(v, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2 ORDER BY at, id`, scope.String(), class)
}

func unbatched(tx *kernel.Tx, scope kept.Scope, class, severity string, limit int) ([]row, error) {
	return kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2 AND severity = $3 AND batch = '' ORDER BY id LIMIT $4`,
		scope.String(), class, severity, limit)
}

const aging = `FROM entry WHERE scope = $1 AND class = $2 AND severity = $3 `

// age deletes the oldest entries by a range of the index alone: no envelope is read, and what one deletes no other transaction
// adds to, since whoever writes holds the installation's row.
func age(tx *kernel.Tx, scope kept.Scope, category, severity string, before kept.Time, limit int) (n int, oldest, next kept.Time, err error) {
	of := []any{scope.String(), category, severity}
	if _, err := tx.Row(`SELECT COALESCE(MIN(at), 0) `+aging, of...).Scan(&oldest); err != nil || oldest == 0 {
		return 0, 0, 0, err
	}
	if n, err = count(tx, `SELECT 1 `+aging+`AND at <= $4 LIMIT $5`, append(of, int64(before), limit)...); err != nil {
		return 0, 0, 0, err
	}
	if _, err = tx.Row(`SELECT at `+aging+`ORDER BY at LIMIT 1 OFFSET $4`, append(of, n)...).Scan(&next); err != nil || n == 0 {
		return 0, 0, next, err
	}
	tx.ExecN(n, `DELETE FROM entry WHERE id IN (SELECT id `+aging+`AND at <= $4 ORDER BY at LIMIT $5)`, append(of, int64(before), n)...)
	return n, oldest, next, nil
}

func count(tx *kernel.Tx, rows string, args ...any) (n int, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM (`+rows+`) AS rows`, args...).Scan(&n)
	return n, err
}

// reclaim deletes entries whose ratchet is gone. Their envelopes name it: sixteen bytes behind version, number and kind. No
// such entry is younger than the receipt.
func reclaim(tx *kernel.Tx, class kept.ID, limit int) (int, error) {
	_, name, _ := strings.Cut(string(class), "_")
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(name))
	if err != nil {
		return 0, kept.Errorf(kept.Internal, "a receipt names no key")
	}
	var scope, category string
	var since kept.Time
	found, err := tx.Row(`SELECT scope, category, unreachable FROM receipt WHERE class = $1 AND class <> ''`, string(class)).Scan(&scope, &category, &since)
	if err != nil || !found {
		return 0, err
	}
	const of = `FROM entry WHERE scope = $1 AND class = $2 AND at <= $3 AND substr(envelope, 4, 16) = $4`
	args := []any{scope, category, int64(since), raw}
	n, err := count(tx, `SELECT 1 `+of+` LIMIT $5`, append(args, limit)...)
	if n > 0 {
		tx.ExecN(n, `DELETE FROM entry WHERE id IN (SELECT id `+of+` ORDER BY at LIMIT $5)`, append(args, n)...)
	}
	return n, err
}

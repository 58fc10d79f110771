package journal

import (
	"encoding/base32"
	"slices"
	"strings"

	"kept"
	"kept/kernel"
	"kept/retention"
)

type row struct {
	line           Line       // to be sealed
	people         []string   // accounts that it names, at most two
	subjects       [2]kept.ID // these, as the scope knows them
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
			values = append(values, kernel.List[any](&args, string(r.id), r.scope.String(), r.class, int64(r.at), r.line.Kind, r.line.Category, string(r.subjects[0]), string(r.subjects[1]),
				r.purpose, r.line.Severity, strings.Join(r.fields, " "), r.salt, r.envelope, ""))
		}
		tx.ExecN(len(some), `INSERT INTO entry (id, scope, class, at, kind, category, subject, second, purpose, severity, fields, salt, envelope, batch) VALUES `+strings.Join(values, ", "), args...)
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

const columns = `id, at, severity, subject, second, salt, envelope`

func scan(scan func(...any) error) (r row, err error) {
	return r, scan(&r.id, &r.at, &r.severity, &r.subjects[0], &r.subjects[1], &r.salt, &r.envelope)
}

// list leaves out what names somebody whose account is closed.
func list(v *kernel.View, scope kept.Scope, class string) ([]row, error) {
	return kernel.Query(v, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2
		AND NOT EXISTS (SELECT 1 FROM subject s WHERE s.id IN (entry.subject, entry.second) AND s.closing > 0) ORDER BY at, id`, scope.String(), class)
}

func unbatched(tx *kernel.Tx, scope kept.Scope, class, severity string, limit int) ([]row, error) {
	return kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2 AND severity = $3 AND batch = '' ORDER BY id LIMIT $4`,
		scope.String(), class, severity, limit)
}

const aging = `FROM entry WHERE scope = $1 AND class = $2 AND severity = $3 `

// age deletes the oldest entries by a range of the index alone: no envelope is read, and what one deletes no other transaction
// adds to, since whoever writes holds the installation's row.
func (j *Journal) age(tx *kernel.Tx, scope kept.Scope, category, severity string, before kept.Time, limit int) (n int, oldest, next kept.Time, err error) {
	of := []any{scope.String(), category, severity}
	if _, err := tx.Row(`SELECT COALESCE(MIN(at), 0) `+aging, of...).Scan(&oldest); err != nil || oldest == 0 {
		return 0, 0, 0, err
	}
	// From the oldest on: PostgreSQL's index still leads past all that this sweep has deleted, and once is enough.
	if n, err = count(tx, `SELECT 1 `+aging+`AND at <= $4 AND at >= $5 LIMIT $6`, append(of, int64(before), int64(oldest), limit)...); err != nil {
		return 0, 0, 0, err
	}
	if _, err = tx.Row(`SELECT at `+aging+`AND at >= $4 ORDER BY at LIMIT 1 OFFSET $5`, append(of, int64(oldest), n)...).Scan(&next); err != nil || n == 0 {
		return 0, 0, next, err
	}
	return n, oldest, next, j.drop(tx, n, aging+`AND at <= $4 AND at >= $5 ORDER BY at, id LIMIT $6`, append(of, int64(before), int64(oldest), n)...)
}

func count(tx *kernel.Tx, rows string, args ...any) (n int, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM (`+rows+`) AS rows`, args...).Scan(&n)
	return n, err
}

// reclaim deletes entries whose ratchet is gone, or the key of somebody whom they name. Their envelopes name the ratchet: sixteen
// bytes behind version, number and kind. No such entry is younger than the receipt.
func (j *Journal) reclaim(tx *kernel.Tx, r retention.Remains, limit int) (int, error) {
	where, value := `(subject = $5 OR second = $5)`, any(string(r.Of))
	if kind, name, _ := strings.Cut(string(r.Of), "_"); kind != "sub" {
		raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(name))
		if err != nil {
			return 0, kept.Errorf(kept.Internal, "a receipt names no key")
		}
		where, value = `substr(envelope, 4, 16) = $5`, raw
	}
	of, args := aging+`AND at <= $4 AND `+where, []any{r.Scope.String(), r.Category, r.Severity, int64(r.Since), value}
	n, err := count(tx, `SELECT 1 `+of+` LIMIT $6`, append(args, limit)...)
	if err != nil || n == 0 {
		return 0, err
	}
	return n, j.drop(tx, n, of+` ORDER BY at, id LIMIT $6`, append(args, n)...)
}

// drop deletes some entries, and lets those go about whom nothing else is. $4 is an instant behind which there is none of them: the
// tables of later months need not be looked into.
func (j *Journal) drop(tx *kernel.Tx, n int, of string, args ...any) error {
	leaving := map[kept.ID]int64{}
	err := tx.Each(func(scan func(...any) error) error {
		var named [2]kept.ID
		err := scan(&named[0], &named[1])
		for _, s := range named {
			if s != "" {
				leaving[s]++
			}
		}
		return err
	}, `SELECT subject, second FROM (SELECT subject, second `+of+`) AS rows WHERE subject <> '' OR second <> ''`, args...)
	if err != nil {
		return err
	}
	tx.ExecN(n, `DELETE FROM entry WHERE at <= $4 AND id IN (SELECT id `+of+`)`, args...)
	return j.subjects.Forsake(tx, leaving)
}

// about counts the lines that name a subject, up to so many.
func about(v *kernel.View, subject kept.ID, most int64) ([]retention.Holding, error) {
	return kernel.Query(v, func(scan func(...any) error) (h retention.Holding, err error) {
		h.Happened = true
		return h, scan(&h.Category, &h.Severity, &h.Rows, &h.Oldest)
	}, `SELECT class, severity, COUNT(*), MIN(at) FROM (SELECT class, severity, at FROM entry WHERE subject = $1 OR second = $1 LIMIT $2) AS rows
		GROUP BY class, severity ORDER BY class, severity`, string(subject), most)
}

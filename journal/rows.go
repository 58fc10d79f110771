package journal

import (
	"encoding/base32"
	"strconv"
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

// insert writes rows with one statement: of many, each of its own would cost more than the sealing.
func insert(tx *kernel.Tx, rows []row) {
	var values []string
	var args []any
	for _, r := range rows {
		values = append(values, "("+placeholders(len(args), 11)+", '')")
		args = append(args, string(r.id), r.scope.String(), r.class, int64(r.at), r.line.Kind, r.line.Category, r.purpose, r.line.Severity, strings.Join(r.fields, " "), r.salt, r.envelope)
	}
	tx.ExecN(len(rows), `INSERT INTO entry (id, scope, class, at, kind, category, purpose, severity, fields, salt, envelope, batch) VALUES `+strings.Join(values, ", "), args...)
}

// placeholders are n of them behind those that are there.
func placeholders(behind, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = "$" + strconv.Itoa(behind+i+1)
	}
	return strings.Join(list, ", ")
}

// gather says of rows in which batch they are.
func gather(tx *kernel.Tx, rows []row, batch kept.ID) {
	args := []any{string(batch)}
	for _, r := range rows {
		args = append(args, string(r.id))
	}
	tx.ExecN(len(rows), `UPDATE entry SET batch = $1 WHERE id IN (`+placeholders(1, len(rows))+`)`, args...)
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

func age(tx *kernel.Tx, scope kept.Scope, category, severity string, before kept.Time, limit int) (n int, oldest, next kept.Time, err error) {
	rows, err := kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2 AND severity = $3 ORDER BY at, id LIMIT $4`+tx.ForUpdate(),
		scope.String(), category, severity, limit+1)
	if err != nil || len(rows) == 0 {
		return 0, 0, 0, err
	}
	for n < len(rows) && n < limit && rows[n].at <= before {
		tx.ExecOne(`DELETE FROM entry WHERE id = $1`, string(rows[n].id))
		n++
	}
	if n > 0 {
		oldest = rows[0].at
	}
	if n < len(rows) {
		next = rows[n].at
	}
	return n, oldest, next, nil
}

// reclaim deletes entries whose ratchet is gone. Their envelopes name it: sixteen bytes behind version, number and kind.
func reclaim(tx *kernel.Tx, class kept.ID, limit int) (int, error) {
	_, name, _ := strings.Cut(string(class), "_")
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(name))
	if err != nil {
		return 0, kept.Errorf(kept.Internal, "a receipt names no key")
	}
	ids, err := kernel.Query(&tx.View, func(scan func(...any) error) (id string, err error) { return id, scan(&id) },
		`SELECT e.id FROM entry e JOIN receipt r ON r.scope = e.scope AND r.category = e.class
		 WHERE r.class = $1 AND substr(e.envelope, 4, 16) = $2 ORDER BY e.id LIMIT $3`, string(class), raw, limit)
	for _, id := range ids {
		tx.ExecOne(`DELETE FROM entry WHERE id = $1`, id)
	}
	return len(ids), err
}

package journal

import (
	"encoding/base32"
	"strconv"
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

// insert writes rows with one statement: of many, each of its own would cost more than the sealing.
func insert(tx *kernel.Tx, rows []row) {
	var values []string
	var args []any
	for _, r := range rows {
		values = append(values, "("+placeholders(len(args), 13)+", '')")
		args = append(args, string(r.id), r.scope.String(), r.class, int64(r.at), r.line.Kind, r.line.Category, string(r.subjects[0]), string(r.subjects[1]), r.purpose, r.line.Severity,
			strings.Join(r.fields, " "), r.salt, r.envelope)
	}
	tx.ExecN(len(rows), `INSERT INTO entry (id, scope, class, at, kind, category, subject, second, purpose, severity, fields, salt, envelope, batch) VALUES `+strings.Join(values, ", "), args...)
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

const columns = `id, at, severity, subject, second, salt, envelope`

func scan(scan func(...any) error) (r row, err error) {
	return r, scan(&r.id, &r.at, &r.severity, &r.subjects[0], &r.subjects[1], &r.salt, &r.envelope)
}

func list(v *kernel.View, scope kept.Scope, class string) ([]row, error) {
	return kernel.Query(v, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2 ORDER BY at, id`, scope.String(), class)
}

func unbatched(tx *kernel.Tx, scope kept.Scope, class, severity string, limit int) ([]row, error) {
	return kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2 AND severity = $3 AND batch = '' ORDER BY id LIMIT $4`,
		scope.String(), class, severity, limit)
}

// age deletes lines of a class from at or before an instant.
func (j *Journal) age(tx *kernel.Tx, scope kept.Scope, class, severity string, before kept.Time, limit int) (n int, oldest, next kept.Time, err error) {
	rows, err := kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2 AND severity = $3 ORDER BY at, id LIMIT $4`+tx.ForUpdate(),
		scope.String(), class, severity, limit+1)
	if err != nil || len(rows) == 0 {
		return 0, 0, 0, err
	}
	for n < len(rows) && n < limit && rows[n].at <= before {
		n++
	}
	if n > 0 {
		oldest = rows[0].at
	}
	if n < len(rows) {
		next = rows[n].at
	}
	return n, oldest, next, j.drop(tx, rows[:n])
}

// reclaim deletes lines whose ratchet is gone, or the key of somebody whom they name. Their envelopes name the ratchet: sixteen
// bytes behind version, number and kind.
func (j *Journal) reclaim(tx *kernel.Tx, r retention.Remains, limit int) (int, error) {
	kind, name, _ := strings.Cut(string(r.Of), "_")
	where, value := `(subject = $4 OR second = $4)`, any(string(r.Of))
	if kind != "sub" {
		raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(name))
		if err != nil {
			return 0, kept.Errorf(kept.Internal, "a receipt names no key")
		}
		where, value = `substr(envelope, 4, 16) = $4`, raw
	}
	rows, err := kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2 AND severity = $5 AND `+where+` ORDER BY id LIMIT $3`+tx.ForUpdate(),
		r.Scope.String(), r.Category, limit, value, r.Severity)
	if err != nil {
		return 0, err
	}
	return len(rows), j.drop(tx, rows)
}

// drop deletes lines, and lets those go about whom nothing else is.
func (j *Journal) drop(tx *kernel.Tx, rows []row) error {
	leaving := map[kept.ID]int64{}
	for _, r := range rows {
		tx.ExecOne(`DELETE FROM entry WHERE id = $1`, string(r.id))
		for _, s := range r.subjects {
			if s != "" {
				leaving[s]++
			}
		}
	}
	return j.subjects.Forsake(tx, leaving)
}

// about counts the lines that name a subject.
func about(v *kernel.View, subject kept.ID) ([]retention.Holding, error) {
	return kernel.Query(v, func(scan func(...any) error) (h retention.Holding, err error) {
		h.Happened = true
		return h, scan(&h.Category, &h.Severity, &h.Rows, &h.Oldest)
	}, `SELECT class, severity, COUNT(*), MIN(at) FROM entry WHERE subject = $1 OR second = $1 GROUP BY class, severity ORDER BY class, severity`, string(subject))
}

package journal

import (
	"encoding/json"
	"slices"
	"strings"

	"kept"
	"kept/kernel"
	"kept/retention"
)

// pick opens the entries that a hold is of. Whom a line is about is sealed in it.
func (j *Journal) pick(tx *kernel.Tx, s retention.Sought, after kept.ID, limit int) (rows []retention.Opened, last kept.ID, err error) {
	entries, err := sought(tx, s, after, limit)
	if err != nil {
		return nil, "", err
	}
	for _, r := range entries {
		plain, err := j.keys.Open(&tx.View, s.Scope, ad(s.Scope, s.Category, r.id), r.envelope)
		if kept.KindOf(err) == kept.NotFound {
			continue // purged, and not yet reclaimed
		}
		if err != nil {
			return nil, "", err
		}
		var line Line
		if err := json.Unmarshal(plain, &line); err != nil {
			return nil, "", kept.Errorf(kept.Internal, "an entry does not hold JSON")
		}
		if s.About == "" || s.About == line.Account || s.About == line.Actor {
			rows = append(rows, retention.Opened{ID: r.id, Version: 1, At: r.at, Plain: plain})
		}
	}
	if len(entries) == limit {
		last = entries[limit-1].id
	}
	return rows, last, nil
}

// sought are the entries that a hold names, or those of a class that were written in a time.
func sought(tx *kernel.Tx, s retention.Sought, after kept.ID, limit int) (entries []row, err error) {
	if s.Rows == nil {
		return kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2 AND at >= $3 AND at <= $4
			AND id > $5 ORDER BY id LIMIT $6`, s.Scope.String(), s.Category, int64(s.From), int64(s.To), string(after), limit)
	}
	for _, id := range slices.Sorted(slices.Values(s.Rows)) {
		if !strings.HasPrefix(string(id), "ent_") || id <= after {
			continue
		}
		some, err := kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM entry WHERE scope = $1 AND class = $2 AND id = $3`, s.Scope.String(), s.Category, string(id))
		if err != nil {
			return nil, err
		}
		entries = append(entries, some...)
	}
	return entries, nil
}

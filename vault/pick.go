package vault

import (
	"slices"
	"strings"

	"kept"
	"kept/kernel"
	"kept/retention"
	"kept/seal"
)

// pick opens the items that a hold is of. What was destroyed and only waits to be reclaimed is not there any more.
func (v *Vault) pick(tx *kernel.Tx, s retention.Sought, after kept.ID, limit int) (rows []retention.Opened, last kept.ID, err error) {
	var items []item
	if s.Rows != nil {
		items, err = v.these(tx, s, after)
	} else {
		items, err = v.those(tx, s, after, limit)
	}
	if err != nil {
		return nil, "", err
	}
	for _, it := range items {
		plain, err := v.keys.Open(&tx.View, s.Scope, it.ad(), it.Envelope)
		if kept.KindOf(err) == kept.NotFound {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, retention.Opened{ID: it.ID, Version: it.Version, At: it.Stored, Plain: plain})
	}
	if len(items) == limit {
		last = items[limit-1].ID
	}
	return rows, last, nil
}

// these are the items that a hold names.
func (v *Vault) these(tx *kernel.Tx, s retention.Sought, after kept.ID) (items []item, err error) {
	for _, id := range slices.Sorted(slices.Values(s.Rows)) {
		if !strings.HasPrefix(string(id), "itm_") || id <= after {
			continue
		}
		some, err := kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM item WHERE scope = $1 AND category = $2 AND id = $3`, s.Scope.String(), s.Category, string(id))
		if err != nil {
			return nil, err
		}
		items = append(items, some...)
	}
	return items, nil
}

// those are the items of a category that were stored in a time, about a person where one is named.
func (v *Vault) those(tx *kernel.Tx, s retention.Sought, after kept.ID, limit int) ([]item, error) {
	var subject kept.ID
	if s.About != "" {
		key, found, err := v.keys.IndexIn(&tx.View, s.Scope)
		if err != nil || !found {
			return nil, err
		}
		blind, err := seal.BlindIndex(key, "account", s.About)
		if err != nil {
			return nil, err
		}
		if found, err = tx.Row(`SELECT id FROM subject WHERE scope = $1 AND blind = $2`, s.Scope.String(), blind[:]).Scan(&subject); err != nil || !found {
			return nil, err
		}
	}
	return kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM item WHERE scope = $1 AND category = $2 AND stored >= $3 AND stored <= $4
		AND ($5 = '' OR subject = $5) AND id > $6 ORDER BY id LIMIT $7`, s.Scope.String(), s.Category, int64(s.From), int64(s.To), string(subject), string(after), limit)
}

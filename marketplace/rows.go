package marketplace

import (
	"kept"
	"kept/kernel"
)

func lastAsked(v *kernel.View) (at kept.Time, err error) {
	_, err = v.Row(`SELECT asked FROM marketplace`).Scan(&at)
	return at, err
}

func updateAsked(tx *kernel.Tx, at kept.Time) {
	tx.ExecOne(`UPDATE marketplace SET asked = $1`, int64(at))
}

package marketplace

import (
	"kept"
	"kept/kernel"
)

// lastAsked is when the Marketplace was asked last, and the hash of what of contacts was taken then.
func lastAsked(v *kernel.View) (at kept.Time, collects []byte, err error) {
	_, err = v.Row(`SELECT asked, collects FROM marketplace`).Scan(&at, &collects)
	return at, collects, err
}

func updateAsked(tx *kernel.Tx, at kept.Time, collects []byte) {
	tx.ExecOne(`UPDATE marketplace SET asked = $1, collects = $2`, int64(at), collects)
}

// place is which item holds a contact of a licence; it may be gone. told is the day of the row that was heeded last.
type place struct {
	entitlement, kind, category string
	installation                kept.ID
	item                        kept.ID // "" where nothing was ever stored
	told                        kept.Time
}

func (p place) same(o place) bool {
	return p.kind == o.kind && p.category == o.category && p.installation == o.installation
}

// shelved are the items of a licence.
func shelved(v *kernel.View, entitlement string) ([]place, error) {
	return kernel.Query(v, func(scan func(...any) error) (place, error) {
		p := place{entitlement: entitlement}
		return p, scan(&p.kind, &p.category, &p.installation, &p.item, &p.told)
	}, `SELECT kind, category, installation, item, told FROM licence_contact WHERE entitlement = $1 ORDER BY kind, category, installation`, entitlement)
}

func shelve(tx *kernel.Tx, p place, day kept.Time) {
	tx.Exec(`INSERT INTO licence_contact (entitlement, kind, category, installation, item, told) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (entitlement, kind, category, installation) DO UPDATE SET item = $5, told = $6`,
		p.entitlement, p.kind, p.category, string(p.installation), string(p.item), int64(day))
}

package place

import "kept/kernel"

func notice(tx *kernel.Tx, s Standing) {
	tx.Exec(`INSERT INTO node (id, region, database_region, since, seen) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (region, database_region) DO UPDATE SET seen = $4`, string(tx.NewID("nod")), s.Region, s.Database, int64(tx.Now()))
	tx.Exec(`DELETE FROM node WHERE seen < $1`, int64(tx.Now().Add(-RememberedFor)))
}

// Standings are the places in which servers were seen in the time that counts.
func Standings(v *kernel.View) ([]Standing, error) {
	return kernel.Query(v, func(scan func(...any) error) (s Standing, err error) {
		return s, scan(&s.Region, &s.Database, &s.Since, &s.Seen)
	}, `SELECT region, database_region, since, seen FROM node WHERE seen >= $1 ORDER BY since, id`, int64(v.Now().Add(-RememberedFor)))
}

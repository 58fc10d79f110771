package installation

import (
	"slices"

	"kept"
	"kept/kernel"
)

// left are the earlier installations of an app where a signal comes from, that of its own site first: an app may be in several
// products at once, and which of them is named first may change with a reinstall.
func (in *Installations) left(tx *kernel.Tx, s Signal) (out []Installation, err error) {
	for _, site := range append([]string{s.Site}, s.Contexts...) {
		i, err := in.last(tx, `(site = $3 OR id IN (SELECT installation FROM context WHERE site = $3)) AND state <> 'erased'`, s, site)
		if err != nil {
			return nil, err
		}
		if i.ID != "" && !slices.ContainsFunc(out, func(o Installation) bool { return o.ID == i.ID }) {
			out = append(out, i)
		}
	}
	return out, nil
}

// extends notes where else an installation is by now, beside what is known.
func (in *Installations) extends(tx *kernel.Tx, i Installation, s Signal, known []string) {
	for _, site := range append([]string{s.Site}, s.Contexts...) {
		if site != i.Site && !slices.Contains(known, site) {
			known = append(known, site)
			tx.Exec(`INSERT INTO context (installation, site) VALUES ($1, $2) ON CONFLICT (installation, site) DO NOTHING`, string(i.ID), site)
		}
	}
}

func contextsOf(v *kernel.View, id kept.ID) ([]string, error) {
	return kernel.Query(v, func(scan func(...any) error) (site string, err error) {
		return site, scan(&site)
	}, `SELECT site FROM context WHERE installation = $1 ORDER BY site`, string(id))
}

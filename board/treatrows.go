package board

import (
	"strings"

	"kept"
	"kept/kernel"
	"kept/ledger"
	"kept/policy"
	"kept/scrub"
	"kept/seal"
)

// line groups the lines of a log by what shows in clear; own are those that an app wrote, the others are reads.
type line struct {
	app, category, record, fields string
	own                           bool
	tally
}

// head groups sealed values by their first bytes.
type head struct {
	app, category string
	head          []byte
	shortest      int // bytes
	tally
}

func (s *state) readLines(v *kernel.View) error {
	return v.Each(func(scan func(...any) error) error {
		var l line
		var kind string
		if err := scan(&l.app, &l.category, &kind, &l.record, &l.fields, &l.n, &l.last); err != nil {
			return err
		}
		if l.own = kind == "log"; !l.own {
			l.record = "reads" // the word for them; the column says for which purpose
		}
		s.lines = append(s.lines, l)
		return nil
	}, `SELECT i.app, e.class, e.kind, e.purpose, e.fields, COUNT(*), MAX(e.at) FROM entry e JOIN installation i ON i.id = e.scope
		GROUP BY i.app, e.class, e.kind, e.purpose, e.fields`)
}

func (s *state) readHeads(v *kernel.View) error {
	return v.Each(func(scan func(...any) error) error {
		var h head
		if err := scan(&h.app, &h.category, &h.head, &h.n, &h.shortest, &h.last); err != nil {
			return err
		}
		s.heads = append(s.heads, h)
		return nil
	}, `SELECT app, category, substr(envelope, 1, $1), COUNT(*), MIN(length(envelope)), MAX(stored) FROM item GROUP BY app, category, substr(envelope, 1, $1)
		UNION ALL SELECT i.app, e.class, substr(e.envelope, 1, $1), COUNT(*), MIN(length(e.envelope)), MAX(e.at)
		FROM entry e JOIN installation i ON i.id = e.scope GROUP BY i.app, e.class, substr(e.envelope, 1, $1)`, int64(seal.HeadSize))
}

// readPersons counts values stored for no host, and values about somebody.
func (s *state) readPersons(v *kernel.View) error {
	if err := tallies(v, s.loose, `SELECT app, category, '', COUNT(*), 0, MAX(stored), 0, 0 FROM item WHERE host IS NULL GROUP BY app, category`); err != nil {
		return err
	}
	return tallies(v, s.about, `SELECT app, category, '', COUNT(*), 0, MAX(stored), 0, 0 FROM item WHERE subject <> '' GROUP BY app, category`)
}

// readOpened counts what the vendor's people opened, by role.
func (s *state) readOpened(v *kernel.View) error {
	return v.Each(func(scan func(...any) error) error {
		var app string
		var body []byte
		var at kept.Time
		if err := scan(&app, &body, &at); err != nil {
			return err
		}
		f, err := ledger.Decode(body)
		if err != nil {
			return err
		}
		k := key{app, f.Category, string(f.Role)}
		t := s.opened[k]
		t.add(tally{n: 1, last: at})
		s.opened[k] = t
		return nil
	}, `SELECT i.app, f.body, f.at FROM fact f JOIN installation i ON i.id = f.scope WHERE f.kind = $1 AND f.body IS NOT NULL`, string(kept.FactOpened))
}

// identified counts the sets of fields in which a watched one says who somebody is.
func identified(pr *policy.Promise, c policy.Category, sets []string) (n int64) {
	for _, set := range sets {
		for _, name := range strings.Fields(set) {
			if f, _ := c.Field(name); policy.Watched(pr, name) && scrub.Identifying(f.Fides) {
				n++
			}
		}
	}
	return n
}

package board

import (
	"slices"

	"kept"
	"kept/kernel"
	"kept/ledger"
	"kept/place"
)

// outward is something that went out: through a read, or as people said.
type outward struct {
	kind                kept.FactKind
	app, category       string // no app: the vendor's own
	recipient, function string
	occasion            string // in which people disclosed
	at                  kept.Time
}

// readOutwards reads what went out under the policy of today: an earlier one may have allowed something else.
func (s *state) readOutwards(v *kernel.View) error {
	since, err := s.policySince(v)
	if err != nil {
		return err
	}
	return v.Each(func(scan func(...any) error) error {
		var o outward
		var body []byte
		if err := scan(&o.kind, &o.app, &o.category, &o.at, &body); err != nil {
			return err
		}
		f, err := ledger.Decode(body)
		o.recipient, o.function, o.occasion = f.Words["recipient"], f.Words["for"], f.Words["case"]
		s.outwards = append(s.outwards, o)
		return err
	}, `SELECT f.kind, COALESCE(i.app, ''), f.category, f.at, f.body FROM fact f LEFT JOIN installation i ON i.id = f.scope
		WHERE f.kind IN ($1, $2) AND f.at >= $3 AND f.body IS NOT NULL`, string(kept.FactDisclosed), string(kept.FactDisclosure), int64(since))
}

// policySince is when the policy of today was first loaded, since another one was.
func (s *state) policySince(v *kernel.View) (since kept.Time, err error) {
	var digest [32]byte
	err = v.Each(func(scan func(...any) error) error {
		var at kept.Time
		var body []byte
		if err := scan(&at, &body); err != nil {
			return err
		}
		f, err := ledger.Decode(body)
		if d := f.Hashes["policy"]; d != digest {
			digest, since = d, at
		}
		if f.Words["region"] != "" && s.now.Sub(at) < place.RememberedFor {
			s.stand(place.Standing{Region: f.Words["region"], Database: f.Words["database-region"], Since: at, Seen: at})
		}
		return err
	}, `SELECT at, body FROM fact WHERE kind = $1 AND body IS NOT NULL ORDER BY at, ordinal`, string(kept.FactPolicyLoaded))
	return since, err
}

func (s *state) readStandings(v *kernel.View) error {
	nodes, err := place.Standings(v)
	for _, n := range nodes {
		s.stand(n)
	}
	return err
}

// stand adds where servers stood: each pair of regions once.
func (s *state) stand(n place.Standing) {
	i := slices.IndexFunc(s.stood, func(o place.Standing) bool { return o.Region == n.Region && o.Database == n.Database })
	if i < 0 {
		s.stood = append(s.stood, n)
		return
	}
	s.stood[i].Since, s.stood[i].Seen = min(s.stood[i].Since, n.Since), max(s.stood[i].Seen, n.Seen)
}

// went adds up what went out and fits.
func (s *state) went(fits func(outward) bool) (t tally) {
	for _, o := range s.outwards {
		if fits(o) {
			t.add(tally{n: 1, last: o.at})
		}
	}
	return t
}

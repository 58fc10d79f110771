package keys

import (
	"slices"

	"kept"
	"kept/kernel"
	"kept/seal"
)

// Travelling is a key of a scope on its way to another server, wrapped under a key of the journey.
type Travelling struct {
	ID         kept.ID `json:"id"`
	Kind       string  `json:"kind"` // class, ratchet, index or unit
	Class      string  `json:"class" doc:"its retention class; of a unit, what it is of"`
	Generation uint32  `json:"generation"`
	Created    int64   `json:"created"`
	Wrapped    []byte  `json:"wrapped" doc:"under a key of the journey"`
}

// Pack wraps every key of a scope under the keys of a journey. Cohorts stay: what was destroyed under them does not travel.
func (ks *Keys) Pack(v *kernel.View, scope kept.Scope, epoch, cohort seal.Key) ([]Travelling, error) {
	var under string
	var wrapped []byte
	out, err := kernel.Query(v, func(scan func(...any) error) (t Travelling, err error) {
		if err := scan(&t.ID, &t.Class, &t.Kind, &t.Generation, &under, &t.Created, &wrapped); err != nil {
			return t, err
		}
		parent, err := ks.epoch(under)
		if err != nil {
			return t, err
		}
		return t, t.rewrap(parent, epoch, scope, wrapped)
	}, `SELECT id, class, kind, generation, epoch, created, wrapped FROM class_key WHERE scope = $1 ORDER BY id`, scope.String())
	if err != nil {
		return nil, err
	}
	var of string
	var generation int64
	var lid []byte
	units, err := kernel.Query(v, func(scan func(...any) error) (t Travelling, err error) {
		t.Kind = "unit"
		if err := scan(&t.ID, &t.Class, &t.Generation, &wrapped, &of, &generation, &under, &lid); err != nil {
			return t, err
		}
		parent, err := ks.cohort(of, generation, under, scope.String(), lid)
		if err != nil {
			return t, err
		}
		return t, t.rewrap(parent, cohort, scope, wrapped)
	}, `SELECT u.id, u.what, u.generation, u.wrapped, c.id, c.generation, c.epoch, c.wrapped
		FROM unit_key u JOIN cohort_key c ON c.id = u.cohort WHERE c.scope = $1 ORDER BY u.id`, scope.String())
	return append(out, units...), err
}

func (t Travelling) ref() seal.Ref {
	kind, shared := kinds[t.Kind]
	if !shared {
		kind = seal.Unit
	}
	return seal.Ref{Kind: kind, ID: t.ID, Generation: t.Generation}
}

func (t *Travelling) rewrap(from, to seal.Key, scope kept.Scope, wrapped []byte) error {
	key, err := seal.Unwrap(from, t.ref(), scope.String(), wrapped)
	if err == nil {
		t.Wrapped, err = seal.Wrap(to, key, scope.String())
	}
	return err
}

// Unpack keeps keys that have arrived: under the epoch of now, units under cohorts of this server's own.
func (ks *Keys) Unpack(tx *kernel.Tx, scope kept.Scope, epoch, cohort seal.Key, list []Travelling) error {
	parent, err := ks.parent(tx)
	if err != nil {
		return err
	}
	var units []Travelling
	for _, t := range list {
		if t.Kind == "unit" {
			units = append(units, t)
			continue
		}
		if err := t.rewrap(epoch, parent, scope, t.Wrapped); err != nil {
			return err
		}
		tx.Exec(`INSERT INTO class_key (id, scope, class, kind, generation, epoch, created, wrapped) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			string(t.ID), scope.String(), t.Class, t.Kind, int64(t.Generation), string(parent.Ref().ID), t.Created, t.Wrapped)
	}
	for some := range slices.Chunk(units, cohortSize) {
		own := seal.NewKey(seal.Ref{Kind: seal.Cohort, ID: tx.NewID(seal.Cohort.Prefix()), Generation: 1})
		wrapped, err := seal.Wrap(parent, own, scope.String())
		if err != nil {
			return err
		}
		tx.Exec(`INSERT INTO cohort_key (id, scope, generation, epoch, units, dirty, wrapped) VALUES ($1, $2, 1, $3, $4, 0, $5)`,
			string(own.Ref().ID), scope.String(), string(parent.Ref().ID), len(some), wrapped)
		for _, t := range some {
			if err := t.rewrap(cohort, own, scope, t.Wrapped); err != nil {
				return err
			}
			tx.Exec(`INSERT INTO unit_key (id, cohort, what, generation, wrapped) VALUES ($1, $2, $3, $4, $5)`,
				string(t.ID), string(own.Ref().ID), t.Class, int64(t.Generation), t.Wrapped)
		}
	}
	return nil
}

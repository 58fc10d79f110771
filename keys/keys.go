// Package keys keeps the key rows: class, ratchet and index keys and cohorts under the epochs of the ring, units under
// cohorts. It turns the epoch, after which nothing that still exists opens what was destroyed. It refuses to open with
// a key whose row is gone, whoever still remembers it.
package keys

import (
	"context"
	"slices"
	"sync"

	"kept"
	"kept/kernel"
	"kept/seal"
)

// cohortSize is how many units share a cohort key: what a destroyed unit costs at the next turn.
const cohortSize = 256

// Keys opens and makes keys inside transactions. Safe for concurrent use.
type Keys struct {
	k    *kernel.Kernel
	file ringFile

	turning sync.Mutex
	mu      sync.RWMutex
	ring    *seal.Ring
	open    seal.Key // the epoch that new keys lie under

	onDead []func(tx *kernel.Tx, generation int64)
}

// OnDead registers who is told, in the transaction that records it, that every epoch up to a generation is dead.
func (ks *Keys) OnDead(fn func(tx *kernel.Tx, generation int64)) { ks.onDead = append(ks.onDead, fn) }

// Generation is the newest epoch's.
func (ks *Keys) Generation() int64 {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	return int64(ks.open.Ref().Generation)
}

// Log is the key that signs checkpoints.
func (ks *Keys) Log() seal.LogKey {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	return ks.ring.Log
}

func (ks *Keys) current() seal.Key {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	return ks.open
}

// epoch is the key of an epoch. One that is missing may have been opened by another node since the file was read.
func (ks *Keys) epoch(id string) (seal.Key, error) {
	key, ok := ks.held(id)
	if !ok && ks.reload() == nil {
		key, ok = ks.held(id)
	}
	if !ok {
		return seal.Key{}, kept.Errorf(kept.Internal, "the key file lacks epoch %s", id)
	}
	return key, nil
}

func (ks *Keys) held(id string) (seal.Key, bool) {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	for _, e := range ks.ring.Epochs {
		if string(e.Ref().ID) == id {
			return e, true
		}
	}
	return seal.Key{}, false
}

// reload takes over what another node has written to the file.
func (ks *Keys) reload() error {
	ring, err := ks.file.read()
	if err != nil {
		return err
	}
	ks.mu.Lock()
	defer ks.mu.Unlock()
	if ring.Generation > ks.ring.Generation && ring.Log.Name() == ks.ring.Log.Name() {
		ks.hold(ring)
	}
	return nil
}

func (ks *Keys) hold(ring *seal.Ring) { ks.ring, ks.open = ring, ring.Epochs[len(ring.Epochs)-1] }

// parent is the epoch that new keys lie under. Its row is locked until commit: no turn, on whatever node, destroys it
// before the new key is there to be wrapped anew.
func (ks *Keys) parent(tx *kernel.Tx) (seal.Key, error) {
	var id string
	for range 2 { // who waited for a turn sees the new epoch in a second statement only
		found, err := tx.Row(`SELECT id FROM epoch WHERE state = 'open'` + tx.ForShare()).Scan(&id)
		if err != nil {
			return seal.Key{}, err
		}
		if found {
			return ks.epoch(id)
		}
	}
	return seal.Key{}, kept.Errorf(kept.Internal, "no epoch is open")
}

// Passing is the generation in which goes what this change destroys: it opens no more once that one is dead.
func (ks *Keys) Passing(tx *kernel.Tx) (int64, error) {
	epoch, err := ks.parent(tx)
	return int64(epoch.Ref().Generation), err
}

// Class is the key to seal with today for a class of a scope: its class key, or where rows age from their entry the
// day key of its ratchet. A first use makes the row.
func (ks *Keys) Class(tx *kernel.Tx, scope kept.Scope, class string, ages bool) (seal.Key, error) {
	if !ages {
		return ks.row(tx, scope, class, "class")
	}
	chain, err := ks.row(tx, scope, class, "ratchet")
	if err != nil {
		return seal.Key{}, err
	}
	return seal.DayKey(chain, max(tx.Now().Day(), chain.Ref().Generation)) // a clock that goes back yields no lost day
}

// Own is the class key of what lives as long as its scope, whatever the promises are: nothing but the end of the scope
// destroys it. A first use makes the row.
func (ks *Keys) Own(tx *kernel.Tx, scope kept.Scope) (seal.Key, error) {
	return ks.row(tx, scope, "", "class")
}

// Index is the scope's key for blind indexes. A first use makes the row.
func (ks *Keys) Index(tx *kernel.Tx, scope kept.Scope) (seal.Key, error) {
	return ks.row(tx, scope, "", "index")
}

// IndexIn is Index for a read: there is nothing to find where no row is.
func (ks *Keys) IndexIn(v *kernel.View, scope kept.Scope) (key seal.Key, found bool, err error) {
	key, _, found, err = ks.find(v, scope, "", "index", "")
	return key, found, err
}

var kinds = map[string]seal.Kind{"class": seal.Class, "ratchet": seal.Ratchet, "index": seal.Index}

// row finds or makes the class_key row of a scope.
func (ks *Keys) row(tx *kernel.Tx, scope kept.Scope, class, kind string) (seal.Key, error) {
	key, _, found, err := ks.find(&tx.View, scope, class, kind, tx.ForShare())
	if err != nil || found {
		return key, err
	}
	ref := seal.Ref{Kind: kinds[kind], ID: tx.NewID(kinds[kind].Prefix())}
	if kind == "ratchet" {
		ref.Generation = tx.Now().Day()
	}
	key = seal.NewKey(ref)
	epoch, err := ks.parent(tx)
	if err != nil {
		return seal.Key{}, err
	}
	wrapped, err := seal.Wrap(epoch, key, scope.String())
	if err != nil {
		return seal.Key{}, err
	}
	tx.Exec(`INSERT INTO class_key (id, scope, class, kind, generation, epoch, created, wrapped) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		string(ref.ID), scope.String(), class, kind, int64(ref.Generation), string(epoch.Ref().ID), int64(tx.Now()), wrapped)
	return key, nil
}

func (ks *Keys) find(v *kernel.View, scope kept.Scope, class, kind, lock string) (key seal.Key, epoch seal.Key, found bool, err error) {
	var id, epochID string
	var generation int64
	var wrapped []byte
	found, err = v.Row(`SELECT id, generation, epoch, wrapped FROM class_key WHERE scope = $1 AND class = $2 AND kind = $3`+lock,
		scope.String(), class, kind).Scan(&id, &generation, &epochID, &wrapped)
	if err != nil || !found {
		return key, epoch, found, err
	}
	if epoch, err = ks.epoch(epochID); err != nil {
		return key, epoch, true, err
	}
	key, err = seal.Unwrap(epoch, seal.Ref{Kind: kinds[kind], ID: kept.ID(id), Generation: uint32(generation)}, scope.String(), wrapped)
	return key, epoch, true, err
}

// NewUnits makes a key for each thing that may end by itself; what says which kind of thing (item, subject).
func (ks *Keys) NewUnits(tx *kernel.Tx, scope kept.Scope, what ...string) ([]seal.Key, error) {
	var keys []seal.Key
	for some := range slices.Chunk(what, cohortSize-1) {
		cohort, err := ks.roomyCohort(tx, scope, len(some))
		if err != nil {
			return nil, err
		}
		for _, w := range some {
			key := seal.NewKey(seal.Ref{Kind: seal.Unit, ID: tx.NewID(seal.Unit.Prefix()), Generation: 1})
			wrapped, err := seal.Wrap(cohort, key, scope.String())
			if err != nil {
				return nil, err
			}
			tx.Exec(`INSERT INTO unit_key (id, cohort, what, generation, wrapped) VALUES ($1, $2, $3, 1, $4)`,
				string(key.Ref().ID), string(cohort.Ref().ID), w, wrapped)
			keys = append(keys, key)
		}
		tx.Exec(`UPDATE cohort_key SET units = units + $1 WHERE id = $2`, len(some), string(cohort.Ref().ID))
	}
	return keys, nil
}

// roomyCohort finds or makes a cohort with room for n more units, and for another one: a change that asks twice sees the same
// number twice.
func (ks *Keys) roomyCohort(tx *kernel.Tx, scope kept.Scope, n int) (seal.Key, error) {
	var id, epochID string
	var generation int64
	var wrapped []byte
	found, err := tx.Row(`SELECT id, generation, epoch, wrapped FROM cohort_key WHERE scope = $1 AND units <= $2 ORDER BY units DESC LIMIT 1`+tx.ForUpdate(),
		scope.String(), cohortSize-n-1).Scan(&id, &generation, &epochID, &wrapped)
	if err != nil {
		return seal.Key{}, err
	}
	if found {
		return ks.cohort(id, generation, epochID, scope.String(), wrapped)
	}
	key := seal.NewKey(seal.Ref{Kind: seal.Cohort, ID: tx.NewID(seal.Cohort.Prefix()), Generation: 1})
	epoch, err := ks.parent(tx)
	if err != nil {
		return seal.Key{}, err
	}
	if wrapped, err = seal.Wrap(epoch, key, scope.String()); err != nil {
		return seal.Key{}, err
	}
	tx.Exec(`INSERT INTO cohort_key (id, scope, generation, epoch, units, dirty, wrapped) VALUES ($1, $2, 1, $3, 0, 0, $4)`,
		string(key.Ref().ID), scope.String(), string(epoch.Ref().ID), wrapped)
	return key, nil
}

func (ks *Keys) cohort(id string, generation int64, epochID, scope string, wrapped []byte) (seal.Key, error) {
	epoch, err := ks.epoch(epochID)
	if err != nil {
		return seal.Key{}, err
	}
	return seal.Unwrap(epoch, seal.Ref{Kind: seal.Cohort, ID: kept.ID(id), Generation: uint32(generation)}, scope, wrapped)
}

// Unit opens the key of a unit. Errors: NotFound when it was destroyed.
func (ks *Keys) Unit(v *kernel.View, scope kept.Scope, id kept.ID) (seal.Key, error) {
	var cohortID, epochID string
	var generation, cohortGeneration int64
	var wrapped, cohortWrapped []byte
	found, err := v.Row(`SELECT u.generation, u.wrapped, c.id, c.generation, c.epoch, c.wrapped
		FROM unit_key u JOIN cohort_key c ON c.id = u.cohort WHERE u.id = $1 AND c.scope = $2`, string(id), scope.String()).
		Scan(&generation, &wrapped, &cohortID, &cohortGeneration, &epochID, &cohortWrapped)
	if err != nil {
		return seal.Key{}, err
	}
	if !found {
		return seal.Key{}, gone()
	}
	cohort, err := ks.cohort(cohortID, cohortGeneration, epochID, scope.String(), cohortWrapped)
	if err != nil {
		return seal.Key{}, err
	}
	return seal.Unwrap(cohort, seal.Ref{Kind: seal.Unit, ID: id, Generation: uint32(generation)}, scope.String(), wrapped)
}

// Open opens an envelope of a scope with the keys it names, if all of them still live. Errors: NotFound when one is gone.
func (ks *Keys) Open(v *kernel.View, scope kept.Scope, ad seal.AD, envelope []byte) ([]byte, error) {
	refs, err := seal.Refs(envelope)
	if err != nil {
		return nil, err
	}
	keys := make([]seal.Key, len(refs))
	for i, ref := range refs {
		switch ref.Kind {
		case seal.Unit:
			keys[i], err = ks.Unit(v, scope, ref.ID)
		default:
			keys[i], err = ks.sealing(v, scope, ref)
		}
		if err != nil {
			return nil, err
		}
	}
	return seal.Open(keys, ad, envelope)
}

// sealing opens a class key, or the day key of a ratchet that still yields it.
func (ks *Keys) sealing(v *kernel.View, scope kept.Scope, ref seal.Ref) (seal.Key, error) {
	var epochID string
	var generation int64
	var wrapped []byte
	found, err := v.Row(`SELECT generation, epoch, wrapped FROM class_key WHERE id = $1 AND scope = $2`, string(ref.ID), scope.String()).
		Scan(&generation, &epochID, &wrapped)
	if err != nil {
		return seal.Key{}, err
	}
	if !found {
		return seal.Key{}, gone()
	}
	epoch, err := ks.epoch(epochID)
	if err != nil {
		return seal.Key{}, err
	}
	key, err := seal.Unwrap(epoch, seal.Ref{Kind: ref.Kind, ID: ref.ID, Generation: uint32(generation)}, scope.String(), wrapped)
	if err != nil || ref.Kind == seal.Class {
		return key, err
	}
	return seal.DayKey(key, ref.Generation)
}

func gone() error { return kept.Errorf(kept.NotFound, "its key was destroyed") }

// DestroyClass deletes the class keys of a class in a scope and returns their ids: nothing sealed under them opens after
// the commit, and no copy of the rows after the next turn of the epoch.
func (ks *Keys) DestroyClass(tx *kernel.Tx, scope kept.Scope, class string) ([]kept.ID, error) {
	ids, err := kernel.Query(&tx.View, func(scan func(...any) error) (id kept.ID, err error) { return id, scan(&id) },
		`SELECT id FROM class_key WHERE scope = $1 AND class = $2 AND kind <> 'index'`+tx.ForUpdate(), scope.String(), class)
	for _, id := range ids {
		tx.ExecOne(`DELETE FROM class_key WHERE id = $1`, string(id))
	}
	return ids, err
}

// DestroyUnits deletes unit keys; their cohorts are replaced at the next turn.
func (ks *Keys) DestroyUnits(tx *kernel.Tx, units ...kept.ID) {
	for some := range slices.Chunk(units, tx.Few()) {
		var args []any
		these := kernel.List(&args, some...)
		tx.Exec(`UPDATE cohort_key SET dirty = 1, units = units - (SELECT COUNT(*) FROM unit_key u WHERE u.cohort = cohort_key.id AND u.id IN `+these+`)
			WHERE id IN (SELECT cohort FROM unit_key WHERE id IN `+these+`)`, args...)
		tx.Exec(`DELETE FROM unit_key WHERE id IN `+these, args...)
	}
}

// DestroyScope deletes every key of a scope, its index key too.
func (ks *Keys) DestroyScope(tx *kernel.Tx, scope kept.Scope) {
	tx.Exec(`DELETE FROM class_key WHERE scope = $1`, scope.String())
	tx.Exec(`DELETE FROM unit_key WHERE cohort IN (SELECT id FROM cohort_key WHERE scope = $1)`, scope.String())
	tx.Exec(`DELETE FROM cohort_key WHERE scope = $1`, scope.String())
}

// Classes lists the classes of a scope that still have a key; its own one is none.
func Classes(v *kernel.View, scope kept.Scope) ([]string, error) {
	return kernel.Query(v, func(scan func(...any) error) (c string, err error) { return c, scan(&c) },
		`SELECT DISTINCT class FROM class_key WHERE scope = $1 AND class <> '' ORDER BY class`, scope.String())
}

// Ratchet is the first day of which a class's ratchet yields the key; yields is false where the class has none.
func Ratchet(v *kernel.View, scope kept.Scope, class string) (day uint32, yields bool, err error) {
	yields, err = v.Row(`SELECT generation FROM class_key WHERE scope = $1 AND class = $2 AND kind = 'ratchet'`, scope.String(), class).Scan(&day)
	return day, yields, err
}

// Forget moves a class's ratchet on to the given day, unless it stands there already: the days before it open no more.
func (ks *Keys) Forget(tx *kernel.Tx, scope kept.Scope, class string, to uint32) (moved bool, err error) {
	chain, epoch, found, err := ks.find(&tx.View, scope, class, "ratchet", tx.ForUpdate())
	if err != nil || !found || chain.Ref().Generation >= to {
		return false, err
	}
	if chain, err = seal.Advance(chain, to); err != nil {
		return false, err
	}
	wrapped, err := seal.Wrap(epoch, chain, scope.String())
	if err != nil {
		return false, err
	}
	tx.ExecOne(`UPDATE class_key SET generation = $1, wrapped = $2 WHERE id = $3`, int64(to), wrapped, string(chain.Ref().ID))
	return true, nil
}

// Start opens the ring in file, or makes it for a database that has no epoch yet. name is the origin of the ledger.
func Start(ctx context.Context, k *kernel.Kernel, file, name string) (*Keys, error) {
	real, err := resolved(file)
	if err != nil {
		return nil, err
	}
	ks := &Keys{k: k, file: real}
	epochs, err := ks.living(ctx)
	if err != nil {
		return nil, err
	}
	var ring *seal.Ring
	err = ks.file.alone(func() (err error) {
		ring, err = ks.file.read()
		if kept.KindOf(err) != kept.NotFound || len(epochs) > 0 {
			return err
		}
		var seed [32]byte
		k.Random(seed[:])
		ring = newRing(name, seed, k.NewID(seal.Epoch.Prefix()))
		return ks.file.write(ring)
	})
	if err != nil {
		return nil, err
	}
	return ks, ks.adopt(ctx, ring, epochs, name)
}

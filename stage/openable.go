package stage

import (
	"os"

	"kept"
	"kept/seal"
)

// opened is what the adversary could unwrap: keys by kind and id. A cohort has several generations, a ratchet stood at
// several days.
type opened map[seal.Kind]map[kept.ID][]seal.Key

func (o opened) add(k seal.Key) {
	kind := k.Ref().Kind
	if o[kind] == nil {
		o[kind] = map[kept.ID][]seal.Key{}
	}
	o[kind][k.Ref().ID] = append(o[kind][k.Ref().ID], k)
}

// Openable tries every wrapped key ever seen with the epoch keys of ring alone, and with what that yields every sealed
// value ever seen that is erased. It returns how many open: none, once the epoch turned after the last erasure.
func (h *Hoard) Openable(ring *seal.Ring, erased func(Copy) bool) (n int, err error) {
	have := h.unwrap(ring)
	for c := range h.copies {
		if !erased(c) {
			continue
		}
		opens, err := have.opens(c)
		if err != nil {
			return 0, err
		}
		if opens {
			n++
		}
	}
	return n, nil
}

func (h *Hoard) unwrap(ring *seal.Ring) opened {
	have, epochs := opened{}, map[string]seal.Key{}
	for _, e := range ring.Epochs {
		epochs[string(e.Ref().ID)] = e
	}
	for k := range h.keys {
		if epoch, ok := epochs[k.parent]; ok {
			if key, err := seal.Unwrap(epoch, k.ref, k.scope, []byte(k.wrapped)); err == nil {
				have.add(key)
			}
		}
	}
	for k := range h.keys {
		if k.ref.Kind != seal.Unit {
			continue
		}
		for _, cohort := range have[seal.Cohort][kept.ID(k.parent)] {
			if key, err := seal.Unwrap(cohort, k.ref, k.scope, []byte(k.wrapped)); err == nil {
				have.add(key)
				break
			}
		}
	}
	return have
}

// opens tries a copy with every set of keys that fits. An error means that the copy is no envelope.
func (o opened) opens(c Copy) (bool, error) {
	refs, err := seal.Refs([]byte(c.envelope))
	if err != nil {
		return false, err
	}
	keys := make([]seal.Key, len(refs))
	for i, ref := range refs {
		key, found := o.find(ref)
		if !found {
			return false, nil
		}
		keys[i] = key
	}
	ad := seal.AD{Scope: c.Scope, Category: c.Category, Item: c.Item, Version: uint64(c.Version)}
	_, err = seal.Open(keys, ad, []byte(c.envelope))
	return err == nil, nil
}

func (o opened) find(ref seal.Ref) (seal.Key, bool) {
	for _, k := range o[ref.Kind][ref.ID] {
		if k.Ref() == ref && ref.Kind != seal.Day {
			return k, true
		}
		if ref.Kind == seal.Day && k.Ref().Generation <= ref.Generation {
			if day, err := seal.DayKey(k, ref.Generation); err == nil {
				return day, true
			}
		}
	}
	return seal.Key{}, false
}

// Ring reads the key file as it is now.
func (o Options) Ring() (*seal.Ring, error) {
	b, err := os.ReadFile(o.KeyFile())
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "key file: %w", err)
	}
	return seal.ParseRing(b)
}

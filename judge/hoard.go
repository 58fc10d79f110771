package judge

import (
	"time"

	"kept"
)

// hoard is the adversary: it has copied every row of keys and sealed values that it ever saw, and opens what it can with
// the key file as it is now.
type hoard struct {
	ring   ring
	seen   map[string]kept.Time // epochs, since when
	dead   map[string][]byte    // epochs that left the ring
	keys   map[keyRow]bool      // every copy that still opens, or may later
	opened map[ref][][]byte     // what they yield
	chains map[[16]byte][]chain // of ratchets by day, of cohorts by generation
	sealed map[string]*sealed   // by envelope
	fresh  bool                 // the ring changed since the last search

	unsettled bool // the ring changed, and the copies of keys were not tried with it yet
}

type keyRow struct {
	ref     ref
	parent  string // epoch, or cohort of a unit
	scope   string
	wrapped string
}

type chain struct {
	at  uint32
	key []byte
}

// sealed is a copy of one sealed value.
type sealed struct {
	envelope
	scope, category, id string
	version             int64
	of                  *value // or
	entry               *entry
	held                *hold    // or, of a copy that a hold keeps
	fields              []string // of a line, as
	severity            string
	shown               int64 // the generation of the ring under which it was seen to open
	dated               bool  // it was searched for after it had to be gone
}

func newHoard() *hoard {
	return &hoard{seen: map[string]kept.Time{}, dead: map[string][]byte{}, keys: map[keyRow]bool{}, opened: map[ref][][]byte{},
		chains: map[[16]byte][]chain{}, sealed: map[string]*sealed{}}
}

// adopt takes the key file as it is now. Until settle nothing is tried: what the new epochs open is not read yet.
func (h *hoard) adopt(r ring) {
	if r.Generation == h.ring.Generation && h.ring.Epochs != nil {
		return
	}
	for _, old := range h.ring.Epochs {
		if h.dead[old.ID] == nil && !r.has(old.ID) {
			h.dead[old.ID] = old.Key
		}
	}
	h.ring, h.fresh, h.unsettled = r, true, true
}

// settle tries every copy of a key anew after the key file changed; what only dead epochs open is as good as gone.
func (h *hoard) settle() {
	if !h.unsettled {
		return
	}
	h.unsettled = false
	h.opened, h.chains = map[ref][][]byte{}, map[[16]byte][]chain{}
	for _, units := range []bool{false, true} { // cohorts before what lies under them
		for k := range h.keys {
			if (k.ref.kind == unitKey) == units && !h.try(k) {
				delete(h.keys, k)
			}
		}
	}
}

func (r ring) has(id string) bool {
	for _, e := range r.Epochs {
		if e.ID == id {
			return true
		}
	}
	return false
}

// copy keeps a row of a key, if it is new.
func (h *hoard) copy(k keyRow) {
	if !h.keys[k] && (h.unsettled || h.try(k)) {
		h.keys[k] = true
	}
}

// try opens a copy of a key with the ring, or a unit with the cohorts that opened.
func (h *hoard) try(k keyRow) bool {
	if k.ref.kind == unitKey {
		cohort := rawID(k.parent)
		for _, parent := range h.chains[cohort] {
			if key, ok := unwrap(parent.key, cohort, parent.at, k.ref, k.scope, k.wrapped); ok {
				h.opened[k.ref] = append(h.opened[k.ref], key)
				return true
			}
		}
		return false
	}
	for _, e := range h.ring.Epochs {
		if e.ID != k.parent {
			continue
		}
		if key, ok := unwrap(e.Key, rawID(e.ID), e.Generation, k.ref, k.scope, k.wrapped); ok {
			if k.ref.kind == ratchetKey || k.ref.kind == cohortKey {
				h.chains[k.ref.id] = append(h.chains[k.ref.id], chain{k.ref.generation, key})
			} else {
				h.opened[k.ref] = append(h.opened[k.ref], key)
			}
			return true
		}
	}
	return false
}

// open tries a copy with every key that the hoard opens.
func (h *hoard) open(s *sealed) ([]byte, bool) { return h.with(s, nil) }

// with goes through the combinations of keys; there is nearly always one.
func (h *hoard) with(s *sealed, keys [][]byte) ([]byte, bool) {
	if len(keys) == len(s.refs) {
		return s.envelope.open(keys, s.scope, s.category, s.id, s.version)
	}
	r := s.refs[len(keys)]
	candidates := h.opened[r]
	if r.kind == ratchetKey {
		for _, c := range h.chains[r.id] {
			if c.at <= r.generation {
				candidates = append(candidates, dayKey(c.key, c.at, r.generation))
				break
			}
		}
	}
	for _, key := range candidates {
		if plain, ok := h.with(s, append(keys[:len(keys):len(keys)], key)); ok {
			return plain, true
		}
	}
	return nil, false
}

// epochs holds the ring against what it must be.
func (j *Judge) epochs() {
	h := j.hoard
	for _, e := range h.ring.Epochs {
		if h.dead[e.ID] != nil {
			j.find("epoch-turns", "an epoch key is back in the key file: %s", e.ID)
		}
		since, known := h.seen[e.ID]
		if !known {
			h.seen[e.ID] = j.now
		} else if j.now > j.allow(since, turn) {
			j.find("epoch-turns", "the epoch %s lives since %s", e.ID, since)
		}
	}
}

// search opens every copy that must not open any more. Once a copy was searched for it is searched for again only when
// the key file has changed: rows of keys that go away make nothing open.
func (j *Judge) search() {
	for bytes, s := range j.hoard.sealed {
		final, what, rule := kept.Time(0), "", "item-gone"
		switch {
		case s.of != nil && s.of.gone != 0:
			final, what = j.finally(s.of), s.category
		case s.entry != nil && s.entry.gone != 0:
			final, what = j.final(s.entry), "an entry"
		}
		if s.held != nil && s.held.gone != 0 {
			final, what, rule = j.allow(s.held.gone, turn), "what was held", "hold-ends"
		}
		if final == 0 || final > j.now || s.dated && !j.hoard.fresh {
			continue
		}
		s.dated = true
		if j.other != nil && j.other.finds(bytes, s, final) {
			j.find(rule, "a copy of %s in %s opens at the other server, %s after it had to be out of reach", what, s.scope, j.now.Sub(final).Round(time.Second))
		}
		if _, opens := j.hoard.open(s); opens {
			j.find(rule, "a copy of %s in %s opens, %s after it had to be out of reach", what, s.scope,
				j.now.Sub(final).Round(time.Second))
		}
	}
	j.hoard.fresh = false
}

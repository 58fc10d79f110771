// Package sequencer gives each committed fact its index in the tree and signs a checkpoint over it. Its queue is the
// facts without an index, so a late commit is never passed over; the order of indices is evidence of nothing else.
package sequencer

import (
	"context"
	"io"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"kept"
	"kept/kernel"
	"kept/ledger"
	"kept/seal"
)

// atOnce bounds how many facts one checkpoint takes in.
const atOnce = 1024

// Sequencer is the only writer of the tree.
type Sequencer struct {
	k   *kernel.Kernel
	log seal.LogKey
	one sync.Mutex
}

// New makes a sequencer that signs with log.
func New(k *kernel.Kernel, log seal.LogKey) *Sequencer { return &Sequencer{k: k, log: log} }

// Key is the verifier key of the checkpoints, in the form of a signed note's.
func (s *Sequencer) Key() (string, error) { return ledger.VerifierKey(s.log.Name(), s.log.Seed()) }

// Integrate takes in every fact that waits.
func (s *Sequencer) Integrate(ctx context.Context) error {
	s.one.Lock()
	defer s.one.Unlock()
	for {
		n, err := s.chunk(ctx)
		if err != nil || n < atOnce {
			return err
		}
	}
}

type waiting struct {
	id   string
	leaf []byte
}

func (s *Sequencer) chunk(ctx context.Context) (n int, err error) {
	err = s.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		if err := alone(tx); err != nil {
			return err
		}
		size, _, err := head(&tx.View)
		if err != nil {
			return err
		}
		facts, err := kernel.Query(&tx.View, func(scan func(...any) error) (w waiting, err error) {
			return w, scan(&w.id, &w.leaf)
		}, `SELECT id, leaf FROM fact WHERE leaf_index IS NULL ORDER BY at, scope, ordinal LIMIT $1`, atOnce)
		if n = len(facts); err != nil || n == 0 {
			return err
		}
		return s.append(tx, size, facts)
	})
	return n, err
}

func (s *Sequencer) append(tx *kernel.Tx, size int64, facts []waiting) error {
	stored := &hashes{v: &tx.View, fresh: map[int64]tlog.Hash{}}
	next := ledger.StoredCount(size)
	for _, f := range facts {
		added, err := ledger.StoredHashes(size, [32]byte(f.leaf), stored)
		if err != nil {
			return kept.Errorf(kept.Internal, "tree: %w", err)
		}
		for _, h := range added {
			stored.fresh[next] = h
			tx.Exec(`INSERT INTO tree_hash (idx, hash) VALUES ($1, $2)`, next, h[:])
			next++
		}
		tx.ExecOne(`UPDATE fact SET leaf_index = $1 WHERE id = $2 AND leaf_index IS NULL`, size, f.id)
		size++
	}
	root, err := ledger.Root(size, stored)
	if err != nil {
		return kept.Errorf(kept.Internal, "tree: %w", err)
	}
	note, err := ledger.Sign(s.log.Seed(), ledger.Checkpoint{Origin: s.log.Name(), Size: size, Root: root, At: tx.Now()})
	if err != nil {
		return err
	}
	tx.Exec(`INSERT INTO checkpoint (size, at, note) VALUES ($1, $2, $3)`, size, int64(tx.Now()), note)
	return nil
}

// hashes reads the stored tree, and what this transaction adds to it.
type hashes struct {
	v     *kernel.View
	fresh map[int64]tlog.Hash
}

func (h *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if fresh, ok := h.fresh[index]; ok {
			out[i] = fresh
			continue
		}
		var b []byte
		found, err := h.v.Row(`SELECT hash FROM tree_hash WHERE idx = $1`, index).Scan(&b)
		if err != nil {
			return nil, err
		}
		if !found || len(b) != len(out[i]) {
			return nil, kept.Errorf(kept.Internal, "the stored tree lacks a hash")
		}
		out[i] = tlog.Hash(b)
	}
	return out, nil
}

// alone keeps other nodes from the tree until the commit. It locks the oldest checkpoint: who had waited for the newest
// would hold one that is the newest no more. Before there is any, the later of two nodes fails and looks again a tick later.
func alone(tx *kernel.Tx) error {
	var size int64
	_, err := tx.Row(`SELECT size FROM checkpoint ORDER BY size LIMIT 1` + tx.ForUpdate()).Scan(&size)
	return err
}

func head(v *kernel.View) (size int64, note []byte, err error) {
	_, err = v.Row(`SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1`).Scan(&size, &note)
	return size, note, err
}

// Checkpoint is the newest signed head; nil before the first fact.
func Checkpoint(v *kernel.View) ([]byte, error) {
	_, note, err := head(v)
	return note, err
}

// Index is the leaf index of a fact; -1 while it waits.
func Index(v *kernel.View, fact kept.ID) (int64, error) {
	index := int64(-1)
	_, err := v.Row(`SELECT COALESCE(leaf_index, -1) FROM fact WHERE id = $1`, string(fact)).Scan(&index)
	return index, err
}

// Bundle writes the log up to its newest checkpoint, with the openings that may be seen: those of scope, or all of them
// when scope is nil.
func (s *Sequencer) Bundle(ctx context.Context, to io.Writer, scope *kept.Scope) error {
	key, err := s.Key()
	if err != nil {
		return err
	}
	var size int64
	var note []byte
	err = s.k.View(ctx, func(v *kernel.View) (err error) {
		size, note, err = head(v)
		return err
	})
	if err != nil {
		return err
	}
	if size == 0 {
		return kept.Errorf(kept.NotFound, "the ledger has no checkpoint yet").WithHint("ask again in a moment")
	}
	b, err := ledger.NewBundle(to, note, key)
	if err != nil {
		return err
	}
	for from := int64(0); from < size; from += page {
		leaves, err := s.leaves(ctx, from, min(from+page, size))
		if err != nil {
			return err
		}
		for _, l := range leaves {
			if l.blind == nil || (scope != nil && l.scope != scope.String()) {
				err = b.Closed([32]byte(l.leaf))
			} else {
				err = b.Opened([16]byte(l.blind), l.body)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// page is how many leaves are read at once. Nothing is written meanwhile: a slow reader keeps no transaction open.
const page = 256

type leafRow struct {
	leaf, blind, body []byte
	scope             string
}

func (s *Sequencer) leaves(ctx context.Context, from, to int64) (rows []leafRow, err error) {
	err = s.k.View(ctx, func(v *kernel.View) (err error) {
		rows, err = kernel.Query(v, func(scan func(...any) error) (l leafRow, err error) {
			return l, scan(&l.leaf, &l.blind, &l.body, &l.scope)
		}, `SELECT leaf, blind, body, scope FROM fact WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index`, from, to)
		return err
	})
	return rows, err
}

package ledger

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"

	"kept"
)

// Leaf is the hash that stands for a fact in the ledger. blind is 16 fresh random bytes: without them nobody can try
// out what a leaf may say.
func Leaf(blind [16]byte, fact []byte) [32]byte {
	return digest("kept/leaf/1", blind, fact)
}

// EntryHash is the hash of a journal entry in its batch. salt lies in the entry's row and dies with it.
func EntryHash(salt [16]byte, envelope []byte) [32]byte {
	return digest("kept/entry/1", salt, envelope)
}

func digest(domain string, salt [16]byte, data []byte) (out [32]byte) {
	h := sha256.New()
	h.Write([]byte(domain))
	h.Write(salt[:])
	h.Write(data)
	h.Sum(out[:0])
	return out
}

// StoredHashes are the hashes to store when leaf joins the tree as record index, from the index StoredCount(index) on.
// before reads those stored earlier. Errors: before's.
func StoredHashes(index int64, leaf [32]byte, before tlog.HashReader) ([]tlog.Hash, error) {
	return tlog.StoredHashes(index, leaf[:], before)
}

// StoredCount is how many hashes a tree of size records stores.
func StoredCount(size int64) int64 { return tlog.StoredHashCount(size) }

// Root is the root of the first size records of a stored tree. Errors: stored's.
func Root(size int64, stored tlog.HashReader) ([32]byte, error) {
	h, err := tlog.TreeHash(size, stored)
	return h, err
}

// Tree computes a root from leaves that pass by once, in a few hashes of memory (spec: RFC 6962 2.1).
// The zero Tree is empty.
type Tree struct {
	size  int64
	peaks []tlog.Hash // roots of the full subtrees, one for each bit of size that is set, largest first
}

// Add appends a leaf.
func (t *Tree) Add(leaf [32]byte) {
	h := tlog.RecordHash(leaf[:])
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.peaks) - 1
		h, t.peaks = tlog.NodeHash(t.peaks[last], h), t.peaks[:last]
	}
	t.peaks = append(t.peaks, h)
	t.size++
}

// Size counts the leaves.
func (t *Tree) Size() int64 { return t.size }

// Root is the root over the leaves so far; of none, the hash of nothing.
func (t *Tree) Root() [32]byte {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	h := t.peaks[len(t.peaks)-1]
	for i := len(t.peaks) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.peaks[i], h)
	}
	return h
}

// BatchRoot is the root over the entry hashes of a journal batch, in order of entry id.
// Errors: Invalid, when there are none: an empty batch is not recorded.
func BatchRoot(entries [][32]byte) ([32]byte, error) {
	if len(entries) == 0 {
		return [32]byte{}, kept.Errorf(kept.Invalid, "a batch without entries")
	}
	var t Tree
	for _, e := range entries {
		t.Add(e)
	}
	return t.Root(), nil
}

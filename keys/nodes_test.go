package keys

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kept/kernel"
	"kept/seal"
)

// node is another process over the same database and key file.
func (r *rig) node() *rig {
	r.t.Helper()
	other := &rig{t: r.t, clock: r.clock, k: r.k, path: r.path}
	r.must(other.again())
	return other
}

// The second node read the key file before the first one turned the epoch; then both turn, store and open in any order.
func TestTwoNodesTurnTheEpochOfOneKeyFile(t *testing.T) {
	each(t, func(t *testing.T, a *rig) {
		b := a.node()
		all := []stored{a.store("a", false), b.store("b", true)}
		for range 2 {
			a.must(a.turn(ctx))
			all = append(all, b.store("late", false), a.store("c", false))
			b.must(b.turn(ctx))
			all = append(all, a.store("later", true))
		}
		for _, node := range []*rig{a, b, a.node()} {
			for i, s := range all {
				if !node.opens(s) {
					t.Errorf("item %d does not open", i)
				}
			}
		}
		a.living("open")
	})
}

// A node that missed a turn seals under the epoch of the others, never under one that is dead or dying.
func TestAPausedNodeWrapsNothingUnderADeadEpoch(t *testing.T) {
	each(t, func(t *testing.T, a *rig) {
		b := a.node()
		a.must(a.turn(ctx))
		late := b.store("late", false)
		if fresh := a.node(); !fresh.opens(late) {
			t.Error("what a paused node stored opens no more")
		}
		var generation int64
		b.do(func(tx *kernel.Tx) (err error) { generation, err = b.Passing(tx); return err })
		if generation != 2 {
			t.Errorf("a receipt of the paused node names epoch %d, the open one is 2", generation)
		}
	})
}

// The key was written to the file, the database was away, and the same process tries again.
func TestATurnWhoseSecondStepFailedLeavesNoKeyBehind(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.store("a", false)
		next := seal.NewKey(seal.Ref{Kind: seal.Epoch, ID: r.k.NewID("epc"), Generation: 2})
		r.must(r.rewrite(func(e []seal.Key) []seal.Key { return append(e[:len(e):len(e)], next) }))
		during := r.store("b", false)
		r.must(r.turn(ctx))
		if n := len(r.ring.Epochs); n != 1 {
			t.Errorf("%d epoch keys in the file after the turn", n)
		}
		if !r.opens(s) || !r.opens(during) {
			t.Error("something opens no more")
		}
	})
}

func TestALinkedKeyFileStaysWhereItLies(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.store("a", false)
		link := filepath.Join(t.TempDir(), "link")
		r.must(os.Symlink(r.path, link))
		real := r.path
		r.path = link
		r.must(r.again())
		r.must(r.turn(ctx))
		if _, err := os.Readlink(link); err != nil {
			t.Error("the turn replaced the link by a file")
		}
		r.path = real
		r.must(r.again())
		if !r.opens(s) {
			t.Error("something opens no more")
		}
	})
}

// A crash at any step of a replacement leaves .new or .old beside the file; a witness shows what becomes of their bytes.
func TestWhatACrashLeftBesideTheKeyFileIsOverwritten(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		for _, name := range []string{".new", ".old"} {
			witness := filepath.Join(filepath.Dir(r.path), "witness"+name)
			r.must(os.WriteFile(witness, []byte("an epoch key"), 0o600))
			r.must(os.Link(witness, r.path+name))
			r.must(r.again())
			r.must(r.turn(ctx))
			if b, err := os.ReadFile(witness); err != nil || !bytes.Equal(b, make([]byte, len("an epoch key"))) {
				t.Errorf("%s still holds its bytes: %v", name, err)
			}
			if _, err := os.Lstat(r.path + name); err == nil {
				t.Errorf("%s is still there", name)
			}
		}
	})
}

// Between its second name and its replacement the living file has two names: it must survive the tidying.
func TestACrashBeforeTheRenameLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.store("a", false)
		r.must(os.Link(r.path, r.path+".old"))
		r.must(r.again())
		r.must(r.turn(ctx))
		r.must(r.again())
		if !r.opens(s) {
			t.Error("something opens no more")
		}
	})
}

func TestAClockThatGoesBackOverMidnightStopsNobody(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.store("a", true)
		r.clock.now.Add(-int64(time.Minute / time.Microsecond))
		if !r.opens(r.store("a", true)) {
			t.Error("what was stored does not open")
		}
	})
}

package sequencer

import (
	"crypto/rand"
	"sync"
	"testing"

	"kept"
	"kept/db"
	"kept/db/dbtest"
	"kept/kernel"
	"kept/seal"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type still kept.Time

func (s still) Now() kept.Time { return kept.Time(s) }

// Nodes that share a database take turns at the tree: none fails, and each fact has one place in it.
func TestNodesTakeTurns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
		const nodes, each = 4, 40
		d := open()
		log := seal.NewLogKey("kept/example", [32]byte{1})
		record := func(k *kernel.Kernel) error {
			return k.Do(t.Context(), kept.TheClock, func(tx *kernel.Tx) error {
				tx.Record(kept.Fact{Kind: kept.FactStored})
				return nil
			})
		}
		node := func() (*kernel.Kernel, *Sequencer) {
			k := kernel.New(d, still(1_000_000), rand.Reader)
			t.Cleanup(k.Close)
			return k, New(k, log)
		}
		k, first := node()
		if err := record(k); err != nil {
			t.Fatal(err)
		}
		if err := first.Integrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		var done sync.WaitGroup
		for range nodes {
			k, s := node()
			done.Go(func() {
				for range each {
					if err := record(k); err != nil {
						t.Error(err)
					}
					if err := s.Integrate(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		done.Wait()
		var facts, places, last int64
		err := k.View(t.Context(), func(v *kernel.View) error {
			_, err := v.Row(`SELECT COUNT(*), COUNT(DISTINCT leaf_index), MAX(leaf_index) FROM fact`).Scan(&facts, &places, &last)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(nodes*each + 1); facts != want || places != want || last != want-1 {
			t.Errorf("%d facts at %d places up to %d, want %d", facts, places, last, want)
		}
	})
}

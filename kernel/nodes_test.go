package kernel

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"

	"kept"
	"kept/db"
	"kept/db/dbtest"
)

// Two nodes take in changes of the same rows in opposite order: their transactions wait for each other, the engine
// breaks one off, and nobody hears of it.
func TestTwoNodesThatLockEachOtherOutGoOn(t *testing.T) {
	url, ok := dbtest.Postgres(t)
	if !ok {
		t.Skip("no PostgreSQL")
	}
	var nodes []*Kernel
	for range 2 {
		d, err := db.Open(ctx, "", url)
		if err != nil {
			t.Fatal(err)
		}
		c := &clock{}
		c.now.Store(1_000_000)
		k := New(d, c, rand.Reader)
		t.Cleanup(func() { k.Close(); d.Close() })
		nodes = append(nodes, k)
	}
	if err := nodes[0].Do(ctx, kept.TheClock, func(tx *Tx) error { insert(tx, "x"); insert(tx, "y"); return nil }); err != nil {
		t.Fatal(err)
	}
	var met sync.WaitGroup
	met.Add(2)
	var done sync.WaitGroup
	for which, k := range nodes {
		order := [][]byte{[]byte("xy"[which : which+1]), []byte("yx"[which : which+1])}
		var once sync.Once
		done.Go(func() {
			err := k.Do(ctx, kept.TheClock, func(tx *Tx) error {
				for _, hash := range order {
					var expires int64
					if _, err := tx.Row(`SELECT expires FROM seen_token WHERE hash = $1`+tx.ForUpdate(), hash).Scan(&expires); err != nil {
						return err
					}
					once.Do(func() { met.Done(); met.Wait() }) // each holds one row when both ask for the other
				}
				tx.Record(kept.Fact{Kind: kept.FactStored})
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if facts := number(t, nodes[0], `SELECT COUNT(*) FROM fact`); facts != 4 {
		t.Errorf("%d facts, want 4", facts)
	}
}

// A handler may do something outside a transaction, and fall there.
func TestAHandlerThatPanicsHoldsNobodyUp(t *testing.T) {
	each(t, func(t *testing.T, k *Kernel, c *clock) {
		k.On("bad", func(context.Context, Due) error { panic("s3cret") })
		k.On("good", func(ctx context.Context, d Due) error {
			return k.Do(ctx, kept.TheClock, func(tx *Tx) error { tx.Derived(); tx.Done(d); return nil })
		})
		if err := k.Do(ctx, kept.TheClock, func(tx *Tx) error {
			tx.Derived()
			tx.Due("bad", "x", 1)
			tx.Due("good", "x", 2)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if done, failed, err := k.Tick(ctx); done != 1 || failed != 1 || err != nil {
			t.Errorf("done %d, failed %d: %v", done, failed, err)
		}
	})
}

// The clock was a year ahead when the date was set; the one that is set after it was mended counts.
func TestTheEarlierDateWins(t *testing.T) {
	each(t, func(t *testing.T, k *Kernel, c *clock) {
		for _, at := range []kept.Time{9_000_000, 5_000_000, 7_000_000} {
			if err := k.Do(ctx, kept.TheClock, func(tx *Tx) error { tx.Derived(); tx.DueOnce("test", "x", at); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		if at, _, err := k.NextDue(ctx); at != 5_000_000 || err != nil {
			t.Errorf("due at %d: %v", at, err)
		}
	})
}

// Connections are cut while they lie idle, as by a restart: the first ones who asked afterwards got an error, one for each
// of them.
func TestConnectionsThatWereCutAreNoExcuse(t *testing.T) {
	url, ok := dbtest.Postgres(t)
	if !ok {
		t.Skip("no PostgreSQL")
	}
	d, err := db.Open(ctx, "", url+"&application_name=cut")
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{}
	c.now.Store(1_000_000)
	k := New(d, c, rand.Reader)
	t.Cleanup(func() { k.Close(); d.Close() })
	other, err := db.Look("", url)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for what, ask := range map[string]func() error{
		"a read": func() error { _, _, err := k.NextDue(ctx); return err },
		"a change": func() error {
			return k.Do(ctx, kept.TheClock, func(tx *Tx) error { insert(tx, "x"); tx.Record(kept.Fact{Kind: kept.FactStored}); return nil })
		},
	} {
		var together, left sync.WaitGroup
		together.Add(8)
		for range 8 { // so many connections are open at once
			left.Go(func() {
				if err := k.View(ctx, func(*View) error { together.Done(); together.Wait(); return nil }); err != nil {
					t.Error(err)
				}
			})
		}
		left.Wait()
		if _, err := other.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cut'`); err != nil {
			t.Fatal(err)
		}
		if err := ask(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

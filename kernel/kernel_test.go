package kernel

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kept"
	"kept/db"
	"kept/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type clock struct{ now atomic.Int64 }

func (c *clock) Now() kept.Time { return kept.Time(c.now.Load()) }

func each(t *testing.T, fn func(t *testing.T, k *Kernel, c *clock)) {
	dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
		c := &clock{}
		c.now.Store(1_000_000)
		k := New(open(), c, rand.Reader)
		t.Cleanup(k.Close)
		fn(t, k, c)
	})
}

var ctx = context.Background()

func insert(tx *Tx, id string) {
	tx.ExecOne(`INSERT INTO seen_token (hash, expires) VALUES ($1, 0)`, []byte(id))
	tx.Record(kept.Fact{Kind: kept.FactStored})
}

func number(t *testing.T, k *Kernel, query string, args ...any) (n int64) {
	t.Helper()
	if err := k.View(ctx, func(v *View) error { _, err := v.Row(query, args...).Scan(&n); return err }); err != nil {
		t.Fatal(err)
	}
	return n
}

// Half of the callers insert what another one has already inserted: their changes vanish, the others' stay.
func TestAFailingCallTakesNobodyWithIt(t *testing.T) {
	each(t, func(t *testing.T, k *Kernel, _ *clock) {
		const n = 64
		var done sync.WaitGroup
		var good, refused atomic.Int64
		for i := range 2 * n {
			done.Go(func() {
				err := k.Do(ctx, kept.TheClock, func(tx *Tx) error {
					insert(tx, fmt.Sprint("x", i%n))
					return nil
				})
				switch kept.KindOf(err) {
				case "":
					good.Add(1)
				case kept.Conflict:
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		done.Wait()
		if good.Load() != n || refused.Load() != n {
			t.Errorf("%d changes done and %d refused, want %d each", good.Load(), refused.Load(), n)
		}
		if rows, facts := number(t, k, `SELECT COUNT(*) FROM seen_token`), number(t, k, `SELECT COUNT(*) FROM fact`); rows != n || facts != n {
			t.Errorf("%d rows and %d facts, want %d each", rows, facts, n)
		}
		if last := number(t, k, `SELECT MAX(ordinal) FROM fact`); last != n {
			t.Errorf("the last ordinal is %d: there are gaps", last)
		}
	})
}

func TestWhatAChangeMayNotDo(t *testing.T) {
	each(t, func(t *testing.T, k *Kernel, _ *clock) {
		for name, fn := range map[string]func(*Tx) error{
			"neither fact nor entry": func(tx *Tx) error { tx.Exec(`DELETE FROM seen_token`); return nil },
			"panic":                  func(tx *Tx) error { insert(tx, "p"); panic("s3cret") },
			"bad read": func(tx *Tx) error {
				insert(tx, "r")
				_, err := tx.Row(`SELECT nothing FROM nowhere`).Scan()
				return err
			},
			"swallowed bad read": func(tx *Tx) error { insert(tx, "s"); tx.Row(`SELECT nothing FROM nowhere`).Scan(); return nil },
			"bad write":          func(tx *Tx) error { insert(tx, "w"); tx.Exec(`UPDATE nowhere SET x = 1`); return nil },
			"row that is not there": func(tx *Tx) error {
				insert(tx, "n")
				tx.ExecOne(`DELETE FROM seen_token WHERE expires = 7`)
				return nil
			},
			"unknown fact": func(tx *Tx) error { insert(tx, "f"); tx.Record(kept.Fact{Kind: "no.such"}); return nil },
			"own error":    func(tx *Tx) error { insert(tx, "e"); return errors.New("no") },
		} {
			if err := k.Do(ctx, kept.TheClock, fn); err == nil {
				t.Errorf("%s: no error", name)
			}
			if n := number(t, k, `SELECT COUNT(*) FROM seen_token`) + number(t, k, `SELECT COUNT(*) FROM fact`); n != 0 {
				t.Fatalf("%s left %d rows", name, n)
			}
		}
		if err := k.Do(ctx, kept.TheClock, func(tx *Tx) error { insert(tx, "good"); return nil }); err != nil {
			t.Fatalf("the kernel does not go on: %v", err)
		}
	})
}

func TestDatesThatFailHoldNobodyUp(t *testing.T) {
	each(t, func(t *testing.T, k *Kernel, c *clock) {
		var order []string
		broken := true
		k.On("test", func(ctx context.Context, d Due) error {
			order = append(order, d.Ref)
			if d.Ref == "bad" && broken {
				return kept.Errorf(kept.Internal, "no")
			}
			return k.Do(ctx, kept.TheClock, func(tx *Tx) error { tx.Derived(); tx.Done(d); return nil })
		})
		set := func(tx *Tx) error {
			tx.Derived()
			for ref, at := range map[string]kept.Time{"second": 2_000_000, "bad": 1_500_000, "first": 1_000_000, "later": 9_000_000} {
				tx.Due("test", ref, at)
			}
			return nil
		}
		if err := k.Do(ctx, kept.TheClock, set); err != nil {
			t.Fatal(err)
		}
		c.now.Store(2_000_000)
		done, failed, err := k.Tick(ctx)
		if err != nil || done != 2 || failed != 1 || fmt.Sprint(order) != "[first bad second]" {
			t.Fatalf("done %d, failed %d, in order %v: %v", done, failed, order, err)
		}
		for range 5 {
			at, any, err := k.NextDue(ctx)
			if err != nil || !any {
				t.Fatal("nothing is due any more", err)
			}
			c.now.Store(int64(max(at, c.Now())))
			if _, _, err := k.Tick(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if n := number(t, k, `SELECT COUNT(*) FROM fact WHERE kind = 'alarm.raised'`); n != 1 {
			t.Errorf("%d alarms after five failures", n)
		}
		broken = false
		c.now.Add(int64(2 * time.Hour / time.Microsecond))
		if _, failed, err := k.Tick(ctx); failed != 0 || err != nil {
			t.Error("the mended date still fails", err)
		}
		if n := number(t, k, `SELECT COUNT(*) FROM due`); n != 0 {
			t.Errorf("%d dates left", n)
		}
	})
}

// A date that was moved while it was handled keeps its new instant, and its handler's change does not happen.
func TestAMovedDateLosesItsFence(t *testing.T) {
	each(t, func(t *testing.T, k *Kernel, c *clock) {
		move := func(tx *Tx) error { tx.Derived(); tx.Due("test", "x", 50_000_000); return nil }
		k.On("test", func(ctx context.Context, d Due) error {
			if err := k.Do(ctx, kept.TheClock, move); err != nil {
				return err
			}
			return k.Do(ctx, kept.TheClock, func(tx *Tx) error { insert(tx, "x"); tx.Done(d); return nil })
		})
		if err := k.Do(ctx, kept.TheClock, func(tx *Tx) error { tx.Derived(); tx.Due("test", "x", 1); return nil }); err != nil {
			t.Fatal(err)
		}
		if _, failed, err := k.Tick(ctx); failed != 1 || err != nil {
			t.Errorf("failed %d: %v", failed, err)
		}
		if n := number(t, k, `SELECT COUNT(*) FROM seen_token`); n != 0 {
			t.Error("a handler without its fence changed something")
		}
		if at, _, err := k.NextDue(ctx); at != 50_000_000 || err != nil {
			t.Errorf("due at %s: %v", at, err)
		}
	})
}

func TestAStoppedKernelRefuses(t *testing.T) {
	each(t, func(t *testing.T, k *Kernel, _ *clock) {
		var done sync.WaitGroup
		for range 32 {
			done.Go(func() {
				k.Do(ctx, kept.TheClock, func(tx *Tx) error { tx.Record(kept.Fact{Kind: kept.FactStored}); return nil })
			})
		}
		k.Close()
		done.Wait() // nobody hangs
		if err := k.Do(ctx, kept.TheClock, func(tx *Tx) error { return nil }); err == nil {
			t.Error("a stopped kernel took a change")
		}
	})
}

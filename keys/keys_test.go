package keys

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kept"
	"kept/db"
	"kept/db/dbtest"
	"kept/kernel"
	"kept/seal"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type clock struct{ now atomic.Int64 }

func (c *clock) Now() kept.Time { return kept.Time(c.now.Load()) }

var ctx = context.Background()

const origin = "kept/test"

type rig struct {
	*Keys
	t     *testing.T
	clock *clock
	k     *kernel.Kernel
	path  string
}

func each(t *testing.T, fn func(t *testing.T, r *rig)) {
	dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
		r := &rig{t: t, clock: &clock{}, path: filepath.Join(t.TempDir(), "ring")}
		r.clock.now.Store(int64(kept.StartOfDay(20_000)))
		r.k = kernel.New(open(), r.clock, rand.Reader)
		t.Cleanup(r.k.Close)
		r.must(r.again())
		fn(t, r)
	})
}

// again is what a new process does over the same database and key file.
func (r *rig) again() (err error) {
	r.Keys, err = Start(ctx, r.k, r.path, origin)
	return err
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) do(fn func(tx *kernel.Tx) error) {
	r.t.Helper()
	r.must(r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error { tx.Derived(); return fn(tx) }))
}

// stored is something sealed, and the place it is bound to.
type stored struct {
	scope    kept.Scope
	ad       seal.AD
	units    []kept.ID
	envelope []byte
}

func (r *rig) store(class string, ages bool) (s stored) {
	r.t.Helper()
	s.scope = kept.Scope{Installation: "ins_aaaaaaaaaaaaaaaaaaaaaaaaaa"}
	r.do(func(tx *kernel.Tx) error {
		first, err := r.Class(tx, s.scope, class, ages)
		if err != nil {
			return err
		}
		units, err := r.NewUnits(tx, s.scope, "item")
		if err != nil {
			return err
		}
		s.ad = seal.AD{Scope: s.scope.String(), Category: class, Item: tx.NewID("itm"), Version: 1}
		s.units = []kept.ID{units[0].Ref().ID}
		s.envelope, err = seal.Seal(append(units, first), s.ad, []byte("value"))
		return err
	})
	return s
}

func (r *rig) opens(s stored) bool {
	r.t.Helper()
	err := r.k.View(ctx, func(v *kernel.View) error {
		plain, err := r.Open(v, s.scope, s.ad, s.envelope)
		if err == nil && string(plain) != "value" {
			r.t.Errorf("opened to %q", plain)
		}
		return err
	})
	if kind := kept.KindOf(err); kind != "" && kind != kept.NotFound && kind != kept.Late {
		r.t.Fatal(err)
	}
	return err == nil
}

func (r *rig) living(states string) {
	r.t.Helper()
	epochs, err := r.Keys.living(ctx)
	r.must(err)
	var got []string
	for _, e := range epochs {
		got = append(got, e.state)
	}
	if strings.Join(got, " ") != states {
		r.t.Errorf("living epochs: %v, want %s", got, states)
	}
}

func TestATurnKeepsTheLivingAndBuriesTheRest(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		survivor, sibling, classmate, aged := r.store("a", false), r.store("a", false), r.store("b", false), r.store("log", true)
		r.do(func(tx *kernel.Tx) error {
			r.DestroyUnits(tx, sibling.units...)
			_, err := r.DestroyClass(tx, classmate.scope, "b")
			return err
		})
		before, err := os.ReadFile(r.path)
		r.must(err)
		r.must(r.turn(ctx))
		r.living("open")
		if !r.opens(survivor) || !r.opens(aged) {
			t.Error("a turn lost what lives")
		}
		if r.opens(sibling) || r.opens(classmate) {
			t.Error("what was destroyed opens")
		}
		after, err := os.ReadFile(r.path)
		r.must(err)
		oldRing, err := seal.ParseRing(before)
		r.must(err)
		newRing, err := seal.ParseRing(after)
		r.must(err)
		if len(newRing.Epochs) != 1 || newRing.Epochs[0].Equal(oldRing.Epochs[0]) {
			t.Error("the old epoch is still in the key file")
		}
		r.do(func(tx *kernel.Tx) error { _, err := r.Forget(tx, aged.scope, "log", 20_001); return err })
		if r.opens(aged) {
			t.Error("a day that the ratchet has passed opens")
		}
		if later := r.store("a", false); !r.opens(later) {
			t.Error("what is stored after a turn does not open")
		}
	})
}

// A turn may be cut off after each of its steps; the next process goes on, and nothing is lost.
func TestATurnCutOffAnywhereGoesOn(t *testing.T) {
	steps := map[string]func(r *rig) error{
		"key written, database unaware": func(r *rig) error {
			next := seal.NewKey(seal.Ref{Kind: seal.Epoch, ID: r.k.NewID("epc"), Generation: r.current().Ref().Generation + 1})
			return r.rewrite(func(e []seal.Key) []seal.Key { return append(e, next) })
		},
		"opened": func(r *rig) error { return r.begin(ctx) },
		"half drained": func(r *rig) error {
			if err := r.begin(ctx); err != nil {
				return err
			}
			return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
				tx.Derived()
				_, err := r.drainClasses(tx, r.current())
				return err
			})
		},
		"old key gone, death not recorded": func(r *rig) error {
			if err := r.begin(ctx); err != nil {
				return err
			}
			if err := r.drain(ctx); err != nil {
				return err
			}
			epochs, err := r.Keys.living(ctx)
			if err != nil {
				return err
			}
			return r.destroy(epochs[0].id)
		},
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, r *rig) {
				s, gone := r.store("a", false), r.store("a", false)
				r.do(func(tx *kernel.Tx) error { r.DestroyUnits(tx, gone.units...); return nil })
				r.must(step(r))
				r.must(r.again())
				if !r.opens(s) {
					t.Fatal("a crash lost what lives")
				}
				r.must(r.turn(ctx))
				r.living("open")
				if !r.opens(s) || r.opens(gone) {
					t.Error("the next turn went wrong")
				}
			})
		})
	}
}

func TestAKeyFileThatDoesNotBelong(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.store("a", false)
		old, err := os.ReadFile(r.path)
		r.must(err)
		r.must(r.turn(ctx))
		now, err := os.ReadFile(r.path)
		r.must(err)
		for name, c := range map[string]struct {
			content []byte
			mode    os.FileMode
		}{
			"an older copy":       {old, 0o600},
			"one others may read": {now, 0o640},
			"damaged":             {now[:len(now)-3], 0o600},
			"empty":               {nil, 0o600},
		} {
			r.must(os.WriteFile(r.path, c.content, 0o600))
			r.must(os.Chmod(r.path, c.mode))
			if err := r.again(); kept.KindOf(err) != kept.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		r.must(os.Remove(r.path))
		if err := r.again(); kept.KindOf(err) != kept.NotFound {
			t.Errorf("no key file: %v", err)
		}
		if _, err := os.Stat(r.path); err == nil {
			t.Error("a missing key file was made anew over a database that needs the old one")
		}
	})
}

func TestOnDemandAtMostOnceAnHour(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		if err := r.Turn(ctx); kept.KindOf(err) != kept.Conflict {
			t.Errorf("a turn right after the first epoch: %v", err)
		}
		r.clock.now.Add(int64(turnAfter / time.Microsecond))
		r.must(r.Turn(ctx))
	})
}

// Three hundred units need a second cohort; a dirty cohort costs its own survivors alone.
func TestCohortsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		first := r.store("a", false)
		for range cohortSize + 40 {
			r.store("a", false)
		}
		var cohorts int64
		r.must(r.k.View(ctx, func(v *kernel.View) error {
			_, err := v.Row(`SELECT COUNT(*) FROM cohort_key`).Scan(&cohorts)
			return err
		}))
		if cohorts != 2 {
			t.Errorf("%d cohorts", cohorts)
		}
		// An overwrite destroys one unit and makes another: the count stays.
		before := r.units()
		r.do(func(tx *kernel.Tx) error {
			r.DestroyUnits(tx, first.units...)
			_, err := r.NewUnits(tx, first.scope, "item")
			return err
		})
		if after := r.units(); after != before {
			t.Errorf("%d units counted after an overwrite, %d before", after, before)
		}
		r.do(func(tx *kernel.Tx) error { r.DestroyScope(tx, first.scope); return nil })
		if r.opens(first) {
			t.Error("a destroyed scope opens")
		}
		r.must(r.turn(ctx))
	})
}

func (r *rig) units() (n int64) {
	r.t.Helper()
	r.must(r.k.View(ctx, func(v *kernel.View) error {
		_, err := v.Row(`SELECT SUM(units) FROM cohort_key`).Scan(&n)
		return err
	}))
	return n
}

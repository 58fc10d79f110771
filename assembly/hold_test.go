package assembly

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kept"
	"kept/hold"
	"kept/kernel"
	"kept/vault"
)

const incidents = "  - {id: incidents, control: hold, reasons: incident, because: test}\n"

var officer = kept.Actor{Role: kept.Officer, Staff: "stf_aaaaaaaaaaaaaaaaaaaaaaaaaa"}

func (r *rig) asked(id kept.ID, rows ...kept.ID) hold.Asked {
	return hold.Asked{Installation: id, Category: "settings", Reason: "incident", Until: r.clock.now.Add(100 * 24 * time.Hour), Rows: rows}
}

// opens opens every copy of a hold, and counts them.
func (r *rig) opens(id kept.ID) (n int) {
	r.t.Helper()
	var rows []kept.ID
	r.must(r.Kernel.View(ctx, func(v *kernel.View) (err error) {
		rows, err = kernel.Query(v, func(scan func(...any) error) (id kept.ID, err error) { return id, scan(&id) },
			`SELECT original FROM held WHERE hold = $1`, string(id))
		return err
	}))
	for _, row := range rows {
		_, err := r.Holds.Open(ctx, officer, id, row)
		r.must(err)
	}
	return len(rows)
}

// One node holds an item, the other one deletes, overwrites or purges it. Whoever commits first, a hold that was placed keeps
// what it said, and one that was refused keeps nothing.
func TestAHoldAndAnErasureDoNotRace(t *testing.T) {
	twoNodes(t, func(t *testing.T, a *rig, b *Server) {
		a.must(a.under(small + incidents))
		node, err := Start(ctx, a.opts)
		a.must(err)
		t.Cleanup(func() { node.Close() })
		i := a.signal(a.Installations.Installed, "remote-1")
		erasing := []func(kept.ID) error{
			func(item kept.ID) error { _, err := node.Vault.Delete(ctx, runtime(i.ID), item); return err },
			func(item kept.ID) error {
				_, err := node.Vault.Put(ctx, runtime(i.ID), vault.Put{Item: item, Category: "settings", Value: value("theme", "later")})
				return err
			},
			func(kept.ID) error {
				return node.Kernel.Do(ctx, admin(i.ID), func(tx *kernel.Tx) error {
					_, err := node.Installations.Purge(tx, i.ID, nil)
					return err
				})
			},
		}
		placed := 0
		for n := range 30 {
			item := a.put(i.ID, vault.Put{Category: "settings", Value: value("theme", "first")})
			var done sync.WaitGroup
			var h hold.Hold
			var refused error
			done.Go(func() { h, refused = a.Holds.Place(ctx, officer, a.asked(i.ID, item)) })
			done.Go(func() {
				if err := erasing[n%3](item); err != nil {
					t.Errorf("erasing: %v", err)
				}
			})
			done.Wait()
			switch kept.KindOf(refused) {
			case "":
				placed++
				if n := a.opens(h.ID); n != 1 {
					t.Fatalf("a hold that was placed keeps %d rows", n)
				}
				_, err := a.Holds.Release(ctx, officer, h.ID)
				a.must(err)
			case kept.NotFound:
			default:
				t.Fatal(refused)
			}
			a.must(a.Tick(ctx))
			if n := a.count("held") + a.count("hold"); n != 0 {
				t.Fatalf("%d rows are left of a hold", n)
			}
		}
		if placed == 0 {
			t.Error("no hold was ever first")
		}
	})
}

// More rows than one transaction copies: whatever comes before the rest is copied, nothing of it is lost.
func TestAHoldThatStillCopiesLosesNothing(t *testing.T) {
	const many = 300
	ways := map[string]func(*rig, kept.ID, []kept.ID){
		"nothing": func(r *rig, _ kept.ID, _ []kept.ID) { r.must(r.Tick(ctx)) },
		"a deletion": func(r *rig, id kept.ID, items []kept.ID) {
			_, err := r.Vault.Delete(ctx, runtime(id), slices.Max(items)) // rows are copied in the order of ids
			r.must(err)
		},
		"a new value": func(r *rig, id kept.ID, items []kept.ID) {
			r.put(id, vault.Put{Item: slices.Max(items), Category: "settings", Value: value("theme", "later")})
		},
		"a purge": func(r *rig, id kept.ID, _ []kept.ID) {
			r.must(r.Kernel.Do(ctx, admin(id), func(tx *kernel.Tx) error {
				_, err := r.Installations.Purge(tx, id, nil)
				return err
			}))
			r.must(r.Tick(ctx))
		},
		"a limit": func(r *rig, _ kept.ID, _ []kept.ID) { // it was over before the hold was placed
			r.must(r.Tick(ctx))
			if n := r.count("item"); n != 0 {
				r.t.Errorf("%d items are left", n)
			}
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			on(t, func(t *testing.T, r *rig) {
				r.must(r.under(small + incidents))
				i := r.signal(r.Installations.Installed, "remote-1")
				var items []kept.ID
				for n := range many {
					items = append(items, r.put(i.ID, vault.Put{Category: "settings", Value: value("theme", fmt.Sprint(n))}))
				}
				r.clock.now++ // what is stored at the same instant is in a hold
				if name == "a limit" {
					r.signal(r.Installations.Uninstalled, "remote-1")
					r.must(r.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
						_, err := r.Installations.TakeEffect(tx, i.ID)
						return err
					}))
					r.must(r.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error { // these come first, and would copy the rest
						tx.Derived()
						tx.Exec(`DELETE FROM due WHERE kind = 'retention.age'`)
						return nil
					}))
					r.clock.now = r.clock.now.Add(91 * 24 * time.Hour)
				}
				h, err := r.Holds.Place(ctx, officer, r.asked(i.ID))
				r.must(err)
				if !h.Copying || h.Rows != 256 {
					t.Fatalf("the first transaction copied %d rows, more to come: %v", h.Rows, h.Copying)
				}
				if r.clock.now++; name != "nothing" && name != "a limit" {
					r.put(i.ID, vault.Put{Category: "settings", Value: value("theme", "new")})
				}
				way(r, i.ID, items)
				r.must(r.Tick(ctx))
				if n := r.opens(h.ID); n != many {
					t.Errorf("%d rows are held of %d", n, many)
				}
				_, err = r.Holds.Release(ctx, officer, h.ID)
				r.must(err)
				r.must(r.Tick(ctx))
				if n := r.count("held") + r.count("hold") + r.count("class_key WHERE class = 'hold'"); n != 0 {
					t.Errorf("%d rows are left of a hold", n)
				}
			})
		})
	}
}

// The end of one hold does not reach the copies of another.
func TestTwoHoldsOnOneItemEndApart(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		r.must(r.under(small + incidents))
		i := r.signal(r.Installations.Installed, "remote-1")
		item := r.put(i.ID, vault.Put{Category: "settings", Value: value("theme", "dark")})
		one, err := r.Holds.Place(ctx, officer, r.asked(i.ID, item))
		r.must(err)
		two, err := r.Holds.Place(ctx, officer, r.asked(i.ID))
		r.must(err)
		_, err = r.Vault.Delete(ctx, runtime(i.ID), item)
		r.must(err)
		_, err = r.Holds.Release(ctx, officer, one.ID)
		r.must(err)
		r.must(r.Tick(ctx))
		if n := r.opens(two.ID); n != 1 {
			t.Errorf("the other hold keeps %d rows", n)
		}
		if n := r.count("held"); n != 1 {
			t.Errorf("%d copies are there", n)
		}
		r.move(200 * 24 * time.Hour)
		if n := r.count("held") + r.count("hold") + r.count("unit_key WHERE what = 'hold'"); n != 0 {
			t.Errorf("%d rows are left of holds whose end has come", n)
		}
	})
}

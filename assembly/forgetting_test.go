package assembly

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"kept"
	"kept/db/dbtest"
	"kept/installation"
	"kept/kernel"
	"kept/policy"
	"kept/retention"
	"kept/vault"
)

var ctx = context.Background()

// under restarts with another policy.
func (r *rig) under(text string) error {
	r.t.Helper()
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(text)})
	r.must(err)
	r.must(r.Close())
	r.opts.Policy = p
	s, err := Start(ctx, r.opts)
	if err == nil {
		r.Server = s
	}
	return err
}

func line(s, old, new string) string {
	if !strings.Contains(s, old) {
		panic("no such line: " + old)
	}
	return strings.Replace(s, old, new, 1)
}

// dropping leaves the lines out that hold a word.
func dropping(s, word string) string {
	var left []string
	for _, l := range strings.Split(s, "\n") {
		if !strings.Contains(l, word) {
			left = append(left, l)
		}
	}
	return strings.Join(left, "\n")
}

func runtime(id kept.ID) kept.Actor {
	return kept.Actor{Role: kept.AppRuntime, App: "owner", Installation: id}
}

func admin(id kept.ID) kept.Actor {
	return kept.Actor{Role: kept.CustomerAdmin, App: "owner", Installation: id}
}

func (r *rig) put(id kept.ID, p vault.Put) kept.ID {
	r.t.Helper()
	s, err := r.Vault.Put(ctx, runtime(id), p)
	r.must(err)
	return s.Item
}

func (r *rig) read(id, item kept.ID) {
	r.t.Helper()
	_, _, err := r.Vault.Read(ctx, runtime(id), vault.Get{Item: item, Purpose: "app-function"})
	r.must(err)
}

func (r *rig) state(id kept.ID) (s kept.State) {
	r.t.Helper()
	r.must(r.Kernel.View(ctx, func(v *kernel.View) error {
		i, err := installation.Get(v, id)
		s = i.State
		return err
	}))
	return s
}

// empty fails for every table that still has a row of the scope.
func (r *rig) empty() {
	r.t.Helper()
	for _, table := range []string{"item", "entry", "subject", "hold", "held", "class_key", "cohort_key", "unit_key"} {
		if n := r.count(table + " WHERE 1 = 1"); n != 0 {
			r.t.Errorf("%d rows left in %s", n, table)
		}
	}
}

const review = "  - {id: review, control: purpose, category: reads, purposes: [security], because: test}\n"

func TestAnInstallationThatStoredNothingIsErasedWithTheEffect(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		r.must(r.under(dropping(small, "reads"))) // no look at an entry's age helps
		i := r.signal(r.Installations.Installed, "remote-1")
		r.signal(r.Installations.Uninstalled, "remote-1")
		r.move(59 * 24 * time.Hour)
		if s := r.state(i.ID); s != kept.Uninstalled {
			t.Errorf("before the effect it is %s", s)
		}
		r.move(2 * 24 * time.Hour)
		if s := r.state(i.ID); s != kept.Erased {
			t.Errorf("after the effect it is %s", s)
		}
	})
}

// Reads leave entries although the policy has no category for them; all have aged when the uninstall comes.
func TestAnEmptyJournalKeepsNoInstallationAlive(t *testing.T) {
	for _, how := range []string{"signalled", "signal lost"} {
		t.Run(how, func(t *testing.T) {
			on(t, func(t *testing.T, r *rig) {
				r.must(r.under(dropping(small, "reads")))
				i := r.signal(r.Installations.Installed, "remote-1")
				r.read(i.ID, r.put(i.ID, vault.Put{Category: "settings", Subject: "acc:1", Value: value("theme", "dark")}))
				r.move(91 * 24 * time.Hour)
				if n := r.count("entry"); n != 0 {
					t.Fatalf("%d entries after 91 days", n)
				}
				if how == "signalled" {
					r.signal(r.Installations.Uninstalled, "remote-1")
				} else {
					r.signal(r.Installations.Installed, "remote-2")
				}
				r.move(95 * 24 * time.Hour)
				if s := r.state(i.ID); s != kept.Erased {
					t.Errorf("it is %s", s)
				}
				r.empty()
			})
		})
	}
}

func TestAShorterLimitClosesTheJournalAtOnceAndDestroysADayLater(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		i := r.signal(r.Installations.Installed, "remote-1")
		r.read(i.ID, r.put(i.ID, vault.Put{Category: "settings", Value: value("theme", "dark")}))
		r.move(20 * 24 * time.Hour)
		r.must(r.under(line(small+review, "from: entry, max: P30D", "from: entry, max: P10D")))
		r.move(0)
		if lines, err := r.Journal.Review(ctx, admin(i.ID), "security", ""); err != nil || len(lines) != 0 {
			t.Errorf("%d lines are older than the policy allows: %v", len(lines), err)
		}
		if n := r.count("entry WHERE kind = 'read' AND category = 'settings'"); n != 1 {
			t.Errorf("%d entries: a slip of the policy destroys at once", n)
		}
		r.move(24 * time.Hour)
		if n := r.count("entry WHERE category = 'settings'"); n != 0 {
			t.Errorf("%d entries are older than the policy allows", n)
		}
	})
}

// The journal moves from the built-in class to a category of the policy: what lies in the old one still ages.
func TestAJournalThatIsDeclaredLaterLeavesNoEntryBehind(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		r.must(r.under(dropping(small, "reads")))
		i := r.signal(r.Installations.Installed, "remote-1")
		r.read(i.ID, r.put(i.ID, vault.Put{Category: "settings", Value: value("theme", "dark")}))
		r.must(r.under(small))
		r.move(91 * 24 * time.Hour)
		if n := r.count("entry"); n != 0 {
			t.Errorf("%d entries of the former journal are left", n)
		}
	})
}

func TestAPolicyThatForgetsWhatIsStoredDoesNotStart(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		i := r.signal(r.Installations.Installed, "remote-1")
		r.put(i.ID, vault.Put{Category: "secrets", Value: value("token", "t")})
		less := line(dropping(small, "secrets"), "decisions:", "decisions:\n  - {control: purpose, category: settings, purposes: [app-function], because: test}\n  - {control: collect, category: settings, because: the same}")
		if err := r.under(less); kept.KindOf(err) != kept.Invalid {
			t.Errorf("a policy without a category that is stored: %v", err)
		}
		r.must(r.again())
	})
}

// again starts with the first policy after a start that was refused.
func (r *rig) again() (err error) {
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(small)})
	r.must(err)
	r.opts.Policy = p
	r.Server, err = Start(ctx, r.opts)
	return err
}

// The clock stands still between a purge and the next look at the journal.
func TestReclaimingAPurgedJournalLeavesTheNewOneAlone(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		r.must(r.under(small + review))
		i := r.signal(r.Installations.Installed, "remote-1")
		r.read(i.ID, r.put(i.ID, vault.Put{Category: "settings", Value: value("theme", "dark")}))
		r.must(r.Kernel.Do(ctx, admin(i.ID), func(tx *kernel.Tx) error {
			_, err := r.Installations.Purge(tx, i.ID, nil)
			return err
		}))
		if lines, err := r.Journal.Review(ctx, admin(i.ID), "security", ""); err != nil || len(lines) != 0 {
			t.Errorf("right after a purge of everything the journal shows %d lines: %v", len(lines), err)
		}
		r.move(0)
		if n := r.count("entry"); n != 1 {
			t.Errorf("%d entries, want the one of the look after the purge", n)
		}
		r.move(31 * 24 * time.Hour)
		if n := r.count("entry"); n != 0 {
			t.Errorf("%d entries never age", n)
		}
	})
}

// A credential outlives the installation by up to an hour.
func TestNobodyReadsTheJournalOfAnErasedInstallation(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		r.must(r.under(small + review))
		i := r.signal(r.Installations.Installed, "remote-1")
		r.signal(r.Installations.Uninstalled, "remote-1")
		r.must(r.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
			_, err := r.Installations.TakeEffect(tx, i.ID)
			return err
		}))
		r.move(0)
		if s := r.state(i.ID); s != kept.Erased {
			t.Fatalf("it is %s", s)
		}
		if _, err := r.Journal.Review(ctx, admin(i.ID), "security", ""); kept.KindOf(err) != kept.Denied {
			t.Errorf("reviewed: %v", err)
		}
		r.empty()
	})
}

func TestASubjectGoesWithTheLastItemAboutIt(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		i := r.signal(r.Installations.Installed, "remote-1")
		first := r.put(i.ID, vault.Put{Category: "settings", Subject: "acc:1", Value: value("theme", "a")})
		second := r.put(i.ID, vault.Put{Category: "settings", Subject: "acc:1", Value: value("theme", "b")})
		_, err := r.Vault.Delete(ctx, runtime(i.ID), first)
		r.must(err)
		r.read(i.ID, second)
		if n := r.count("subject"); n != 1 {
			t.Errorf("%d subjects while an item is left", n)
		}
		// Overwritten, it is about somebody else.
		r.put(i.ID, vault.Put{Item: second, Category: "settings", Subject: "acc:2", Value: value("theme", "c")})
		r.read(i.ID, second)
		if n := r.count("subject"); n != 1 {
			t.Errorf("%d subjects for one item", n)
		}
		r.must(r.Kernel.Do(ctx, admin(i.ID), func(tx *kernel.Tx) error {
			_, err := r.Installations.Purge(tx, i.ID, nil)
			return err
		}))
		r.move(0)
		if s, u := r.count("subject"), r.count("unit_key"); s+u != 0 {
			t.Errorf("%d subjects and %d unit keys after the purge", s, u)
		}
	})
}

// A token of another kind, without a licence, comes last before the uninstall.
func TestATokenWithoutALicenceTakesNoPaidPeriodBack(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		paid := r.clock.now.Add(300 * 24 * time.Hour)
		say := func(fn func(*kernel.Tx, installation.Signal) (installation.Installation, error), until kept.Time) (i installation.Installation) {
			r.must(r.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) (err error) {
				i, err = fn(tx, installation.Signal{App: "owner", Environment: "prod", Site: "jira.acme", Remote: "remote-1", PaidUntil: until})
				return err
			}))
			return i
		}
		say(r.Installations.Installed, paid)
		say(r.Installations.Seen, 0)
		if i := say(r.Installations.Uninstalled, 0); i.Effective < paid {
			t.Errorf("the uninstall takes effect on %s, within the paid period", i.Effective)
		}
	})
}

func TestAPurgeReachesWhatItsPromiseNames(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		r.must(r.under(line(small, "by: customer-admin, scope: installation", "by: customer-admin, scope: settings")))
		i := r.signal(r.Installations.Installed, "remote-1")
		r.put(i.ID, vault.Put{Category: "settings", Value: value("theme", "a")})
		for _, c := range []struct {
			names []string
			want  kept.Kind
		}{{[]string{"reads"}, kept.Denied}, {[]string{"nothing"}, kept.Invalid}, {[]string{"settings", "settings"}, kept.Invalid}, {[]string{"settings"}, ""}} {
			err := r.Kernel.Do(ctx, admin(i.ID), func(tx *kernel.Tx) error {
				_, err := r.Installations.Purge(tx, i.ID, c.names)
				return err
			})
			if kept.KindOf(err) != c.want {
				t.Errorf("purge of %v: %v", c.names, err)
			}
		}
	})
}

// Two promises keep fields out of a category; a refusal is evidence for the one that refused.
func TestARefusalIsOfThePromiseThatRefused(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		r.must(r.under(small + "  - {id: no-mail, control: store-nothing, category: settings, fields: [mail], because: test}\n"))
		i := r.signal(r.Installations.Installed, "remote-1")
		_, err := r.Vault.Put(ctx, runtime(i.ID), vault.Put{Category: "settings", Value: value("mail", "a@b.example")})
		var e *kept.Error
		if !errors.As(err, &e) || e.Promise != "no-mail" {
			t.Errorf("refused by %+v", err)
		}
	})
}

// stuck is a customer who asks for the ledger and then reads no byte of it.
type stuck struct {
	begun chan<- struct{}
	free  <-chan struct{}
	once  sync.Once
}

func (s *stuck) Write(b []byte) (int, error) {
	s.once.Do(func() { s.begun <- struct{}{}; <-s.free })
	return len(b), nil
}

func TestSlowReadersOfTheLedgerKeepNobodyWaiting(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		i := r.signal(r.Installations.Installed, "remote-1")
		r.move(0)
		begun, free := make(chan struct{}), make(chan struct{})
		var done sync.WaitGroup
		for range 20 { // more than there are connections
			done.Go(func() { r.Sequencer.Bundle(ctx, &stuck{begun: begun, free: free}, nil) })
		}
		waiting, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		for range 20 {
			select {
			case <-begun:
			case <-waiting.Done():
			}
		}
		if err := r.Kernel.View(waiting, func(v *kernel.View) error { _, err := installation.Get(v, i.ID); return err }); err != nil {
			t.Errorf("others: %v", err)
		}
		close(free)
		go func() {
			for range begun { // whoever began late
			}
		}()
		done.Wait()
		close(begun)
	})
}

// Rows of before the policy had a limit from the entry lie under a class key, which no day carries away.
func TestALimitThatComesLaterMakesFinalReceipts(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		i := r.signal(r.Installations.Installed, "remote-1")
		r.put(i.ID, vault.Put{Category: "settings", Value: value("theme", "dark")})
		r.must(r.under(small + "  - {id: settings-age, control: retain, category: settings, from: entry, max: P10D, because: test}\n"))
		r.move(20 * 24 * time.Hour)
		r.must(r.Kernel.View(ctx, func(v *kernel.View) error {
			receipts, err := retention.Receipts(v, i.Scope())
			if len(receipts) != 1 || receipts[0].Unrecoverable == 0 {
				t.Errorf("receipts %+v", receipts)
			}
			return err
		}))
	})
}

// Two nodes over one database; PostgreSQL alone carries them.
func twoNodes(t *testing.T, fn func(t *testing.T, a *rig, b *Server)) {
	url, ok := dbtest.Postgres(t)
	if !ok {
		t.Skip("no PostgreSQL")
	}
	a := start(t, url)
	b, err := Start(ctx, a.opts)
	a.must(err)
	t.Cleanup(func() { b.Close() })
	fn(t, a, b)
}

// Whatever the order, each overwrite destroys the key of the value before it.
func TestTwoNodesOverwriteOneItem(t *testing.T) {
	twoNodes(t, func(t *testing.T, a *rig, b *Server) {
		i := a.signal(a.Installations.Installed, "remote-1")
		item := a.put(i.ID, vault.Put{Category: "settings", Value: value("theme", "0")})
		var done sync.WaitGroup
		for n := range 64 {
			node := []*Server{a.Server, b}[n%2]
			done.Go(func() {
				_, err := node.Vault.Put(ctx, runtime(i.ID), vault.Put{Item: item, Category: "settings", Value: value("theme", "x")})
				if err != nil {
					t.Errorf("overwriting: %v", err)
				}
			})
		}
		done.Wait()
		if n := a.count("unit_key WHERE what = 'item'"); n != 1 {
			t.Errorf("%d keys of one item: values that were overwritten still open", n)
		}
	})
}

// Both nodes take in calls of the same few installations, in any order.
func TestTwoNodesUnderLoadRefuseNobody(t *testing.T) {
	twoNodes(t, func(t *testing.T, a *rig, b *Server) {
		var ids []kept.ID
		for _, remote := range []string{"1", "2", "3", "4"} {
			a.must(a.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
				i, err := a.Installations.Installed(tx, installation.Signal{App: "owner", Environment: "prod", Site: "jira." + remote, Remote: remote})
				ids = append(ids, i.ID)
				return err
			}))
			a.put(ids[len(ids)-1], vault.Put{Category: "settings", Value: value("theme", "0")})
		}
		var done sync.WaitGroup
		for n := range 200 {
			node := []*Server{a.Server, b}[n%2]
			id := ids[(n*7/3)%4]
			done.Go(func() {
				if _, err := node.Vault.Put(ctx, runtime(id), vault.Put{Category: "settings", Value: value("theme", "x")}); err != nil {
					t.Errorf("putting: %v", err)
				}
			})
		}
		done.Wait()
	})
}

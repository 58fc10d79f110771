package assembly

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kept"
	"kept/hold"
	"kept/installation"
	"kept/journal"
	"kept/kernel"
	"kept/ledger"
	"kept/retention"
	"kept/vault"
)

const day = 24 * time.Hour

// graded is the small policy with a log whose lines go by their severity.
func graded(debug, errors string) string {
	return strings.Replace(small, "decisions:\n", "  log: {scope: installation, source: automatic}\n  trail: {scope: installation, source: automatic}\ndecisions:\n", 1) + `  - {id: logs, control: log, category: [log, trail], because: test}
  - {id: trail-dies, control: retain, category: trail, from: entry, max: P90D, because: test}
  - {id: trail-by-choice, control: retain, category: trail, from: entry, adjustable: {by: customer-admin, min: P7D, max: P90D}, because: test}
  - {id: log-purpose, control: purpose, category: log, purposes: [security], because: test}
  - {id: debug-dies, control: retain, category: log, from: entry, max: ` + debug + `, severity: debug, because: test}
  - {id: error-dies, control: retain, category: log, from: entry, max: ` + errors + `, severity: error, because: test}
` + incidents
}

// arrive installs several.
func (r *rig) arrive(n int) (ids []kept.ID) {
	r.t.Helper()
	for n := range n {
		r.must(r.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
			i, err := r.Installations.Installed(tx, installation.Signal{App: "owner", Environment: "prod", Site: fmt.Sprint("jira.", n), Remote: fmt.Sprint("remote-", n)})
			ids = append(ids, i.ID)
			return err
		}))
	}
	return ids
}

// log writes lines of both severities about somebody of that day alone and somebody of all days.
func (r *rig) log(id kept.ID, n int) {
	r.t.Helper()
	for _, severity := range []string{"debug", "error", "debug"} {
		var lines []journal.Writing
		for range n {
			lines = append(lines, journal.Writing{Category: "log", Record: "start", Severity: severity,
				Account: fmt.Sprint("acc:", r.clock.now.Day()), Actor: "acc:always"})
		}
		_, err := r.Journal.Log(ctx, runtime(id), lines...)
		r.must(err)
		r.clock.now = r.clock.now.Add(time.Minute)
	}
}

// lives lets installations read and write logs on several days of March, April and May.
func (r *rig) lives(ids []kept.ID) {
	r.t.Helper()
	for _, after := range []time.Duration{0, 3 * day, 7 * day, 15*day + 13*time.Hour, 11 * day, 18 * day} {
		r.move(after)
		for n, id := range ids {
			r.log(id, 5+n)
			r.read(id, r.put(id, vault.Put{Category: "settings", Name: "s", Value: value("theme", "dark")}))
		}
	}
	r.move(25 * day)
}

// months are the tables that lines lie in.
func (r *rig) months() string {
	r.t.Helper()
	var names []string
	if query := r.Kernel.DB().Months(); query != "" {
		r.must(r.Kernel.View(ctx, func(v *kernel.View) (err error) {
			names, err = kernel.Query(v, func(scan func(...any) error) (string, error) {
				var from, until kept.Time
				err := scan(&from, &until)
				return from.Std().Format("200601"), err
			}, query)
			return err
		}))
	}
	return strings.Join(names, " ")
}

// exec changes the database past the server.
func (r *rig) exec(statement string) {
	r.t.Helper()
	_, err := r.Kernel.DB().Write.Exec(statement)
	r.must(err)
}

// deaf lets nobody delete a single line of a month; on SQLite all goes as always.
func (r *rig) deaf(month string) {
	r.t.Helper()
	if r.opts.Database == "" {
		return
	}
	r.exec(`CREATE FUNCTION deaf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a line was deleted by itself'; END $$`)
	r.exec(`CREATE TRIGGER deaf BEFORE DELETE ON entry_` + month + ` FOR EACH ROW EXECUTE FUNCTION deaf()`)
}

// told is all that is known of what went, and what is left, without the ids.
func (r *rig) told(ids []kept.ID) (all []string) {
	r.t.Helper()
	of := func(scope string) int { return slices.Index(ids, kept.ID(scope)) }
	r.must(r.Kernel.View(ctx, func(v *kernel.View) error {
		for n, id := range ids {
			list, err := retention.Receipts(v, kept.Scope{Installation: id})
			if err != nil {
				return err
			}
			for _, rc := range list {
				all = append(all, fmt.Sprint("receipt ", n, rc.Category, rc.Severity, rc.Reason, rc.Promise, rc.Anchor, rc.Owed, rc.Unreachable, rc.Unrecoverable, rc.Rows, rc.Held, rc.Reclaimed, rc.Fact != ""))
			}
		}
		err := v.Each(func(scan func(...any) error) error {
			var scope, kind string
			var body []byte
			if err := scan(&scope, &kind, &body); err != nil {
				return err
			}
			f, err := ledger.Decode(body)
			all = append(all, fmt.Sprint("fact ", of(scope), kind, f.At, f.Category, f.Words, f.Counts))
			return err
		}, `SELECT scope, kind, body FROM fact WHERE kind <> 'node.told'`)
		if err != nil {
			return err
		}
		for _, query := range []string{`SELECT scope, 'left of ' || class || severity, COUNT(*) FROM entry GROUP BY scope, class, severity`,
			`SELECT scope, 'subjects', COUNT(*) FROM subject GROUP BY scope`, `SELECT 'all', 'units', COUNT(*) FROM unit_key`,
			`SELECT scope, class, generation FROM class_key WHERE kind = 'ratchet'`,
			`SELECT ref, kind, at FROM due WHERE kind LIKE 'retention.%'`} {
			if err := v.Each(func(scan func(...any) error) error {
				var scope, what string
				var n int64
				err := scan(&scope, &what, &n)
				scope, class, _ := strings.Cut(scope, "/")
				all = append(all, fmt.Sprint("there ", of(scope), class, what, n))
				return err
			}, query); err != nil {
				return err
			}
		}
		return nil
	}))
	slices.Sort(all)
	return all
}

// onBoth lives a history on both engines and wants them to tell the same.
func onBoth(t *testing.T, history func(r *rig) []kept.ID) {
	t.Helper()
	var first []string
	on(t, func(t *testing.T, r *rig) {
		all := r.told(history(r))
		if first == nil {
			first = all
			return
		}
		for _, line := range all {
			if !slices.Contains(first, line) {
				t.Errorf("here alone: %s", line)
			}
		}
		for _, line := range first {
			if !slices.Contains(all, line) {
				t.Errorf("missing: %s", line)
			}
		}
		if len(all) != len(first) || len(all) < 100 {
			t.Errorf("%d lines, and %d on SQLite", len(all), len(first))
		}
	})
}

// The limit of March was 90 days, and is 30. On PostgreSQL its table goes whole, and tells what the sweep of each line would.
func TestAMonthGoesWhole(t *testing.T) {
	onBoth(t, func(r *rig) []kept.ID {
		r.must(r.under(graded("P90D", "P90D")))
		ids := r.arrive(4)
		r.move(0)
		r.log(ids[3], 8) // and it leaves with the first month
		r.lives(ids[:3])
		r.must(r.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
			_, err := r.Installations.Uninstalled(tx, installation.Signal{App: "owner", Environment: "prod", Site: "jira.3", Remote: "remote-3"})
			return err
		}))
		held, err := r.Holds.Place(ctx, officer, hold.Asked{Installation: ids[0], Category: "log", Reason: "incident", Until: r.clock.now.Add(100 * day)})
		r.must(err)
		r.must(r.under(graded("P30D", "P30D")))
		r.deaf("202603")
		r.move(day - time.Second)
		if n := r.count("entry WHERE severity <> ''"); n != 6*3*(5+6+7)+3*8 {
			r.t.Errorf("%d lines while the brake is on", n)
		}
		r.move(time.Second)
		if n := r.count("entry WHERE severity <> ''"); n != 3*(5+6+7) {
			r.t.Errorf("%d lines are left", n)
		}
		if months := r.months(); r.opts.Database != "" && months != "202604 202605 202606" {
			r.t.Errorf("tables of %s are left", months)
		}
		for n, id := range ids[:3] {
			if lines, err := r.Journal.Review(ctx, admin(id), "security", "log"); err != nil || len(lines) != 3*(5+n) {
				r.t.Errorf("%d lines are readable: %v", len(lines), err)
			}
		}
		if n := r.opens(held.ID); n != 6*3*5 {
			r.t.Errorf("a hold keeps %d lines", n)
		}
		r.move(3 * day)
		return ids
	})
}

// All that stands of a month is of customers who choose a shorter limit: with the choices it goes whole.
func TestAMonthGoesByChoice(t *testing.T) {
	onBoth(t, func(r *rig) []kept.ID {
		r.must(r.under(graded("P30D", "P30D")))
		ids := r.arrive(2)
		r.lives(ids)
		for _, id := range ids {
			_, err := r.Journal.Log(ctx, runtime(id), journal.Writing{Category: "trail", Record: "start"}, journal.Writing{Category: "trail", Record: "stop"})
			r.must(err)
		}
		r.move(35 * day)
		r.deaf("202605")
		for _, id := range ids {
			r.must(r.Kernel.Do(ctx, admin(id), func(tx *kernel.Tx) error {
				return r.Retention.Choose(tx, kept.Scope{Installation: id}, retention.Choice{Category: "trail", From: "entry", Max: "P30D"})
			}))
		}
		r.move(time.Second)
		if months := r.months(); r.opts.Database != "" && months != "202606 202607" {
			r.t.Errorf("tables of %s are left", months)
		}
		r.move(day)
		return ids
	})
}

// A server that nobody writes a line to does not gather tables.
func TestEmptyMonthsGo(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		r.move(200 * day)
		if months := r.months(); r.opts.Database != "" && months != "202609 202610" {
			t.Errorf("tables of %s are left", months)
		}
	})
}

// What speaks against it keeps the table of a month: its lines go one by one, as they always did, and then the empty table.
func TestAMonthWaitsForItsLastLine(t *testing.T) {
	const all, rest = "202603 202604 202605 202606", "202605 202606"
	for what, keeps := range map[string]struct {
		errors      string
		before      func(r *rig, ids []kept.ID)
		left, later string
	}{
		"a longer limit": {errors: "P90D", left: all, later: all},
		"a date that has not come": {"P30D", func(r *rig, ids []kept.ID) {
			r.exec(`UPDATE due SET at = 8000000000000000, next_try = 8000000000000000 WHERE kind = 'retention.age' AND ref = '` + string(ids[1]) + `/log.error'`)
		}, all, all},
		"a brake": {"P30D", func(r *rig, ids []kept.ID) {
			r.exec(`UPDATE brake SET until = until + 864000000000 WHERE class = 'log.error' AND scope = '` + string(ids[1]) + `'`)
		}, all, all},
		"a line in no batch": {"P30D", func(r *rig, ids []kept.ID) {
			r.exec(`UPDATE entry SET batch = '' WHERE at = (SELECT MIN(at) FROM entry)`)
		}, all, rest},
		"what waits to be reclaimed": {"P30D", func(r *rig, ids []kept.ID) {
			r.exec(`INSERT INTO due (kind, ref, at, since, next_try, attempts, fence, lease_until) VALUES ('retention.reclaim', 'rcp_none', 0, 0, 8000000000000000, 0, 1, 0)`)
		}, all, all},
	} {
		t.Run(what, func(t *testing.T) {
			onBoth(t, func(r *rig) []kept.ID {
				r.must(r.under(graded("P90D", "P90D")))
				ids := r.arrive(2)
				r.lives(ids)
				r.must(r.under(graded("P30D", keeps.errors)))
				if keeps.before != nil {
					keeps.before(r, ids)
				}
				see := func(left string) {
					r.t.Helper()
					if months := r.months(); r.opts.Database != "" && months != left {
						r.t.Errorf("tables of %s are left, not of %s", months, left)
					}
				}
				r.move(day)
				see(keeps.left)
				if n := r.count("entry WHERE severity = 'debug'"); n != 2*(5+6) {
					r.t.Errorf("%d lines are left", n)
				}
				r.move(4*day + 12*time.Hour) // the first lines of another month
				see(keeps.later)
				return ids
			})
		})
	}
}

// A hold of many lines has yet to copy them.
func TestAMonthWaitsForAHold(t *testing.T) {
	onBoth(t, func(r *rig) []kept.ID {
		r.must(r.under(graded("P90D", "P90D")))
		ids := r.arrive(1)
		r.move(0)
		for range 4 {
			r.log(ids[0], 64)
		}
		r.move(80 * day)
		r.must(r.under(graded("P30D", "P30D")))
		r.clock.now = r.clock.now.Add(day)
		held, err := r.Holds.Place(ctx, officer, hold.Asked{Installation: ids[0], Category: "log", Reason: "incident", Until: r.clock.now.Add(100 * day)})
		r.must(err)
		r.must(r.Tick(ctx))
		if n := r.opens(held.ID); n != 4*3*64 {
			r.t.Errorf("the hold keeps %d lines", n)
		}
		if n := r.count("entry"); n != 0 {
			r.t.Errorf("%d lines are left", n)
		}
		r.move(day)
		return ids
	})
}

// What a release without months wrote lies in the rest, and runs out as ever; there is no table to drop.
func TestLinesThatHaveNoMonthRunOut(t *testing.T) {
	onBoth(t, func(r *rig) []kept.ID {
		r.must(r.under(graded("P90D", "P30D")))
		if r.opts.Database != "" {
			r.exec(`DROP TABLE entry_202603`)
		}
		ids := r.arrive(2)
		r.lives(ids)
		if n := r.count("entry WHERE at < 1775001600000000 AND severity <> ''"); n != 4*2*(5+6) {
			r.t.Errorf("%d lines of March", n)
		}
		r.must(r.under(graded("P30D", "P30D")))
		r.move(2 * day)
		if n := r.count("entry WHERE at < 1775001600000000"); n != 0 {
			r.t.Errorf("%d lines of March are left", n)
		}
		return ids
	})
}

// Both nodes find that a month has run out, while lines are written and read at both. Nothing is counted twice or lost, and
// nobody is refused.
func TestTwoNodesDropAMonthBesideOthers(t *testing.T) {
	twoNodes(t, func(t *testing.T, a *rig, _ *Server) {
		a.must(a.under(graded("P90D", "P90D")))
		ids := a.arrive(3)
		a.lives(ids)
		written := a.count("entry WHERE class = 'log'")
		a.must(a.under(graded("P30D", "P30D")))
		a.move(day - time.Minute) // until the brake's last minute
		b, err := Start(ctx, a.opts)
		a.must(err)
		t.Cleanup(func() { b.Close() })
		a.clock.now = a.clock.now.Add(time.Minute)
		var done sync.WaitGroup
		for n, node := range []*Server{a.Server, b, a.Server, b, a.Server, b} {
			done.Go(func() {
				for range 20 {
					var err error
					switch n / 2 {
					case 0:
						_, _, err = node.Kernel.Tick(ctx)
					case 1:
						_, err = node.Journal.Log(ctx, runtime(ids[n%2]), journal.Writing{Category: "log", Record: "start", Severity: "debug", Account: "acc:new"})
					default:
						_, err = node.Journal.Review(ctx, admin(ids[n%2+1]), "security", "log")
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		done.Wait()
		a.move(5 * time.Minute)
		var gone int64
		a.must(a.Kernel.View(ctx, func(v *kernel.View) error {
			_, err := v.Row(`SELECT CAST(SUM(rows_gone) AS BIGINT) FROM receipt WHERE category = 'log'`).Scan(&gone)
			return err
		}))
		if left := a.count("entry WHERE class = 'log'"); gone+left != written+2*20 {
			t.Errorf("%d lines are gone and %d left of %d", gone, left, written+2*20)
		}
		if n := a.count("entry WHERE at < 1775001600000000"); n != 0 {
			t.Errorf("%d lines of March are left", n)
		}
		a.move(5 * day)
		if months := a.months(); strings.Contains(months, "202603") {
			t.Errorf("tables of %s are left", months)
		}
	})
}

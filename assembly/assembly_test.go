package assembly

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"kept"
	"kept/atlassian"
	"kept/db/dbtest"
	"kept/installation"
	"kept/kernel"
	"kept/policy"
	"kept/retention"
	"kept/vault"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const small = `kept: 1
vendor: {id: fictional, name: Fictional Apps, country: DE}
documents:
  - {id: cloud, language: en, version: 2026-01-01}
apps:
  - {id: owner, hosting: forge-remote, forge: "ari:cloud:ecosystem::app/11111111-1111-4111-8111-111111111111"}
categories:
  secrets:  {scope: installation, subject: customer-admin, source: admin, fields: {token: {secret: true}}}
  settings: {scope: installation, subject: customer-admin, source: admin, fields: {mail: {}, theme: {}}}
  reads:    {scope: installation, subject: customer-user, source: automatic, journal: reads, fields: {actor: {}}}
decisions:
  - {control: collect, category: secrets, because: test}
  - {control: collect, category: settings, because: test}
  - {control: purpose, category: [secrets, settings], purposes: [app-function], because: test}
  - {id: secrets-die, control: retain, category: secrets, from: uninstalled, max: PT0S, because: test}
  - {id: settings-die, control: retain, category: settings, from: uninstalled, max: P90D, because: test}
  - {id: reads-die, control: retain, category: reads, from: entry, max: P30D, because: test}
  - {control: rescue, on: reinstall, from: uninstalled, within: P90D, because: test}
  - {control: purge, by: customer-admin, scope: installation, within: PT0S, because: test}
`

type clock struct{ now kept.Time }

func (c *clock) Now() kept.Time { return c.now }

type rig struct {
	*Server
	t     *testing.T
	clock *clock
	opts  Options
}

func start(t *testing.T, database string) *rig {
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(small)})
	if err != nil {
		t.Fatal(err)
	}
	at, err := kept.ParseTime("2026-03-01T10:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	r := &rig{t: t, clock: &clock{at}}
	r.opts = Options{Policy: p, Data: filepath.Join(dir, "data"), Database: database, Keys: filepath.Join(dir, "keys"),
		Clock: r.clock, Random: rand.Reader, Atlassian: &atlassian.Client{Clock: r.clock}, Log: slog.New(slog.DiscardHandler)}
	r.restart()
	t.Cleanup(func() { r.Close() })
	return r
}

func (r *rig) restart() {
	r.t.Helper()
	if r.Server != nil {
		r.must(r.Close())
	}
	s, err := Start(context.Background(), r.opts)
	r.must(err)
	r.Server = s
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) move(d time.Duration) {
	r.t.Helper()
	end := r.clock.now.Add(d)
	for {
		next, any, err := r.Kernel.NextDue(context.Background())
		r.must(err)
		if !any || next > end {
			break
		}
		r.clock.now = max(r.clock.now, next)
		r.must(r.Tick(context.Background()))
	}
	r.clock.now = end
	r.must(r.Tick(context.Background()))
}

func (r *rig) signal(fn func(*kernel.Tx, installation.Signal) (installation.Installation, error), remote string) (i installation.Installation) {
	r.t.Helper()
	r.must(r.Kernel.Do(context.Background(), kept.TheClock, func(tx *kernel.Tx) (err error) {
		i, err = fn(tx, installation.Signal{App: "owner", Environment: "prod", Site: "jira.acme", Remote: remote})
		return err
	}))
	return i
}

func (r *rig) count(table string) (n int64) {
	r.t.Helper()
	r.must(r.Kernel.View(context.Background(), func(v *kernel.View) error {
		_, err := v.Row(`SELECT COUNT(*) FROM ` + table).Scan(&n)
		return err
	}))
	return n
}

// on runs a test on both engines.
func on(t *testing.T, fn func(t *testing.T, r *rig)) {
	t.Run("SQLite", func(t *testing.T) { fn(t, start(t, "")) })
	t.Run("PostgreSQL", func(t *testing.T) {
		url, ok := dbtest.Postgres(t)
		if !ok {
			t.Skip("no PostgreSQL")
		}
		fn(t, start(t, url))
	})
}

func value(field, s string) vault.Value {
	b, _ := json.Marshal(s) // a string always marshals
	return vault.Value{field: b}
}

func TestACustomerLeaves(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		i := r.signal(r.Installations.Installed, "remote-1")
		app := kept.Actor{Role: kept.AppRuntime, App: "owner", Installation: i.ID}
		secret, err := r.Vault.Put(ctx, app, vault.Put{Category: "secrets", Name: "token", Subject: "acc:1", Value: value("token", "t0k3n")})
		r.must(err)
		settings, err := r.Vault.Put(ctx, app, vault.Put{Category: "settings", Name: "s", Subject: "acc:1", Value: value("theme", "dark")})
		r.must(err)
		over, err := r.Vault.Put(ctx, app, vault.Put{Category: "settings", Name: "s", Subject: "acc:1", Value: value("theme", "light")})
		r.must(err)
		if over.Item != settings.Item || over.Version != 2 {
			t.Fatalf("an overwrite made %+v of %+v", over, settings)
		}
		got, _, err := r.Vault.Read(ctx, app, vault.Get{Item: settings.Item, Purpose: "app-function"})
		r.must(err)
		if string(got["theme"]) != `"light"` {
			t.Fatalf("read %v", got)
		}
		if _, _, err := r.Vault.Read(ctx, app, vault.Get{Item: settings.Item, Purpose: "marketing"}); kept.KindOf(err) != kept.Denied {
			t.Fatalf("a read for marketing: %v", err)
		}
		if _, err := r.Vault.Put(ctx, app, vault.Put{Category: "settings", Value: value("colour", "red")}); kept.KindOf(err) != kept.Denied {
			t.Fatalf("a put of an undeclared field: %v", err)
		}
		r.restart()

		r.signal(r.Installations.Uninstalled, "remote-1")
		r.signal(r.Installations.Uninstalled, "remote-1")
		r.move(0)
		if _, _, err := r.Vault.Read(ctx, app, vault.Get{Item: secret.Item, Purpose: "app-function"}); kept.KindOf(err) != kept.Late && kept.KindOf(err) != kept.Denied {
			t.Fatalf("a read after the uninstall: %v", err)
		}
		if n := r.count("item"); n != 2 {
			t.Fatalf("%d items right after the signal: nothing may be destroyed yet", n)
		}
		r.move(61 * 24 * time.Hour) // paid period unknown: the effect comes 60 days after the signal
		if n := r.count("item"); n != 1 {
			t.Fatalf("%d items after the effect, want the settings alone", n)
		}
		r.move(30 * 24 * time.Hour)
		if n := r.count("item"); n != 0 {
			t.Fatalf("%d items after 91 days", n)
		}
		r.must(r.Kernel.View(ctx, func(v *kernel.View) error {
			receipts, err := retention.Receipts(v, i.Scope())
			for _, rc := range receipts {
				if rc.Unreachable != rc.Owed || rc.Unrecoverable == 0 || rc.Reclaimed == 0 {
					t.Errorf("receipt %+v", rc)
				}
			}
			if len(receipts) != 3 {
				t.Errorf("%d receipts, want secrets, settings and the entry of the read", len(receipts))
			}
			after, err2 := installation.Get(v, i.ID)
			if after.State != kept.Erased {
				t.Errorf("the installation is %s", after.State)
			}
			if err == nil {
				err = err2
			}
			return err
		}))
		for _, table := range []string{"entry", "cohort_key", "unit_key", "subject"} {
			if n := r.count(table); n != 0 {
				t.Errorf("%d rows left in %s", n, table)
			}
		}
	})
}

// A token of the id before the reinstall may arrive a few seconds late: it is neither a reinstall nor a sign of life.
func TestALateTokenOfAFormerInstallation(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		i := r.signal(r.Installations.Installed, "remote-1")
		app := kept.Actor{Role: kept.AppRuntime, App: "owner", Installation: i.ID}
		_, err := r.Vault.Put(ctx, app, vault.Put{Category: "settings", Name: "s", Value: value("theme", "dark")})
		r.must(err)
		r.signal(r.Installations.Uninstalled, "remote-1")
		r.move(24 * time.Hour)
		if again := r.signal(r.Installations.Installed, "remote-2"); again.ID != i.ID {
			t.Fatal("the reinstall was not rescued")
		}
		secret, err := r.Vault.Put(ctx, app, vault.Put{Category: "secrets", Name: "token", Value: value("token", "new")})
		r.must(err)
		err = r.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
			_, err := r.Installations.Seen(tx, installation.Signal{App: "owner", Environment: "prod", Site: "jira.acme", Remote: "remote-1"})
			return err
		})
		if kept.KindOf(err) != kept.Conflict {
			t.Errorf("a late token of the former id: %v", err)
		}
		r.move(0)
		if _, _, err := r.Vault.Read(ctx, app, vault.Get{Item: secret.Item, Purpose: "app-function"}); err != nil {
			t.Errorf("what was stored after the reinstall is gone: %v", err)
		}
		if n := r.count("installation"); n != 1 {
			t.Errorf("%d installations", n)
		}
	})
}

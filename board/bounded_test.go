package board

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"testing"

	"kept"
	"kept/db"
	"kept/db/dbtest"
	"kept/kernel"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type still kept.Time

func (s still) Now() kept.Time { return kept.Time(s) }

// What stands is known without reading all of it: it is counted in rows on PostgreSQL, and in bytes of the file on SQLite.
func TestWhatStandsIsKnownWithoutReadingIt(t *testing.T) {
	const many, customers = 20_000, 3
	dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		exec := func(query string, args ...any) {
			t.Helper()
			_, err := d.Write.Exec(query, args...)
			must(err)
		}
		for n := range customers {
			id := fmt.Sprint("ins_", n)
			exec(`INSERT INTO installation (id, app, environment, site, remote_id, state, installed, seen, paid_until, uninstalled, effective, restricted, erased)
				VALUES ($1, 'app', 'production', $1, $1, 'installed', 1, 1, 0, 0, 0, 0, 0)`, id)
			for class, kind := range map[string]string{"note": "class", "log-of-it": "ratchet", "log-of-it.error": "ratchet", "empty": "class"} {
				exec(`INSERT INTO class_key (id, scope, class, kind, generation, epoch, created, wrapped) VALUES ($1, $2, $3, $4, 1, 'e', 1, $5)`,
					id+class, id, class, kind, []byte{1})
			}
		}
		const numbers = `WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < $1) `
		exec(`INSERT INTO item (id, scope, app, category, subject, version, fields, stored, class, unit, envelope) `+numbers+
			`SELECT 'i' || n, 'ins_' || (n % 3), 'app', 'note', '', 1, 'text', 1000 + n, 'ins_' || (n % 3) || 'note', 'u', CAST($2 AS BYTEA) FROM counted`,
			many-1, []byte(strings.Repeat("x", 200)))
		exec(`INSERT INTO entry (id, scope, class, severity, at, kind, category, purpose, salt, envelope, batch) `+numbers+
			`SELECT 'e' || n, 'ins_' || (n % 3), 'log-of-it', CASE WHEN n < 100 THEN 'error' ELSE '' END, 5000 + n, 'log', '', '', CAST($2 AS BYTEA), CAST($2 AS BYTEA), 'b' FROM counted`,
			many-1, []byte(strings.Repeat("y", 200)))
		if d.Engine == db.PostgreSQL {
			exec(`VACUUM ANALYZE`)
		} else { // what was written is read anew
			must(d.Close())
			d = open()
		}
		k := kernel.New(d, still(now), rand.Reader)
		defer k.Close()
		s, read := &state{now: now}, int64(0)
		must(k.View(context.Background(), func(v *kernel.View) (err error) {
			before := soFar(t, d, v)
			err = s.readLeft(v)
			read = soFar(t, d, v) - before
			return err
		}))
		t.Logf("%d read to know what stands of %d", read, 2*many)
		if d.Engine == db.PostgreSQL && read > 100 || d.Engine == db.SQLite && read > 1<<20 {
			t.Errorf("%d are read to know what stands", read)
		}
		seen := map[string]kept.Time{}
		for _, l := range s.rows {
			seen[l.scope.String()+" "+l.class] = l.oldest
		}
		want := map[string]kept.Time{}
		for n, id := range []string{"ins_0", "ins_1", "ins_2"} {
			want[id+" note"], want[id+" log-of-it.error"] = kept.Time(1000+n), kept.Time(5000+n)
			want[id+" log-of-it"] = kept.Time(5100 + (n+2)%3)
		}
		if len(s.classes) != 4*customers || fmt.Sprint(seen) != fmt.Sprint(want) {
			t.Errorf("%d keys; the oldest are %v, not %v", len(s.classes), seen, want)
		}
	})
}

// soFar is how much was read until now: rows in this transaction of PostgreSQL, bytes by this process for SQLite.
func soFar(t *testing.T, d *db.DB, v *kernel.View) (n int64) {
	t.Helper()
	if d.Engine == db.PostgreSQL {
		if _, err := v.Row(`SELECT SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0) + COALESCE(idx_scan, 0))::BIGINT FROM pg_stat_xact_user_tables WHERE schemaname = current_schema()`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	b, err := os.ReadFile("/proc/self/io")
	if err != nil {
		t.Skip("nobody counts what is read here")
	}
	if _, err = fmt.Sscanf(string(b), "rchar: %d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

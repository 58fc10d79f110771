package assembly

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/db"
	"kept/journal"
	"kept/kernel"
	"kept/vault"
)

const logs = `  - {id: logs, control: log, category: log, because: test}
  - {id: log-dies, control: retain, category: log, from: entry, max: P30D, because: test}
`

// What a tick costs that finds nothing to do, and a look at a log of which nothing has run out, hangs on nothing that is
// stored: it is counted in rows on PostgreSQL, and in bytes of the file on SQLite.
func TestATickThatFindsNothingReadsNoMoreWhereMuchIsStored(t *testing.T) {
	on(t, func(t *testing.T, r *rig) {
		r.must(r.under(strings.Replace(small, "decisions:\n", "  log: {scope: installation, source: automatic}\ndecisions:\n", 1) + logs))
		id := r.signal(r.Installations.Installed, "remote-1").ID
		store := func(calls, items int) {
			for range calls {
				lines := make([]journal.Writing, 256)
				for i := range lines {
					lines[i] = journal.Writing{Category: "log", Record: "start"}
				}
				_, err := r.Journal.Log(ctx, runtime(id), lines...)
				r.must(err)
			}
			for i := range items {
				r.put(id, vault.Put{Category: "settings", Name: fmt.Sprint(calls, i), Value: value("theme", "dark")})
			}
			r.move(2 * time.Hour)      // every line is in its batch
			if r.opts.Database != "" { // as it does by itself each minute
				_, err := r.Kernel.DB().Write.Exec("VACUUM ANALYZE")
				r.must(err)
			}
		}
		store(1, 10)
		few, looked := r.readBy(r.ticks(0)), r.readBy(r.ticks(5))
		store(24, 100)
		many, much := r.readBy(r.ticks(0)), r.readBy(r.ticks(5))
		t.Logf("5 ticks read %d of little, %d of much; starting alone %d and %d", looked, much, few, many)
		if r.opts.Database != "" {
			if looked-few < 5 || much-many > looked-few+5 {
				t.Errorf("5 ticks read %d rows where little is stored, %d where much is", looked-few, much-many)
			}
		} else if much > 1<<20 {
			t.Errorf("a start and 5 ticks read %d bytes", much)
		}
	})
}

// ticks is a start and ticks under it, each with a look at what could have aged and what waits for its batch.
func (r *rig) ticks(n int) func() {
	return func() {
		r.restart()
		for range n {
			r.must(r.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
				tx.Derived()
				tx.Exec(`UPDATE due SET next_try = $1 WHERE kind = 'retention.age'`, int64(tx.Now()))
				tx.Exec(`INSERT INTO due (kind, ref, at, next_try, attempts, fence, lease_until)
					SELECT 'journal.batch', ref, at, next_try, 0, 1, 0 FROM due WHERE kind = 'retention.age'`)
				return nil
			}))
			r.must(r.Tick(ctx))
		}
		r.must(r.Close())
	}
}

// readBy is how much is read while something happens that closes the server at its end.
func (r *rig) readBy(do func()) int64 {
	before := r.readSoFar()
	do()
	after := r.readSoFar()
	r.restart()
	return after - before
}

// readSoFar counts what was read until now: PostgreSQL's rows are counted when the connections that read them are closed.
func (r *rig) readSoFar() (n int64) {
	r.t.Helper()
	if r.opts.Database == "" {
		b, err := os.ReadFile("/proc/self/io")
		if err != nil {
			r.t.Skip("nobody counts what is read here")
		}
		_, err = fmt.Sscanf(string(b), "rchar: %d", &n)
		r.must(err)
		return n
	}
	r.must(r.Close())
	look, err := db.Look("", r.opts.Database)
	r.must(err)
	defer look.Close()
	var in sql.NullInt64
	r.must(look.QueryRow(`SELECT (SELECT SUM(seq_tup_read) FROM pg_stat_user_tables WHERE schemaname = current_schema())
		+ (SELECT SUM(idx_tup_read) FROM pg_stat_user_indexes WHERE schemaname = current_schema())`).Scan(&in))
	return in.Int64
}

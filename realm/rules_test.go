package realm

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kept/db"
	"kept/db/dbtest"
)

func TestSteps(t *testing.T) {
	want := map[Step]string{ // in each state: the next one, or the code of the refusal
		Schedule: "=scheduled scheduled=scheduled started=started copied=copied committing=committing left=left undoing=undoing undone=scheduled regretting=regretting returning=returning",
		Start:    "=E0001 scheduled=started started=started copied=copied committing=committing left=left undoing=E0001 undone=E0001 regretting=E0001 returning=E0001",
		Commit:   "=E0001 scheduled=E0001 started=E9999 copied=committing committing=committing left=left undoing=E0001 undone=E0001 regretting=E0001 returning=E0001",
		Rollback: "= scheduled=undone started=undoing copied=undoing committing=regretting left=returning undoing=undoing undone=undone regretting=regretting returning=returning",
	}
	for step, line := range want {
		for _, pair := range strings.Split(line, " ") {
			state, wanted, _ := strings.Cut(pair, "=")
			got, err := next(state, step)
			var refused *Refusal
			if errors.As(err, &refused) {
				got = refused.Code
			}
			if got != wanted {
				t.Errorf("%s in %q: %q, want %q", step, state, got, wanted)
			}
		}
	}
}

// staying are the tables of an installation whose rows do not travel as they are, and why.
var staying = map[string]string{
	"fact": "they prove what happened there", "fact_count": "they prove what happened there", "receipt": "they prove what happened there",
	"class_key": "wrapped anew", "cohort_key": "another server has its own", "credential": "they are got anew", "migration": "it is about the move",
	"instance": "hosts do not come through Forge",
	"hold":     "while there is one nothing moves", "held": "while there is one nothing moves",
}

// Whoever adds a table, or a column, about an installation decides whether it travels.
func TestEverythingOfAnInstallationTravels(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
		for table, names := range schema(t, open()) {
			_, stays := staying[table]
			of, travels := tableOf(table)
			switch about := names["scope"] || names["installation"] || names["item"] || table == "installation"; {
			case about && !stays && !travels:
				t.Errorf("%s is about installations: does it travel?", table)
			case travels && len(of.names()) != len(names):
				t.Errorf("%s has the columns %v, and %v travel", table, names, of.names())
			}
			if travels {
				for _, name := range of.names() {
					if !names[name] {
						t.Errorf("%s has no column %s", table, name)
					}
				}
			}
		}
	})
}

// dates are those of every kind: set by the Arrived of the package that keeps them, or why an arrival sets none.
var dates = map[string]string{
	"retention.erase": sets, "retention.age": sets, "retention.forget": sets, "retention.said": sets, "retention.alarm": sets, "retention.closing": sets,
	"installation.finish": sets, "installation.silence": sets, "access.former-secret": sets, "journal.batch": sets,
	"reporting.outdated": sets, "reporting.round": sets,
	"retention.chosen":  "the new clocks count the choice",
	"retention.reclaim": "it is of a receipt, which stays; what has no key any more does not travel",
	"retention.sweeps":  "the server's own", "journal.month": "the server's own", "marketplace.poll": "the server's own", "policy.version": "the server's own",
	"keys.turn": "the server's own", "access.sweep": "the server's own",
	"realm.act": "it is about the move", "realm.forget": "it is about the move",
	"hold.end": "while there is one nothing moves", "hold.copy": "while there is one nothing moves",
}

const sets = "set on arrival"

// Whoever adds a kind of date decides what becomes of it where an installation moves.
func TestEveryDateIsSetOnArrivalOrStays(t *testing.T) {
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)\bdue[A-Z]\w* += "([a-z.-]+)"`)
	found, arrives := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllSubmatch(text, -1) {
			found[string(m[1])] = true
		}
		if bytes.Contains(text, []byte(") Arrived(tx *kernel.Tx, scope kept.Scope) error {")) {
			arrives[filepath.Base(filepath.Dir(file))] = true
		}
	}
	for kind := range found {
		module, _, _ := strings.Cut(kind, ".")
		switch why, known := dates[kind]; {
		case !known:
			t.Errorf("%s: who sets it where an installation arrives?", kind)
		case why == sets && !arrives[module]:
			t.Errorf("%s: nothing in %s is told of an arrival", kind, module)
		}
	}
	if len(found) != len(dates) {
		t.Errorf("%d kinds are found, %d known", len(found), len(dates))
	}
}

func schema(t *testing.T, d *db.DB) map[string]map[string]bool {
	t.Helper()
	query := `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()
		AND table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)`
	if d.Engine == db.SQLite {
		query = `SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`
	}
	out := map[string]map[string]bool{}
	rows, err := d.Read.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		if out[table] == nil {
			out[table] = map[string]bool{}
		}
		out[table][column] = true
	}
	return out
}

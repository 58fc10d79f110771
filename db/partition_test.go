package db_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"kept"
	"kept/db"
	"kept/db/dbtest"
)

func instant(t *testing.T, s string) kept.Time {
	t.Helper()
	at, err := kept.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

const line = `INSERT INTO entry (id, scope, class, at, kind, category, purpose, salt, envelope, batch) VALUES ($1, 's', 'c', $2, 'log', 'c', '', '', '', '')`

// table is where a line lies.
func table(t *testing.T, d *db.DB, id string) (name string) {
	t.Helper()
	if err := d.Read.QueryRow(`SELECT CAST(CAST(tableoid AS regclass) AS TEXT) FROM entry WHERE id = $1`, id).Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}

// number asks for one.
func number(t *testing.T, d *db.DB, query string, args ...any) (n int64) {
	t.Helper()
	if err := d.Write.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func months(t *testing.T, d *db.DB) (all []string) {
	t.Helper()
	rows, err := d.Read.Query(d.Months())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var from, until kept.Time
		if err := rows.Scan(&from, &until); err != nil {
			t.Fatal(err)
		}
		if f, u := d.Month(until - 1); f != from || u != until {
			t.Errorf("%s until %s is no month", from, until)
		}
		all = append(all, from.Std().Format("2006-01"))
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return all
}

// The release before serves while this one migrates: its lines stay, with every index, and what it goes on to write is found.
func TestLinesFromBeforeTheMonths(t *testing.T) {
	url, ok := dbtest.Postgres(t)
	if !ok {
		t.Skip("needs PostgreSQL")
	}
	ctx := context.Background()
	before, err := db.OpenAt(ctx, "", url, 22)
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	exec(t, before.Write, line, "old", int64(instant(t, "2026-03-31T23:59:59Z")))
	insert, err := before.Write.Prepare(line)
	if err != nil {
		t.Fatal(err)
	}
	defer insert.Close()
	d, err := db.Open(ctx, "", url)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := insert.Exec("older", int64(instant(t, "2026-01-01T00:00:00Z"))); err != nil {
		t.Errorf("the release before writes no more: %v", err)
	}
	for _, at := range []string{"2026-03-31", "2026-04-01"} { // of March there is a line in the rest
		if n := number(t, d, d.MakeMonth(instant(t, at))); n != 1 {
			t.Errorf("%s: %d", at, n)
		}
	}
	exec(t, d.Write, line, "last of March", int64(instant(t, "2026-04-01")-1))
	exec(t, d.Write, line, "first of April", int64(instant(t, "2026-04-01")))
	exec(t, d.Write, line, "first of May", int64(instant(t, "2026-05-01")))
	for id, want := range map[string]string{"old": "entry_rest", "older": "entry_rest", "last of March": "entry_rest", "first of April": "entry_202604", "first of May": "entry_rest"} {
		if got := table(t, d, id); got != want {
			t.Errorf("%s lies in %s, not in %s", id, got, want)
		}
	}
	if all := months(t, d); !slices.Equal(all, []string{"2026-04"}) {
		t.Errorf("tables of %v", all)
	}
	for _, name := range []string{"entry", "entry_rest", "entry_202604"} {
		if n := number(t, d, `SELECT COUNT(*) FROM pg_indexes WHERE schemaname = current_schema() AND tablename = $1`, name); n != 7 {
			t.Errorf("%s has %d indexes", name, n)
		}
	}
}

// Several nodes make one month at once, beside those who write and read, and nobody fails or waits for long.
func TestSeveralNodesMakeAMonth(t *testing.T) {
	d := postgres(t)
	at := instant(t, "2026-03-31T12:00:00Z")
	var done sync.WaitGroup
	for n := range 8 {
		done.Go(func() {
			if _, err := d.Write.Exec(line, fmt.Sprint(n), int64(at)); err != nil {
				t.Error(err)
			}
			for next := kept.Time(0); next == 0; {
				_, until := d.Month(at)
				var n int64
				if err := d.Write.QueryRow(d.MakeMonth(until)).Scan(&n); err != nil {
					t.Error(err)
					return
				}
				next = kept.Time(n)
			}
		})
	}
	done.Wait()
	if all := months(t, d); !slices.Equal(all, []string{"2026-04"}) {
		t.Errorf("tables of %v", all)
	}
}

// A month is not dropped under somebody who reads or writes: whoever is in the way is not waited for, and the transaction goes on.
func TestAMonthIsNotDroppedUnderAnybody(t *testing.T) {
	d := postgres(t)
	at := instant(t, "2026-03-01")
	number(t, d, d.MakeMonth(at))
	exec(t, d.Write, line, "x", int64(at))
	alone, drop := d.DropMonth(at)
	for _, does := range []string{`SELECT COUNT(*) FROM entry`, `UPDATE entry SET batch = 'b'`} {
		tx, err := d.Write.Begin()
		if err != nil {
			t.Fatal(err)
		}
		exec(t, tx, does)
		result, err := d.Write.Exec(alone)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := result.RowsAffected(); n != 0 {
			t.Errorf("nobody is in the way of the drop beside %s", does)
		}
		if closed := number(t, d, d.CloseMonth(at)); (closed == 0) != (does[0] == 'U') {
			t.Errorf("%d beside %s", closed, does)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
	tx, err := d.Write.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	result, err := tx.Exec(alone)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := result.RowsAffected(); n != 1 {
		t.Error("somebody is in the way where nobody is")
	}
	exec(t, tx, drop)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := number(t, d, d.CloseMonth(at)); n != 0 || len(months(t, d)) != 0 {
		t.Errorf("the month is dropped, and locked: %d", n)
	}
}

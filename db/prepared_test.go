package db_test

import (
	"context"
	"fmt"
	"testing"

	"kept/db"
)

// A statement that SQLite keeps may be wanted again while its rows are open, after it failed, and after the schema has changed.
func TestStatementsAreKept(t *testing.T) {
	d, err := db.Open(context.Background(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	tx, err := d.Write.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()

	const insert = `INSERT INTO pulse (boot, wall, up, seen) VALUES ($1, $2, 0, 0)`
	for n, boot := range []string{"a", "b", "a", "c"} {
		if _, err := tx.Exec(insert, boot, n); (err != nil) != (n == 2) {
			t.Fatalf("%s: %v", boot, err) // the second a is there already
		}
	}
	const list = `SELECT boot FROM pulse WHERE boot >= $1 ORDER BY boot`
	outer, err := tx.Query(list, "a")
	if err != nil {
		t.Fatal(err)
	}
	pairs := ""
	for outer.Next() {
		var first, second string
		if err := outer.Scan(&first); err != nil {
			t.Fatal(err)
		}
		inner, err := tx.Query(list, first)
		if err != nil {
			t.Fatal(err)
		}
		for inner.Next() {
			if err := inner.Scan(&second); err != nil {
				t.Fatal(err)
			}
			pairs += first + second + " "
		}
		if err := inner.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if outer.Err() != nil || pairs != "aa ab ac bb bc cc " {
		t.Fatal(pairs, outer.Err())
	}

	if _, err := tx.Exec(`ALTER TABLE pulse ADD COLUMN later BIGINT NOT NULL DEFAULT 7`); err != nil {
		t.Fatal(err)
	}
	var boot string
	if err := tx.QueryRow(list, "c").Scan(&boot); err != nil || boot != "c" {
		t.Fatal(boot, err)
	}
	for n := range 1100 { // more texts than a connection keeps, twice
		var got int
		if err := tx.QueryRow(fmt.Sprintf("SELECT $1 + %d", n%550), 1).Scan(&got); err != nil || got != n%550+1 {
			t.Fatal(got, err)
		}
	}
}

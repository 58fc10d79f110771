package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept"
	"kept/db"
	"kept/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func open(t *testing.T, dir string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func exec(t *testing.T, q interface {
	Exec(string, ...any) (sql.Result, error)
}, text string, args ...any) {
	t.Helper()
	if _, err := q.Exec(text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func TestCommittedRowsOutliveClosing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		exec(t, d.Write, "INSERT INTO fact_count (scope, n) VALUES ($1, $2)", "vendor", int64(7))
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatalf("closing again: %v", err)
		}
		var n int64
		if err := open().Read.QueryRow("SELECT n FROM fact_count WHERE scope = $1", "vendor").Scan(&n); err != nil || n != 7 {
			t.Fatalf("got %d, %v", n, err)
		}
	})
}

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	for range 2 {
		dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
			exec(t, open().Write, "INSERT INTO fact_count (scope, n) VALUES ($1, 1)", "vendor")
		})
	}
}

func TestPragmas(t *testing.T) {
	d := open(t, t.TempDir())
	for _, c := range []struct {
		pool   *sql.DB
		pragma string
		want   string
	}{
		{d.Write, "journal_mode", "wal"}, {d.Write, "busy_timeout", "5000"}, {d.Write, "foreign_keys", "1"},
		{d.Write, "synchronous", "2"}, {d.Write, "secure_delete", "1"}, {d.Write, "query_only", "0"},
		{d.Read, "journal_mode", "wal"}, {d.Read, "busy_timeout", "5000"}, {d.Read, "query_only", "1"},
	} {
		var got string
		if err := c.pool.QueryRow("PRAGMA " + c.pragma).Scan(&got); err != nil || got != c.want {
			t.Errorf("%s is %q (%v), want %q", c.pragma, got, err, c.want)
		}
	}
	if _, err := d.Read.Exec("DELETE FROM fact_count"); err == nil {
		t.Error("the read pool wrote")
	}
	if _, err := d.Read.Exec(`SELECT "no such column"`); err == nil {
		t.Error("a doubly quoted word passed as text")
	}
}

func TestFolderNames(t *testing.T) {
	for _, name := range []string{"a b", "what?x=1", "c#d", "100%25", "ümlaut", "semi;colon"} {
		dir := filepath.Join(t.TempDir(), name)
		d := open(t, dir)
		if got := d.Files()[0]; got != filepath.Join(dir, "kept.db") {
			t.Errorf("%q: file is %s", name, got)
		}
		exec(t, d.Write, "INSERT INTO fact_count (scope, n) VALUES ('vendor', 1)")
		for _, f := range d.Files() {
			info, err := os.Stat(f)
			if err != nil {
				t.Fatalf("%q: %v", name, err)
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%q: %s has mode %v, others may read it", name, filepath.Base(f), info.Mode())
			}
		}
	}
}

func TestOneFolderOneProcess(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	_, err := db.Open(context.Background(), dir, "")
	var e *kept.Error
	if !errors.As(err, &e) || e.Kind != kept.Conflict || e.Hint == "" {
		t.Fatalf("second opening: %v, want Conflict with a hint", err)
	}
	d.Close()
	open(t, dir)
}

// A deleted row must be out of every file after a checkpoint: what is left there would outlive its key.
func TestDeletedBytesLeaveTheFiles(t *testing.T) {
	d := open(t, t.TempDir())
	marker := []byte("marker-of-a-deleted-value-0123456789")
	seen := func() (n int) {
		for _, f := range d.Files() {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			n += strings.Count(string(b), string(marker))
		}
		return n
	}
	for i := range 200 {
		exec(t, d.Write, "INSERT INTO tree_hash (idx, hash) VALUES ($1, $2)", int64(i), marker)
	}
	if seen() == 0 {
		t.Fatal("the marker is not found while it is stored, so this test sees nothing")
	}
	exec(t, d.Write, "DELETE FROM tree_hash")
	if err := d.Checkpoint(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := seen(); n != 0 {
		t.Fatalf("the marker is still there %d times", n)
	}
}

func TestLockFragmentsAreTheEnginesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		for _, tail := range []string{d.ForUpdate(), d.SkipLocked(), d.ForShare()} {
			if (tail == "") != (d.Engine == db.SQLite) {
				t.Errorf("%q on %s", tail, d.Engine)
			}
			exec(t, d.Write, "SELECT n FROM fact_count WHERE scope = 'vendor'"+tail)
		}
		if err := d.Checkpoint(context.Background()); err != nil {
			t.Error(err)
		}
		if (len(d.Files()) == 0) != (d.Engine == db.PostgreSQL) {
			t.Errorf("files: %v", d.Files())
		}
	})
}

func TestDuplicates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		insert := "INSERT INTO epoch (id, generation, state, opened, died) VALUES ($1, $2, 'open', 0, 0)"
		exec(t, d.Write, insert, "a", int64(1))
		for _, c := range []struct {
			what       string
			id         any
			generation any
			duplicate  bool
		}{
			{"primary key", "a", int64(2), true},
			{"unique column", "b", int64(1), true},
			{"not null", "c", nil, false},
		} {
			_, err := d.Write.Exec(insert, c.id, c.generation)
			if err == nil || db.IsDuplicate(err) != c.duplicate || db.IsDuplicate(fmt.Errorf("wrapped: %w", err)) != c.duplicate || db.IsRetryable(err) {
				t.Errorf("%s: %v, duplicate %v, retryable %v", c.what, err, db.IsDuplicate(err), db.IsRetryable(err))
			}
		}
	})
	if db.IsDuplicate(nil) || db.IsRetryable(nil) {
		t.Error("no error is neither")
	}
}

func TestSerializationFailureIsRetryable(t *testing.T) {
	ctx := context.Background()
	d := postgres(t)
	exec(t, d.Write, "INSERT INTO fact_count (scope, n) VALUES ('vendor', 1)")
	level := &sql.TxOptions{Isolation: sql.LevelSerializable}
	a, err := d.Write.BeginTx(ctx, level)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Rollback()
	b, err := d.Write.BeginTx(ctx, level)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Rollback()
	exec(t, a, "SELECT n FROM fact_count")
	exec(t, b, "SELECT n FROM fact_count")
	exec(t, a, "UPDATE fact_count SET n = n + 1")
	if err := a.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, err = b.Exec("UPDATE fact_count SET n = n + 1"); !db.IsRetryable(err) || db.IsDuplicate(err) {
		t.Errorf("%v is not retryable", err)
	}
}

func TestLostConnectionIsRetryable(t *testing.T) {
	d := postgres(t)
	ctx := context.Background()
	conn, err := d.Write.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var pid int64
	if err := conn.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		t.Fatal(err)
	}
	exec(t, d.Write, "SELECT pg_terminate_backend($1)", pid)
	if _, err := conn.ExecContext(ctx, "SELECT 1"); !db.IsRetryable(err) {
		t.Errorf("%v is not retryable", err)
	}
}

func TestBusySQLiteIsRetryable(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	other, err := sql.Open("sqlite", filepath.Join(dir, "kept.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := d.Write.Begin() // immediate: the file is now locked against other writers
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := other.Exec("DELETE FROM fact_count"); !db.IsRetryable(err) {
		t.Errorf("%v is not retryable", err)
	}
}

func TestAGivenUpQueryIsNotRetryable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := open().Write.ExecContext(ctx, "DELETE FROM fact_count"); err == nil || db.IsRetryable(err) {
			t.Errorf("%v is retryable", err)
		}
	})
}

func postgres(t *testing.T) *db.DB {
	t.Helper()
	url, ok := dbtest.Postgres(t)
	if !ok {
		t.Skip("needs PostgreSQL")
	}
	d, err := db.Open(context.Background(), "", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

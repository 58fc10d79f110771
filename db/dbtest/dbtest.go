// Package dbtest runs a test on every engine: on SQLite in a folder of the test, and on PostgreSQL at the URL in
// KEPT_TEST_POSTGRES or on a throw-away server of its own. It is for tests alone.
package dbtest

import (
	"context"
	"os"
	"testing"

	"kept/db"
)

// Each runs fn once per engine, as subtests. open opens the test's own database, empty at first; what it opened is
// closed at the end of the test. Opening again shows what was committed; SQLite wants the first one closed before.
func Each(t *testing.T, fn func(t *testing.T, open func() *db.DB)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		fn(t, opener(t, t.TempDir(), ""))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		url, ok := Postgres(t)
		if !ok {
			t.Skip("no PostgreSQL: " + howToGetOne)
		}
		fn(t, opener(t, "", url))
	})
}

func opener(t *testing.T, dir, url string) func() *db.DB {
	return func() *db.DB {
		t.Helper()
		d, err := db.Open(context.Background(), dir, url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
}

const howToGetOne = "install its server (Debian: postgresql-15) or set KEPT_TEST_POSTGRES to a URL whose user may create schemas"

// Main is for a package's TestMain: it runs the tests and waits until the throw-away server is gone. Without it, or
// when the tests are killed, the server stops a moment after them.
func Main(m *testing.M) {
	code := m.Run()
	stop()
	os.Exit(code)
}

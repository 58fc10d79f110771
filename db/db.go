// Package db opens the one database, SQLite in a file or PostgreSQL by URL, so that one SQL text serves both: $1
// placeholders, BIGINT microseconds, text ids. It migrates forward and refuses a schema newer than the program.
// It knows no table, and it never puts a URL's password or a stored value into an error.
package db

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"

	"github.com/jackc/pgx/v5/stdlib"

	"kept"
)

// Engine names the database behind a DB.
type Engine string

const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgresql"
)

// DB is the open, migrated database. It is safe for concurrent use.
type DB struct {
	Engine Engine
	Write  *sql.DB // SQLite: one connection, every transaction immediate; PostgreSQL: the pool
	Read   *sql.DB // SQLite: a pool that refuses to write; PostgreSQL: the same pool as Write
	path   string  // SQLite's file
	lock   *os.File
	close  func() error
}

// Open opens and migrates the PostgreSQL database at url, or, when url is empty, kept.db in dir, which is made if
// absent. A SQLite folder serves one process: a second one gets Conflict. Invalid is a URL, a server or a schema this
// program can't use.
func Open(ctx context.Context, dir, url string) (*DB, error) {
	d, err := openAsIs(ctx, dir, url)
	if err != nil {
		return nil, err
	}
	if err := d.migrate(ctx); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func openAsIs(ctx context.Context, dir, url string) (*DB, error) {
	if url != "" {
		return openPostgres(ctx, url)
	}
	return openSQLite(dir)
}

// Look opens, to read alone, what another process has open: it takes no lock and migrates nothing.
func Look(dir, url string) (*sql.DB, error) {
	if url != "" {
		config, err := postgresConfig(url)
		if err != nil {
			return nil, err
		}
		return stdlib.OpenDB(*config), nil
	}
	return openPrepared(dsn(filepath.Join(dir, file), "deferred", "query_only(1)"))
}

// Close ends all connections, then gives the folder free. Closing again does nothing.
func (d *DB) Close() error { return d.close() }

// ForUpdate is the end of a SELECT that locks its rows; empty on SQLite, whose one writer holds everything.
func (d *DB) ForUpdate() string { return d.onPostgres(" FOR UPDATE") }

// SkipLocked is ForUpdate that passes over rows somebody else has locked.
func (d *DB) SkipLocked() string { return d.onPostgres(" FOR UPDATE SKIP LOCKED") }

// ForShare is the end of a SELECT whose rows must not change before the transaction ends.
func (d *DB) ForShare() string { return d.onPostgres(" FOR SHARE") }

// Few is how many rows one statement should name. SQLite looks up the name of each parameter among all before it, so twice
// as many cost four times as much; PostgreSQL takes a journey for each statement.
func (d *DB) Few() int {
	if d.Engine == PostgreSQL {
		return 512
	}
	return 64
}

func (d *DB) onPostgres(s string) string {
	if d.Engine == PostgreSQL {
		return s
	}
	return ""
}

// Checkpoint moves SQLite's write-ahead log into the database file and empties it: a deleted row is out of the files
// only after that. Conflict means that a reader was in the way for five seconds. PostgreSQL does this by itself.
func (d *DB) Checkpoint(ctx context.Context) error {
	if d.Engine == PostgreSQL {
		return nil
	}
	var busy, pages, moved int64
	if err := d.Write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return kept.Errorf(kept.Internal, "checkpoint of the database: %w", err)
	}
	if busy != 0 {
		return kept.Errorf(kept.Conflict, "a reader kept the write-ahead log open")
	}
	return nil
}

// Files are the files SQLite writes, whether they exist at the moment or not; none on PostgreSQL.
func (d *DB) Files() []string {
	if d.Engine == PostgreSQL {
		return nil
	}
	return []string{d.path, d.path + "-wal", d.path + "-shm"}
}

// closer joins what has to be closed into one function that does it once, in order, and keeps the first error.
func closer(steps ...func() error) func() error {
	return sync.OnceValue(func() (first error) {
		for _, step := range steps {
			if err := step(); err != nil && first == nil {
				first = err
			}
		}
		return first
	})
}

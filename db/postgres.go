package db

import (
	"context"
	"database/sql"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"kept"
)

const (
	poolSize      = 16
	oldestVersion = 150000 // PostgreSQL 15, as server_version_num writes it
)

func openPostgres(ctx context.Context, url string) (*DB, error) {
	config, err := postgresConfig(url)
	if err != nil {
		return nil, err
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(poolSize)
	pool.SetMaxIdleConns(poolSize)
	d := &DB{Engine: PostgreSQL, Write: pool, Read: pool, close: closer(pool.Close)}

	var version int64
	if err := pool.QueryRowContext(ctx, "SELECT CAST(current_setting('server_version_num') AS BIGINT)").Scan(&version); err != nil {
		d.Close()
		return nil, kept.Errorf(kept.Invalid, "PostgreSQL cannot be reached: %s", without(err, config.Password)).
			WithHint("check that the server runs, and host, port, database and password of the URL")
	}
	if err := checkVersion(version); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// postgresConfig reads a URL. A connection that names no application is kept's.
func postgresConfig(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil { // the cause quotes the URL, so it stays here
		return nil, kept.Errorf(kept.Invalid, "the URL of the database cannot be read").
			WithHint("write it as postgres://user@host:5432/database?sslmode=verify-full, special characters percent-encoded")
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "kept"
	}
	return config, nil
}

func checkVersion(version int64) error {
	if version >= oldestVersion {
		return nil
	}
	return kept.Errorf(kept.Invalid, "PostgreSQL %d is too old", version/10000).WithHint("use PostgreSQL %d or newer", oldestVersion/10000)
}

// without is err's text with no password in it; the chain is cut, since somebody could print a cause.
func without(err error, password string) string {
	if password == "" {
		return err.Error()
	}
	return strings.ReplaceAll(err.Error(), password, "***")
}

// migrationLock lets one node migrate while the others wait. The lock is the schema's, not the database's.
type migrationLock struct{}

const lockName = "hashtextextended('kept/migrate/' || current_schema(), 0)"

// SessionLock waits for the lock as long as ctx lives.
func (migrationLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock("+lockName+")")
	return err
}

// SessionUnlock gives the lock back.
func (migrationLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock("+lockName+")")
	return err
}

package db

import (
	"context"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"

	"kept"
)

//go:embed migrations/*.sql
var migrations embed.FS

// provider is of the migrations that this program carries for an engine.
func (d *DB) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if d.Engine == PostgreSQL {
		return goose.NewProvider(goose.DialectPostgres, d.Write, files, goose.WithDisableGlobalRegistry(true), goose.WithSessionLocker(migrationLock{}))
	}
	others, err := fs.Glob(files, "*_postgresql.sql")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, d.Write, files, goose.WithDisableGlobalRegistry(true), goose.WithExcludeNames(others))
}

// migrate brings the schema to the last migration this program carries.
func (d *DB) migrate(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return kept.Errorf(kept.Internal, "migrations: %w", err)
	}
	known := p.ListSources()
	check := func() error {
		version, err := p.GetDBVersion(ctx)
		if err != nil {
			return kept.Errorf(kept.Internal, "version of the schema: %w", err)
		}
		if last := known[len(known)-1].Version; version > last {
			return kept.Errorf(kept.Invalid, "the database has schema %d, this program knows %d", version, last).
				WithHint("a newer kept has served from it; use that version or a later one")
		}
		return nil
	}
	if err := check(); err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return kept.Errorf(kept.Internal, "migration: %w", err)
	}
	return check() // a newer node may have migrated while this one waited for the lock
}

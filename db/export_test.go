package db

import (
	"context"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// OpenAt opens a PostgreSQL database as a release left it that knew the migrations up to a version.
func OpenAt(ctx context.Context, url string, version int64) (*DB, error) {
	d, err := openPostgres(ctx, url)
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, d.Write, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, err
	}
	_, err = p.UpTo(ctx, version)
	return d, err
}

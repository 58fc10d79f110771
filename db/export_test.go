package db

import "context"

// OpenAt opens a database as a release left it that knew the migrations up to a version.
func OpenAt(ctx context.Context, dir, url string, version int64) (*DB, error) {
	d, err := openAsIs(ctx, dir, url)
	if err != nil {
		return nil, err
	}
	p, err := d.provider()
	if err != nil {
		return nil, err
	}
	_, err = p.UpTo(ctx, version)
	return d, err
}

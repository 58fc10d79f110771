package db_test

import (
	"context"
	"maps"
	"testing"

	"kept/db"
	"kept/db/dbtest"
)

// Releases before migration 27 set no dates for what came from another server with an installation.
func TestDatesThatDidNotArriveAreSet(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { datesThatDidNotArrive(t, t.TempDir(), "") })
	t.Run("postgresql", func(t *testing.T) {
		url, ok := dbtest.Postgres(t)
		if !ok {
			t.Skip("needs PostgreSQL")
		}
		datesThatDidNotArrive(t, "", url)
	})
}

func datesThatDidNotArrive(t *testing.T, dir, url string) {
	ctx := context.Background()
	before, err := db.OpenAt(ctx, dir, url, 26)
	if err != nil {
		t.Fatal(err)
	}
	for id, state := range map[string]string{"here": "", "arrived": "arrived", "copy": "compared"} {
		exec(t, before.Write, `INSERT INTO installation (id, app, environment, site, remote_id, state, installed, seen, paid_until, uninstalled, effective, restricted, erased)
			VALUES ($1, $2, 'production', $1, $1, $3, 1, $4, 0, 8, 9, 0, 0)`, id, "app of "+id, "uninstalled", 7)
		exec(t, before.Write, `INSERT INTO subject (id, scope, blind, unit, reported, outdated, refresh) VALUES ($1, $2, 'b', 'u', 5, 6, 0)`, "person of "+id, id)
		exec(t, before.Write, `INSERT INTO connect_secret (id, tenant, scope, class, unit, until, envelope) VALUES ($1, $1, $2, '', '', 12, '')`, "secret of "+id, id)
		exec(t, before.Write, `INSERT INTO class_key (id, scope, class, kind, generation, epoch, created, wrapped) VALUES ($1, $2, 'buffer', 'ratchet', 3, '', 0, '')`, "ratchet of "+id, id)
		if state != "" {
			exec(t, before.Write, `INSERT INTO migration (id, installation, number, location, state, at) VALUES ($1, $1, 0, '', $2, 10)`, id, state)
		}
	}
	exec(t, before.Write, `INSERT INTO subject (id, scope, blind, unit, reported, outdated, refresh) VALUES ('well', 'here', 'c', 'u', 5, 0, 0)`)
	exec(t, before.Write, `INSERT INTO due (kind, ref, at, since, next_try, attempts, fence, lease_until) VALUES ('reporting.outdated', 'person of here', 3, 3, 3, 0, 1, 0)`)
	before.Close()

	d, err := db.Open(ctx, dir, url)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const day = 24 * 3600 * 1_000_000
	want := map[string]int64{
		"reporting.outdated person of here": 3, "reporting.outdated person of arrived": 6 + 7*day,
		"retention.forget here/buffer": 4 * day, "retention.forget arrived/buffer": 4 * day,
		"access.former-secret secret of here": 12, "access.former-secret secret of arrived": 12,
		"installation.finish here": 9, "installation.finish arrived": 9,
		"reporting.round app of here": 7, "reporting.round app of arrived": 7,
	}
	got := map[string]int64{}
	rows, err := d.Read.Query(`SELECT kind, ref, at FROM due`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var kind, ref string
		var at int64
		if err := rows.Scan(&kind, &ref, &at); err != nil {
			t.Fatal(err)
		}
		got[kind+" "+ref] = at
	}
	if rows.Err() != nil || !maps.Equal(got, want) {
		t.Errorf("dates are %v, not %v; %v", got, want, rows.Err())
	}
	if by := number(t, d, `SELECT refresh FROM subject WHERE id = 'person of copy'`); by != 6+7*day {
		t.Errorf("what comes along still has until %d", by)
	}
}

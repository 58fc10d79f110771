package main

import (
	"fmt"
	"time"

	"kept/db"
)

// months holds the sweep of a month of lines on PostgreSQL against what dropping a partition of the same lines would take.
func months(r *run) error {
	if r.engine != string(db.PostgreSQL) {
		return nil
	}
	s, err := r.server()
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.MoveTo(r.ctx, s.Clock.Now().Add(6*time.Hour)); err != nil { // the epoch turns at midnight
		return err
	}
	if err := s.write(s.scope, log(0), r.size); err != nil {
		return err
	}
	d := s.Server.Kernel.DB().Write
	for _, statement := range []string{
		`CREATE TABLE month (LIKE entry) PARTITION BY RANGE (at)`,
		`CREATE TABLE month_1 PARTITION OF month FOR VALUES FROM (0) TO (9000000000000000)`,
		`CREATE INDEX ON month (scope, class, at)`, `CREATE UNIQUE INDEX ON month (id, at)`, `CREATE INDEX ON month (category, purpose, at)`,
		`INSERT INTO month TABLE entry`, `CHECKPOINT`,
	} {
		if _, err := d.ExecContext(r.ctx, statement); err != nil {
			return fmt.Errorf("month: %w", err)
		}
	}
	bare, err := took(func() error { _, err := d.ExecContext(r.ctx, `DROP TABLE month_1`); return err })
	if err != nil {
		return err
	}
	end := s.Clock.Now().Add(10 * 24 * time.Hour)
	if err := s.tidy(); err != nil {
		return err
	}
	ms, err := s.sweep(end)
	if err != nil {
		return err
	}
	r.tell(Result{Name: "a month of lines goes", Engine: r.engine, Clients: 1, Value: ms, Unit: "ms", Raw: bare}.atMost(3))
	return nil
}

package main

import (
	"fmt"
	"time"

	"kept"
	"kept/db"
)

// months holds the sweep of a month of lines on PostgreSQL, which drops their table whole, against dropping a table of the same
// lines with the same indexes, and nothing else.
func months(r *run) error {
	if r.engine != string(db.PostgreSQL) {
		return nil
	}
	s, err := r.server()
	if err != nil {
		return err
	}
	defer s.close()
	// The lines of a log of ten days run out when their month is over. The epoch turns at midnight, and must not do so then.
	if err := s.MoveTo(r.ctx, s.Clock.Now().Add(25*24*time.Hour+6*time.Hour)); err != nil {
		return err
	}
	if err := s.write(s.scope, log(0), r.size); err != nil {
		return err
	}
	end := s.Clock.Now().Add(10 * 24 * time.Hour)
	if err := s.MoveTo(r.ctx, s.Clock.Now().Add(2*time.Hour)); err != nil { // every line is in its batch
		return err
	}
	if err := s.tidy(); err != nil {
		return err
	}
	d := s.Server.Kernel.DB().Write
	for _, statement := range []string{
		`CREATE TABLE month (LIKE entry INCLUDING ALL) PARTITION BY RANGE (at)`,
		`CREATE TABLE month_1 PARTITION OF month FOR VALUES FROM (0) TO (9000000000000000)`,
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
	ms, err := s.sweep(end)
	if err != nil {
		return err
	}
	var left int64
	if err := d.QueryRowContext(r.ctx, `SELECT (SELECT COUNT(*) FROM entry) + (SELECT COUNT(*) FROM pg_class WHERE relname = $1 AND relnamespace = to_regnamespace(current_schema()))`,
		end.Add(-10*24*time.Hour).Std().Format("entry_200601")).Scan(&left); err != nil || left != 0 {
		return kept.Errorf(kept.Internal, "the month did not go whole: %v", err)
	}
	r.tell(Result{Name: "a month of lines goes", Engine: r.engine, Clients: 1, Value: ms, Unit: "ms", Raw: bare}.atMost(3))
	return nil
}

package db

import (
	"fmt"
	"time"

	"kept"
)

// On PostgreSQL the lines of each calendar month in UTC lie in a table of their own, so that it can be dropped whole. What has no
// month lies in the rest: what an older release wrote, and what is of a month that is past. SQLite has one table.

// Month is the month in which an instant lies: its first instant, and the first one after it.
func (d *DB) Month(at kept.Time) (from, until kept.Time) {
	year, month, _ := at.Std().Date()
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	return kept.TimeOf(first), kept.TimeOf(first.AddDate(0, 1, 0))
}

// Months asks for the months that have a table, the oldest first, each as Month has it. It is empty on SQLite.
func (d *DB) Months() string {
	return d.onPostgres(`SELECT CAST(EXTRACT(EPOCH FROM month) * 1000000 AS BIGINT), CAST(EXTRACT(EPOCH FROM month + INTERVAL '1 month') * 1000000 AS BIGINT)
		FROM (SELECT CASE WHEN c.relname ~ '^entry_[0-9]{6}$' THEN CAST(to_date(substr(c.relname, 7), 'YYYYMM') AS TIMESTAMP) END AS month
			FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass('entry')) AS months
		WHERE month IS NOT NULL ORDER BY month`)
}

// MakeMonth makes the table of the month in which an instant lies, unless it stands or the rest has lines of that month. It
// yields 0 where somebody is in the way, and then it has done nothing. Nobody who writes waits for it, but for a moment where
// the rest is large: it must be read through.
func (d *DB) MakeMonth(at kept.Time) string {
	from, until := d.Month(at)
	return fmt.Sprintf(`SELECT entry_month('%s', %d, %d)`, table(from), int64(from), int64(until))
}

// CloseMonth keeps whoever writes out of the table of a month until the end of the transaction; who reads goes on. It yields
// 0 where somebody is in the way.
func (d *DB) CloseMonth(at kept.Time) string {
	from, _ := d.Month(at)
	return fmt.Sprintf(`SELECT entry_lock('%s', 'SHARE ROW EXCLUSIVE')`, table(from))
}

// DropMonth drops the table of a month. From the first statement on, which changes one row or, where somebody is in the way,
// none, nobody else reads or writes any line until the end of the transaction: so they are its last two.
func (d *DB) DropMonth(at kept.Time) (alone, drop string) {
	from, _ := d.Month(at)
	return `SELECT 1 WHERE entry_lock('entry', 'ACCESS EXCLUSIVE') = 1`, `DROP TABLE ` + table(from)
}

func table(from kept.Time) string { return from.Std().Format("entry_200601") }

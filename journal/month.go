package journal

import (
	"context"
	"time"

	"kept"
	"kept/kernel"
)

const dueMonth = "journal.month" // "all": a month has begun: the table of the next one is made

// Begin makes tables for the lines of this month and the next, where the engine has such, and sets the date on which it goes on.
// Lines of which the month has no table are kept as well: they cannot go whole.
func (j *Journal) Begin(ctx context.Context) error {
	if j.k.DB().Months() == "" {
		return nil
	}
	return j.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		var one int64
		_, next := j.k.DB().Month(tx.Now())
		goesOn, err := tx.Row(`SELECT 1 FROM due WHERE kind = $1 AND ref = 'all' AND at <= $2`, dueMonth, int64(next)).Scan(&one)
		if err != nil || goesOn {
			return err
		}
		again, err := j.makeMonths(tx)
		tx.Due(dueMonth, "all", again)
		return err
	})
}

// monthDue goes on with another month, and lets those go that are over and empty.
func (j *Journal) monthDue(ctx context.Context, d kernel.Due) error {
	if err := j.retention.DropMonths(ctx, d); err != nil {
		return err
	}
	return j.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		again, err := j.makeMonths(tx)
		tx.Again(d, again)
		return err
	})
}

// makeMonths makes the tables of this month and the next, and says when to go on: with the next month, or in a minute where
// somebody was in the way. Made so early, they keep nobody waiting who writes the first line of a month.
func (j *Journal) makeMonths(tx *kernel.Tx) (again kept.Time, err error) {
	_, next := j.k.DB().Month(tx.Now())
	for _, at := range []kept.Time{tx.Now(), next} {
		var done int64
		if _, err := tx.Row(j.k.DB().MakeMonth(at)).Scan(&done); err != nil {
			return 0, err
		}
		if done == 0 {
			return tx.Now().Add(time.Minute), nil
		}
	}
	return next, nil
}

// forsake counts whom the lines of a time name, and lets those go about whom nothing else is.
func (j *Journal) forsake(tx *kernel.Tx, from, until kept.Time, most int) (people int, err error) {
	leaving := map[kept.ID]int64{}
	err = tx.Each(func(scan func(...any) error) error {
		var who kept.ID
		var lines int64
		err := scan(&who, &lines)
		leaving[who] = lines
		return err
	}, `SELECT who, COUNT(*) FROM (SELECT subject AS who FROM entry WHERE at >= $1 AND at < $2 AND subject <> ''
		UNION ALL SELECT second FROM entry WHERE at >= $1 AND at < $2 AND second <> '') AS named GROUP BY who LIMIT $3`, int64(from), int64(until), most+1)
	if err != nil || len(leaving) > most {
		return len(leaving), err
	}
	return len(leaving), j.subjects.Forsake(tx, leaving)
}

package retention

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"kept"
	"kept/kernel"
)

const (
	dueSweeps = "retention.sweeps" // "all": once a day, whether what ends within the next one can be deleted in time

	assumed = 1000        // rows a second, while no sweep was measured: slow machines do more
	grace   = time.Minute // after its limit until which something may be there: a tick is no more than that away
)

// Sweep is what has to be deleted within the window, and how long that takes at the speed of the last sweeps.
type Sweep struct {
	Rows     int64     `json:"rows" doc:"that have to be gone by then"`
	By       kept.Time `json:"by,omitzero" doc:"where that is too late for some: the limit that is missed by most; else the last one within a day"`
	Until    kept.Time `json:"until,omitzero" doc:"when the last of them is gone, at this speed"`
	Speed    float64   `json:"speed" doc:"rows a second"`
	Measured kept.Time `json:"measured,omitzero" doc:"when the last sweep was over that was measured; absent where the speed is assumed, because none was yet"`
	Late     bool      `json:"late" doc:"it takes longer than the limit allows"`
}

// load is what ends together.
type load struct {
	at   kept.Time
	rows int64
	owed bool // the rows themselves must be gone then; else their key is, and they only have to be cleared away
}

// Sweeping works out whether what ends within the window can be deleted in time. It reads no more than what ends.
func (r *Retention) Sweeping(v *kernel.View) (Sweep, error) {
	perSecond, measured, err := speed(v)
	if err != nil {
		return Sweep{}, err
	}
	loads, err := r.loads(v)
	s := finish(v.Now(), loads, perSecond)
	s.Measured = measured
	return s, err
}

// finish deletes loads one after the other, none before it has ended.
func finish(now kept.Time, loads []load, perSecond float64) Sweep {
	slices.SortStableFunc(loads, func(a, b load) int { return cmp.Compare(a.at, b.at) })
	out, worst := Sweep{Speed: perSecond}, time.Duration(0)
	var done kept.Time
	var rows int64
	for _, l := range loads {
		if done < l.at { // all before it is long gone
			rows = 0
		}
		done = max(done, l.at, now).Add(time.Duration(float64(l.rows) / perSecond * float64(time.Second)))
		rows += l.rows
		late := done.Sub(max(l.at, now))
		switch {
		case l.owed && late > grace && late > worst:
			worst = late
			out.Rows, out.By, out.Until, out.Late = rows, l.at, done, true
		case !out.Late:
			out.Rows, out.By, out.Until = rows, l.at, done
		}
	}
	return out
}

// loads are what ends within the window. What a brake holds up for longer is not among them.
func (r *Retention) loads(v *kernel.View) ([]load, error) {
	held, err := ReadBrakes(v)
	if err != nil {
		return nil, err
	}
	shelves, err := Shelves(v)
	if err != nil {
		return nil, err
	}
	a := ahead{v: v, held: held, tomorrow: v.Now().Add(Window)}
	for i, s := range shelves {
		if s.Oldest == 0 || i > 0 && s.Scope == shelves[i-1].Scope && s.Class == shelves[i-1].Class && shelves[i-1].Oldest != 0 {
			continue
		}
		of := stock{scope: s.Scope, oldest: s.Oldest}
		of.category, of.severity = parts(s.Class)
		e, err := r.endingOf(v, of)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(a.rows(of, e), a.items(of, e)); err != nil {
			return nil, err
		}
	}
	return a.loads, nil
}

// ahead gathers what ends by tomorrow.
type ahead struct {
	v        *kernel.View
	held     AllBrakes
	tomorrow kept.Time
	loads    []load
}

// rows adds what ends with others of its age, minute by minute: lines, and items of which nothing is said.
func (a *ahead) rows(of stock, e *ending) error {
	if first, ends := e.of(bucket{stock: of, newest: of.oldest}); !ends || first.Day > a.tomorrow {
		return nil
	}
	until := a.v.Now()
	if !e.whole || e.clock.Owed(e.limit) > a.tomorrow {
		until = lastBy(a.tomorrow, e.row.aged)
	}
	return a.v.Each(func(scan func(...any) error) error {
		var minute, rows, items int64
		b := bucket{stock: of}
		if err := scan(&minute, &items, &rows, &b.newest); err != nil {
			return err
		}
		if f, ends := e.of(b); ends && (items == 0 || len(e.saying) == 0) {
			a.add(of, f, rows)
		}
		return nil
	}, `SELECT stored / $1 AS minute, 1, COUNT(*), MAX(stored) FROM item WHERE scope = $2 AND category = $3 AND $4 = '' AND stored <= $5 GROUP BY minute
		UNION ALL SELECT at / $1 AS minute, 0, COUNT(*), MAX(at) FROM entry WHERE scope = $2 AND class = $3 AND severity = $4 AND at <= $5 GROUP BY minute`,
		time.Minute.Microseconds(), of.scope.String(), of.category, of.severity, int64(until))
}

// items adds those that end one by one, by what was said of them.
func (a *ahead) items(of stock, e *ending) error {
	if len(e.saying) == 0 || of.severity != "" {
		return nil
	}
	items, err := ItemsOf(a.v, of.scope, of.category)
	for _, it := range items {
		if f, ends := e.ofItem(bucket{stock: of}, it); ends {
			a.add(of, f, 1)
		}
	}
	return err
}

// add adds what ends at the instant that it names as its day, or when a brake on it is off.
func (a *ahead) add(of stock, f Foreseen, rows int64) {
	from, class := f.Reason, of.category
	if from == "aged" {
		from, class = "entry", of.class()
	}
	due := dueFrom(from)
	if b := a.held.Of(of.scope, class, from); b.Reason != "" && b.On(a.v.Now()) {
		if b.Until == 0 {
			return
		}
		f.Day = max(f.Day, b.Until)
	}
	if f.Day <= a.tomorrow {
		a.loads = append(a.loads, load{f.Day, rows, due != dueErase})
	}
}

// sweepsDue raises an alarm once a day where what ends within the next one cannot be deleted in time.
func (r *Retention) sweepsDue(ctx context.Context, d kernel.Due) error {
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		s, err := r.Sweeping(&tx.View)
		if err != nil {
			return err
		}
		tx.Derived()
		if s.Late {
			tx.Record(kept.Fact{Kind: kept.FactAlarm, Words: map[string]string{"due": "sweep"},
				Counts: map[string]int64{"rows": s.Rows, "late_s": int64(s.Until.Sub(max(s.By, tx.Now())) / time.Second)}})
		}
		tx.Again(d, kept.StartOfDay(tx.Now().Day()+1))
		return nil
	})
}

package retention

import (
	"sync"
	"time"

	"kept"
	"kept/kernel"
)

// pause is after how long without a chunk the next one begins another sweep.
const pause = time.Second

// pace is how fast the sweep goes that is under way. Chunks that may be full alone count, from the end of one to the end of the next, so that
// what lies between them counts too. Safe for concurrent use.
type pace struct {
	mu   sync.Mutex
	rows int64
	took time.Duration
	last kept.Time // when the last one was done
}

// add notes a chunk that is done.
func (p *pace) add(rows int, begun, done kept.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if rows < short {
		p.rows, p.took, p.last = 0, 0, 0
		return
	}
	if p.last != 0 && begun.Sub(p.last) < pause {
		begun = p.last
	}
	p.rows, p.took, p.last = p.rows+int64(rows), p.took+done.Sub(begun), done
}

// settle writes down what the sweep that ends in this transaction has come to. A clock that stood still has measured nothing.
func (p *pace) settle(tx *kernel.Tx) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rows > 0 && p.took > 0 {
		Swept(tx, p.rows, p.took)
	}
}

// Swept notes that a sweep deleted rows in a time. Of the sweeps before it each counts half as much as the next.
func Swept(tx *kernel.Tx, rows int64, took time.Duration) {
	tx.Derived() // the receipts say what went
	tx.Exec(`UPDATE sweep SET rows_gone = rows_gone / 2 + $1, took = took / 2 + $2, at = $3`, rows, took.Microseconds(), int64(tx.Now()))
}

// speed is how many rows the last sweeps deleted in a second, and when the last one was over; assumed, and 0, where none was
// measured yet.
func speed(v *kernel.View) (perSecond float64, measured kept.Time, err error) {
	var rows, took int64
	if _, err := v.Row(`SELECT rows_gone, took, at FROM sweep`).Scan(&rows, &took, &measured); err != nil || rows == 0 || took == 0 {
		return assumed, 0, err
	}
	return float64(rows) / time.Duration(took*int64(time.Microsecond)).Seconds(), measured, nil
}

package realm

import (
	"time"

	"kept"
	"kept/kernel"
)

// Closed names the count of a fact that says for how many microseconds an installation was closed by its move.
const Closed = "closed_us"

// UnderWay is a move that closes an installation here.
type UnderWay struct {
	App    string
	Since  kept.Time // nobody reads or writes it
	Failed int64     // attempts of the step that is tried now
}

// Stuck is how long a move may close an installation before somebody should look: Atlassian's longest is a day.
const Stuck = 48 * time.Hour

// Moves are those under way, at the server which has the installations.
func Moves(v *kernel.View) ([]UnderWay, error) {
	return kernel.Query(v, func(scan func(...any) error) (m UnderWay, err error) {
		return m, scan(&m.App, &m.Since, &m.Failed)
	}, `SELECT i.app, m.closed, COALESCE(d.attempts, 0) FROM migration m JOIN installation i ON i.id = m.installation
		LEFT JOIN due d ON d.kind = $1 AND d.ref = m.id WHERE m.state IN ($2, $3, $4, $5) AND m.closed > 0 AND i.state <> 'erased' ORDER BY m.closed, m.id`,
		dueAct, started, copied, committing, regretting)
}

// closes notes since when a move closes its installation, and gives for how long it did where that is over.
func (m *migration) closes(now kept.Time) (over time.Duration) {
	switch m.state {
	case started, copied:
		if m.closed == 0 {
			m.closed = now
		}
	case undoing, undone, left:
		if m.closed != 0 {
			over, m.closed = now.Sub(m.closed), 0
		}
	}
	return over
}

package reporting

import (
	"time"

	"kept"
	"kept/kernel"
	"kept/subject"
)

// state is what is known of an app's reports.
type state struct {
	cycle  time.Duration
	asked  kept.Time // when Atlassian last answered
	called kept.Time // when a token to ask with last came
	until  kept.Time // nobody asks before, but who has claimed it
}

func read(v *kernel.View, app, lock string) (s state, err error) {
	var cycle int64
	_, err = v.Row(`SELECT cycle, asked, called, until FROM reporting WHERE app = $1`+lock, app).Scan(&cycle, &s.asked, &s.called, &s.until)
	if s.cycle = time.Duration(cycle) * time.Microsecond; s.cycle == 0 {
		s.cycle = usualCycle
	}
	return s, err
}

// called notes an instant at which a token came.
func called(tx *kernel.Tx, app string) {
	tx.Exec(`INSERT INTO reporting (app, cycle, asked, called, until) VALUES ($1, 0, 0, $2, 0) ON CONFLICT (app) DO UPDATE SET called = $2`, app, int64(tx.Now()))
}

func asked(tx *kernel.Tx, app string, cycle time.Duration) {
	tx.Exec(`UPDATE reporting SET cycle = $1, asked = $2 WHERE app = $3`, cycle.Microseconds(), int64(tx.Now()), app)
}

func until(tx *kernel.Tx, app string, at kept.Time) {
	tx.Exec(`INSERT INTO reporting (app, cycle, asked, called, until) VALUES ($1, 0, 0, 0, $2) ON CONFLICT (app) DO UPDATE SET until = $2`, app, int64(at))
}

// State is how an app stands.
type State struct {
	App            string
	subject.Census               // Unasked are those whose cycle is over
	Cycle          time.Duration // in which Atlassian wants each account reported
	Asked          kept.Time     // when Atlassian last answered
	Called         kept.Time     // when a token to ask with last came
}

// States are those of all apps that know somebody.
func States(v *kernel.View) (out []State, err error) {
	apps, err := subject.Apps(v)
	for _, app := range apps {
		r, err := read(v, app, "")
		if err != nil {
			return nil, err
		}
		s := State{App: app, Cycle: r.cycle, Asked: r.asked, Called: r.called}
		if s.Census, err = subject.Count(v, app, v.Now().Add(-r.cycle)); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, err
}

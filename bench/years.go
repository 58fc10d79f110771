package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/kernel"
)

// life is when a customer comes and goes.
type life struct {
	at   kept.Time
	name string
	act  string
}

// years lives three of them with three installations for each thousand rows, each of which stores something about somebody, logs
// and leaves, while the epoch turns daily and each day's trigger reports accounts; it tells how long that takes, and for what.
func years(r *run) error {
	s, err := r.server()
	if err != nil {
		return err
	}
	defer s.close()
	accounts := 0
	spent := map[string]float64{}
	timed := func(what string, do func() error) error {
		ms, err := took(do)
		spent[what] += ms
		return err
	}
	scopes := map[string]kept.Scope{}
	customers := r.size * 3 / 1000
	for _, l := range lives(s.Clock.Now(), customers, r.days) {
		if err := timed("clock", func() error { return s.MoveTo(r.ctx, l.at) }); err != nil {
			return err
		}
		err := timed(l.act, func() (err error) {
			switch l.act {
			case "install":
				scopes[l.name], err = s.arrive(l.name)
			case "put":
				err = s.putAbout(scopes[l.name], people, "account-"+l.name)
			case "log":
				err = s.write(scopes[l.name], log(0), 16)
			case "report":
				_, err = s.Server.Reporting.Ask(r.ctx, "app", s.Fake.System("app"))
				accounts += reported(s.Fake.Reported())
			case "uninstall":
				err = s.do(func(tx *kernel.Tx) error {
					_, err := s.Server.Installations.Uninstalled(tx, s.signal(l.name))
					return err
				})
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	total := 0.0
	for _, what := range []string{"install", "put", "log", "uninstall", "report", "clock"} {
		total += spent[what]
		r.tell(Result{Name: fmt.Sprintf("%d days: %s", r.days, what), Engine: r.engine, Clients: 1, Value: spent[what] / 1000, Unit: "s"})
	}
	r.tell(Result{Name: fmt.Sprintf("%d days of %d customers", r.days, customers), Engine: r.engine, Clients: 1, Value: total / 1000, Unit: "s"})
	r.tell(Result{Name: fmt.Sprintf("%d days: accounts reported", r.days), Engine: r.engine, Clients: 1, Value: float64(accounts), Unit: "times"})
	return nil
}

// reported is how many accounts Atlassian was asked about in some calls.
func reported(calls []fake.Report) (accounts int) {
	for _, c := range calls {
		accounts += len(c.Accounts)
	}
	return accounts
}

// lives are drawn from a fixed seed.
func lives(start kept.Time, customers, days int) (all []life) {
	random := rand.New(rand.NewPCG(1, 2))
	day := func(n int) time.Duration { return time.Duration(random.IntN(n*86400)) * time.Second }
	for n := range customers {
		name := fmt.Sprint(n)
		come := start.Add(day(days * 2 / 3))
		leave := come.Add(24*time.Hour + day(days/4))
		all = append(all, life{come, name, "install"}, life{leave, name, "uninstall"})
		for range 3 {
			during := come.Add(time.Duration(random.Int64N(int64(leave.Sub(come)))))
			all = append(all, life{during, name, "put"}, life{during.Add(time.Second), name, "log"})
		}
	}
	for n := range days {
		all = append(all, life{start.Add(time.Duration(n+1) * 24 * time.Hour), "", "report"})
	}
	slices.SortStableFunc(all, func(a, b life) int { return int(max(-1, min(1, int64(a.at-b.at)))) })
	return all
}

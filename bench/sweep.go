package main

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kept"
)

const clients = 8

// sweeps measures how fast lines of logs go when they have run out, and what others notice of it meanwhile.
func sweeps(r *run) error {
	s, err := r.server()
	if err != nil {
		return err
	}
	defer s.close()
	// The epoch turns at midnight, and must not do so in the tick that is measured.
	if err := s.MoveTo(r.ctx, s.Clock.Now().Add(6*time.Hour)); err != nil {
		return err
	}
	ends, err := s.writeLogs()
	if err != nil {
		return err
	}
	if err := s.idle("idle tick beside lines"); err != nil {
		return err
	}
	ctx, d := r.ctx, s.Server.Kernel.DB().Write
	var ours, bare []float64
	for part, end := range ends {
		if part%2 == 1 {
			rate, err := inChunks(ctx, d, []string{`DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE scope = $1 AND class = $2 ORDER BY at LIMIT 1024)`}, s.scope.String(), log(part))
			if err != nil {
				return err
			}
			bare = append(bare, rate)
			continue
		}
		ms, err := s.sweep(end)
		if err != nil {
			return err
		}
		ours = append(ours, float64(r.size/parts)/ms*1000)
	}
	r.tell(Result{Name: "sweep lines", Engine: r.engine, Clients: 1, Value: median(ours), Unit: "rows/s", Raw: median(bare)}.atLeast(0.7))
	return s.besides()
}

// writeLogs fills the logs, and says when the last line of each runs out.
func (s *server) writeLogs() (ends []kept.Time, err error) {
	written, err := took(func() error {
		for part := range parts {
			if err := s.write(s.scope, log(part), s.r.size/parts); err != nil {
				return err
			}
			period, _ := kept.ParsePeriod([]string{"P10D", "P11D", "P12D", "P13D", "P14D"}[part]) // as terms has it
			ends = append(ends, period.From(s.Clock.Now()))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.r.tell(Result{Name: "write lines, 256 a call", Engine: s.r.engine, Clients: 1, Value: float64(s.r.size) / written * 1000, Unit: "lines/s"})
	batched, err := took(func() error { return s.MoveTo(s.r.ctx, s.Clock.Now().Add(2*time.Hour)) })
	if err != nil {
		return nil, err
	}
	s.r.tell(Result{Name: "root over lines", Engine: s.r.engine, Clients: 1, Value: float64(s.r.size) / batched * 1000, Unit: "lines/s"})
	return ends, s.tidy()
}

// sweep is how long the tick takes that finds a log run out.
func (s *server) sweep(end kept.Time) (ms float64, err error) {
	if err := s.MoveTo(s.r.ctx, end.Add(-time.Hour)); err != nil {
		return 0, err
	}
	if err := s.Clock.Set(end); err != nil {
		return 0, err
	}
	return took(func() error { return s.Tick(s.r.ctx) })
}

// besides measures the slowest of the puts of eight clients while a tick sweeps all logs, and without.
func (s *server) besides() error {
	ends, err := s.writeLogs()
	if err != nil {
		return err
	}
	// All of them run out in one tick, as after a server that stood still for days.
	if err := s.MoveTo(s.r.ctx, ends[0].Add(-time.Hour)); err != nil {
		return err
	}
	if err := s.Clock.Set(slices.Max(ends)); err != nil {
		return err
	}
	alone, _, err := s.puts(func() error { time.Sleep(3 * time.Second); return nil })
	if err != nil {
		return err
	}
	during, ms, err := s.puts(func() error { return s.Tick(s.r.ctx) })
	if err != nil {
		return err
	}
	s.r.tell(Result{Name: "sweep lines beside puts", Engine: s.r.engine, Clients: clients, Value: float64(s.r.size) / ms * 1000, Unit: "rows/s"})
	s.r.tell(Result{Name: "put beside a sweep, p99", Engine: s.r.engine, Clients: clients, Value: p99(during), Unit: "ms", Raw: p99(alone)}.atMost(3))
	return nil
}

// puts lets clients put while something else happens, and returns what each put took.
func (s *server) puts(meanwhile func() error) (all []float64, ms float64, err error) {
	var over atomic.Bool
	var mu sync.Mutex
	var group sync.WaitGroup
	var failed error
	for range clients {
		group.Go(func() {
			for !over.Load() {
				ms, err := took(func() error { return s.put(s.scope, data(0)) })
				mu.Lock()
				if all = append(all, ms); err != nil {
					failed = err
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	ms, err = took(meanwhile)
	over.Store(true)
	group.Wait()
	if err == nil {
		err = failed
	}
	return all, ms, err
}

func p99(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)*99/100]
}

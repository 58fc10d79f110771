package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"runtime"
	"slices"
	"sync"

	"kept"
	"kept/db"
	"kept/simulate"
)

// many lives through a range of seeds, as many at a time as there are cores.
func (c simulateCmd) many(e *env, o simulate.Options) error {
	var from, to uint64
	if n, err := fmt.Sscanf(c.Seeds, "%d-%d", &from, &to); n != 2 || err != nil || from > to {
		return kept.Errorf(kept.Invalid, "a range of seeds is A-B").WithHint("--seeds 1-200")
	}
	ctx, stop := context.WithCancel(e.ctx)
	defer stop()
	o.Progress = nil
	var (
		mu       sync.Mutex
		next     = from
		failed   error
		done     uint64
		steps    int
		controls = map[string]int{}
		acts     = map[string]int{}
		never    = map[string]bool{}
	)
	seed := func() (uint64, bool) {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1, next-1 <= to && ctx.Err() == nil
	}
	var workers sync.WaitGroup
	for range 2 * runtime.NumCPU() { // half of the time each waits for the disk
		workers.Go(func() {
			for n, more := seed(); more; n, more = seed() {
				mine := o
				mine.Seed = n
				out, err := c.one(ctx, e, mine)
				mu.Lock()
				switch {
				case ctx.Err() != nil: // stopped by another one
				case err != nil:
					failed = err
					stop()
				case len(out.Findings) > 0:
					failed = errFindings
					fmt.Fprintf(e.out, "seed %d\n", n)
					for _, f := range out.Findings {
						fmt.Fprintln(e.out, "FOUND ", f)
					}
					stop()
				default:
					done++
					steps += len(out.Steps)
					add(controls, out.Controls)
					add(acts, out.Done)
					for _, kind := range out.Never {
						never[kind] = true
					}
					fmt.Fprintf(e.err, "  seed %d is clean, %d of %d\n", n, done, to-from+1)
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	if failed != nil {
		return failed
	}
	if err := e.ctx.Err(); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "seeds %s: %d steps in %d lives, and nothing that the judge would hold against the server\n", c.Seeds, steps, done)
	counts(e, "what happened", acts)
	counts(e, "controls exercised", controls)
	maps.DeleteFunc(never, func(kind string, _ bool) bool { return controls[kind] > 0 })
	if len(never) > 0 {
		fmt.Fprintln(e.out, "never exercised, though they have an engine:", slices.Sorted(maps.Keys(never)))
		return errFindings
	}
	return nil
}

func add(to, of map[string]int) {
	for name, n := range of {
		to[name] += n
	}
}

// one lives through a seed, on PostgreSQL in a schema of its own.
func (c simulateCmd) one(ctx context.Context, e *env, o simulate.Options) (*simulate.Outcome, error) {
	if c.Database == "" {
		return simulate.Run(ctx, o)
	}
	u, err := url.Parse(c.Database)
	if err != nil {
		return nil, kept.Errorf(kept.Invalid, "the URL of the database cannot be read")
	}
	pool, err := db.Look("", c.Database)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	schema := fmt.Sprintf("kept_seed_%d", o.Seed)
	for _, statement := range []string{"DROP SCHEMA IF EXISTS " + schema + " CASCADE", "CREATE SCHEMA " + schema} {
		if _, err := pool.ExecContext(ctx, statement); err != nil {
			return nil, kept.Errorf(kept.Internal, "no schema for the seed: %w", err).WithHint("the user of --database must be allowed to create schemas")
		}
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	fresh := o.Fresh
	o.Fresh = func() (string, string, error) {
		dir, _, err := fresh()
		return dir, u.String(), err
	}
	out, err := simulate.Run(ctx, o)
	if _, dropped := pool.ExecContext(e.ctx, "DROP SCHEMA "+schema+" CASCADE"); err == nil && dropped != nil {
		err = kept.Errorf(kept.Internal, "the schema of the seed: %w", dropped)
	}
	return out, err
}

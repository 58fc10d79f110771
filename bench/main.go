// Command bench measures the server beside its bare engine, in the same run and on the same rows. It fails nothing: a bar
// that is missed is printed as missed.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"slices"
	"time"

	"kept/db"
)

// Result is one figure beside its yardstick.
type Result struct {
	Name    string  `json:"name"`
	Engine  string  `json:"engine"`
	Clients int     `json:"clients"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Raw     float64 `json:"raw,omitempty"`   // of the engine alone, or of the little that the much is held against
	Ratio   float64 `json:"ratio,omitempty"` // of value to raw
	Bar     string  `json:"bar,omitempty"`   // what the ratio should be
	Met     *bool   `json:"met,omitempty"`
}

// atMost and atLeast hold a result against its bar.
func (r Result) atMost(bar float64) Result  { return r.held("≤", bar, r.Value/r.Raw <= bar) }
func (r Result) atLeast(bar float64) Result { return r.held("≥", bar, r.Value/r.Raw >= bar) }

func (r Result) held(sign string, bar float64, met bool) Result {
	r.Ratio, r.Bar, r.Met = r.Value/r.Raw, fmt.Sprintf("%s %g", sign, bar), &met
	return r
}

// run is what one call measures, on one engine.
type run struct {
	ctx      context.Context
	engine   string
	database string // URL of PostgreSQL
	size     int    // rows where there are many
	days     int    // that customers live
	tell     func(Result)
}

var suites = map[string][]func(*run) error{"clocks": {erasures, sweeps, months, years}, "month": {months}, "years": {years}}

func main() {
	suite := flag.String("suite", "clocks", "what to measure")
	format := flag.String("format", "text", "text or json: one object a line")
	small := flag.Bool("small", false, "with few rows, to see that everything works; the figures say nothing")
	database := flag.String("database", "", "URL of a PostgreSQL whose user may create schemas; without it SQLite alone")
	rows := flag.Int("rows", 1_000_000, "how many rows there are where there are many")
	profile := flag.String("cpuprofile", "", "file for a profile of where the time goes")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fail(err)
		}
		defer pprof.StopCPUProfile()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	days := 3 * 365
	if *small {
		*rows, days = 5000, 30
	}
	engines := []string{string(db.SQLite)}
	if *database != "" {
		engines = append(engines, string(db.PostgreSQL))
	}
	for _, engine := range engines {
		for _, measure := range suites[*suite] {
			r := &run{ctx, engine, "", *rows, days, show(*format)}
			if err := r.apart(*database, measure); err != nil {
				fail(err)
			}
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(3)
}

func show(format string) func(Result) {
	if format == "json" {
		out := json.NewEncoder(os.Stdout)
		return func(r Result) { out.Encode(r) }
	}
	return func(r Result) {
		fmt.Printf("%-28s %-10s %2d clients  %12.2f %-8s", r.Name, r.Engine, r.Clients, r.Value, r.Unit)
		if r.Met != nil {
			fmt.Printf("  beside %12.2f: %.2f, %s %s", r.Raw, r.Ratio, r.Bar, map[bool]string{true: "met", false: "missed"}[*r.Met])
		}
		fmt.Println()
	}
}

// apart gives a measure a schema of its own on PostgreSQL, and takes it away again.
func (r *run) apart(database string, measure func(*run) error) error {
	if r.engine == string(db.SQLite) {
		return measure(r)
	}
	admin, err := db.Look("", database)
	if err != nil {
		return err
	}
	defer admin.Close()
	schema := fmt.Sprintf("kept_bench_%d", os.Getpid())
	if _, err := admin.ExecContext(r.ctx, "CREATE SCHEMA "+schema); err != nil {
		return err
	}
	defer admin.Exec("DROP SCHEMA " + schema + " CASCADE")
	r.database = database + separator(database) + "search_path=" + schema
	return measure(r)
}

func separator(url string) string {
	for _, c := range url {
		if c == '?' {
			return "&"
		}
	}
	return "?"
}

// took is how long something takes, in milliseconds.
func took(do func() error) (ms float64, err error) {
	start := time.Now()
	err = do()
	return float64(time.Since(start).Microseconds()) / 1000, err
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// inChunks repeats a statement, each time in a transaction of its own, until it changes nothing more; it returns rows per second.
func inChunks(ctx context.Context, d *sql.DB, statements []string, args ...any) (rate float64, err error) {
	rows := int64(0)
	ms, err := took(func() error {
		for {
			tx, err := d.BeginTx(ctx, nil)
			if err != nil {
				return err
			}
			n := int64(0)
			for _, statement := range statements {
				result, err := tx.ExecContext(ctx, statement, args...)
				if err != nil {
					tx.Rollback()
					return err
				}
				n, _ = result.RowsAffected() // both engines know
			}
			if err := tx.Commit(); err != nil || n == 0 {
				return err
			}
			rows += n
		}
	})
	return float64(rows) / ms * 1000, err
}

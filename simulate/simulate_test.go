package simulate

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"kept/assembly"
	"kept/db/dbtest"
	"kept/policy"
	"kept/stage"
)

// tries is how often a failing test lives again in search of a shorter trace.
const tries = 15

// TestMain is also the process in which the server of a simulation runs.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "stage" {
		if err := stage.Child(context.Background(), os.Stdin, os.Stdout, os.Stderr); err != nil {
			os.Exit(1)
		}
		return
	}
	dbtest.Main(m)
}

// options are those of a small life under a policy of the examples.
func options(t *testing.T, dir string, seed uint64) Options {
	t.Helper()
	p, err := policy.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := assembly.Texts(p)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Policy: p, Texts: texts, Years: 1, Installations: 8, Seed: seed, Faults: Faults,
		Server: func() *exec.Cmd { return exec.Command(os.Args[0], "stage") },
		Fresh:  func() (string, string, error) { return t.TempDir(), "", nil }}
}

// lives lives, and gives what came of it; nil where something was found.
func lives(t *testing.T, o Options) *Outcome {
	t.Helper()
	out, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range out.Findings {
		t.Error(f)
	}
	if len(out.Findings) > 0 {
		if shortest, err := Minimise(t.Context(), o, out, tries); err == nil {
			for _, s := range shortest.Steps {
				t.Log(s)
			}
		}
		return nil
	}
	if testing.Verbose() {
		fmt.Fprintln(os.Stderr, len(out.Steps), out.Done, out.Controls)
	}
	return out
}

// examples are the policies of which the seeds of KEPT_SEEDS take turns.
var examples = []string{"larkspur", "stories/avocet", "stories/curlew", "stories/dipper", "stories/dunlin", "stories/godwit", "stories/heron", "stories/ibis", "stories/knot",
	"stories/linnet", "stories/osprey", "stories/pipit", "stories/plover", "stories/siskin", "stories/tern", "stories/whimbrel", "stories/wren"}

// TestSeedsOnSQLite lives through the seeds of KEPT_SEEDS, A-B: .ci/run names some, other ones with every commit.
func TestSeedsOnSQLite(t *testing.T) {
	seeds(t, func(t *testing.T, dir string, seed uint64) Options { return options(t, "../examples/"+dir, seed) })
}

// TestSeedsOnPostgreSQL does the same there.
func TestSeedsOnPostgreSQL(t *testing.T) { seeds(t, onPostgreSQL) }

func seeds(t *testing.T, on func(t *testing.T, dir string, seed uint64) Options) {
	from, to := uint64(6), uint64(6) // heron, if nobody asks for more
	if text := os.Getenv("KEPT_SEEDS"); text != "" {
		if _, err := fmt.Sscanf(text, "%d-%d", &from, &to); err != nil {
			t.Fatalf("KEPT_SEEDS=%s is not A-B", text)
		}
	}
	var mu sync.Mutex
	never, exercised := map[string]bool{}, map[string]bool{}
	t.Run("each", func(t *testing.T) {
		for seed := from; seed <= to; seed++ {
			dir := examples[seed%uint64(len(examples))]
			t.Run(fmt.Sprint(filepath.Base(dir), " ", seed), func(t *testing.T) {
				t.Parallel()
				o := on(t, dir, seed)
				o.Installations = 4
				out := lives(t, o)
				if out == nil {
					return
				}
				mu.Lock()
				defer mu.Unlock()
				for _, kind := range out.Never {
					never[kind] = true
				}
				for kind, n := range out.Controls {
					exercised[kind] = exercised[kind] || n > 0
				}
			})
		}
	})
	for kind := range never { // one year of one policy may miss a kind
		if !exercised[kind] && to-from >= uint64(len(examples)) {
			t.Errorf("%s was never exercised", kind)
		}
	}
}

func onPostgreSQL(t *testing.T, dir string, seed uint64) Options {
	o := options(t, "../examples/"+dir, seed)
	o.Installations = 4
	fresh, restart, ok := dbtest.Own(t)
	if !ok {
		t.Skip("no PostgreSQL")
	}
	o.Restart = restart
	o.Fresh = func() (string, string, error) { return t.TempDir(), fresh(), nil }
	return o
}

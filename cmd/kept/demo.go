package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kept"
	"kept/api"
	"kept/board"
	"kept/console"
	"kept/coverage"
	"kept/demo"
	"kept/examples"
	"kept/policy"
	"kept/stage"
)

type demoCmd struct {
	Headless bool   `help:"Do not serve the console; print the outcome and end."`
	Format   string `enum:"text,json" default:"text" help:"text or json."`
	Policy   string `type:"path" help:"The folder of another policy: customers who know nothing but that policy live its year."`
	documents
	Break  string `enum:",retention,ledger,place,purpose" default:"" help:"Let somebody tamper with the database meanwhile: retention, ledger, place or purpose."`
	Listen string `default:"127.0.0.1:8080" help:"Loopback address of the console."`
}

func (c demoCmd) Run(e *env) error {
	if !c.Headless && !loopback(c.Listen) {
		return kept.Errorf(kept.Denied, "the demonstration is served on loopback alone: nobody logs in there")
	}
	var listener net.Listener
	if !c.Headless { // before the year: nobody should wait for it in vain
		var err error
		if listener, err = net.Listen("tcp", c.Listen); err != nil {
			return kept.Errorf(kept.Internal, "cannot listen: %w", err).WithHint("choose another port: --listen 127.0.0.1:8081")
		}
		defer listener.Close()
	}
	dir, err := os.MkdirTemp("", "kept-demo-")
	if err != nil {
		return kept.Errorf(kept.Internal, "no folder for the demonstration: %w", err)
	}
	defer os.RemoveAll(dir)
	s, err := c.live(e, dir)
	if err != nil {
		return err
	}
	defer s.Close()
	verdicts, err := s.Board.Judge(e.ctx)
	if err != nil {
		return err
	}
	if err := c.print(e, verdicts); err != nil {
		return err
	}
	if c.Headless {
		if len(verdicts.Broken) > 0 {
			return errFindings
		}
		return nil
	}
	return show(e, s, listener)
}

func (c demoCmd) live(e *env, dir string) (s *stage.Stage, err error) {
	folder := c.Policy
	if folder == "" {
		if folder, err = examples.Unpack(dir, "larkspur"); err != nil {
			return nil, err
		}
	}
	p, texts, err := c.load(folder)
	if err != nil {
		return nil, err
	}
	bar := newProgress(e.err)
	rehearsals, err := c.rehearse(&env{ctx: e.ctx, out: bar, err: bar}, folder, p)
	if err != nil {
		return nil, err
	}
	s, err = demo.Live(e.ctx, demo.Options{Policy: p, Texts: texts, Dir: dir, Until: systemClock{}.Now(), Break: c.Break,
		Strangers: c.Policy != "", Build: build(), Rehearsed: rehearsals, Progress: bar.show})
	bar.end()
	return s, err
}

// rehearse runs the stories beside a policy; another one than the example's may have none.
func (c demoCmd) rehearse(e *env, folder string, p *policy.Policy) (board.Rehearsals, error) {
	if found, err := filepath.Glob(filepath.Join(folder, "stories", "*.story")); err != nil || len(found) == 0 && c.Policy != "" {
		return nil, err
	}
	rehearsal := rehearseCmd{Dir: folder}
	rehearsals, failed, err := rehearsal.rehearse(e, p)
	if err == nil && failed > 0 {
		err = kept.Errorf(kept.Internal, "%d of %d stories failed at the rehearsal", failed, len(rehearsal.Story))
	}
	return rehearsals, err
}

// outcome is what a headless demonstration prints: the board's counts without its list.
type outcome struct {
	Vendor    string            `json:"vendor"`
	At        kept.Time         `json:"at"`
	Promises  board.Counts      `json:"promises"`
	Documents []coverage.Report `json:"documents"` // without their lists
	Ledger    board.Ledger      `json:"ledger"`
	Broken    []string          `json:"broken,omitempty"`
	AtRisk    []string          `json:"at_risk,omitempty"`
	Unproven  []string          `json:"unproven,omitempty"`
	Idle      []string          `json:"idle,omitempty"` // kinds of control with an engine of which the year exercised no promise
}

func idle(v *board.Verdicts) (kinds []string) {
	exercised := map[string]bool{}
	for _, j := range v.List {
		if j.Verdict != kept.NoVerdict && j.Verdict != kept.NoEngine && j.Verdict != kept.Contradicted {
			exercised[j.Control] = exercised[j.Control] || j.Exercised != 0
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(exercised)) {
		if !exercised[kind] {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

func (c demoCmd) print(e *env, v *board.Verdicts) error {
	var risky, unproven []string
	for _, j := range v.List {
		says := j.ID + ": " + j.Why.String()
		switch j.Verdict {
		case kept.AtRisk:
			risky = append(risky, says)
		case kept.Unproven:
			unproven = append(unproven, says)
		}
	}
	if c.Format == "json" {
		var documents []coverage.Report
		for _, r := range v.Documents {
			counts := *r
			counts.List = nil
			documents = append(documents, counts)
		}
		return printJSON(e.out, outcome{v.Vendor, v.At, v.Promises, documents, v.Ledger, v.Broken, risky, unproven, idle(v)})
	}
	n := v.Promises
	fmt.Fprintf(e.out, "%s, a year until %s\n", v.Vendor, v.At)
	fmt.Fprintf(e.out, "  kept %d, at risk %d, broken %d, unproven %d, no engine yet %d, contradicted %d, attested %d\n",
		n.Kept, n.AtRisk, n.Broken, n.Unproven, n.NoEngine, n.Contradicted, n.Attested)
	if v.Ledger.Verified {
		fmt.Fprintf(e.out, "  the ledger verifies: %d facts, root %.16s…\n", v.Ledger.Size, v.Ledger.Root)
	}
	if b, asked := demo.Breaks[c.Break]; asked {
		fmt.Fprintf(e.out, "  tampered with, as you asked: %s\n", b.Says)
	}
	for _, what := range v.Broken {
		fmt.Fprintln(e.out, "  BROKEN  ", what)
	}
	for _, what := range risky {
		fmt.Fprintln(e.out, "  at risk ", what)
	}
	for _, what := range unproven {
		fmt.Fprintln(e.out, "  unproven", what)
	}
	if kinds := idle(v); kinds != nil {
		fmt.Fprintln(e.out, "  of these kinds of control no promise was exercised:", strings.Join(kinds, ", "))
	}
	return nil
}

// show serves the console, read-only, while the clock of the year goes on.
func show(e *env, s *stage.Stage, listener net.Listener) error {
	s.Clock.Run(systemClock{}.Now)
	face := api.New(api.Options{Server: s.Server, Board: s.Board, Verify: s.Verify,
		Console: console.New(console.Options{Board: s.Board, Server: s.Server, ReadOnly: true, Demo: true})})
	server := &http.Server{Handler: face, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintf(e.out, `
Look at http://%s/
  the board                 what is promised, and how much of it is kept
  the document              the text, sentence by sentence
  installations             what was stored, what will go when, what went
End with Ctrl-C; nothing stays behind.
`, listener.Addr())
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-failed:
			return err
		case <-e.ctx.Done():
			stopping, cancel := context.WithTimeout(context.Background(), graceful)
			defer cancel()
			return server.Shutdown(stopping)
		case <-tick.C:
			if err := s.Tick(e.ctx); err != nil && !errors.Is(err, context.Canceled) {
				return err
			}
		}
	}
}

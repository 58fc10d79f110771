package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync/atomic"

	"kept"
	"kept/assembly"
	"kept/policy"
	"kept/simulate"
	"kept/stage"
)

type simulateCmd struct {
	Dir           string   `arg:"" type:"path" help:"The policy's folder."`
	Years         int      `default:"1" help:"How many years are lived."`
	Installations int      `default:"8" help:"How many customers there are."`
	Seed          uint64   `default:"1" help:"Decides everything that happens."`
	Seeds         string   `help:"A range of seeds, A-B, lived through on all cores; it replaces --seed, stops at the first finding and ends with a summary."`
	Hasty         string   `type:"path" help:"Folder of a policy that ends something earlier, with which the server is started now and then; DIR-hasty where that is there."`
	Faults        []string `default:"${faults}" help:"What goes wrong beside: some of ${faults}; none for nothing."`
	Database      string   `help:"postgres://… of an empty schema instead of the embedded database. Nothing is minimised there."`
	Tries         int      `default:"30" help:"How often to live again in search of a shorter trace of a finding."`
	Picture       string   `type:"path" help:"Draw the years into an SVG file, too."`
	Unchecked     bool     `help:"Print what the judge does not look at, and end."`
}

// stageCmd is the process that a simulation kills.
type stageCmd struct{}

func (stageCmd) Run(e *env) error { return stage.Child(context.Background(), os.Stdin, e.out, e.err) }

func (c simulateCmd) Run(e *env) error {
	p, err := policy.Load(c.Dir)
	if err != nil {
		return err
	}
	if c.Unchecked {
		for _, line := range simulate.Unchecked(p) {
			fmt.Fprintln(e.out, line)
		}
		return nil
	}
	if c.Years < 1 || c.Installations < 1 {
		return kept.Errorf(kept.Invalid, "a simulation has at least one year and one installation")
	}
	texts, err := assembly.Texts(p)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "kept-simulation-")
	if err != nil {
		return kept.Errorf(kept.Internal, "no folder for the simulation: %w", err)
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return kept.Errorf(kept.Internal, "no process for the server: %w", err)
	}
	hasty, err := c.hasty()
	if err != nil {
		return err
	}
	bar := newProgress(e.err)
	var lives atomic.Int64
	o := simulate.Options{Policy: stage.Cast(p), Hasty: hasty, Texts: texts, Years: c.Years, Installations: c.Installations, Seed: c.Seed, Build: build(), Progress: bar.show,
		Server: func() *exec.Cmd { return exec.Command(self, "stage") },
		Fresh: func() (string, string, error) {
			fresh := filepath.Join(dir, fmt.Sprint(lives.Add(1)))
			return fresh, c.Database, os.Mkdir(fresh, 0o700)
		}}
	if !slices.Equal(c.Faults, []string{"none"}) {
		o.Faults = c.Faults
	}
	if c.Seeds != "" {
		return c.many(e, o)
	}
	out, err := simulate.Run(e.ctx, o)
	bar.end()
	if err != nil {
		return err
	}
	if len(out.Findings) > 0 {
		return c.found(e, o, out)
	}
	fmt.Fprintf(e.out, "seed %d: %d steps in %d years, and nothing that the judge would hold against the server\n", c.Seed, len(out.Steps), c.Years)
	fmt.Fprint(e.out, "\n", out.Picture, "\n")
	if c.Picture != "" {
		if err := os.WriteFile(c.Picture, []byte(out.Picture.SVG()), 0o644); err != nil {
			return kept.Errorf(kept.Internal, "the picture: %w", err)
		}
	}
	counts(e, "what happened", out.Done)
	counts(e, "controls exercised", out.Controls)
	if len(out.Never) > 0 {
		fmt.Fprintln(e.out, "never exercised, though they have an engine:", out.Never)
		return errFindings
	}
	return nil
}

// hasty is the policy that ends something earlier; nil for none.
func (c simulateCmd) hasty() (*policy.Policy, error) {
	dir := c.Hasty
	if dir == "" {
		dir = filepath.Clean(c.Dir) + simulate.HastySuffix
		if _, err := os.Stat(dir); err != nil {
			return nil, nil
		}
	}
	p, err := policy.Load(dir)
	if err != nil {
		return nil, err
	}
	return stage.Cast(p), nil
}

func counts(e *env, title string, of map[string]int) {
	fmt.Fprintln(e.out, title+":")
	for _, name := range slices.Sorted(maps.Keys(of)) {
		fmt.Fprintf(e.out, "  %6d  %s\n", of[name], name)
	}
}

func (c simulateCmd) found(e *env, o simulate.Options, out *simulate.Outcome) error {
	print := func(out *simulate.Outcome) {
		for _, f := range out.Findings {
			fmt.Fprintln(e.out, "FOUND ", f)
		}
	}
	fmt.Fprintf(e.out, "seed %d\n", c.Seed)
	print(out)
	if c.Database == "" && c.Tries > 0 {
		shorter, err := simulate.Minimise(e.ctx, o, out, c.Tries)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.out, "\n%d of %d steps are enough:\n", len(shorter.Steps), len(out.Steps))
		for _, s := range shorter.Steps {
			fmt.Fprintln(e.out, " ", s)
		}
		print(shorter)
	}
	return errFindings
}

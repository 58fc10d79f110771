package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"kept"
	"kept/assembly"
	"kept/board"
	"kept/policy"
	"kept/story"
)

type rehearseCmd struct {
	Dir      string   `arg:"" type:"path" help:"The policy's folder."`
	Story    []string `arg:"" optional:"" type:"path" help:"Stories; without any, all of stories/*.story in the policy's folder."`
	Database string   `help:"postgres://… of an empty schema instead of the embedded database; for one story."`
	Another  string   `help:"postgres://… of another empty schema, for a story with two servers."`
	NoRecord bool     `help:"Do not write rehearsed.json into the policy's folder."`
	Verbose  bool     `help:"Show the server's log."`
}

func (c rehearseCmd) Run(e *env) error {
	p, err := policy.Load(c.Dir)
	if err != nil {
		return err
	}
	r, failed, err := c.rehearse(e, p)
	if err != nil {
		return err
	}
	if failed > 0 {
		fmt.Fprintf(e.err, "%d of %d stories failed\n", failed, len(c.Story))
		return errFindings
	}
	fmt.Fprintf(e.out, "stories passed: %d; they exercised %d of %d promises\n", len(c.Story), len(r), len(p.Promises))
	if c.NoRecord {
		return nil
	}
	return record(c.Dir, p, r)
}

// rehearse runs every story on a server of its own and tells which promises they exercised.
func (c *rehearseCmd) rehearse(e *env, p *policy.Policy) (board.Rehearsals, int, error) {
	if len(c.Story) == 0 {
		found, err := filepath.Glob(filepath.Join(c.Dir, "stories", "*.story"))
		if err != nil || len(found) == 0 {
			return nil, 0, kept.Errorf(kept.Invalid, "there are no stories in %s", filepath.Join(c.Dir, "stories")).
				WithHint("name them, or put some there: docs/stories.md")
		}
		c.Story = found
	}
	log := slog.New(slog.DiscardHandler)
	if c.Verbose {
		log = slog.New(slog.NewTextHandler(e.err, nil))
	}
	texts, err := assembly.Texts(p)
	if err != nil {
		return nil, 0, err
	}
	rehearsals, failed := board.Rehearsals{}, 0
	for _, name := range c.Story {
		promises, err := c.one(e, name, story.Options{Policy: p, Texts: texts, Database: c.Database, Another: c.Another, Log: log, Build: build()})
		if e.ctx.Err() != nil {
			return nil, 0, e.ctx.Err()
		}
		if err != nil {
			failed++
			fmt.Fprintf(e.out, "FAILED  %s\n", name)
			report(err, e.out)
			continue
		}
		fmt.Fprintf(e.out, "passed  %s\n", name)
		for _, id := range promises {
			rehearsals[id] = systemClock{}.Now()
		}
	}
	return rehearsals, failed, nil
}

func (c *rehearseCmd) one(e *env, name string, o story.Options) ([]string, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, kept.Errorf(kept.Invalid, "the story: %w", err)
	}
	s, err := story.Parse(name, src)
	if err != nil {
		return nil, err
	}
	if o.Dir, err = os.MkdirTemp("", "kept-rehearsal-"); err != nil {
		return nil, kept.Errorf(kept.Internal, "no folder for the rehearsal: %w", err)
	}
	defer os.RemoveAll(o.Dir)
	return story.Run(e.ctx, s, o)
}

// rehearsal is the file rehearsed.json: it counts for this build and this policy alone.
type rehearsal struct {
	Build    string           `json:"build"`
	Policy   string           `json:"policy"` // digest, hexadecimal
	Promises board.Rehearsals `json:"promises"`
}

const rehearsalFile = "rehearsed.json"

func record(dir string, p *policy.Policy, r board.Rehearsals) error {
	b, err := json.MarshalIndent(rehearsal{build(), hex.EncodeToString(p.Digest[:]), r}, "", "  ")
	if err != nil {
		return kept.Errorf(kept.Internal, "rehearsal: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, rehearsalFile), append(b, '\n'), 0o644); err != nil {
		return kept.Errorf(kept.Internal, "rehearsal: %w", err)
	}
	return nil
}

// rehearsed reads what the last rehearsal of this build and policy recorded; anything else counts for nothing.
func rehearsed(dir string, p *policy.Policy) board.Rehearsals {
	b, err := os.ReadFile(filepath.Join(dir, rehearsalFile))
	if err != nil {
		return nil
	}
	var r rehearsal
	if json.Unmarshal(b, &r) != nil || r.Build != build() || r.Policy != hex.EncodeToString(p.Digest[:]) {
		return nil
	}
	return r.Promises
}

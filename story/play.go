package story

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"

	"kept"
	"kept/assembly"
	"kept/atlassian/fake"
	"kept/document"
	"kept/policy"
	"kept/retention"
	"kept/stage"
)

// Options says under what a story is run.
type Options struct {
	Policy   *policy.Policy // unless the story names its own
	Texts    map[string]*document.Text
	Dir      string // an empty folder for data and keys
	Database string // URL of an empty PostgreSQL schema; empty for the embedded database
	Another  string // URL of another one, for a story with two servers
	Log      *slog.Logger
	Build    string
}

// play is a story while it runs.
type play struct {
	stage    *stage.Stage   // of the server that is spoken of,
	servers  []*stage.Stage // of those that there are
	another  string         // database of a second one
	tenants  []*tenant
	refusal  *stage.Problem // what the last action was refused with
	value    string         // what was read last, as JSON
	reviewed int            // lines of the log that was reviewed last
	probed   probed
	dir      string              // where the story lies
	calls    []fake.Report       // with which accounts were reported
	deaf     bool                // Atlassian answers no reports
	shown    []retention.Forward // by the last dry run
	held     map[string]kept.ID  // holds that were placed last, by holdKey
}

// Run puts a server on stage and lets the story happen to it. It returns the ids of the promises that the story
// exercised. An error names file and line, what was expected and what was seen; an action that is refused without an
// expectation of it fails the story.
func Run(ctx context.Context, s *Story, o Options) (exercised []string, err error) {
	if s.Policy != "" {
		dir := filepath.Join(filepath.Dir(s.File), filepath.FromSlash(s.Policy))
		if o.Policy, err = policy.Load(dir); err != nil {
			return nil, err
		}
		if o.Texts, err = assembly.Texts(o.Policy); err != nil {
			return nil, err
		}
	}
	switch {
	case o.Policy == nil:
		return nil, kept.Errorf(kept.Invalid, "%s: the story names no policy, and it was given none", s.File)
	case len(s.Steps) == 0:
		return nil, kept.Errorf(kept.Invalid, "%s: nothing happens in the story", s.File)
	}
	start := s.Steps[0].args["TIME"].(kept.Time) // Parse saw to it
	st, err := stage.Open(ctx, stage.Options{Policy: o.Policy, Texts: o.Texts, Start: start, Dir: o.Dir,
		Database: o.Database, Log: o.Log, Build: o.Build, Marketplace: s.asksMarketplace()})
	if err != nil {
		return nil, err
	}
	st.Hoard = stage.NewHoard()
	p := &play{stage: st, servers: []*stage.Stage{st}, another: o.Another, dir: filepath.Dir(s.File), held: map[string]kept.ID{}}
	defer func() {
		for _, server := range p.servers {
			err = errors.Join(err, server.Close())
		}
	}()
	if err := p.run(ctx, s); err != nil {
		return nil, err
	}
	return p.exercised(ctx)
}

// exercised are the promises that one of the servers has exercised.
func (p *play) exercised(ctx context.Context) (ids []string, err error) {
	for _, server := range p.servers {
		board, err := server.Board.Judge(ctx)
		if err != nil {
			return nil, err
		}
		for _, j := range board.List {
			if j.Exercised != 0 && !slices.Contains(ids, j.ID) {
				ids = append(ids, j.ID)
			}
		}
	}
	return ids, nil
}

// hoards lets the adversary copy whatever there is.
func (p *play) hoards(ctx context.Context) error {
	for _, server := range p.servers {
		if err := server.Copy(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *play) run(ctx context.Context, s *Story) error {
	for i, step := range s.Steps {
		if p.refusal != nil && !step.form.refusal {
			return s.refused(s.Steps[i-1], p.refusal)
		}
		err := step.form.run(p, ctx, step.args)
		if !step.form.expects && !errors.As(err, &p.refusal) && err == nil {
			err = p.hoards(ctx)
		}
		if err != nil && p.refusal == nil {
			return s.failed(step, err)
		}
		if p.refusal != nil && p.refusal.Status >= 500 {
			return s.failed(step, p.refusal)
		}
	}
	if p.refusal != nil {
		return s.refused(s.Steps[len(s.Steps)-1], p.refusal)
	}
	return nil
}

func (s *Story) failed(step Step, err error) error {
	return kept.Errorf(kept.Invalid, "%s:%d: %s\n    %w", s.File, step.Line, step.Text, err)
}

func (s *Story) refused(step Step, problem *stage.Problem) error {
	return kept.Errorf(kept.Invalid, "%s:%d: %s\n    was refused: %w", s.File, step.Line, step.Text, problem).
		WithHint("a refusal that belongs to the story is followed by: expect refused")
}

// unlike is how an expectation fails.
func unlike(want, seen any) error {
	return kept.Errorf(kept.Invalid, "expected %v, seen %v", want, seen)
}

func count(n int, what string) string { return fmt.Sprintf("%d %s", n, what) }

func (p *play) at(ctx context.Context, a args) error {
	return stage.Move(ctx, a["TIME"].(kept.Time), p.servers...)
}

func (p *play) wait(ctx context.Context, a args) error {
	return stage.Move(ctx, a["PERIOD"].(kept.Period).From(p.stage.Clock.Now()), p.servers...)
}

func (p *play) tick(ctx context.Context, _ args) error { return stage.Tick(ctx, p.servers...) }

func (p *play) restart(ctx context.Context, _ args) error { return p.stage.Restart(ctx) }

// stands moves the server: another one goes on elsewhere with the same data.
func (p *play) stands(ctx context.Context, a args) error {
	p.stage.Region, p.stage.DatabaseRegion = word(a, "REGION"), ""
	return p.stage.Restart(ctx)
}

// Package simulate lives years of a vendor's customers under a policy, faults included, with a judge watching every
// step. Everything is decided by a seed; the same seed and the same build do the same again, but for the bytes of keys.
// It holds no real data and touches no network but loopback.
package simulate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"kept"
	"kept/document"
	"kept/judge"
	"kept/policy"
	"kept/stage"
)

// Options says whose years are lived.
type Options struct {
	Policy        *policy.Policy
	Hasty         *policy.Policy // one that ends something earlier, with which the server is started now and then; may be nil
	Texts         map[string]*document.Text
	Fresh         func() (dir, database string, err error) // an empty folder and, for PostgreSQL, an empty schema for each run
	Years         int
	Installations int
	Seed          uint64
	Faults        []string // of Faults
	Build         string
	Server        func() *exec.Cmd               // a process that runs stage.Child
	Restart       func(context.Context) error    // restarts PostgreSQL; nil when all that can be done is to cut its connections
	Progress      func(day, of int, date string) // may be nil

	until kept.Time // the end, where it comes before that of the years
}

// Faults are what may go wrong beside the customers: signals that get lost, come twice, late, or behind a later one; a
// server that is started anew, in order or after its process was killed; a disk that is full; a database that restarts; a
// clock that is wrong for a while; a policy that ends something earlier; customers that all leave within hours.
var Faults = []string{"lost", "doubled", "late", "reordered", "restart", "kill", "disk-full", "database-restart", "clock", "hasty", "exodus", "all-closed"}

// Outcome is what a simulation saw.
type Outcome struct {
	Steps    []Step
	Done     map[string]int // by act and answer
	Controls map[string]int // by control kind
	Never    []string       // kinds that the policy uses, that have an engine, and that nothing exercised
	Picture  *Picture
	Findings []judge.Finding // of the step at which the first one was found
}

// first is the instant at which every simulation begins.
const first = kept.Time(1_767_225_600_000_000) // 2026-01-01

// Run lives through the plan of a seed.
func Run(ctx context.Context, o Options) (*Outcome, error) {
	steps, err := plan(o)
	if err != nil {
		return nil, err
	}
	return live(ctx, o, steps)
}

// Unchecked says what the judge does not look at under a policy.
func Unchecked(p *policy.Policy) []string { return judge.New(plain(p), planted).Unchecked() }

// live lets steps happen on a stage of their own, until the end or the first finding.
func live(ctx context.Context, o Options, steps []Step) (out *Outcome, err error) {
	dir, database, err := o.Fresh()
	if err != nil {
		return nil, err
	}
	log := &buffer{}
	mine := ""
	if database != "" {
		mine = fmt.Sprintf("kept-%d-%d", os.Getpid(), born.Add(1))
		if database, err = named(database, mine); err != nil {
			return nil, err
		}
	}
	l := &life{o: o, log: log, mine: mine, judge: judge.New(plain(o.Policy), planted), done: map[string]int{}, controls: map[string]int{}}
	options := stage.Options{Policy: o.Policy, Start: first, Dir: dir, Database: database, Build: o.Build, Marketplace: o.asksMarketplace()}
	if o.moves() {
		if err := l.beside(ctx, &options); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, l.peer.shut(), l.peer.Close()) }()
	}
	if l.Apart, err = stage.OpenApart(ctx, options, log, o.Server); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.shut(), l.Close()) }()
	if l.peer != nil {
		if err := l.known(); err != nil {
			return nil, err
		}
	}
	found, err := l.through(ctx, steps)
	if err != nil {
		return nil, err
	}
	out = &Outcome{Steps: steps, Done: l.done, Controls: l.judge.Exercised(), Picture: &l.picture, Findings: found}
	for kind, n := range l.controls {
		out.Controls[kind] += n
	}
	if l.peer != nil {
		for kind, n := range l.peer.judge.Exercised() {
			out.Controls[kind] += n
		}
	}
	out.Never = never(o, out.Controls)
	return out, nil
}

// never lists the kinds of controls with an engine that nothing exercised. Information promises nothing, and nothing can be
// published whose text is not at hand.
func never(o Options, exercised map[string]int) []string {
	kinds, p := map[string]bool{}, o.Policy
	for _, pr := range p.Promises {
		if pr.Control == "publish" && len(o.Texts) == 0 {
			continue
		}
		if ok, _ := pr.Engine(); ok && pr.Control != "information" && !p.Contradicted(pr) && exercised[pr.Control] == 0 {
			kinds[pr.Control] = true
		}
	}
	return slices.Sorted(maps.Keys(kinds))
}

// through goes from step to step. The clock stops at every due date and every day between them.
func (l *life) through(ctx context.Context, steps []Step) ([]judge.Finding, error) {
	end := first.Add(time.Duration(l.o.Years) * 365 * day)
	if l.o.until != 0 {
		end = l.o.until
	}
	if err := l.enrol(ctx); err != nil {
		return nil, err
	}
	if l.Marketplace {
		l.judge.AsksMarketplace(first)
	}
	for _, step := range steps {
		if found, err := l.move(ctx, max(first.Add(step.At), l.Clock.Now()+1)); err != nil || len(found) > 0 {
			return found, err
		}
		found, err := l.take(ctx, step)
		if err != nil || len(found) > 0 {
			return found, err
		}
		if found, err = l.look(ctx, false, false); err != nil || len(found) > 0 {
			return found, err
		}
	}
	if found, err := l.move(ctx, max(end, l.Clock.Now()+1)); err != nil || len(found) > 0 {
		return found, err
	}
	if l.troubled {
		if found, err := space(l, ctx, nil, Step{}); err != nil || len(found) > 0 {
			return found, err
		}
	}
	if l.peer != nil {
		if found, err := l.peer.look(ctx, true, true); err != nil || len(found) > 0 {
			return found, err
		}
	}
	return l.look(ctx, true, true)
}

// due is the next date of this server and of the one beside it: what one of them does at an instant the other one hears then.
func (l *life) due() kept.Time {
	if l.peer == nil || l.peer.next == 0 || l.next != 0 && l.next < l.peer.next {
		return l.next
	}
	return l.peer.next
}

// move is how time passes: to each due date and each midnight until t, with a tick and a look at each. At t itself nobody
// ticks where nothing is due: a server whose last tick was a while ago must hold its clocks all the same.
func (l *life) move(ctx context.Context, t kept.Time) ([]judge.Finding, error) {
	next, err := l.Next()
	if err == nil {
		l.next = next
	} else if !l.troubled {
		return nil, err
	}
	for {
		now := l.Clock.Now()
		today := now.Day()
		next := min(t, kept.StartOfDay(today+1))
		switch due := l.due(); {
		case due == 0:
		case l.troubled && due <= now: // what could not be done even not be put off
			next = min(next, now.Add(time.Hour))
		case due < next:
			next = max(due, now)
		}
		if err := l.Clock.Set(next); err != nil {
			return nil, err
		}
		if quiet := l.next == 0 || l.next > next; quiet && next == t && next.Day() == today && !l.troubled && l.peer == nil {
			_, err := l.Next() // the server hears what time it is
			return nil, err
		}
		if err := l.ticks(ctx); err != nil {
			return nil, err
		}
		if found, err := l.tellReports(ctx); err != nil || len(found) > 0 {
			return found, err
		}
		now = l.Clock.Now() // later than next where a killed tick was made up for
		if !l.troubled && l.next != 0 && l.next <= now {
			return nil, kept.Errorf(kept.Internal, "a date of %s stands where it was after a tick", l.next)
		}
		midnight := now.Day() > today
		if midnight {
			l.picture.sketch(l.today(), l.judge.Standings())
		}
		if midnight && l.o.Progress != nil {
			l.o.Progress(int(now.Sub(first)/day), 365*l.o.Years, now.Std().Format("2 January 2006"))
		}
		if found, err := l.look(ctx, true, midnight && now.Std().Day() == 1); err != nil || len(found) > 0 {
			return found, err
		}
		if midnight && !l.troubled && now.Day()%boardEvery == 0 {
			if found, err := l.readBoard(ctx); err != nil || len(found) > 0 {
				return found, err
			}
		}
		if now >= t {
			return nil, nil
		}
	}
}

func (l *life) look(ctx context.Context, ticked, whole bool) ([]judge.Finding, error) {
	w, err := l.world()
	if err != nil {
		return nil, err
	}
	w.Logs, w.Ticked, w.Whole = l.log.take(), ticked, whole
	found, err := l.judge.Look(ctx, w)
	found, l.found = append(l.found, found...), nil
	if err != nil || len(found) > 0 || !whole {
		return found, err
	}
	if err := l.shut(); err != nil {
		return nil, err
	}
	return l.judge.Files(w)
}

// buffer holds what the server logged since somebody looked. Requests write to it at any time.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write takes a line.
func (b *buffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(line)
}

func (b *buffer) take() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := bytes.Clone(b.b.Bytes())
	b.b.Reset()
	return out
}

// Package demo lives a year under a policy: customers come, use an app, leave and return, the vendor's people do their
// chores, and everything goes over the same HTTP as in earnest. It holds no real data and touches no network but loopback.
package demo

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"kept"
	"kept/board"
	"kept/client"
	"kept/document"
	"kept/policy"
	"kept/stage"
)

const (
	days    = 365
	morning = 9 * time.Hour
)

// App is the app of the example whose customers have names and programs of their own.
const App = "assets-owner"

// Options says whose year is lived, until when.
type Options struct {
	Policy    *policy.Policy
	Texts     map[string]*document.Text
	Dir       string // for data and keys
	Until     kept.Time
	Break     string // "", or one of Breaks: what somebody tampers with from outside
	Strangers bool   // customers who know nothing but the policy, instead of the example's apps and their people
	Build     string
	Rehearsed board.Rehearsals
	Progress  func(day, of int, date string)
}

type year struct {
	*stage.Stage
	Options
	backEnds
	client *client.Client // with the key of App
	guests []guest
	hosts  int // servers of customers

	published *policy.Policy // the version of the policy whose texts the vendor has published
}

// guest is a customer of whichever kind.
type guest interface {
	live(ctx context.Context, day int) error
	String() string
}

// Live lives the year that ends at Until and leaves the server running there, its clock standing.
func Live(ctx context.Context, o Options) (*stage.Stage, error) {
	o.Policy = stage.Cast(o.Policy)
	start := o.Until.Add(-days * 24 * time.Hour)
	s, err := stage.Open(ctx, stage.Options{Policy: o.Policy, Texts: o.Texts, Start: start, Dir: o.Dir, Build: o.Build, Rehearsed: o.Rehearsed})
	if err != nil {
		return nil, err
	}
	y := &year{Stage: s, Options: o}
	if err := y.live(ctx, start); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (y *year) live(ctx context.Context, start kept.Time) error {
	defer y.close()
	if err := y.invite(ctx); err != nil {
		return err
	}
	for day := range days {
		if err := y.MoveTo(ctx, start.Add(time.Duration(day)*24*time.Hour+morning)); err != nil {
			return err
		}
		if err := errors.Join(y.chores(ctx, day), y.report(ctx)); err != nil {
			return err
		}
		for _, g := range y.guests {
			if err := g.live(ctx, day); err != nil {
				return kept.Errorf(kept.Internal, "day %d, customer %s: %w", day, g, err)
			}
		}
		if err := y.tamper(ctx, day); err != nil {
			return err
		}
		y.Progress(day+1, days, y.Clock.Now().Std().Format("2 January 2006"))
	}
	if err := y.MoveTo(ctx, y.Until); err != nil {
		return err
	}
	return y.Verify(ctx)
}

// invite makes the customers, and starts what they need.
func (y *year) invite(ctx context.Context) error {
	if y.Strangers {
		return y.strangers(ctx)
	}
	y.cast()
	if err := y.open(ctx); err != nil {
		return err
	}
	return y.strangers(ctx)
}

// database is the file that somebody on the machine could open.
func (y *year) database() string { return filepath.Join(y.Dir, "data", "kept.db") }

// Package demo lives a year under a policy: customers come, use an app, leave and return, the vendor's people do their
// chores, and everything goes over the same HTTP as in earnest. It holds no real data and touches no network but loopback.
package demo

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"time"

	assetsowner "kept/apps/assets-owner"
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

// Options says whose year is lived, until when.
type Options struct {
	Policy    *policy.Policy
	Texts     map[string]*document.Text
	Dir       string // for data and keys
	Until     kept.Time
	Break     string // "", retention or ledger: what somebody tampers with from outside
	Build     string
	Rehearsed board.Rehearsals
	Progress  func(day, of int, says string)
}

// App is the id of the app whose customers the year is about.
const App = "assets-owner"

type year struct {
	*stage.Stage
	Options
	app       *httptest.Server // the app's back end, a stranger
	key       string
	customers []*customer
}

// Live lives the year that ends at Until and leaves the server running there, its clock standing.
func Live(ctx context.Context, o Options) (*stage.Stage, error) {
	if app, ok := o.Policy.App(App); !ok || app.Forge == "" {
		return nil, kept.Errorf(kept.Invalid, "the demonstration needs a policy with the Forge app %s", App)
	}
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

func (y *year) live(ctx context.Context, start kept.Time) (err error) {
	if y.key, err = y.AppKey(ctx, App); err != nil {
		return err
	}
	y.app = httptest.NewServer(assetsowner.New(client.New(y.URL, y.key, y.HTTP)))
	defer y.app.Close()
	y.customers = y.cast()
	for day := range days {
		if err := y.MoveTo(ctx, start.Add(time.Duration(day)*24*time.Hour+morning)); err != nil {
			return err
		}
		if err := y.chores(ctx, day); err != nil {
			return err
		}
		for _, c := range y.customers {
			if err := c.day(ctx, y, day); err != nil {
				return kept.Errorf(kept.KindOf(err), "day %d, customer %s: %w", day, c.name, err)
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

// database is the file that somebody with access to the machine could open.
func (y *year) database() string { return filepath.Join(y.Dir, "data", "kept.db") }

// call is what Forge does: it calls the app's back end with a fresh invocation token.
func (y *year) call(ctx context.Context, method, path, token string, body []byte) (int, error) {
	return send(ctx, http.DefaultTransport, method, y.app.URL+path, token, body)
}

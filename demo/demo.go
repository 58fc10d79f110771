// Package demo lives a year under a policy: customers come, use an app, leave and return, the vendor's people do their
// chores, and everything goes over the same HTTP as in earnest. It holds no real data and touches no network but loopback.
package demo

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"kept"
	assetsowner "kept/apps/assets-owner"
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
	Strangers bool   // customers of any app of the policy, instead of those of App
	Build     string
	Rehearsed board.Rehearsals
	Progress  func(day, of int, date string)
}

type year struct {
	*stage.Stage
	Options
	client *client.Client // with the app's key
	app    string         // where the app's back end answers
	guests []guest
	hosts  int // servers of customers
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
	stop, err := y.invite(ctx)
	if err != nil {
		return err
	}
	defer stop()
	for day := range days {
		if err := y.MoveTo(ctx, start.Add(time.Duration(day)*24*time.Hour+morning)); err != nil {
			return err
		}
		if err := y.chores(ctx, day); err != nil {
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
func (y *year) invite(ctx context.Context) (stop func(), err error) {
	if y.Strangers {
		return func() {}, y.strangers(ctx, "")
	}
	y.cast()
	if err := y.strangers(ctx, App); err != nil {
		return nil, err
	}
	return y.open(ctx)
}

// open starts the app's back end, a stranger to the server but for its key.
func (y *year) open(ctx context.Context) (stop func(), err error) {
	key, err := y.AppKey(ctx, App)
	if err != nil {
		return nil, err
	}
	y.client = client.New(y.URL, key, y.HTTP)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "no port on loopback: %w", err)
	}
	y.app = "http://" + listener.Addr().String()
	server := &http.Server{Handler: assetsowner.New(y.client), ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)}
	go server.Serve(listener) // until stop
	return func() { server.Close() }, nil
}

// call is what Forge does for a page or a form: it calls the app's back end with a fresh invocation token.
func (y *year) call(ctx context.Context, method, path, token, body string) error {
	r, err := http.NewRequestWithContext(ctx, method, y.app+path, strings.NewReader(body))
	if err != nil {
		return kept.Errorf(kept.Internal, "request: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := y.HTTP.Do(r)
	if err != nil {
		return kept.Errorf(kept.Internal, "the app does not answer: %w", err)
	}
	defer response.Body.Close()
	says, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	if err == nil && response.StatusCode >= 300 {
		err = kept.Errorf(kept.Internal, "the app answers %s %s with %d: %s", method, path, response.StatusCode, says)
	}
	return err
}

// database is the file that somebody on the machine could open.
func (y *year) database() string { return filepath.Join(y.Dir, "data", "kept.db") }

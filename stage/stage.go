// Package stage puts a whole server on loopback, beside a server that plays Atlassian, under a clock of its own: for
// stories, the demonstration and tests. It reaches no network but loopback, and it is no place for real data.
package stage

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"kept"
	"kept/api"
	"kept/assembly"
	"kept/atlassian"
	"kept/atlassian/fake"
	"kept/board"
	"kept/document"
	"kept/policy"
)

// Options says what is put on stage.
type Options struct {
	Policy    *policy.Policy
	Texts     map[string]*document.Text
	Start     kept.Time // what the clock shows at first
	Dir       string    // data and keys lie below it, in folders of their own
	Database  string    // URL of PostgreSQL; empty for the embedded one
	Log       *slog.Logger
	Build     string
	Rehearsed board.Rehearsals
}

// Stage is a running server with its faces, its clock and its Atlassian. Server and Board are other ones after a
// Restart; the addresses stay.
type Stage struct {
	Options
	Server *assembly.Server
	Board  *board.Board
	Fake   *fake.Atlassian
	Clock  *Clock
	URL    string       // where Kept answers
	HTTP   *http.Client // for whoever calls it; follows no redirect
	Hoard  *Hoard       // copies every row at every instant that MoveTo visits; nil unless somebody wants that

	atlassian *atlassian.Client
	face      atomic.Pointer[http.Handler]
	ledger    *board.Watch
	serving   []*http.Server
	mu        sync.Mutex
	people    map[kept.Role]*person
	appKeys   map[string]string
}

// passwordRounds makes logins cheap: nothing here is in earnest.
const passwordRounds = 1000

// timeout bounds every call on loopback, so that a hanging server fails a story instead of stopping it.
const timeout = 30 * time.Second

// Open starts both servers; Close ends them. Nothing is due yet, and nobody has an account.
func Open(ctx context.Context, o Options) (*Stage, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(filepath.Join(o.Dir, "keys"), 0o700); err != nil {
		return nil, kept.Errorf(kept.Invalid, "the folder of the stage: %w", err)
	}
	s := &Stage{Options: o, Clock: NewClock(o.Start), people: map[kept.Role]*person{}, appKeys: map[string]string{}}
	s.HTTP = &http.Client{Timeout: timeout, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	s.Fake = fake.New(s.Clock, rand.Reader)
	base, err := s.serve(s.Fake)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.Fake.API = base
	s.atlassian = &atlassian.Client{HTTP: s.HTTP, Clock: s.Clock, JWKS: base + fake.KeySetPath, InstallKeys: base + fake.InstallKeysPath, API: base}
	if s.URL, err = s.serve(http.HandlerFunc(s.answer)); err == nil {
		err = s.start(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// KeyFile is where the epoch keys lie.
func (s *Stage) KeyFile() string { return filepath.Join(s.Dir, "keys", "kept.keys") }

func (s *Stage) start(ctx context.Context) (err error) {
	s.Server, err = assembly.Start(ctx, assembly.Options{
		Policy: s.Policy, Texts: s.Texts, Data: filepath.Join(s.Dir, "data"), Database: s.Database, Keys: s.KeyFile(),
		Clock: s.Clock, Random: rand.Reader, Atlassian: s.atlassian, Log: s.Log, Build: s.Build, PasswordRounds: passwordRounds,
	})
	if err != nil {
		return err
	}
	s.ledger = &board.Watch{Sequencer: s.Server.Sequencer, Clock: s.Clock}
	s.Board = &board.Board{Policy: s.Policy, Texts: s.Texts, Kernel: s.Server.Kernel, Ledger: s.ledger.Last, Rehearsed: s.Rehearsed}
	face := api.New(api.Options{Server: s.Server, Board: s.Board, Verify: s.Verify})
	s.face.Store(&face)
	return s.Verify(ctx)
}

// Restart ends the server and starts another one over the same data, as after a crash: nothing is brought to an end
// that a kill would have cut off, and memory is lost.
func (s *Stage) Restart(ctx context.Context) error {
	s.face.Store(nil)
	if err := s.Server.Close(); err != nil {
		return err
	}
	return s.start(ctx)
}

// Close ends both servers. The data stays.
func (s *Stage) Close() (err error) {
	for _, server := range s.serving {
		err = errors.Join(err, server.Close())
	}
	s.HTTP.CloseIdleConnections()
	if s.Server != nil {
		err = errors.Join(err, s.Server.Close())
	}
	return err
}

// serve answers with h on a loopback port of its own.
func (s *Stage) serve(h http.Handler) (url string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", kept.Errorf(kept.Internal, "no port on loopback: %w", err)
	}
	server := &http.Server{Handler: h, ReadTimeout: timeout, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug)}
	s.serving = append(s.serving, server)
	go server.Serve(listener) // until Close
	return "http://" + listener.Addr().String(), nil
}

func (s *Stage) answer(w http.ResponseWriter, r *http.Request) {
	face := s.face.Load()
	if face == nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	(*face).ServeHTTP(w, r)
}

// Verify proves the whole ledger with the code that an auditor runs, from the bundle that an auditor gets. What it
// found stands on the board.
func (s *Stage) Verify(ctx context.Context) error {
	s.ledger.Verify(ctx)
	return ctx.Err()
}

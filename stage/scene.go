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
	"time"

	"kept"
	"kept/atlassian/fake"
)

// Scene is all of a stage but the server itself: its clock, its Atlassian, and the people who call.
type Scene struct {
	Fake  *fake.Atlassian
	Clock *Clock
	Shown *Slipped     // what the machine shows on which the server runs
	URL   string       // where Kept answers
	HTTP  *http.Client // for whoever calls it; follows no redirect

	log     *slog.Logger
	first   func(context.Context) (login, password string, err error) // account of the server, told once
	lost    func(error) error                                         // what it means that a connection broke
	serving []*http.Server
	mu      sync.Mutex
	people  map[kept.Role]*person
	appKeys map[string]string
}

// timeout bounds every call on loopback, so that a hanging server fails a story instead of stopping it.
const timeout = 30 * time.Second

func newScene(o *Options) (*Scene, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(filepath.Dir(o.KeyFile()), 0o700); err != nil {
		return nil, kept.Errorf(kept.Invalid, "the folder of the stage: %w", err)
	}
	clock := NewClock(o.Start)
	if o.beside != nil {
		clock = o.beside.Clock
	}
	s := &Scene{Clock: clock, Shown: &Slipped{Clock: clock}, log: o.Log, people: map[kept.Role]*person{}, appKeys: map[string]string{},
		lost: func(err error) error { return kept.Errorf(kept.Internal, "the server does not answer: %w", err) }}
	s.HTTP = &http.Client{Timeout: timeout, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if o.beside != nil {
		s.Fake = o.beside.Fake
		return s, nil
	}
	s.Fake = fake.New(s.Clock, rand.Reader)
	base, err := s.serve(s.Fake)
	s.Fake.API = base
	return s, err
}

// Close ends what the scene serves.
func (s *Scene) Close() (err error) {
	for _, server := range s.serving {
		err = errors.Join(err, server.Close())
	}
	s.HTTP.CloseIdleConnections()
	return err
}

// serve answers with h on a loopback port of its own.
func (s *Scene) serve(h http.Handler) (url string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", kept.Errorf(kept.Internal, "no port on loopback: %w", err)
	}
	server := &http.Server{Handler: h, ReadTimeout: timeout, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)}
	s.serving = append(s.serving, server)
	go server.Serve(listener) // until Close
	return "http://" + listener.Addr().String(), nil
}

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kept"
	"kept/api"
	"kept/assembly"
	"kept/atlassian"
	"kept/board"
	"kept/console"
	"kept/policy"
	"kept/reporting"
)

const (
	tickEvery   = time.Second
	verifyEvery = 10 * time.Minute
	graceful    = 20 * time.Second
)

type serveCmd struct {
	Policy    string            `required:"" type:"path" env:"KEPT_POLICY" help:"The policy's folder."`
	Data      string            `type:"path" default:"kept-data" env:"KEPT_DATA" help:"Folder of the embedded database."`
	Keys      string            `required:"" type:"path" env:"KEPT_KEYS" help:"The key file; made at the first start. Not under --data, and never in a backup of it."`
	Database  string            `env:"KEPT_DATABASE" help:"postgres://… instead of the embedded database."`
	Region    string            `env:"KEPT_REGION" help:"Where this machine stands: a country (DE) or a cloud region (eu-central-1). It is recorded in the ledger, and decides about promises of place."`
	DBRegion  string            `name:"database-region" env:"KEPT_DATABASE_REGION" help:"Where the database stands, if elsewhere than this machine."`
	DryRun    string            `name:"dry-run" help:"The token that kept foresee gave for this policy: what it ends earlier does not wait a day."`
	Silence   string            `default:"P30D" help:"A person is asked about an installation of which nobody has heard for so long."`
	Market    string            `name:"marketplace" type:"path" help:"File with the account that asks the Marketplace for licences: docs/presence.md."`
	Peers     map[string]string `name:"peer" placeholder:"EU=https://…" help:"Another server of the vendor's, by the region that Atlassian calls it by: an installation whose site moves there goes to it. May be repeated."`
	PeerKey   string            `name:"peer-secret" type:"path" placeholder:"FILE" env:"KEPT_PEER_SECRET" help:"A file with the secret that the vendor's servers share, 32 characters or more. Without it nothing leaves and nothing arrives."`
	Listen    string            `default:"127.0.0.1:8080" env:"KEPT_LISTEN" help:"Address to serve."`
	JWKS      string            `default:"${jwks}" help:"Where Atlassian's keys for invocation tokens are; change it for a test bed only."`
	Install   string            `name:"install-keys" default:"${install_keys}" help:"Where Atlassian's keys for signed Connect callbacks are; change it for a test bed only."`
	Atlassian string            `default:"${atlassian}" help:"Base of Atlassian's APIs; change it for a test bed only."`
}

func (c serveCmd) Run(e *env) error {
	p, err := policy.Load(c.Policy)
	if err != nil {
		return err
	}
	for {
		switch err := c.run(e, p); {
		case errors.Is(err, errSuperseded):
			continue // under the version that is in force now
		case err != nil:
			return cannot{err}
		}
		return nil
	}
}

// errSuperseded ends a server whose policy has a newer version in force.
var errSuperseded = errors.New("another version of the policy is in force")

func (c serveCmd) run(e *env, p *policy.Policy) error {
	log := slog.New(slog.NewJSONHandler(e.err, nil))
	texts, err := assembly.Texts(p)
	if err != nil {
		return err
	}
	clock := systemClock{}
	silence, err := kept.ParsePeriod(c.Silence)
	if err != nil {
		return err
	}
	market, err := marketplaceAccount(c.Market, p)
	if err != nil {
		return err
	}
	peers, err := c.peers()
	if err != nil {
		return err
	}
	server, err := assembly.Start(e.ctx, assembly.Options{
		Policy: p, Texts: texts, Data: c.Data, Database: c.Database, Keys: c.Keys, Clock: clock, Uptime: uptime(), Random: rand.Reader, Build: build(), Region: c.Region, DatabaseRegion: c.DBRegion, DryRun: c.DryRun, Log: log, Silence: silence, Marketplace: market, Peers: peers,
		Atlassian: &atlassian.Client{HTTP: &http.Client{Timeout: 10 * time.Second}, Hurried: &http.Client{Timeout: reporting.Patience}, Clock: clock, JWKS: c.JWKS, InstallKeys: c.Install, API: c.Atlassian},
	})
	if _, missing := os.Stat(filepath.Dir(c.Keys)); missing != nil && errors.Is(err, fs.ErrNotExist) {
		return kept.Errorf(kept.Internal, "no folder for the key file: %w", missing).WithHint("make it first, apart from data and policy")
	}
	if err != nil {
		return err
	}
	defer server.Close()
	if err := c.firstStart(e, server); err != nil {
		return err
	}
	for _, pr := range server.Place.Refused() {
		log.Warn("this server stands outside a promised region, and refuses to store or open what the promise is about", "promise", pr.ID,
			"promised", strings.Join(pr.Params["region"].Words(), " "), "server", server.Region, "database", server.DatabaseRegion)
	}
	watch := &board.Watch{Sequencer: server.Sequencer, Clock: clock}
	watch.Verify(e.ctx)
	b := &board.Board{Policy: server.Policy, Texts: server.Texts, Kernel: server.Kernel, Ledger: watch.Last, Rehearsed: rehearsed(c.Policy, server.Policy)}
	handler := api.New(api.Options{
		Server: server, Board: b,
		Verify:  func(ctx context.Context) error { return notVerified(watch.Verify(ctx)) },
		Console: console.New(console.Options{Server: server, Board: b}),
	})
	return c.serve(e.ctx, log, server, watch, handler)
}

// firstStart explains itself once, and keeps a server whose operator has no password of their own on loopback.
func (c serveCmd) firstStart(e *env, server *assembly.Server) error {
	login, password, err := server.Access.First(e.ctx)
	if err != nil {
		return err
	}
	if login != "" {
		fmt.Fprintf(e.out, `This is the first start.
  database   %s
  key file   %s   Without it nothing opens. It changes at least daily: copy it after each change, away from the
             database's copies, and keep the newest copy alone. An older one starts no server and opens what was erased.
  first login  %s
  password     %s   (shown this once; it has to change at the first login)
  open         http://%s/
`, c.where(), c.Keys, login, password, c.Listen)
	}
	settled, err := server.Access.Settled(e.ctx)
	if err != nil {
		return err
	}
	if !settled && !loopback(c.Listen) {
		return kept.Errorf(kept.Denied, "the first operator still has the initial password, so only loopback is served").
			WithHint("start with --listen 127.0.0.1:8080, log in, change the password, then listen on %s", c.Listen)
	}
	return nil
}

func (c serveCmd) where() string {
	if c.Database != "" {
		return "PostgreSQL"
	}
	return filepath.Join(c.Data, "kept.db")
}

func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.IsLoopback())
}

func (c serveCmd) serve(ctx context.Context, log *slog.Logger, server *assembly.Server, watch *board.Watch, handler http.Handler) error {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return kept.Errorf(kept.Internal, "cannot listen: %w", err).WithHint("choose another address: --listen 127.0.0.1:8081")
	}
	h := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(listener) }()
	log.Info("serving", "address", listener.Addr().String(), "build", build())
	ticking := make(chan struct{})
	go func() {
		defer close(ticking)
		keepTime(ctx, log, server, watch)
	}()
	select {
	case err = <-failed:
	case <-ticking:
		stopping, cancel := context.WithTimeout(context.Background(), graceful)
		defer cancel()
		if err = h.Shutdown(stopping); err == nil && ctx.Err() == nil {
			log.Info("a newer version of the policy is in force")
			return errSuperseded
		}
		log.Info("stopped")
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// keepTime does what is due, and verifies the ledger now and then, until ctx ends or the policy is superseded.
func keepTime(ctx context.Context, log *slog.Logger, server *assembly.Server, watch *board.Watch) {
	tick, verify := time.NewTicker(tickEvery), time.NewTicker(verifyEvery)
	defer tick.Stop()
	defer verify.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if server.Superseded() {
				return
			}
			if err := server.Tick(ctx); err != nil && ctx.Err() == nil {
				log.Error("what was due could not be done", "kind", kept.KindOf(err), "error", err.Error())
			}
		case <-verify.C:
			if l := watch.Verify(ctx); !l.Verified && ctx.Err() == nil {
				log.Error("the ledger does not verify", "why", l.Why)
			}
		}
	}
}

func notVerified(l board.Ledger) error {
	if l.Verified {
		return nil
	}
	return kept.Errorf(kept.Internal, "the ledger does not verify: %s", l.Why)
}

// Package stage puts a whole server on loopback, beside a server that plays Atlassian, under a clock of its own: for
// stories, the demonstration and tests. It reaches no network but loopback, and it is no place for real data.
package stage

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"

	"kept"
	"kept/api"
	"kept/assembly"
	"kept/atlassian"
	"kept/atlassian/fake"
	"kept/board"
	"kept/document"
	"kept/marketplace"
	"kept/policy"
	"kept/realm"
	"kept/region"
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

	DryRun      string // the token of a dry run of the policy
	Marketplace bool   // the server asks it which licences run

	Peers realm.Peers // other servers of the vendor's

	Region, DatabaseRegion string // where server and database stand; empty for where the policy promises

	beside *Scene // whose clock and Atlassian it shares; nil for none
}

// Stage is a running server with its faces, its clock and its Atlassian. Server and Board are other ones after a
// Restart; the addresses stay.
type Stage struct {
	Options
	*Scene
	Server *assembly.Server
	Board  *board.Board
	Hoard  *Hoard // copies every row at every instant that MoveTo visits; nil unless somebody wants that

	atlassian *atlassian.Client
	face      atomic.Pointer[http.Handler]
	ledger    *board.Watch
}

// passwordRounds makes logins cheap: nothing here is in earnest.
const passwordRounds = 1000

// Open starts both servers; Close ends them. Nothing is due yet, and nobody has an account.
func Open(ctx context.Context, o Options) (*Stage, error) {
	scene, err := newScene(&o)
	if err != nil {
		return nil, err
	}
	s := &Stage{Options: o, Scene: scene}
	s.first = func(ctx context.Context) (login, password string, err error) { return s.Server.Access.First(ctx) }
	s.atlassian = asks(s.Fake.API, s.HTTP, s.Clock)
	if s.URL, err = s.serve(http.HandlerFunc(s.answer)); err == nil {
		err = s.start(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// KeyFile is where the epoch keys lie.
func (o Options) KeyFile() string { return filepath.Join(o.Dir, "keys", "kept.keys") }

// Data is where the embedded database lies.
func (o Options) Data() string { return filepath.Join(o.Dir, "data") }

func (s *Stage) start(ctx context.Context) (err error) {
	s.Server, err = s.begin(ctx, s.Shown, rand.Reader, s.atlassian)
	if err != nil {
		return err
	}
	s.ledger, s.Board = watched(s.Server, s.Rehearsed)
	face := api.New(api.Options{Server: s.Server, Board: s.Board, Verify: s.Verify})
	s.face.Store(&face)
	return s.Verify(ctx)
}

// begin starts a server over what lies below Dir.
func (o Options) begin(ctx context.Context, clock *Slipped, random io.Reader, a *atlassian.Client) (*assembly.Server, error) {
	return assembly.Start(ctx, assembly.Options{
		Policy: o.Policy, Texts: o.Texts, Data: o.Data(), Database: o.Database, Keys: o.KeyFile(),
		Clock: clock, Uptime: clock.Uptime, Random: random, Atlassian: a, Log: o.Log, Build: o.Build, PasswordRounds: passwordRounds,
		Region: o.Stands(), DatabaseRegion: o.DatabaseRegion, DryRun: o.DryRun, Marketplace: o.account(), Peers: o.Peers,
	})
}

// AddonKey is the key of an app in the Marketplace that is played.
func AddonKey(a policy.App) string { return cmp.Or(a.Connect, "com.example."+a.ID) }

func (o Options) account() *marketplace.Account {
	if !o.Marketplace {
		return nil
	}
	account := &marketplace.Account{Partner: atlassian.Partner{Developer: fake.Developer, Email: fake.PartnerEmail, Token: fake.PartnerToken}, Apps: map[string]string{}}
	for _, a := range o.Policy.Apps {
		account.Apps[AddonKey(a)] = a.ID
	}
	return account
}

// Stands is where the server stands: where nobody says it, in the first region that the policy promises. Of EEA and EU,
// which are no single place, it takes a member.
func (o Options) Stands() string {
	promised := o.Policy.Regions()
	switch {
	case o.Region != "" || promised == nil:
		return o.Region
	case promised[0] == region.EEA, promised[0] == region.EU:
		return "de"
	}
	return promised[0]
}

// asks is the server's way to the Atlassian that is played at base.
func asks(base string, client *http.Client, clock *Clock) *atlassian.Client {
	return &atlassian.Client{HTTP: client, Clock: clock, JWKS: base + fake.KeySetPath, InstallKeys: base + fake.InstallKeysPath, API: base, Sites: base + fake.SitesPath}
}

// watched is the board over a server, and who proves its ledger.
func watched(s *assembly.Server, r board.Rehearsals) (*board.Watch, *board.Board) {
	ledger := &board.Watch{Sequencer: s.Sequencer, Clock: s.Clock}
	return ledger, &board.Board{Policy: s.Policy, Texts: s.Texts, Kernel: s.Kernel, Ledger: ledger.Last, Rehearsed: r}
}

// Restart ends the server and starts another one over the same data, as after a crash: nothing is brought to an end
// that a kill would have cut off, and memory is lost. Whoever wants the process killed takes an Apart.
func (s *Stage) Restart(ctx context.Context) error {
	s.face.Store(nil)
	if err := s.Server.Close(); err != nil {
		return err
	}
	return s.start(ctx)
}

// Close ends both servers. The data stays.
func (s *Stage) Close() error {
	err := s.Scene.Close()
	if s.Server != nil {
		err = errors.Join(err, s.Server.Close())
	}
	return err
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

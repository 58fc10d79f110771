// Package assembly wires the modules into one server over a policy, a database and a key file. It refuses to start when
// a control that has an engine has nothing standing in the way.
package assembly

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"kept"
	"kept/access"
	"kept/atlassian"
	"kept/connect"
	"kept/db"
	"kept/document"
	"kept/forge"
	"kept/gate"
	"kept/hold"
	"kept/installation"
	"kept/journal"
	"kept/kernel"
	"kept/keys"
	"kept/marketplace"
	"kept/place"
	"kept/policy"
	"kept/realm"
	"kept/recipient"
	"kept/register"
	"kept/reporting"
	"kept/retention"
	"kept/sequencer"
	"kept/subject"
	"kept/vault"
)

// Options is everything a server needs from outside.
type Options struct {
	Policy         *policy.Policy            // the newest version; a server has the one in force when it starts
	Texts          map[string]*document.Text // by document; a document without its text is shown by positions
	Data           string                    // folder of the embedded database
	Database       string                    // URL of PostgreSQL; empty for the embedded one
	Keys           string                    // the key file
	Clock          kept.Clock
	Uptime         kernel.Uptime // what the clock is held against; nil for nothing
	Random         io.Reader
	Atlassian      *atlassian.Client
	Marketplace    *marketplace.Account // nil, and nobody asks which licences run
	Log            *slog.Logger
	Build          string      // which build this is: shown, and recorded with the policy
	Region         string      // where this machine stands, as the operator says; recorded with the policy
	DatabaseRegion string      // where the database stands; empty for the same
	DryRun         string      // the token of a dry run: what it showed to end earlier is expected
	Silence        kept.Period // after which a person is asked whether an installation is still there; zero for the usual one
	Peers          realm.Peers // other servers of the vendor's, by region
	PasswordRounds int         // cost of the passwords of the vendor\'s people; 0 for what is right in earnest
}

// Server is one running Kept, without its faces.
type Server struct {
	Options
	Kernel        *kernel.Kernel
	Ring          *keys.Keys
	Gate          *gate.Gate
	Retention     *retention.Retention
	Subjects      *subject.Subjects
	Installations *installation.Installations
	Vault         *vault.Vault
	Journal       *journal.Journal
	Holds         *hold.Holds
	Access        *access.Access
	Place         *place.Place
	Recipients    *recipient.Recipients
	Register      *register.Register
	Realms        *realm.Realms
	Reporting     *reporting.Reporting
	Sequencer     *sequencer.Sequencer

	asked    kept.Time // for times outside
	newest   *policy.Policy
	database *db.DB
	closing  sync.Once
}

// Start opens the database and the key file and brings everything to where a crash may have left it.
func Start(ctx context.Context, o Options) (s *Server, err error) {
	o.Region, o.DatabaseRegion = strings.ToLower(o.Region), strings.ToLower(cmp.Or(o.DatabaseRegion, o.Region))
	if o.Data != "" && within(o.Data, o.Keys) {
		return nil, kept.Errorf(kept.Invalid, "the key file lies in the data folder").
			WithHint("a copy of that folder would hold data and keys together; put the key file elsewhere")
	}
	if o.Policy.Dir != "" && within(o.Policy.Dir, o.Keys) {
		return nil, kept.Errorf(kept.Invalid, "the key file lies in the policy's folder").WithHint("that folder is made to be shared; put the key file elsewhere")
	}
	newest := o.Policy
	if o.Policy = newest.At(o.Clock.Now()); o.Policy != newest {
		if o.Texts, err = Texts(o.Policy); err != nil {
			return nil, err
		}
	}
	d, err := db.Open(ctx, o.Data, o.Database)
	if err != nil {
		return nil, err
	}
	s = &Server{Options: o, newest: newest, database: d, Kernel: kernel.New(d, o.Clock, o.Random)}
	if err := errors.Join(s.Kernel.Watch(ctx, o.Uptime), s.wire(ctx)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) wire(ctx context.Context) (err error) {
	if s.database.Engine == db.SQLite {
		if err := s.Kernel.ReleaseLeases(ctx); err != nil {
			return err
		}
	}
	if s.Ring, err = keys.Start(ctx, s.Kernel, s.Keys, "kept/"+s.Policy.Vendor.ID); err != nil {
		return err
	}
	s.Gate = gate.New()
	s.Retention = retention.New(s.Kernel, s.Policy, s.Ring, s.Gate)
	s.Subjects = subject.New(s.Ring, s.Gate, s.Retention)
	s.Installations = installation.New(s.Kernel, s.Policy, s.Ring, s.Gate, s.Retention, s.Silence)
	s.Journal = journal.New(s.Kernel, s.Policy, s.Ring, s.Gate, s.Retention, s.Subjects)
	s.Vault = vault.New(s.Kernel, s.Policy, s.Ring, s.Gate, s.Retention, s.Subjects, func(tx *kernel.Tx, r vault.Reading) error {
		return s.Journal.Read(tx, r.Scope, journal.Line{App: r.App, Category: r.Category, Purpose: r.Purpose, Item: r.Item, Recipient: r.Recipient, For: r.For})
	})
	s.Holds = hold.New(s.Kernel, s.Policy, s.Ring, s.Gate, s.Retention)
	s.Recipients = recipient.New(s.Kernel, s.Policy, s.Gate)
	if s.Place, err = place.New(s.Kernel, s.Policy, s.Gate, s.Region, s.DatabaseRegion); err != nil {
		return err
	}
	tokens := &forge.Verifier{Keys: s.Atlassian, Clock: s.Clock, Leeway: 5 * time.Second}
	calls := &connect.Verifier{Keys: s.Atlassian, Clock: s.Clock, Leeway: 5 * time.Second}
	s.Access = access.New(s.Kernel, s.Policy, s.Ring, s.Gate, s.Retention, s.Installations, tokens, calls, s.Atlassian.IsAdmin, s.PasswordRounds)
	s.Reporting = reporting.New(s.Kernel, s.Retention, s.Subjects, s.Atlassian, s.sites)
	s.Realms = realm.New(s.Kernel, s.Ring, s.Gate, s.Installations, s.Policy.Digest, []string{s.Region, s.DatabaseRegion}, s.Peers,
		s.Retention.Arrived, s.Installations.Arrived, s.Access.Arrived, s.Reporting.Arrived, s.Journal.Arrived)
	s.Retention.OnReceipt(s.Realms.Destroyed)
	s.Register = register.New(s.Kernel, s.Policy, s.Gate)
	s.Sequencer = sequencer.New(s.Kernel, s.Ring.Log())
	if err := s.Gate.Require("role", "collect", "purpose", "place", "recipient", "log", "token", "anonymise", "access", "hold", "closure", "account", "suspension", "restriction", "realm"); err != nil {
		return err
	}
	s.Kernel.OnDestroying(dueVersion, s.versionDue)
	asking := marketplace.New(s.Kernel, s.Policy, s.Installations, s.Vault, s.Atlassian, s.Options.Marketplace)
	if err := errors.Join(s.announce(ctx), s.Place.Notice(ctx), asking.Begin(ctx), s.Journal.Begin(ctx)); err != nil {
		return err
	}
	return s.Sequencer.Integrate(ctx)
}

// sites are the tenants of Connect in whose name accounts can be reported.
func (s *Server) sites(ctx context.Context, app string, rather kept.ID) (out []reporting.Site, err error) {
	list, err := s.Access.Sites(ctx, app, rather)
	for _, l := range list {
		out = append(out, reporting.Site(l))
	}
	return out, err
}

// announce records which policy and build run from now on, where, and which version comes next, unless nothing changed since
// the last start. A change sets the clocks of what is stored anew: effects count, not texts.
func (s *Server) announce(ctx context.Context) error {
	return s.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		fact := kept.Fact{Kind: kept.FactPolicyLoaded, Hashes: map[string][32]byte{"policy": s.Policy.Digest},
			Words: map[string]string{"build": s.build()}, Counts: map[string]int64{"promises": int64(len(s.Policy.Promises))}}
		if s.Region != "" {
			fact.Words["region"], fact.Words["database-region"] = s.Region, s.DatabaseRegion
		}
		next := s.newest.Next(tx.Now())
		if next != 0 {
			fact.Hashes["next"] = s.newest.At(next).Digest
		}
		last, found, err := lastPolicy(&tx.View)
		if err != nil || found && sameServer(last, fact) {
			return err
		}
		tx.Record(fact)
		if next != 0 {
			tx.Due(dueVersion, "next", next)
		} else {
			tx.Clear(dueVersion, "next")
		}
		announced, err := announcedBefore(&tx.View, s.Policy.Digest, tx.Now().Add(-retention.Window))
		if err != nil {
			return err
		}
		return s.Retention.Replan(tx, func(forwards []retention.Forward) bool {
			return announced || s.DryRun != "" && s.DryRun == retention.Token(s.Policy.Digest, forwards)
		})
	})
}

// dueVersion is the day since which the next version of the policy holds.
const dueVersion = "policy.version"

// versionDue lets the day be: whoever runs the server sees that it is Superseded, and starts one under the new version.
func (s *Server) versionDue(ctx context.Context, d kernel.Due) error {
	return s.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		tx.Done(d)
		return nil
	})
}

// Superseded tells whether another version of the policy is in force by now: the server has to be started anew. By a clock that
// is doubted none comes into force.
func (s *Server) Superseded() bool {
	return s.Kernel.Ahead() == 0 && s.newest.At(s.Clock.Now()) != s.Policy
}

// Announced is the policy with every version that is known, also one that does not hold yet.
func (s *Server) Announced() *policy.Policy { return s.newest }

func (s *Server) build() string {
	if s.Build == "" {
		return "unknown"
	}
	return s.Build
}

// Tick does what is due and integrates what was recorded. It is called once a second, or after the clock was moved.
func (s *Server) Tick(ctx context.Context) error {
	done, failed, err := s.Kernel.Tick(ctx)
	if failed > 0 {
		s.Log.Warn("some dates could not be met; they will be tried again", "done", done, "failed", failed)
	}
	return errors.Join(err, s.askOutside(ctx), s.Place.Notice(ctx), s.Sequencer.Integrate(ctx))
}

// askOutside ends a doubt about the clock where two times from outside say that it is right.
func (s *Server) askOutside(ctx context.Context) error {
	now := s.Clock.Now()
	if s.Kernel.Ahead() == 0 || s.asked != 0 && now >= s.asked && now.Sub(s.asked) < time.Minute {
		return nil
	}
	s.asked = now
	times := s.Atlassian.Times(ctx)
	for _, at := range times {
		if d := now.Sub(at); d < -outsideSlack || d > outsideSlack {
			return nil
		}
	}
	if len(times) < 2 {
		return nil
	}
	return s.Kernel.Believe(ctx, kept.TheClock, "outside")
}

// outsideSlack is how far a time from outside may be away.
const outsideSlack = 5 * time.Minute

// Healthy tells whether the database answers.
func (s *Server) Healthy(ctx context.Context) error {
	return s.Kernel.View(ctx, func(v *kernel.View) error {
		var one int64
		_, err := v.Row(`SELECT 1`).Scan(&one)
		return err
	})
}

// Close stops the committer and closes the database; what was acknowledged is durable.
func (s *Server) Close() (err error) {
	s.closing.Do(func() {
		s.Kernel.Close()
		err = s.database.Close()
	})
	return err
}

// within tells whether file lies under folder, links resolved where they exist.
func within(folder, file string) bool {
	resolve := func(p string) string {
		abs, err := filepath.Abs(p)
		if err != nil {
			return p
		}
		if real, err := filepath.EvalSymlinks(abs); err == nil {
			return real
		}
		if real, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
			return filepath.Join(real, filepath.Base(abs))
		}
		return abs
	}
	rel, err := filepath.Rel(resolve(folder), resolve(file))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

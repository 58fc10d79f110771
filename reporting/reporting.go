// Package reporting asks Atlassian once in each cycle about every account that something is stored about, and does what it
// answers: what is about a closed account is erased, what is about an updated one has to be refreshed. A token to ask with is
// used at once and never kept.
package reporting

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"time"

	"kept"
	"kept/atlassian"
	"kept/connect"
	"kept/kernel"
	"kept/retention"
	"kept/subject"
)

const (
	dueOutdated = "reporting.outdated" // subject: what was not refreshed in time goes
	dueRound    = "reporting.round"    // app: the first account whose cycle is over; after what goes at the same instant

	usualCycle = 7 * 24 * time.Hour // atlassian: user privacy guidelines, unless a Cycle-Period says otherwise

	mostCalls = 20                      // with one token, one after the other
	enough    = 1500 * time.Millisecond // after which no further call begins
	claimed   = time.Minute             // how long an app belongs to who asks for it; no call lasts as long
	between   = time.Second             // two calls of the clock's
	again     = 24 * time.Hour          // how often somebody is told that nobody can ask
)

// Patience is how long a call may take that a scheduled trigger of Forge's waits for: five seconds. The key set is asked for once,
// and a call that begins at the last moment may hang, so all of it takes four and a half. atlassian: forge remote essentials
const Patience = 1500 * time.Millisecond

// Margin is how long after its cycle an account may wait for the next token: scheduled triggers come at least daily.
const Margin = 24 * time.Hour

// Site is a tenant of Connect in whose name an app may ask.
type Site struct{ Base, App, Secret string }

// Sites finds some tenants of an app, the one of an installation before others.
type Sites func(ctx context.Context, app string, rather kept.ID) ([]Site, error)

// Reporting asks about accounts. Safe for concurrent use.
type Reporting struct {
	k         *kernel.Kernel
	retention *retention.Retention
	subjects  *subject.Subjects
	atlassian *atlassian.Client
	sites     Sites
}

// New wires reporting to the subjects and to the one road of erasure.
func New(k *kernel.Kernel, r *retention.Retention, s *subject.Subjects, a *atlassian.Client, sites Sites) *Reporting {
	rp := &Reporting{k: k, retention: r, subjects: s, atlassian: a, sites: sites}
	s.OnKnown(func(tx *kernel.Tx, app string) error {
		s, err := read(&tx.View, app, "")
		tx.DueOnce(dueRound, app, tx.Now().Add(s.cycle))
		return err
	})
	k.OnDestroying(dueRound, rp.roundDue) // with a clock in doubt it is not known whether a cycle is over
	k.OnDestroying(dueOutdated, rp.outdatedDue)
	return rp
}

// Outcome is what came of asking.
type Outcome struct {
	Accounts int `json:"accounts" doc:"accounts that Atlassian was asked about"`
	Closed   int `json:"closed" doc:"of these, accounts that are closed: what was about them is erased, or waits, closed, until somebody says so"`
	Erased   int `json:"erased" doc:"of these, accounts that do not wait"`
	Updated  int `json:"updated" doc:"of these, accounts whose data has changed: what is about them has to be stored anew"`
}

// Called notes that a token came with which Atlassian can be asked for an app.
func Called(tx *kernel.Tx, app string) {
	tx.Derived() // that somebody was asked about has a fact
	called(tx, app)
}

// Ask asks about the accounts of an app whose cycle is over, with a bearer token of the app's, in as many calls as there is
// time for. It does nothing while somebody else asks for the app, or Atlassian wants to be left alone.
// Errors: Denied where Atlassian refuses the token, Internal where it does not answer, Held while the clock is in doubt.
func (r *Reporting) Ask(ctx context.Context, app, bearer string) (Outcome, error) {
	if err := r.retention.Sure(); err != nil { // nobody knows whether a cycle is over, and what is erased is gone
		return Outcome{}, err
	}
	return r.round(ctx, app, mostCalls, func(b batch) (atlassian.Answer, error) { return r.atlassian.Report(ctx, bearer, b.accounts) })
}

// roundDue asks in the name of a tenant of Connect, in one call; the clock has no token of Forge's.
func (r *Reporting) roundDue(ctx context.Context, d kernel.Due) error {
	_, err := r.round(ctx, d.Ref, 1, func(b batch) (atlassian.Answer, error) { return r.askSite(ctx, d.Ref, b) })
	switch kept.KindOf(err) {
	case kept.NotFound:
		return r.wait(ctx, d, "no-token")
	case kept.Denied:
		return r.wait(ctx, d, "refused")
	case "":
		return r.later(ctx, d)
	}
	return err
}

func (r *Reporting) askSite(ctx context.Context, app string, b batch) (answer atlassian.Answer, err error) {
	sites, err := r.sites(ctx, app, b.first.Installation)
	if err == nil && len(sites) == 0 {
		err = kept.Errorf(kept.NotFound, "there is no token to ask Atlassian with")
	}
	for _, s := range sites {
		var token string
		token, err = connect.Sign(s.App, s.Secret, s.Base, connect.Request{Method: http.MethodPost, Target: atlassian.ReportPath}, r.k.Now())
		if err == nil {
			answer, err = r.atlassian.ReportTo(ctx, s.Base, token, b.accounts)
		}
		if err == nil && answer.Status != http.StatusUnauthorized && answer.Status != http.StatusForbidden {
			break // else it may be a site that is no more, and nobody told us
		}
	}
	return answer, err
}

// round makes calls one after the other until nobody is left to ask about. Nobody else asks for the app meanwhile.
func (r *Reporting) round(ctx context.Context, app string, calls int, ask func(batch) (atlassian.Answer, error)) (sum Outcome, err error) {
	mine, err := r.claim(ctx, app)
	if err != nil || !mine {
		return sum, err
	}
	var rest time.Duration
	defer func() { err = errors.Join(err, r.release(ctx, app, rest)) }()
	start, size := r.k.Now(), atlassian.MostAccounts
	for range calls {
		b, err := r.batch(ctx, app, size)
		if err != nil || len(b.accounts) == 0 || r.k.Now().Sub(start) >= enough {
			return sum, err
		}
		answer, err := ask(b)
		if err != nil {
			return sum, err
		}
		switch answer.Status {
		case http.StatusOK, http.StatusNoContent:
			size = atlassian.MostAccounts
			var erased int64
			erased, err = r.note(ctx, app, b, answer)
			sum = Outcome{sum.Accounts + len(b.accounts), sum.Closed + len(answer.Closed), sum.Erased + int(erased), sum.Updated + len(answer.Updated)}
		case http.StatusTooManyRequests:
			rest = answer.Wait
			return sum, nil
		case http.StatusUnauthorized, http.StatusForbidden:
			err = kept.Errorf(kept.Denied, "Atlassian refuses the token").WithHint("the app needs the scope report:personal-data")
		case http.StatusBadRequest: // it can't take one of them
			if size = len(b.accounts) / 2; size == 0 {
				size, err = atlassian.MostAccounts, r.skip(ctx, app, b)
			}
		default:
			err = kept.Errorf(kept.Internal, "Atlassian answers a report with status %d", answer.Status)
		}
		if err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// batch is what one call is about.
type batch struct {
	accounts []atlassian.Account
	subjects map[string][]subject.Subject // of each account, in all scopes of the app
	first    kept.Scope                   // of who has waited longest
}

func (r *Reporting) batch(ctx context.Context, app string, size int) (b batch, err error) {
	err = r.k.View(ctx, func(v *kernel.View) error {
		b = batch{}
		s, err := read(v, app, "")
		if err != nil {
			return err
		}
		waiting, err := subject.Unreported(v, app, v.Now().Add(-s.cycle), size)
		if err != nil || len(waiting) == 0 {
			return err
		}
		b.first = waiting[0].Scope
		var ids []string
		for _, u := range waiting {
			id, err := r.subjects.Account(v, u)
			if err != nil {
				return err
			}
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if b.subjects, err = r.subjects.Everywhere(v, app, ids); err != nil {
			return err
		}
		for _, id := range ids {
			since, err := r.retrieved(v, b.subjects[id])
			if err != nil {
				return err
			}
			b.accounts = append(b.accounts, atlassian.Account{ID: id, Retrieved: since})
		}
		return nil
	})
	return b, err
}

// retrieved is when the oldest was stored of what is about somebody and could be refreshed; where nothing is, the oldest line.
func (r *Reporting) retrieved(v *kernel.View, subjects []subject.Subject) (kept.Time, error) {
	var item, line kept.Time
	for _, u := range subjects {
		about, err := r.retention.About(v, u.ID, math.MaxInt32)
		if err != nil {
			return 0, err
		}
		for _, h := range about {
			of := &item
			if h.Happened {
				of = &line
			}
			if *of == 0 || h.Oldest < *of {
				*of = h.Oldest
			}
		}
	}
	return cmp.Or(item, line), nil
}

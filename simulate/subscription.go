package simulate

import (
	"context"
	"net/http"
	"slices"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/judge"
	"kept/policy"
)

// licences tells whether licences decide anything under the policy.
func (o Options) licences() bool {
	return slices.ContainsFunc(o.Policy.Promises, func(pr *policy.Promise) bool {
		return pr.Control == "retain" && pr.Params["from"].Has("unsubscribed") || pr.Control == "rescue" && pr.Params["on"].Has(policy.Resubscribe)
	})
}

// licence is what becomes of a subscription while the app is installed: it ends, is renewed at the edge of something or
// not at all, and the app is used to the second where something ends with it.
func (p *planner) licence(from, to time.Duration, c int) {
	for at := from + p.short(time.Minute, 60*day); at < to; at += p.away() {
		p.add(at, c, "unsubscribe")
		if p.chance(20) {
			p.add(at+p.short(time.Second, time.Hour), c, "old-licence")
		}
		for range p.IntN(3) {
			p.add(at+pick(p, p.edges)+pick(p, []time.Duration{-time.Second, 0, time.Second}), c, pick(p, []string{"put", "list", "read", "review"}))
		}
		if at += p.away(); p.chance(70) && at < to {
			p.add(at, c, "resubscribe")
		}
	}
}

// unsubscribe ends a licence: now, some days ago, with its end still to come, or without naming one. In some cases nobody
// shows a token of it.
func unsubscribe(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.there == nil || c.door != judge.Forge { // no other door tells of a licence
		return nil, errSkipped
	}
	today := kept.StartOfDay(l.Clock.Now().Day())
	c.there.License.Active = false
	c.there.License.End = []kept.Time{0, today, today.Add(-time.Duration(s.N[1]%40) * day), today.Add(time.Duration(s.N[1]%40) * day)}[s.N[0]%4]
	if s.N[2]%4 == 0 {
		return nil, nil
	}
	return l.trade(ctx, s, c, c.there, kept.AppRuntime)
}

func resubscribe(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.there == nil || c.door != judge.Forge { // no other door tells of a licence
		return nil, errSkipped
	}
	l.pay(c, s)
	c.there.License.Active = true
	if s.N[2]%4 == 0 {
		c.there.License.End = 0
	}
	return l.trade(ctx, s, c, c.there, kept.AppRuntime)
}

// oldLicence is a token that was issued before the newest one, says the contrary of it, and comes behind it.
func oldLicence(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.there == nil || c.door != judge.Forge { // no other door tells of a licence
		return nil, errSkipped
	}
	if found, err := l.trade(ctx, s, c, c.there, kept.AppRuntime); err != nil || len(found) > 0 {
		return found, err
	}
	key, err := l.AppKey(ctx, c.app.ID)
	if err != nil {
		return nil, err
	}
	old := *c.there
	old.License = &fake.License{Active: !c.there.License.Active, End: c.there.License.End}
	const age = 10 * time.Second
	token := l.Fake.Token(&old, fake.Expired(age-25*time.Second)) // a token lives 25
	var got credential
	err = l.Call(ctx, http.MethodPost, "/v1/credentials", key, map[string]string{"role": string(kept.AppRuntime), "invocation_token": token}, &got)
	e := c.signal(judge.Token, &old)
	e.Installation, e.Issued = got.Installation, issued(l.Clock.Now().Add(-age))
	return l.told(ctx, s, e, err)
}

// issued is the instant of a token as it says it: in whole seconds.
func issued(at kept.Time) kept.Time { return kept.TimeOf(at.Std().Truncate(time.Second)) }

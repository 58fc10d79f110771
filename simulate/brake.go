package simulate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kept"
	"kept/journal"
	"kept/judge"
	"kept/kernel"
	"kept/policy"
	"kept/retention"
)

// HastySuffix is how the folder is called, beside that of a policy, of one that ends something earlier.
const HastySuffix = "-hasty"

// haste are days on which the server is started with a policy that ends something earlier. Some have seen a dry run, some take
// it back before a day is over, some start the server again and again, and now and then an officer lets go what waits.
func (p *planner) haste() {
	if !p.faults["hasty"] || p.o.Hasty == nil {
		return
	}
	own := *p
	own.Rand, own.steps = rand.New(rand.NewPCG(p.o.Seed, 2)), nil
	for at := own.short(5*day, 30*day); at < p.end; at += own.short(12*day, 40*day) {
		own.add(at, 0, "hasty")
		for range 2 * p.o.Installations { // of what is closed now
			own.add(at+own.short(time.Minute, 20*time.Hour), own.IntN(p.o.Installations), pick(&own, []string{"read", "read", "read", "list", "overwrite"}))
		}
		for again := at + own.short(time.Minute, 20*time.Hour); own.chance(30); again += own.short(time.Minute, 20*time.Hour) {
			own.add(again, 0, pick(&own, []string{"hasty", "restart"}))
		}
		if own.chance(25) {
			own.add(at+own.short(time.Minute, 30*time.Hour), 0, "let-forward")
		}
		at += pick(&own, []time.Duration{own.short(time.Minute, day), own.short(day, 10*day)})
		own.add(at, 0, "sober")
		if own.chance(20) {
			own.add(at+own.short(time.Minute, time.Hour), 0, "hasty")
			own.add(at+own.short(time.Hour, 2*day), 0, "sober")
		}
	}
	p.steps = append(p.steps, own.steps...)
}

// exodus is all customers leaving within hours, and somebody says that they are gone. An officer lets go what waits some hours or
// days later, or nobody does; most come back.
func (p *planner) exodus() {
	if !p.faults["exodus"] {
		return
	}
	own := *p
	own.Rand, own.steps = rand.New(rand.NewPCG(p.o.Seed, 3)), nil
	for at := own.short(20*day, 90*day); at < p.end; at += own.short(60*day, 120*day) {
		within := pick(&own, []time.Duration{10 * time.Hour, 20 * time.Hour, 30 * time.Hour})
		for c := range p.o.Installations {
			own.add(at-own.short(time.Minute, 5*day), c, "come")
			for range 1 + own.IntN(3) {
				own.add(at-own.short(0, day), c, "put")
			}
			gone := at + own.short(0, within)
			own.add(gone, c, "leave")
			own.add(gone+time.Second, c, "signal-left")
			own.add(gone+2*time.Second, c, "effect")
			if own.chance(80) {
				own.add(gone+pick(&own, []time.Duration{own.short(time.Hour, 3*day), own.short(3*day, 50*day)}), c, "arrive")
			}
		}
		for range own.IntN(4) {
			own.add(at+pick(&own, []time.Duration{own.short(10*time.Hour, 40*time.Hour), own.short(day, 10*day)}), 0, "let-go")
		}
	}
	p.steps = append(p.steps, own.steps...)
}

// over is an app that says at all customers within hours that something is over, of what has been there for so long that it
// goes at once. Some of that is taken back, some an officer lets go.
func (p *planner) over() {
	_, _, max, ok := parting(p.o.Policy)
	if !p.faults["exodus"] || !ok {
		return
	}
	own := *p
	own.Rand, own.steps = rand.New(rand.NewPCG(p.o.Seed, 4)), nil
	for at := max + own.short(5*day, 30*day); at < p.end; at += own.short(15*day, 40*day) {
		within := pick(&own, []time.Duration{4 * time.Hour, 10 * time.Hour, 30 * time.Hour})
		for c := range p.o.Installations {
			stored := at - max - own.short(time.Minute, day)
			own.add(stored-own.short(time.Second, time.Hour), c, "come")
			own.add(stored, c, "put-parting")
			said := at + own.short(0, within)
			own.add(said, c, "say-over")
			for range own.IntN(3) {
				own.add(said+own.short(time.Minute, 5*day), c, pick(&own, []string{"say-over", "unsay-over", "read", "list"}))
			}
		}
		for range own.IntN(4) {
			own.add(at+own.short(10*time.Hour, 6*day), 0, "let-go")
		}
	}
	p.steps = append(p.steps, own.steps...)
}

// mistakes are times in which Atlassian calls every account closed, a cycle after many were stored of a sudden. Some are called
// open again, of some an officer says that it is right.
func (p *planner) mistakes() {
	if !p.faults["all-closed"] {
		return
	}
	own := *p
	own.Rand, own.steps = rand.New(rand.NewPCG(p.o.Seed, 5)), nil
	const cycle = 7 * day
	for at := own.short(5*day, 30*day); at < p.end; at += own.short(30*day, 80*day) {
		whose := [2]int{own.IntN(p.o.Installations), own.IntN(p.o.Installations)}
		for _, c := range whose {
			own.add(at, c, "come")
			for range 8 {
				own.add(at+own.short(time.Second, 3*time.Hour), c, "put-crowd")
			}
			for range 3 {
				own.add(at+own.short(time.Second, 3*time.Hour), c, "write-crowd")
			}
		}
		own.add(at, 0, "all-closed")
		until := at + cycle + own.short(6*time.Hour, 9*day)
		own.add(until, 0, "none-closed")
		for trigger := at + cycle + own.short(3*time.Hour, 12*time.Hour); trigger < until+cycle+2*day; trigger += own.short(time.Hour, 2*day) {
			own.add(trigger, own.IntN(p.o.Installations), "trigger")
			for range 2 {
				own.add(trigger+own.short(time.Minute, day), whose[own.IntN(2)], pick(&own, []string{"read", "read", "list", "put-crowd", "write-crowd", "write-all", "review", "review"}))
			}
		}
		for range own.IntN(3) {
			own.add(at+cycle+own.short(12*time.Hour, 10*day), 0, "let-go")
		}
	}
	p.steps = append(p.steps, own.steps...)
}

// come is a customer who arrives, unless it is there.
func come(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.there != nil {
		return nil, errSkipped
	}
	return arrive(l, ctx, c, s)
}

// parting is what ends the soonest after something that an app has to say; false where nothing does.
func parting(p *policy.Policy) (category int, event string, max time.Duration, ok bool) {
	at := 0
	for _, c := range p.Categories {
		if c.Scope != "installation" || c.Journal != "" {
			continue
		}
		for _, pr := range p.Promises {
			limit, limited := pr.Params["max"].Period()
			about, some := pr.Params["category"]
			for _, e := range pr.Events() {
				if limited && slices.Contains(policy.Said, e) && e != policy.LastUse && (!some || about.Has(c.Name)) && (!ok || limit.Shortest() < max) {
					category, event, max, ok = at, e, limit.Shortest(), true
				}
			}
		}
		at++
	}
	return category, event, max, ok
}

// putParting stores something of which an app says later that it is over.
func putParting(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	category, _, _, ok := parting(l.o.Policy)
	if !ok {
		return nil, errSkipped
	}
	s.N[0], s.N[2] = uint32(category), s.N[2]|1 // without a name, so that it is another one
	before := len(c.items)
	found, err := put(l, ctx, c, s)
	if len(c.items) > before || len(c.items) == remembered {
		c.parting = c.items[len(c.items)-1].id
	}
	return found, err
}

// sayOver is an app that says of it that something was over so long ago that it goes at once, or takes that back.
func sayOver(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	_, event, max, ok := parting(l.o.Policy)
	if !ok || c.parting == "" {
		return nil, errSkipped
	}
	e := judge.Event{Item: c.parting, From: event, When: l.Clock.Now().Add(-max)}
	if e.Back = s.Act == "unsay-over"; e.Back {
		e.When = l.Clock.Now()
	}
	return l.says(ctx, s, c, e)
}

// hasty starts the server with the policy that ends something earlier, or once more with it.
func hasty(l *life, ctx context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	if l.troubled || l.o.Hasty == nil {
		return nil, errSkipped
	}
	token, err := "", error(nil)
	switch s.N[0] % 6 {
	case 0:
		token, err = l.dryRun(ctx, l.o.Hasty, l.o.Hasty.Digest)
	case 1: // of a policy that was dry run before, and changed since
		token, err = l.dryRun(ctx, l.o.Hasty, l.o.Policy.Digest)
	}
	if err != nil {
		return nil, err
	}
	l.done["hasty policy"]++
	down, err := l.down(ctx, s)
	if err != nil {
		return nil, err
	}
	return nil, l.changes(ctx, down, l.o.Hasty, token, s.N[0]%6 == 0)
}

// sober takes it back.
func sober(l *life, ctx context.Context, _ *customer, _ Step) ([]judge.Finding, error) {
	if l.troubled || l.o.Hasty == nil {
		return nil, errSkipped
	}
	l.done["policy taken back"]++
	return nil, l.changes(ctx, 0, l.o.Policy, "", false)
}

// down is for how long nothing is served while a policy changes, now and then: until right after something has run out by its
// age, and nothing by anything else. Not while an earlier policy is held up.
func (l *life) down(ctx context.Context, s Step) (time.Duration, error) {
	now := l.Clock.Now()
	if s.N[3]%2 == 0 || l.changed != 0 && now.Sub(l.changed) < 2*day {
		return 0, nil
	}
	w, err := l.world()
	if err != nil {
		return 0, err
	}
	var age, other kept.Time
	if err := w.DB.QueryRowContext(ctx, `SELECT COALESCE(MIN(CASE WHEN kind = 'retention.age' THEN at END), 0), COALESCE(MIN(CASE WHEN kind <> 'retention.age' THEN at END), 0)
		FROM due WHERE kind NOT IN ('access.sweep', 'keys.turn', 'marketplace.poll', 'reporting.round', 'retention.sweeps')`).Scan(&age, &other); err != nil {
		return 0, kept.Errorf(kept.Internal, "when something runs out: %w", err)
	}
	back := age.Add(time.Duration(s.N[2]%3600) * time.Second)
	if age == 0 || other != 0 && other <= back {
		return 0, nil
	}
	return back.Sub(now), nil
}

// changes starts another build of the server with a policy, or once more with the same one: effects count, whatever has changed.
// seen says that the token is that of a dry run of just this policy.
func (l *life) changes(ctx context.Context, down time.Duration, p *policy.Policy, token string, seen bool) error {
	l.Stop()
	stopped := l.Clock.Now()
	if down > 0 {
		l.trouble()
		l.done["policy changed overnight"]++
		if err := l.Clock.Set(stopped.Add(down)); err != nil {
			return err
		}
	}
	l.changed = l.Clock.Now()
	l.builds++
	l.Build = fmt.Sprintf("%s+%d", l.o.Build, l.builds)
	l.Policy, l.DryRun = p, token
	l.judge.Changed(stopped, l.changed, plain(p), seen)
	l.picture.fault(l.today(), "policy changed")
	if err := l.Start(0); err != nil || !l.troubled {
		return err
	}
	return l.recover(ctx)
}

// dryRun is what kept foresee says of a policy, given its digest.
func (l *life) dryRun(ctx context.Context, p *policy.Policy, digest [32]byte) (token string, err error) {
	w, err := l.world()
	if err != nil {
		return "", err
	}
	r := retention.Outlook(p)
	journal.Bound(r)
	err = kernel.Look(ctx, w.DB, l.Clock, func(v *kernel.View) error {
		forwards, err := r.Forwards(v)
		token = retention.Token(digest, forwards)
		return err
	})
	return token, err
}

// letGo is an officer who says that what waits may go.
func letGo(l *life, ctx context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	if l.troubled {
		return nil, errSkipped
	}
	e := judge.Event{Kind: judge.LetGo, Reason: retention.Unforeseen}
	if s.Act == "let-forward" {
		e.Reason = retention.BroughtForward
	}
	err := l.officer(ctx, "/v1/forecast/release", map[string]string{"reason": e.Reason}, nil)
	return l.told(ctx, s, e, err)
}

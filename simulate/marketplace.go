package simulate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/judge"
	"kept/policy"
	"kept/stage"
)

// asksMarketplace tells whether the Marketplace has a part under the policy: where licences decide something, and an app comes
// through Forge, whose sites it knows.
func (o Options) asksMarketplace() bool {
	return o.licences() && slices.ContainsFunc(o.Policy.Apps, func(a policy.App) bool { return a.Forge != "" })
}

// contracts are changed now and then, mostly as a customer's licence stands, and the Marketplace has bad hours.
func (p *planner) contracts(c int) {
	for at := p.short(day, 60*day); at < p.end; at += p.short(5*day, 50*day) {
		p.add(at, c, "contract")
		if p.chance(20) {
			p.add(at+p.short(time.Minute, 20*time.Hour), c, "bad-hours")
		}
	}
}

// contract is what the Marketplace will say of a customer when it is asked: of one of two licences, of which one may be old.
func contract(l *life, _ context.Context, c *customer, s Step) ([]judge.Finding, error) {
	today := kept.StartOfDay(l.Clock.Now().Day())
	row := fake.Contract{Entitlement: fmt.Sprintf("%s-%d", c.site.URL, s.N[1]%2), App: stage.AddonKey(c.app), Site: c.site, Status: "active"}
	switch {
	case c.there == nil:
		row.Status, row.Ends = "cancelled", today.Add(-time.Duration(s.N[2]%20)*day)
	case !c.there.License.Active || s.N[0]%3 == 0:
		row.Status, row.Ends = "inactive", today.Add(time.Duration(s.N[2]%40)*day-20*day)
	case c.there.License.End != 0:
		row.Ends = c.there.License.End
	}
	if s.N[3]%5 == 0 {
		row.Ends = 0
	}
	l.Fake.Contract(row)
	l.done[s.Act+" "+row.Status]++
	return nil, nil
}

// badHours are some in which the Marketplace does not answer, or answers nothing that can be used.
func badHours(l *life, _ context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	moods := []fake.Mood{fake.Failing, fake.Absent, fake.Garbled, fake.Busy, fake.Shifting}
	l.Fake.Be(fake.Licences, moods[s.N[0]%uint32(len(moods))])
	l.bad = l.Clock.Now().Add(5 * time.Hour)
	return nil, nil
}

// hear tells the judge when the Marketplace was asked, as the store says, and what it had to say.
func (l *life) hear(ctx context.Context) error {
	if l.bad != 0 && l.bad <= l.Clock.Now() {
		l.Fake.Be(fake.Licences, fake.Well)
		l.bad = 0
	}
	if !l.Marketplace {
		return nil
	}
	w, err := l.world()
	if err != nil {
		return err
	}
	var at kept.Time
	if err := w.DB.QueryRowContext(ctx, `SELECT COALESCE(MAX(at), 0) FROM fact WHERE kind = $1`, string(kept.FactPolled)).Scan(&at); err != nil {
		return kept.Errorf(kept.Internal, "when the Marketplace was asked: %w", err)
	}
	if at <= l.heard {
		return nil
	}
	l.heard = at
	l.done["marketplace asked"]++
	e := judge.Event{Kind: judge.Contracts, At: at}
	for _, c := range l.Fake.Contracts() {
		for _, a := range l.o.Policy.Apps {
			if stage.AddonKey(a) == c.App {
				e.Contracts = append(e.Contracts, judge.Contract{Entitlement: c.Entitlement, App: a.ID, Site: c.Site.CloudID, Status: c.Status, Ends: c.Ends, Updated: c.Updated})
			}
		}
	}
	l.found = append(l.found, l.judge.Told(e)...)
	return nil
}

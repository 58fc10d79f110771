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
	return (o.licences() || o.contacts()) && slices.ContainsFunc(o.Policy.Apps, func(a policy.App) bool { return a.Forge != "" })
}

// contacts tells whether the policy takes contacts in that the Marketplace names.
func (o Options) contacts() bool {
	return slices.ContainsFunc(o.Policy.Promises, func(pr *policy.Promise) bool { return pr.Params["via"].Has(policy.Marketplace) })
}

// contracts are changed now and then, mostly as a customer's licence stands, and the Marketplace has bad hours.
func (p *planner) contracts(c int) {
	for at := p.short(day, 60*day); at < p.end; at += p.short(5*day, 50*day) {
		p.add(at, c, "contract")
		if p.chance(20) {
			p.add(at+p.short(time.Minute, 20*time.Hour), c, "bad-hours")
		}
		if p.o.contacts() && p.chance(50) {
			p.add(at+p.short(26*time.Hour, 40*time.Hour), c, "late-contract")
		}
	}
}

// contract is what the Marketplace will say of a customer when it is asked: of one of two licences, of which one may be old.
func contract(l *life, _ context.Context, c *customer, s Step) ([]judge.Finding, error) {
	today := kept.StartOfDay(l.Clock.Now().Day())
	row := fake.Contract{Entitlement: c.licence(s.N[1] % 2), App: stage.AddonKey(c.app), Site: c.site, Status: "active"}
	if c.door == judge.Host {
		row.Site = nil
	}
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
	row.Technical, row.Billing = l.contact(row.Entitlement, false, s.N[0]), l.contact(row.Entitlement, true, s.N[1])
	l.Fake.Contract(row)
	l.done[s.Act+" "+row.Status]++
	return nil, nil
}

// lateContract is a row of the day before the one that was heeded last, which comes behind it: it names whom it named then.
func lateContract(l *life, _ context.Context, c *customer, s Step) ([]judge.Finding, error) {
	rows := l.Fake.Contracts() // the one that changed last is the last
	for n := len(rows) - 1; n >= 0; n-- {
		if row := rows[n]; row.Entitlement == c.licence(0) || row.Entitlement == c.licence(1) {
			who := l.marker("contact")
			row.Technical = fake.Contact{Name: who, Email: who, Phone: who, Address: who}
			row.Updated = row.Updated.Add(-day)
			l.Fake.Contract(row)
			l.done[s.Act]++
			return nil, nil
		}
	}
	return nil, errSkipped
}

// contact is whom the next row of a licence names: the same as before, somebody else, or nobody whom Atlassian remembers.
func (l *life) contact(entitlement string, billing bool, n uint32) fake.Contact {
	var before fake.Contact
	for _, c := range l.Fake.Contracts() {
		if c.Entitlement == entitlement && billing {
			before = c.Billing
		} else if c.Entitlement == entitlement {
			before = c.Technical
		}
	}
	switch {
	case n>>8%4 == 0:
		l.done["contact forgotten"]++
		return fake.Forgotten
	case n>>8%4 == 1 && before != fake.Contact{}:
		return before
	}
	who := l.marker("contact")
	return fake.Contact{Name: who, Email: who, Phone: who, Address: who}
}

// licence is the id of one of a customer's licences. Connect, or the host, names the first.
func (c *customer) licence(n uint32) string { return fake.LicenceOf(fmt.Sprint(c.server, " ", n)) }

// naming is what the judge must know of a contact.
func naming(c judge.Contract, kind string, who fake.Contact) judge.Naming {
	n := judge.Naming{Entitlement: c.Entitlement, App: c.App, Site: c.Site, Kind: kind, Updated: c.Updated}
	if who != fake.Forgotten {
		n.Said = map[string]string{"name": who.Name, "email": who.Email, "phone": who.Phone, "mailing_address": who.Address}
	}
	return n
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
	asked := l.Fake.Asked(fake.Licences)
	if !l.Marketplace || asked == l.asked {
		return nil
	}
	l.asked = asked
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
				row := judge.Contract{Entitlement: c.Entitlement, App: a.ID, Status: c.Status, Ends: c.Ends, Updated: c.Updated}
				if c.Site != nil {
					row.Site = c.Site.CloudID
				}
				e.Contracts = append(e.Contracts, row)
				e.Namings = append(e.Namings, naming(row, "technical", c.Technical), naming(row, "billing", c.Billing))
			}
		}
	}
	l.found = append(l.found, l.judge.Told(e)...)
	return nil
}

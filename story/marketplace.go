package story

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"kept"
	"kept/atlassian/fake"
	"kept/stage"
)

// asksMarketplace tells whether the Marketplace has a part in a story.
func (s *Story) asksMarketplace() bool {
	return slices.ContainsFunc(s.Steps, func(step Step) bool { return strings.HasPrefix(step.form.says, "the marketplace") })
}

// contracts is what the Marketplace says of an app's licence on a site, once it is asked.
func (p *play) contracts(_ context.Context, a args) error {
	t, err := p.placed(a)
	if err != nil {
		return err
	}
	c := p.contract(t)
	c.Status, c.Updated = word(a, "LICENCE"), 0
	c.Ends, _ = a["TIME"].(kept.Time)
	p.stage.Fake.Contract(c)
	return nil
}

// contract is the row of the report about a tenant as it is; an active one where there was none.
func (p *play) contract(t *tenant) fake.Contract {
	c := fake.Contract{Entitlement: t.licence(), Site: t.site, Status: "active"}
	for _, known := range p.stage.Fake.Contracts() {
		if known.Entitlement == c.Entitlement {
			return known
		}
	}
	app, _ := p.stage.Policy.App(t.app)
	c.App = stage.AddonKey(app)
	return c
}

// names lets the Marketplace name somebody as a contact; with a day it is a row of that day, which may be older than the last.
func (p *play) names(_ context.Context, a args) error {
	t, err := p.placed(a)
	if err != nil {
		return err
	}
	var who struct{ Name, Email, Phone, Address string }
	if err := json.Unmarshal([]byte(word(a, "VALUE")), &who); err != nil {
		return kept.Errorf(kept.Invalid, "a contact has texts alone").WithHint("{name: …, email: …, phone: …, address: …}")
	}
	return p.contact(t, a, fake.Contact{Name: who.Name, Email: who.Email, Phone: who.Phone, Address: who.Address})
}

// forgets lets Atlassian forget whom the Marketplace named.
func (p *play) forgets(_ context.Context, a args) error {
	t, err := p.placed(a)
	if err != nil {
		return err
	}
	return p.contact(t, a, fake.Forgotten)
}

func (p *play) contact(t *tenant, a args, who fake.Contact) error {
	c := p.contract(t)
	c.Updated, _ = a["DAY"].(kept.Time)
	if word(a, "CONTACT") == "billing" {
		c.Billing = who
	} else {
		c.Technical = who
	}
	p.stage.Fake.Contract(c)
	return nil
}

func (p *play) mood(_ context.Context, a args) error {
	p.stage.Fake.Be(fake.Licences, map[string]fake.Mood{"well": fake.Well, "failing": fake.Failing, "busy": fake.Busy, "shifting": fake.Shifting}[word(a, "MOOD")])
	return nil
}

// licence is the id of a tenant's licence.
func (t *tenant) licence() string { return fake.LicenceOf(t.app + " on " + t.siteName) }

package story

import (
	"context"
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
	app, _ := p.stage.Policy.App(t.app)
	until, _ := a["TIME"].(kept.Time)
	p.stage.Fake.Contract(fake.Contract{Entitlement: t.app + "/" + t.siteName, App: stage.AddonKey(app), Site: t.site, Status: word(a, "LICENCE"), Ends: until})
	return nil
}

func (p *play) mood(_ context.Context, a args) error {
	p.stage.Fake.Be(fake.Licences, map[string]fake.Mood{"well": fake.Well, "failing": fake.Failing, "busy": fake.Busy, "shifting": fake.Shifting}[word(a, "MOOD")])
	return nil
}

package story

import (
	"context"

	"kept"
	"kept/atlassian/fake"
)

func notOfForge() error {
	return kept.Errorf(kept.Invalid, "this app is not installed through Forge there").WithHint("… through connect, or first: move APP on SITE to forge")
}

func notOfConnect() error {
	return kept.Errorf(kept.Invalid, "this app is not installed through Connect there").WithHint("first: install APP on SITE through connect")
}

// arriveThroughConnect installs an app, or installs it again: the same tenant with another secret.
func (p *play) arriveThroughConnect(ctx context.Context, t *tenant, a args) error {
	app, _ := p.stage.Policy.App(t.app)
	t.credentials = map[kept.Role]credential{}
	if t.connect == nil {
		t.connect = p.stage.Fake.ConnectApp(app.Connect, app.Base, t.site)
		if !has(a, "without") {
			t.connect.Entitlement = t.licence()
		}
	} else {
		p.stage.Fake.RotateSecret(t.connect)
	}
	return p.callback(ctx, t, a, p.stage.Fake.ConnectInstalled)
}

// callback lets Connect tell something.
func (p *play) callback(ctx context.Context, t *tenant, a args, of func(*fake.Tenant, string) *fake.Delivery) error {
	if t.connect == nil {
		return notOfConnect()
	}
	d := of(t.connect, "")
	d.Path = "/connect/" + t.app + "/" + string(d.Event)
	return p.deliver(ctx, a, d)
}

func (p *play) rotate(ctx context.Context, a args) error {
	t, err := p.placed(a)
	if err != nil {
		return err
	}
	if t.connect == nil {
		return notOfConnect()
	}
	p.stage.Fake.RotateSecret(t.connect)
	return p.callback(ctx, t, a, p.stage.Fake.ConnectInstalled)
}

// move lets an app of Connect adopt Forge on a site: both tell of an install, in the order that the story says.
func (p *play) move(ctx context.Context, a args) error {
	t, err := p.placed(a)
	if err != nil {
		return err
	}
	app, _ := p.stage.Policy.App(t.app)
	if t.connect == nil || app.Forge == "" {
		return notOfConnect()
	}
	t.fake, t.credentials = p.stage.Fake.Install(app.Forge, "PRODUCTION", t.site), map[kept.Role]credential{}
	t.connect.Forge, t.through = t.fake, false
	forge := func() error {
		return p.deliver(ctx, a, p.stage.Fake.Installed(t.fake, t.admin, "/forge/"+t.app+"/installed"))
	}
	if has(a, "forge") {
		if err := forge(); err != nil {
			return err
		}
		return p.callback(ctx, t, a, p.stage.Fake.ConnectInstalled)
	}
	if err := p.callback(ctx, t, a, p.stage.Fake.ConnectInstalled); err != nil {
		return err
	}
	return forge()
}

// imports puts another site under the address of one: its tenant has another clientKey.
func (p *play) imports(ctx context.Context, a args) error {
	before, err := p.placed(a)
	if err != nil {
		return err
	}
	if before.connect == nil {
		return notOfConnect()
	}
	t, err := p.newTenant(a, before.siteName)
	if err != nil {
		return err
	}
	t.site, t.admin = before.site, before.admin
	p.tenants = append(p.tenants, t)
	return p.arriveThroughConnect(ctx, t, a)
}

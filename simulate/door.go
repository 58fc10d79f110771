package simulate

import (
	"context"
	"net/http"

	"kept"
	"kept/judge"
)

// knock is an event at a door that is not Forge's.
func (c *customer) knock(kind judge.Kind) judge.Event {
	e := judge.Event{Kind: kind, App: c.app.ID, Door: c.door, Site: c.server}
	if c.door == judge.Connect {
		e.Site, e.Stranger, e.Licensed = c.tenant.ClientKey, c.tenant.Secret != c.told, c.tenant.Entitlement
		if c.tenant.Forge != nil {
			e.Wraps = c.tenant.Forge.ID
		}
	}
	return e
}

// atDoor is a signal of Connect, or of a host.
func (l *life) atDoor(ctx context.Context, s Step, c *customer, kind judge.Kind) ([]judge.Finding, error) {
	switch {
	case c.door == judge.Connect && kind == judge.Uninstall:
		err := l.Deliver(ctx, l.Fake.ConnectUninstalled(c.tenant, "/connect/"+c.app.ID+"/uninstalled"), nil)
		return l.told(ctx, s, c.knock(kind), err)
	case c.door == judge.Connect:
		err := l.Deliver(ctx, l.Fake.ConnectInstalled(c.tenant, "/connect/"+c.app.ID+"/installed"), nil)
		e := c.knock(judge.Installed) // of an upgrade, too
		if err == nil {
			c.told = c.tenant.Secret
		}
		return l.told(ctx, s, e, err)
	case kind == judge.Uninstall:
		e := c.knock(kind)
		e.Stranger = c.told == ""
		return l.told(ctx, s, e, l.Call(ctx, http.MethodDelete, "/v1/instances", c.told, nil, nil))
	case kind == judge.Installed && s.Act != "installed-again":
		return l.enrolHost(ctx, s, c)
	}
	return nil, errSkipped // a host says nothing twice, and nothing of an upgrade
}

// rotate draws the secret that Connect tells next.
func (l *life) rotate(c *customer) {
	l.Fake.RotateSecret(c.tenant)
	l.judge.Plant(c.tenant.Secret)
}

// enrolHost gets a code from the vendor's people and a key for it.
func (l *life) enrolHost(ctx context.Context, s Step, c *customer) ([]judge.Finding, error) {
	operator, err := l.As(ctx, kept.Operator)
	if err != nil {
		return nil, err
	}
	var made struct {
		Code string `json:"code"`
	}
	if err := l.Call(ctx, http.MethodPost, "/v1/apps/"+c.app.ID+"/enrolments", operator, map[string]string{"server": c.server}, &made); err != nil {
		return nil, err
	}
	var got struct {
		Installation kept.ID `json:"installation"`
		Key          string  `json:"key"`
	}
	err = l.Call(ctx, http.MethodPost, "/v1/instances", "", map[string]string{"code": made.Code, "server": c.server, "licence": c.licence(0)}, &got)
	e := c.knock(judge.Installed)
	e.Licensed = c.licence(0)
	e.Installation, c.told = got.Installation, got.Key
	if err == nil {
		delete(c.credentials, kept.AppRuntime) // of a key that is replaced
		delete(c.credentials, kept.CustomerAdmin)
		c.became(got.Installation)
	}
	return l.told(ctx, s, e, err)
}

// show trades a host's key for a credential. A key of which nobody heard is none.
func (l *life) show(ctx context.Context, s Step, c *customer, role kept.Role) ([]judge.Finding, error) {
	var got credential
	err := l.Call(ctx, http.MethodPost, "/v1/instances/credential", c.told, map[string]string{"role": string(role)}, &got)
	e := c.knock(judge.Token)
	e.Stranger = c.told == ""
	return l.issued(ctx, s, c, e, role, got, err)
}

// connectToken is a token of Connect: of a call, or of a page.
func (c *customer) connectToken(l *life, s Step, body map[string]string) {
	if s.N[3]%3 == 0 {
		body["connect_token"] = l.Fake.ContextToken(c.tenant, c.admin)
		return
	}
	body["method"], body["path"] = http.MethodGet, "/page?project=KEY"
	body["connect_token"] = l.Fake.CallToken(c.tenant, http.MethodGet, "/page?project=KEY")
}

// move lets a customer of Connect come through Forge from now on: Connect tells which Forge installation wraps it, and
// Forge tells of its own, one after the other.
func move(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.door != judge.Connect || c.app.Forge == "" || c.there == nil || c.tenant.Secret != c.told {
		return nil, errSkipped
	}
	if c.wrapped == nil {
		c.wrapped = l.Fake.Install(c.app.Forge, "PRODUCTION", c.site)
		if s.N[0]%2 != 0 {
			shell := *c
			shell.door = judge.Forge
			return l.deliver(ctx, s, &shell, judge.Installed, c.wrapped)
		}
		c.tenant.Forge = c.wrapped
		return l.atDoor(ctx, s, c, judge.Installed)
	}
	announced := c.tenant.Forge != nil
	c.tenant.Forge = c.wrapped
	if !announced {
		found, err := l.atDoor(ctx, s, c, judge.Installed)
		c.door, c.there = judge.Forge, c.wrapped
		return found, err
	}
	c.door, c.there = judge.Forge, c.wrapped
	return l.deliver(ctx, s, c, judge.Installed, c.there)
}

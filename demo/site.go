package demo

import (
	"context"
	"fmt"
	"net/http"

	"kept"
	"kept/atlassian/fake"
	"kept/client"
	"kept/policy"
)

// site is how the product of one customer speaks of an app: what it tells the server, and what it gives the app's back end.
type site interface {
	arrive(ctx context.Context) error // an install, or another one
	depart(ctx context.Context) error // an uninstall that is signalled
	// enter is the app's own role, for which the back end trades what it got with a request.
	enter(ctx context.Context) (*client.Installation, error)
	name() string // as the server knows the site
}

// siteOf is a customer's site, of the kind that the app's hosting asks for.
func (y *year) siteOf(app policy.App, name, key string) site {
	c := client.New(y.URL, key, y.HTTP)
	switch {
	case app.Forge != "":
		return &forgeSite{year: y, app: app, client: c, where: y.Fake.NewSite(name), admin: y.Fake.NewAccount()}
	case app.Connect != "":
		return &connectSite{year: y, app: app, client: c, where: y.Fake.NewSite(name)}
	}
	y.hosts++
	return &hostSite{year: y, app: app, server: fmt.Sprintf("BEXM-PLE0-0000-%04d", y.hosts)}
}

func (y *year) tell(ctx context.Context, d *fake.Delivery) error {
	status, err := d.Send(ctx, y.HTTP, y.URL)
	if err == nil && status >= 300 {
		err = kept.Errorf(kept.Internal, "%s was answered with %d", d.Event, status)
	}
	return err
}

type forgeSite struct {
	*year
	app    policy.App
	client *client.Client
	where  *fake.Site
	admin  string // account id
	there  *fake.Installation
}

func (s *forgeSite) name() string { return "jira." + s.where.CloudID }

func (s *forgeSite) arrive(ctx context.Context) error {
	s.there = s.Fake.Install(s.app.Forge, "PRODUCTION", s.where)
	s.there.License.End = s.Clock.Now() // paid by the month; the next one is not paid yet
	return s.tell(ctx, s.Fake.Installed(s.there, s.admin, "/forge/"+s.app.ID+"/installed"))
}

func (s *forgeSite) depart(ctx context.Context) error {
	return s.tell(ctx, s.Fake.PreUninstall(s.there, "gone", "/forge/"+s.app.ID+"/pre-uninstall"))
}

func (s *forgeSite) enter(ctx context.Context) (*client.Installation, error) {
	return s.client.Installation(ctx, s.Fake.Token(s.there))
}

type connectSite struct {
	*year
	app    policy.App
	client *client.Client
	where  *fake.Site
	there  *fake.Tenant
}

func (s *connectSite) name() string { return "jira." + s.there.ClientKey }

func (s *connectSite) arrive(ctx context.Context) error {
	if s.there == nil {
		s.there = s.Fake.ConnectApp(s.app.Connect, s.app.Base, s.where)
	} else {
		s.Fake.RotateSecret(s.there) // the same tenant, another secret
	}
	return s.tell(ctx, s.Fake.ConnectInstalled(s.there, "/connect/"+s.app.ID+"/installed"))
}

func (s *connectSite) depart(ctx context.Context) error {
	return s.tell(ctx, s.Fake.ConnectUninstalled(s.there, "/connect/"+s.app.ID+"/uninstalled"))
}

func (s *connectSite) enter(ctx context.Context) (*client.Installation, error) {
	return s.client.Connect(ctx, client.ConnectCall{Token: s.Fake.ContextToken(s.there, s.Fake.NewAccount())})
}

// hostSite is a customer's own server, for which support makes a code each time the app is installed there.
type hostSite struct {
	*year
	app    policy.App
	server string
	there  *client.Instance
}

func (s *hostSite) name() string { return s.server }

func (s *hostSite) arrive(ctx context.Context) error {
	code, err := s.code(ctx)
	if err == nil {
		s.there, _, err = client.Enrol(ctx, s.URL, code, s.server, "", s.HTTP)
	}
	return err
}

// code is what the vendor's support gives the host to enrol with.
func (s *hostSite) code(ctx context.Context) (string, error) {
	support, err := s.As(ctx, kept.Support)
	if err != nil {
		return "", err
	}
	var made struct {
		Code string `json:"code"`
	}
	err = s.Call(ctx, http.MethodPost, "/v1/apps/"+s.app.ID+"/enrolments", support, map[string]string{"server": s.server}, &made)
	return made.Code, err
}

func (s *hostSite) depart(ctx context.Context) error { return s.there.Uninstalled(ctx) }

func (s *hostSite) enter(ctx context.Context) (*client.Installation, error) {
	return s.there.Runtime(ctx)
}

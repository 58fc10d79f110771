package api

import (
	"context"
	"net/http"

	"kept"
	"kept/access"
	"kept/connect"
	"kept/installation"
)

// Lifecycle is what Atlassian says beside the token of a Connect callback. The token does not cover it: who it is about is
// held against the claims, the rest is believed for the token's sake. Names and accounts are not read; of the address a hash is kept, and itself sealed.
// atlassian: lifecycle
type Lifecycle struct {
	_ struct{} `json:"-" additionalProperties:"true"`

	Key     string `json:"key,omitempty" doc:"of the app's descriptor"`
	Client  string `json:"clientKey"`
	Event   string `json:"eventType,omitempty"`
	Product string `json:"productType,omitempty" doc:"jira, confluence …"`
	Secret  string `json:"sharedSecret,omitempty" doc:"of installed alone; it is stored sealed"`
	Base    string `json:"baseUrl,omitempty" doc:"of the product; where accounts are reported; stored sealed, and as a hash"`
	Licence string `json:"entitlementId,omitempty" doc:"of the app's licence there, by which the Marketplace knows it"`
	Number  string `json:"entitlementNumber,omitempty" doc:"the same, where there is no id"`
	Forge   string `json:"installationId,omitempty" doc:"ARI of the Forge installation that wraps the app"`
}

type lifecycle struct {
	App  string `path:"app" doc:"id of the app in the policy"`
	Body Lifecycle
}

func (f *face) connect() {
	event := func(event string, do func(context.Context, *call, access.Callback) error) {
		add(f, operation{id: "connect-" + event, method: http.MethodPost, path: "/connect/{app}/" + event, by: connectToken, answer: http.StatusNoContent,
			says: "The signed callback " + event + " of Connect."}, f.called(event, do))
	}
	event("installed", func(ctx context.Context, c *call, b access.Callback) error {
		_, err := f.Server.Access.Installed(ctx, c.actor, b)
		return err
	})
	event("uninstalled", func(ctx context.Context, c *call, b access.Callback) error {
		return f.Server.Access.Uninstalled(ctx, c.actor, b)
	})
}

func (f *face) called(event string, do func(context.Context, *call, access.Callback) error) func(context.Context, *call, *lifecycle) (*empty, error) {
	return func(ctx context.Context, c *call, in *lifecycle) (*empty, error) {
		// What is not told is not missed: an uninstall must not be lost for a member that Atlassian leaves out.
		declared, _ := f.Server.Policy.App(c.app)
		b := in.Body
		if b.Client != c.called.Client || b.Key != "" && b.Key != declared.Connect || b.Event != "" && b.Event != event {
			return nil, kept.Errorf(kept.Denied, "the body contradicts its token").WithHint("let the callback through as Atlassian sent it")
		}
		if !f.Server.Atlassian.IsSite(b.Base) { // nobody is called who may not be Atlassian
			b.Base = ""
		}
		err := do(ctx, c, access.Callback{App: c.app, Token: c.called, Secret: b.Secret, Product: b.Product, Base: b.Base, Forge: b.Forge, Licence: installation.NameOfLicence(b.Licence, b.Number)})
		if kept.KindOf(err) == kept.Denied {
			return nil, unknownCaller("this token was used before")
		}
		return nil, err
	}
}

// covered is the part of a request that a Connect token covers.
func covered(r *http.Request) connect.Request {
	target := r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	return connect.Request{Method: r.Method, Target: target}
}

package access

import (
	"context"
	"strings"

	"kept"
	"kept/connect"
	"kept/forge"
	"kept/installation"
	"kept/kernel"
	"kept/policy"
)

// Callback is a verified lifecycle callback, with what its body says; the caller has held that against the token.
type Callback struct {
	App     string
	Token   *connect.Token
	Secret  string // of installed alone; never logged, stored sealed
	Base    string // the product's base URL there, stored sealed; empty where it is none of Atlassian's
	Product string
	Forge   string // id of the Forge installation that wraps the tenant, bare or as ARI; may be empty
	Licence string // id or number of the app's licence there; may be empty
}

func (a *Access) connected(app string) (policy.App, error) {
	declared, ok := a.policy.App(app)
	if !ok || declared.Connect == "" {
		return policy.App{}, kept.Errorf(kept.NotFound, "the policy has no Connect app of that name").
			WithHint("an app needs `connect: <key of its descriptor>` and `base: <its baseUrl>` to receive tokens")
	}
	return declared, nil
}

// VerifyCallback checks the token of a lifecycle callback without using it up. Errors: Denied.
func (a *Access) VerifyCallback(ctx context.Context, app, token string, r connect.Request) (*connect.Token, error) {
	declared, err := a.connected(app)
	if err != nil {
		return nil, err
	}
	return a.connect.Callback(ctx, token, declared.Base, r)
}

// Installed does what an installed callback says, uses its token up, and keeps its secret in place of any before.
// Errors: Denied for a token that was used before, Invalid for a secret too short to prove anything.
func (a *Access) Installed(ctx context.Context, actor kept.Actor, c Callback) (i installation.Installation, err error) {
	if len(c.Secret) < connect.MinSecret || len(c.Secret) > maxSecret {
		return i, kept.Errorf(kept.Invalid, "a shared secret has %d to %d bytes", connect.MinSecret, maxSecret).WithHint("let the callback through as Atlassian sent it")
	}
	t, err := c.tenant()
	if err != nil {
		return i, err
	}
	err = a.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := a.once(tx, c.Token.ID, c.Token.Expires); err != nil {
			return err
		}
		arrived, err := a.installations.ConnectInstalled(tx, t)
		if err != nil || arrived.Outdated {
			return err
		}
		if i = arrived.Installation; arrived.Replaced != "" { // the app gets new credentials, of the installation that goes on
			tx.Exec(`DELETE FROM credential WHERE installation = $1`, string(arrived.Replaced))
		}
		return a.keep(tx, arrived, c)
	})
	return i, err
}

// Uninstalled does what an uninstalled callback says and uses its token up; a tenant nobody knows leaves a fact alone.
func (a *Access) Uninstalled(ctx context.Context, actor kept.Actor, c Callback) error {
	t, err := c.tenant()
	if err != nil {
		return err
	}
	return a.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := a.once(tx, c.Token.ID, c.Token.Expires); err != nil {
			return err
		}
		_, err := a.installations.ConnectUninstalled(tx, t)
		if kept.KindOf(err) == kept.NotFound {
			tx.Record(kept.Fact{Kind: kept.FactStrayTenant, Words: map[string]string{"app": c.App}})
			return nil
		}
		return err
	})
}

func (c Callback) tenant() (t installation.Tenant, err error) {
	t = installation.Tenant{App: c.App, Client: c.Token.Client, Product: "site", Issued: c.Token.Issued, Entitlement: c.Licence}
	if c.Product == "jira" || c.Product == "confluence" { // a body's word is stored when it is one of ours
		t.Product = c.Product
	}
	if c.Base != "" {
		t.Address = hash(strings.TrimSuffix(strings.ToLower(c.Base), "/"))
	}
	if c.Forge != "" {
		t.Forge, err = forge.Installation(c.Forge)
	}
	return t, err
}

// HandedCall is a Connect token that an app's back end received and hands in.
type HandedCall struct {
	Token   string
	Request connect.Request // with which it came; zero for a context token, which comes with none
	Role    kept.Role       // app-runtime
}

// IssueConnect trades a Connect token of the app's for a credential of the installation it came from.
// Errors: Denied for a token that is not valid or was used before, and for any role but the app's own.
func (a *Access) IssueConnect(ctx context.Context, app string, h HandedCall) (c Credential, err error) {
	if h.Role == kept.CustomerAdmin {
		return c, kept.Errorf(kept.Denied, "a Connect token does not prove an administrator").
			WithHint("it names a user, not a permission, and comes with no token to ask the product with; a token of Forge does")
	}
	token, id, err := a.verifyCall(ctx, app, h)
	if err != nil {
		return c, err
	}
	return a.issue(ctx, app, h.Role, func(tx *kernel.Tx) (i installation.Installation, err error) {
		if err := a.once(tx, token.ID, token.Expires); err != nil {
			return i, err
		}
		return a.installations.ConnectSeen(tx, id, token.Issued)
	})
}

// verifyCall finds the secrets of the tenant that a token claims to come from, and verifies it under each.
func (a *Access) verifyCall(ctx context.Context, app string, h HandedCall) (*connect.Token, kept.ID, error) {
	declared, err := a.connected(app)
	if err != nil {
		return nil, "", err
	}
	client, err := connect.Client(h.Token)
	if err != nil {
		return nil, "", err
	}
	id, secrets, err := a.secrets(ctx, app, client)
	if err != nil {
		return nil, "", err
	}
	if len(secrets) == 0 {
		return nil, "", kept.Errorf(kept.Denied, "the Connect token is refused: it comes from no tenant of this app").
			WithHint("Atlassian tells a tenant's secret in the callback installed")
	}
	var refusals []error
	for _, secret := range secrets {
		var token *connect.Token
		if h.Request == (connect.Request{}) {
			token, err = a.connect.Context(h.Token, client, secret)
		} else {
			token, err = a.connect.Call(h.Token, client, secret, declared.Base, h.Request)
		}
		if err == nil {
			return token, id, nil
		}
		refusals = append(refusals, err)
	}
	return nil, "", refusals[0]
}

package api

import (
	"net/http"
	"slices"
	"strings"

	"kept"
)

const wrongCredential = "the credential is missing or not valid"

// who proves the caller of an operation: 401 for whoever is not known, 403 for whoever may not.
func (f *face) who(r *http.Request, o operation) (*call, error) {
	if o.by == anyone {
		return &call{}, nil
	}
	word := "Bearer "
	if o.by == connectToken {
		word = "JWT "
	}
	secret, found := strings.CutPrefix(r.Header.Get("Authorization"), word)
	if !found || secret == "" || len(r.Header["Authorization"]) != 1 {
		return nil, unknownCaller(wrongCredential)
	}
	c := &call{secret: secret}
	var err error
	switch o.by {
	case appKey:
		c.app, err = f.Server.Access.App(r.Context(), secret)
		c.actor = kept.Actor{Role: kept.AppRuntime, App: c.app}
	case instanceKey:
		c.actor, err = f.Server.Access.Instance(r.Context(), secret)
		c.app = c.actor.App
	case forgeToken:
		c.app = r.PathValue("app")
		c.actor = kept.Actor{Role: kept.AppRuntime, App: c.app}
		c.token, c.signal, err = f.Server.Access.Verify(r.Context(), c.app, secret)
	case connectToken:
		c.app = r.PathValue("app")
		c.actor = kept.Actor{Role: kept.AppRuntime, App: c.app}
		c.called, err = f.Server.Access.VerifyCallback(r.Context(), c.app, secret, covered(r))
	case peerSecret:
		c.actor = kept.TheClock // what another server of the vendor's sends was asked for over there
		if !f.Server.Realms.Knows(secret) {
			err = unknownCaller(wrongCredential)
		}
	default:
		c.actor, err = f.Server.Access.Actor(r.Context(), secret)
		c.app = c.actor.App
		if err == nil && c.actor.Role.IsStaff() != (o.by == ofStaff) {
			err = unknownCaller(wrongCredential)
		}
	}
	if kept.KindOf(err) == kept.Denied {
		return nil, unknownCaller(wrongCredential)
	}
	if err != nil {
		return nil, err
	}
	return c, f.may(r, o, c)
}

func (f *face) may(r *http.Request, o operation, c *call) error {
	if o.by != ofInstalled && o.by != ofStaff {
		return nil
	}
	if o.by == ofStaff && !o.first {
		must, err := f.Server.Access.MustChange(r.Context(), c.actor.Staff)
		if err != nil {
			return err
		}
		if must {
			return kept.Errorf(kept.Denied, "the first password has to be changed before anything else").WithHint("POST /v1/password")
		}
	}
	if !slices.Contains(o.roles, c.actor.Role) {
		return kept.Errorf(kept.Denied, "the role %s may not do this", c.actor.Role).WithHint("x-kept-roles in /openapi.json says who may")
	}
	return nil
}

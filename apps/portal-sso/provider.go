package portalsso

import (
	"context"
	"crypto/subtle"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// provider is an identity provider as its metadata describes it, for one request.
type provider struct {
	*oidc.Provider
	client     oauth2.Config
	verifier   *oidc.IDTokenVerifier
	saysIssuer bool // it names itself in every answer, and an answer without is none of its
	within     func(context.Context) context.Context
}

// discover asks the provider for its metadata. Nothing of it is kept: settings change, keys turn.
func (a *app) discover(ctx context.Context, known settings) (*provider, error) {
	within := func(ctx context.Context) context.Context { return oidc.ClientContext(ctx, a.HTTP) }
	p, err := oidc.NewProvider(within(ctx), known.Issuer)
	if err != nil {
		return nil, refusedUnreachable // the library's words hold what was answered
	}
	var says struct {
		Issuer bool `json:"authorization_response_iss_parameter_supported"`
	}
	if err := p.Claims(&says); err != nil {
		return nil, refusedUnreachable
	}
	endpoint := p.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader // else a refused code is tried twice
	return &provider{p, oauth2.Config{
		ClientID: known.ClientID, ClientSecret: known.ClientSecret, Endpoint: endpoint,
		RedirectURL: strings.TrimSuffix(a.Base, "/") + "/login/callback", Scopes: []string{oidc.ScopeOpenID, "email"},
	}, p.Verifier(&oidc.Config{ClientID: known.ClientID, Now: a.Now}), says.Issuer, within}, nil
}

// address is where the browser goes.
func (p *provider) address(u under) string {
	return p.client.AuthCodeURL(u.State, oidc.Nonce(u.Nonce), oauth2.S256ChallengeOption(u.Verifier))
}

// person is whom the provider vouches for.
type person struct {
	subject string
	email   string // empty unless verified
}

// redeem learns from a code who has logged in. The tokens end with this call.
func (p *provider) redeem(ctx context.Context, code string, u under) (who person, err error) {
	ctx = p.within(ctx)
	got, err := p.client.Exchange(ctx, code, oauth2.VerifierOption(u.Verifier))
	if err != nil {
		return who, refusedCode
	}
	raw, _ := got.Extra("id_token").(string)
	token, err := p.verifier.Verify(ctx, raw) // signature, issuer, audience, expiry
	if err != nil {
		return who, refusedToken
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(u.Nonce)) != 1 {
		return who, refusedNonce
	}
	if p.UserInfoEndpoint() == "" {
		return person{subject: token.Subject}, nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(got))
	if err != nil || info.Subject != token.Subject { // spec: OpenID Connect Core 5.3.2
		return who, refusedSubject
	}
	who.subject = token.Subject
	if info.EmailVerified {
		who.email = info.Email
	}
	return who, nil
}

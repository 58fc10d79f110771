// Package connect verifies the tokens of Atlassian Connect: HS256 under the secret of one installation, RS256 of signed
// lifecycle callbacks, and the hash that binds a token to a request. It does no I/O and keeps nothing: secrets and keys
// are handed in, and whether a token was seen before is the caller's to remember. It refuses whatever it does not know
// for sure, and its errors hold no part of a token.
package connect

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kept"
)

const (
	// MinSecret is the least length of a shared secret in bytes. spec: RFC 7518 3.2
	MinSecret = 32

	maxToken   = 16 << 10
	maxLeeway  = 30 * time.Second
	maxLife    = time.Hour // Atlassian's tokens live 3 to 15 minutes
	minKeyBits = 2048
)

// Keys finds the public keys with which Atlassian signs lifecycle callbacks.
type Keys interface {
	// InstallKey is the key with this id. Any error refuses the token.
	InstallKey(ctx context.Context, kid string) (crypto.PublicKey, error)
}

// Verifier verifies tokens. It is safe for concurrent use when Keys and Clock are.
type Verifier struct {
	Keys   Keys
	Clock  kept.Clock
	Leeway time.Duration // how far Atlassian's clock may be off; at most 30 seconds, more counts as 30
}

// Token is what a verified token says. Neither kind covers a request's body: what stands there must be held against it.
type Token struct {
	ID      string // of this one token; a caller that must not act twice remembers it until Expires plus leeway
	Client  string // the clientKey of the product tenant it comes from
	Issued  kept.Time
	Expires kept.Time
}

// clientShape is what a clientKey may be; Atlassian documents none, so this is what was seen with room around it.
var clientShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9:._-]{0,254}$`)

// Client is whom a token claims to come from, before anything of it is verified: good for finding the secret, and for
// nothing else. Errors: Denied.
func Client(token string) (string, error) {
	var c claims
	if len(token) > maxToken {
		return "", denied("it is too long")
	}
	if _, _, err := jwt.NewParser(jwt.WithStrictDecoding()).ParseUnverified(token, &c); err != nil {
		return "", denied("it is malformed")
	}
	if !clientShape.MatchString(c.Issuer) {
		return "", denied("its issuer is wrong")
	}
	return c.Issuer, nil
}

// Callback verifies the token of a lifecycle callback, installed or uninstalled: signed with RS256 by one of Atlassian's
// keys, for the app whose descriptor has this baseUrl, and for this request alone. Errors: Denied.
// atlassian: signed install, enforced since 29 October 2021; what is signed in another way is refused
func (v *Verifier) Callback(ctx context.Context, token, base string, r Request) (*Token, error) {
	if base == "" {
		return nil, denied("no app expects it")
	}
	key := func(t *jwt.Token) (any, error) { return v.key(ctx, t) }
	c, err := v.parse(token, "RS256", key, jwt.WithAudience(base))
	if err != nil {
		return nil, err
	}
	return c.bound(token, r, base)
}

// Call verifies a token of a product under the secret it shares with the app, for this request alone. client is the
// tenant whose secret it is: an app's own tokens, which name the app, are under the same secret. Errors: Denied.
func (v *Verifier) Call(token, client, secret, base string, r Request) (*Token, error) {
	c, err := v.shared(token, client, secret)
	if err != nil {
		return nil, err
	}
	return c.bound(token, r, base)
}

// Context verifies a context token, which belongs to no request: the app's own pages may show it to the app, and it is
// good for nothing else. Errors: Denied. atlassian: AP.context.getToken
func (v *Verifier) Context(token, client, secret string) (*Token, error) {
	c, err := v.shared(token, client, secret)
	if err != nil {
		return nil, err
	}
	if c.QSH != contextQSH {
		return nil, denied("it is no context token")
	}
	return c.token(token)
}

func (v *Verifier) shared(token, client, secret string) (*claims, error) {
	if len(secret) < MinSecret {
		return nil, denied("the secret is too short to prove anything")
	}
	// The key's type alone keeps an RSA key out, and the method keeps this secret from being taken for one.
	key := func(*jwt.Token) (any, error) { return []byte(secret), nil }
	return v.parse(token, "HS256", key, jwt.WithIssuer(client))
}

func (v *Verifier) parse(token, method string, key jwt.Keyfunc, more ...jwt.ParserOption) (*claims, error) {
	if len(token) > maxToken {
		return nil, denied("it is too long")
	}
	parser := jwt.NewParser(append(more,
		jwt.WithValidMethods([]string{method}),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(),
		jwt.WithLeeway(max(0, min(v.Leeway, maxLeeway))),
		jwt.WithTimeFunc(func() time.Time { return v.Clock.Now().Std() }),
	)...)
	var c claims
	_, err := parser.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
		if _, critical := t.Header["crit"]; critical {
			return nil, errHeader
		}
		return key(t)
	})
	if err != nil {
		return nil, denied(reason(err))
	}
	return &c, nil
}

func (v *Verifier) key(ctx context.Context, t *jwt.Token) (any, error) {
	kid, _ := t.Header["kid"].(string)
	if kid == "" {
		return nil, errHeader
	}
	key, err := v.Keys.InstallKey(ctx, kid)
	if err != nil {
		return nil, errKey
	}
	public, ok := key.(*rsa.PublicKey)
	if !ok || public.N.BitLen() < minKeyBits {
		return nil, errKey
	}
	return public, nil
}

// claims are hostile until verified.
type claims struct {
	jwt.RegisteredClaims
	QSH string `json:"qsh"`
}

// bound is the token if it is for this request; a context token is for none.
func (c *claims) bound(token string, r Request, base string) (*Token, error) {
	want, err := QSH(r, base)
	if err != nil {
		return nil, denied("the request it came with can't be read")
	}
	if c.QSH != want {
		return nil, denied("it is for another request")
	}
	return c.token(token)
}

func (c *claims) token(token string) (*Token, error) {
	if c.IssuedAt == nil {
		return nil, denied("a claim is missing")
	}
	if life := c.ExpiresAt.Sub(c.IssuedAt.Time); life <= 0 || life > maxLife {
		return nil, denied("it lives longer than any of Atlassian's")
	}
	if !clientShape.MatchString(c.Issuer) {
		return nil, denied("its issuer is wrong")
	}
	// There need not be a jti. The decoding is strict and both signatures are deterministic: one token, one text.
	id := sha256.Sum256([]byte(token))
	return &Token{ID: hex.EncodeToString(id[:]), Client: c.Issuer, Issued: kept.TimeOf(c.IssuedAt.Time), Expires: kept.TimeOf(c.ExpiresAt.Time)}, nil
}

var (
	errHeader = errors.New("header")
	errKey    = errors.New("key")
)

// reason is our own word for a failed check: the library's may hold pieces of the token.
func reason(err error) string {
	for _, r := range []struct {
		is   error
		says string
	}{
		{errHeader, "its header names no key"},
		{errKey, "its key is not one of Atlassian's"},
		{jwt.ErrTokenMalformed, "it is malformed"},
		{jwt.ErrTokenSignatureInvalid, "its signature is wrong"},
		{jwt.ErrTokenRequiredClaimMissing, "a claim is missing"},
		{jwt.ErrTokenInvalidIssuer, "its issuer is wrong"},
		{jwt.ErrTokenInvalidAudience, "it is for another app"},
		{jwt.ErrTokenExpired, "it has expired"},
		{jwt.ErrTokenNotValidYet, "it is not valid yet"},
		{jwt.ErrTokenUsedBeforeIssued, "it comes from the future"},
	} {
		if errors.Is(err, r.is) {
			return r.says
		}
	}
	return "a check failed"
}

func denied(says string) error {
	return kept.Errorf(kept.Denied, "the Connect token is refused: %s", says).WithHint("hand it in as it came, with the method, path and query of its request")
}

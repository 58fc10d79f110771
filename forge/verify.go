// Package forge verifies Forge invocation tokens: RS256, issuer, audience, times, and the ids inside held against each
// other. It does no I/O and keeps nothing: keys come from Keys, and whether a token was seen before is the caller's to
// remember. It refuses whatever it does not know for sure, tokens of Isolated Cloud included, and its errors hold no
// part of a token.
package forge

import (
	"context"
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kept"
)

const (
	issuer     = "forge/invocation-token"
	maxToken   = 16 << 10
	maxLeeway  = 10 * time.Second // a token lives 25 seconds
	minKeyBits = 2048
)

// Keys finds Atlassian's public keys.
type Keys interface {
	// Key is the key with this id. Any error refuses the token.
	Key(ctx context.Context, kid string) (crypto.PublicKey, error)
}

// Verifier verifies tokens. It is safe for concurrent use when Keys and Clock are.
type Verifier struct {
	Keys   Keys
	Clock  kept.Clock
	Leeway time.Duration // how far Atlassian's clock may be off; at most 10 seconds, more counts as 10
}

// Verify checks a token that was sent to the app with this ARI (ari:cloud:ecosystem::app/<uuid>).
// Errors: Denied, saying which check failed and nothing of the token.
func (v *Verifier) Verify(ctx context.Context, token, appARI string) (*Token, error) {
	if len(token) > maxToken {
		return nil, denied("it is too long")
	}
	if _, ok := uuidIn(appARI, appPrefix); !ok {
		return nil, denied("no app expects it")
	}
	leeway := max(0, min(v.Leeway, maxLeeway))
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{"RS256"}),
		jwt.WithIssuer(issuer),
		jwt.WithAudience(appARI),
		jwt.WithExpirationRequired(),
		jwt.WithNotBeforeRequired(),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(),
		jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(func() time.Time { return v.Clock.Now().Std() }),
	)
	var c claims
	if _, err := parser.ParseWithClaims(token, &c, v.key(ctx)); err != nil {
		return nil, denied(reason(err))
	}
	return c.token(appARI)
}

func (v *Verifier) key(ctx context.Context) jwt.Keyfunc {
	return func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		if _, critical := t.Header["crit"]; kid == "" || critical {
			return nil, errHeader
		}
		key, err := v.Keys.Key(ctx, kid)
		if err != nil {
			return nil, errKey
		}
		public, ok := key.(*rsa.PublicKey)
		if !ok || public.N.BitLen() < minKeyBits {
			return nil, errKey
		}
		return public, nil
	}
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
	return kept.Errorf(kept.Denied, "the Forge invocation token is refused: %s", says).WithHint("hand it in as it came, within its 25 seconds, to the app it was made for")
}

// claims are the token's claims as documented (atlassian: forge remote essentials); all are hostile until verified.
type claims struct {
	jwt.RegisteredClaims
	Label     json.RawMessage `json:"icLabel"` // present on Isolated Cloud, whose keys lie elsewhere
	Principal string          `json:"principal"`
	App       struct {
		ID           string `json:"id"`
		Version      string `json:"version"`
		AppVersion   string `json:"appVersion"`
		Installation string `json:"installationId"`
		APIBase      string `json:"apiBaseUrl"`
		Installed    struct {
			ID       string         `json:"id"`
			Contexts []contextClaim `json:"contexts"`
		} `json:"installation"`
		Environment struct {
			Type string `json:"type"`
			ID   string `json:"id"`
		} `json:"environment"`
		Module struct {
			Key string `json:"key"`
		} `json:"module"`
		License *licenseClaim `json:"license"`
	} `json:"app"`
	Context struct {
		CloudID     string `json:"cloudId"`
		WorkspaceID string `json:"workspaceId"`
	} `json:"context"`
}

type contextClaim struct {
	Name        string `json:"name"`
	CloudID     string `json:"cloudId"`
	WorkspaceID string `json:"workspaceId"`
	APIBase     string `json:"apiBaseUrl"`
}

type licenseClaim struct {
	Active          *bool  `json:"active"`
	IsActive        *bool  `json:"isActive"` // the older name
	Evaluation      bool   `json:"isEvaluation"`
	Type            string `json:"type"`
	BillingPeriod   string `json:"billingPeriod"`
	SubscriptionEnd string `json:"subscriptionEndDate"`
	TrialEnd        string `json:"trialEndDate"`
}

func (l *licenseClaim) license() *License {
	if l == nil {
		return nil
	}
	out := &License{Evaluation: l.Evaluation, Type: l.Type, BillingPeriod: l.BillingPeriod}
	active := l.Active
	if active == nil {
		active = l.IsActive
	}
	if active != nil {
		out.Active, out.Ended = *active, !*active
	}
	out.SubscriptionEnd, _ = kept.ParseTime(l.SubscriptionEnd) // zero when it can't be read, as License says
	out.TrialEnd, _ = kept.ParseTime(l.TrialEnd)
	return out
}

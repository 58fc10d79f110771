package atlassian

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"strings"
	"time"

	"kept"
)

// PublicInstallKeys is where the keys of signed Connect callbacks lie, each under its id.
// atlassian: security for Connect apps
const PublicInstallKeys = "https://connect-install-keys.atlassian.com"

// maxInstallFetches bounds, within a minute, how often strangers make us ask for keys there may never have been.
const maxInstallFetches = 20

// kidShape has no way to another path.
var kidShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// installKeys are kept for ever: a rotated key has another id.
type installKeys struct {
	byID    map[string]crypto.PublicKey
	minute  kept.Time // since when fetches are counted
	fetches int
}

// InstallKey is Atlassian's public key of signed Connect callbacks with this id. Errors: Denied for an id that can't be
// one, Internal when there is no key to be had, or strangers have asked for too many.
func (c *Client) InstallKey(ctx context.Context, kid string) (crypto.PublicKey, error) {
	if !kidShape.MatchString(kid) {
		return nil, kept.Errorf(kept.Denied, "Atlassian has no such key")
	}
	c.mu.Lock()
	key, known := c.install.byID[kid]
	allowed := known || c.install.may(c.Clock.Now())
	c.mu.Unlock()
	switch {
	case known:
		return key, nil
	case !allowed:
		return nil, kept.Errorf(kept.Internal, "too many unknown keys were asked for within a minute")
	}
	b, err := read(ctx, c.HTTP, strings.TrimSuffix(c.InstallKeys, "/")+"/"+kid, "text/plain", "")
	if err != nil {
		return nil, err
	}
	block, rest := pem.Decode(b)
	if block == nil || block.Type != "PUBLIC KEY" || strings.TrimSpace(string(rest)) != "" {
		return nil, kept.Errorf(kept.Internal, "Atlassian's answer is malformed")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	public, isRSA := parsed.(*rsa.PublicKey)
	if err != nil || !isRSA {
		return nil, kept.Errorf(kept.Internal, "Atlassian's answer is malformed")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.install.byID == nil {
		c.install.byID = map[string]crypto.PublicKey{}
	}
	c.install.byID[kid] = public
	return public, nil
}

func (k *installKeys) may(now kept.Time) bool {
	if k.minute == 0 || now.Sub(k.minute) >= time.Minute || now < k.minute {
		k.minute, k.fetches = now, 0
	}
	k.fetches++
	return k.fetches <= maxInstallFetches
}

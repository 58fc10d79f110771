package atlassian

import (
	"context"
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"time"

	"github.com/go-jose/go-jose/v4"

	"kept"
)

const (
	minFetch = time.Minute    // between two fetches, whatever the first one brought
	maxAge   = 24 * time.Hour // after which a key that Atlassian withdrew is noticed
)

// keySet is the key set as last fetched.
type keySet struct {
	byID    map[string]crypto.PublicKey
	fetched kept.Time     // of byID
	asked   kept.Time     // of the last attempt, zero before the first
	pending chan struct{} // closed when the running attempt ends; nil when none runs
}

// Key is Atlassian's public key with this id. An unknown id fetches the set, as does one a day old, but at most once a
// minute; while a set that is due can't be fetched, the old one goes on. Errors: Denied for an id that is not in the
// set, Internal when there is no set.
func (c *Client) Key(ctx context.Context, kid string) (crypto.PublicKey, error) {
	c.mu.Lock()
	for c.keys.due(kid, c.Clock.Now()) {
		if running := c.keys.pending; running != nil {
			c.mu.Unlock()
			select {
			case <-running:
			case <-ctx.Done():
				return nil, kept.Errorf(kept.Internal, "Atlassian's keys came too late")
			}
			c.mu.Lock()
			continue
		}
		c.keys.asked = c.Clock.Now()
		c.keys.pending = make(chan struct{})
		c.mu.Unlock()
		// Others wait for this answer: a caller who leaves must not take it from them.
		byID := c.fetch(context.WithoutCancel(ctx))
		c.mu.Lock()
		if byID != nil {
			c.keys.byID, c.keys.fetched = byID, c.keys.asked
		}
		close(c.keys.pending)
		c.keys.pending = nil
	}
	defer c.mu.Unlock()
	if c.keys.byID == nil {
		return nil, kept.Errorf(kept.Internal, "Atlassian's keys are not at hand")
	}
	key, known := c.keys.byID[kid]
	if !known {
		return nil, kept.Errorf(kept.Denied, "Atlassian has no such key")
	}
	return key, nil
}

// due tells whether a caller who asks for kid must first fetch, or wait for the attempt that runs.
func (k *keySet) due(kid string, now kept.Time) bool {
	_, known := k.byID[kid]
	if known && now.Sub(k.fetched) < maxAge {
		return false
	}
	if k.pending != nil {
		return !known
	}
	return k.asked == 0 || now.Sub(k.asked) >= minFetch || now < k.asked
}

// fetch is the set of today, nil when it can't be had. Keys that are not for RS256 signatures, or of a kind that we
// don't know, are left out (spec: RFC 7517 5).
func (c *Client) fetch(ctx context.Context) map[string]crypto.PublicKey {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := get(ctx, c.hurried(), c.JWKS, "", &set); err != nil {
		return nil
	}
	byID := map[string]crypto.PublicKey{}
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) != nil {
			continue
		}
		public, isRSA := k.Key.(*rsa.PublicKey)
		if isRSA && k.Valid() && k.KeyID != "" && (k.Use == "" || k.Use == "sig") && (k.Algorithm == "" || k.Algorithm == "RS256") {
			byID[k.KeyID] = public
		}
	}
	if len(byID) == 0 {
		return nil
	}
	return byID
}

package fake

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// InstallKeysPath is where the public keys of signed callbacks lie, each under its id.
const InstallKeysPath = "/install-keys"

const (
	callbackLife = 3 * time.Minute
	callLife     = 15 * time.Minute
)

// Tenant is one Connect app in one product of a site (atlassian: lifecycle). Its fields are what its next token says.
type Tenant struct {
	ClientKey string
	Secret    string // shared with the app
	App       string // key of the descriptor
	Base      string // baseUrl of the descriptor
	Site      *Site
	Forge     *Installation // that wraps it, once the app adopted Forge; may be nil

	Entitlement string // id of its licence; empty for an app that is free
}

// ConnectApp installs a Connect app. Installing it again on the same site is the same tenant with another secret.
func (a *Atlassian) ConnectApp(key, base string, site *Site) *Tenant {
	t := &Tenant{ClientKey: a.uuid(), Secret: a.sharedSecret(), App: key, Base: base, Site: site}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tenants = append(a.tenants, t)
	return t
}

// RotateSecret draws the secret that the next installed callback tells.
func (a *Atlassian) RotateSecret(t *Tenant) { t.Secret = a.sharedSecret() }

func (a *Atlassian) sharedSecret() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return "ATCO" + base64.RawURLEncoding.EncodeToString(a.draw(48))
}

// RotateInstallKey signs callbacks with a new key from now on; the old ones stay published.
func (a *Atlassian) RotateInstallKey() {
	k := newKey()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.install = append(a.install, signingKey{fmt.Sprintf("install-%d", len(a.install)), k})
}

// ConnectInstalled is the callback of an install, an upgrade, a rotated secret or a renamed site. path is the one of the
// descriptor, below its baseUrl.
func (a *Atlassian) ConnectInstalled(t *Tenant, path string) *Delivery {
	d := a.callback(t, "installed", path)
	d.body["sharedSecret"] = t.Secret
	if t.Entitlement != "" {
		d.body["entitlementId"] = t.Entitlement
	}
	if t.Forge != nil {
		d.body["installationId"] = installationPrefix + t.Forge.ID
	}
	return d
}

// ConnectUninstalled is the callback after an uninstall.
func (a *Atlassian) ConnectUninstalled(t *Tenant, path string) *Delivery {
	return a.callback(t, "uninstalled", path)
}

func (a *Atlassian) callback(t *Tenant, event, path string) *Delivery {
	return &Delivery{Event: Event(event), Tenant: t, Path: path, Attempt: 1, fake: a, body: object{
		"key": t.App, "clientKey": t.ClientKey, "baseUrl": a.API + sitePath + t.Site.CloudID, "displayUrl": t.Site.URL, "productType": "jira",
		"description": "Atlassian Jira at " + t.Site.URL, "serverVersion": "100290", "pluginsVersion": "1001.0.0",
		"eventType": event,
	}}
}

// CallbackToken is the token of a signed callback to path, below the app's baseUrl.
func (a *Atlassian) CallbackToken(t *Tenant, path string, options ...Option) string {
	a.mu.Lock()
	key := a.install[len(a.install)-1]
	a.mu.Unlock()
	return sealed(&draft{
		header: object{"alg": "RS256", "typ": "JWT", "kid": key.id},
		claims: a.connectClaims(t, callbackLife, object{"aud": []any{t.Base}, "qsh": queryHash(http.MethodPost, path)}),
		sign:   func(signed string) []byte { return rs256(key.key, signed) },
	}, options)
}

// CallToken is the token with which the product calls an app's page or webhook; target is path and query below the
// app's baseUrl.
func (a *Atlassian) CallToken(t *Tenant, method, target string, options ...Option) string {
	return a.shared(t, queryHash(method, target), options)
}

// ContextToken is what a page of the app gets from the product (atlassian: AP.context.getToken): good for no request.
func (a *Atlassian) ContextToken(t *Tenant, account string, options ...Option) string {
	return a.shared(t, "context-qsh", append([]Option{With("sub", account)}, options...))
}

func (a *Atlassian) shared(t *Tenant, qsh string, options []Option) string {
	d := &draft{claims: a.connectClaims(t, callLife, object{"qsh": qsh, "context": object{}}), header: object{"typ": "JWT"}}
	Keyed([]byte(t.Secret))(d)
	return sealed(d, options)
}

// connectClaims are those of every token of Connect. There is no jti; a nonce in its stead tells tokens of one second apart.
func (a *Atlassian) connectClaims(t *Tenant, life time.Duration, more object) object {
	now := a.clock.Now().Std().Unix()
	more["iss"], more["iat"], more["exp"] = t.ClientKey, now, now+int64(life/time.Second)
	a.mu.Lock()
	defer a.mu.Unlock()
	more["nonce"] = fmt.Sprintf("%x", a.draw(8))
	return more
}

// queryHash is the hash of a request (atlassian: understanding JWT for Connect apps), written out here so that the
// verifier meets another implementation. It knows what this fake asks for, no more.
func queryHash(method, target string) string {
	path, raw, _ := strings.Cut(target, "?")
	query, err := url.ParseQuery(raw)
	if err != nil {
		panic(fmt.Sprintf("fake: a query of its own that can't be read: %v", err))
	}
	delete(query, "jwt")
	encode := func(s string) string {
		return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
	}
	var pairs []string
	for name, values := range query {
		slices.Sort(values)
		for i := range values {
			values[i] = encode(values[i])
		}
		pairs = append(pairs, encode(name)+"="+strings.Join(values, ","))
	}
	slices.Sort(pairs)
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(method+"&"+path+"&"+strings.Join(pairs, "&"))))
}

func (a *Atlassian) installKey(w http.ResponseWriter, kid string) {
	a.mu.Lock()
	keys := slices.Clone(a.install)
	a.mu.Unlock()
	i := slices.IndexFunc(keys, func(k signingKey) bool { return k.id == kid })
	if i < 0 {
		http.Error(w, "no such key", http.StatusNotFound)
		return
	}
	der, err := x509.MarshalPKIXPublicKey(&keys[i].key.PublicKey)
	if err != nil {
		panic(fmt.Sprintf("fake: a public key that can't be written: %v", err)) // an RSA key always can
	}
	w.Header().Set("Content-Type", "text/plain")
	pem.Encode(w, &pem.Block{Type: "PUBLIC KEY", Bytes: der}) // the caller is gone when this fails
}

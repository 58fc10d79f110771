package fake

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"kept"
)

const (
	appPrefix          = "ari:cloud:ecosystem::app/"
	installationPrefix = "ari:cloud:ecosystem::installation/"
	environmentPrefix  = "ari:cloud:ecosystem::environment/"
	life               = 25 * time.Second
)

type object = map[string]any

// draft is a token before it is signed.
type draft struct {
	header, claims object
	sign           func(signed string) []byte
}

// Option changes a token, mostly for the worse.
type Option func(*draft)

// Token is a Forge invocation token of an installation, as documented, issued now: of a back-end call, without page or
// principal, unless options say otherwise.
func (a *Atlassian) Token(in *Installation, options ...Option) string {
	now := a.clock.Now().Std().Unix()
	base := func(product string) string { return a.API + "/ex/" + product + "/" + in.Site.CloudID }
	contexts := []any{}
	for _, product := range in.Products {
		contexts = append(contexts, object{"name": product, "cloudId": in.Site.CloudID, "apiBaseUrl": base(product)})
	}
	app := object{
		"id": in.App, "version": strings.SplitN(in.Version, ".", 2)[0], "appVersion": in.Version,
		"installationId": installationPrefix + in.ID, "apiBaseUrl": base(in.Products[0]),
		"installation": object{"id": installationPrefix + in.ID, "contexts": contexts},
		"environment": object{
			"type": in.EnvironmentType, "id": environmentPrefix + in.App[len(appPrefix):] + "/" + in.Environment,
		},
		"module": object{"type": "core:endpoint", "key": "endpoint"},
	}
	if l := in.License; l != nil {
		license := object{"active": l.Active, "isActive": l.Active, "isEvaluation": l.Evaluation, "type": "commercial",
			"billingPeriod": "MONTHLY", "supportEntitlementNumber": nil, "trialEndDate": nil, "modes": []string{"USER_ACCESS"}}
		if l.End != 0 {
			license["subscriptionEndDate"] = l.End.Std().Format("2006-01-02T15:04:05.000Z")
		}
		app["license"] = license
	}
	a.mu.Lock()
	jti := fmt.Sprintf("%x", a.draw(16))
	key := a.keys[len(a.keys)-1]
	a.mu.Unlock()

	d := &draft{
		header: object{"alg": "RS256", "typ": "JWT", "kid": key.id},
		claims: object{
			"iss": "forge/invocation-token", "aud": in.App, "iat": now, "nbf": now, "exp": now + int64(life/time.Second),
			"jti": jti, "app": app,
		},
		sign: func(signed string) []byte { return rs256(key.key, signed) },
	}
	return sealed(d, options)
}

// sealed changes a draft as the options say, and signs it.
func sealed(d *draft, options []Option) string {
	for _, o := range options {
		o(d)
	}
	signed := encode(d.header) + "." + encode(d.claims)
	return signed + "." + base64.RawURLEncoding.EncodeToString(d.sign(signed))
}

func encode(o object) string {
	b, err := json.Marshal(o)
	if err != nil {
		panic(fmt.Sprintf("fake: a claim that JSON can't hold: %v", err)) // an option's mistake
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// rs256 signs as RFC 7518 3.3 says. It is written out here so that the verifier meets another implementation.
func rs256(key *rsa.PrivateKey, signed string) []byte {
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		panic(fmt.Sprintf("fake: RSA refuses to sign: %v", err)) // a key of 2048 bits always can
	}
	return signature
}

// With sets the claim at a path of names, such as app.environment.type. The maps on the way must exist.
func With(path string, value any) Option {
	return func(d *draft) {
		o, name := at(d.claims, path)
		o[name] = value
	}
}

// Without leaves out the claim at a path of names.
func Without(path string) Option {
	return func(d *draft) {
		o, name := at(d.claims, path)
		delete(o, name)
	}
}

func at(o object, path string) (object, string) {
	names := strings.Split(path, ".")
	last := len(names) - 1
	for _, n := range names[:last] {
		o = o[n].(object)
	}
	return o, names[last]
}

// Page is a call from a page of the product, with somebody logged in.
func Page(in *Installation, account string) Option {
	return func(d *draft) {
		With("principal", account)(d)
		With("context", object{"cloudId": in.Site.CloudID, "siteUrl": in.Site.URL, "localId": "page", "moduleKey": "page"})(d)
		With("app.module", object{"type": "jira:globalPage", "key": "page"})(d)
	}
}

// Expired is issued so long ago that it has just run out, by the given margin.
func Expired(by time.Duration) Option { return shifted(-life - by) }

// Early is issued in the future.
func Early(by time.Duration) Option { return shifted(by) }

func shifted(by time.Duration) Option {
	return func(d *draft) {
		for _, name := range []string{"iat", "nbf", "exp"} {
			if at, there := d.claims[name].(int64); there { // Connect has no nbf
				d.claims[name] = at + int64(by/time.Second)
			}
		}
	}
}

// Issuer has another issuer.
func Issuer(iss string) Option { return With("iss", iss) }

// AudienceArray says its audience as an array, which is as good.
func AudienceArray() Option {
	return func(d *draft) { d.claims["aud"] = []any{d.claims["aud"]} }
}

// OtherApp is for another app, signed by Atlassian.
func OtherApp(ari string) Option {
	return func(d *draft) {
		With("aud", ari)(d)
		With("app.id", ari)(d)
	}
}

// Isolated comes from an Isolated Cloud.
func Isolated(label string) Option { return With("icLabel", label) }

// LicenseEnds has a subscription that ends then.
func LicenseEnds(at kept.Time) Option {
	return With("app.license.subscriptionEndDate", at.Std().Format("2006-01-02T15:04:05.000Z"))
}

// NoContexts leaves out what the app is installed in.
func NoContexts() Option { return Without("app.installation.contexts") }

// OtherSite claims a page of another site than the installation's.
func OtherSite(cloudID string) Option { return With("context", object{"cloudId": cloudID}) }

// AlgNone is not signed and says so.
func AlgNone() Option {
	return func(d *draft) {
		d.header["alg"] = "none"
		d.sign = func(string) []byte { return nil }
	}
}

// Keyed is signed with HS256 under a secret, such as the bytes of a public key.
func Keyed(secret []byte) Option {
	return func(d *draft) {
		d.header["alg"] = "HS256"
		d.sign = func(signed string) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(signed))
			return mac.Sum(nil)
		}
	}
}

// Forged is signed with a key that is not Atlassian's, under the id of one that is.
func Forged() Option {
	return func(d *draft) { d.sign = func(signed string) []byte { return rs256(forgersKey(), signed) } }
}

// UnknownKey names a key that Atlassian never published.
func UnknownKey(kid string) Option {
	return func(d *draft) { d.header["kid"] = kid }
}

package forge

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kept"
)

const (
	appUUID      = "8db33309-2a5d-4f0e-9a6b-1d3b0f4c7a11"
	app          = appPrefix + appUUID
	installation = "4C0A1B52-8e0d-4b8e-a1df-0b6de8b0e1aa"
	environment  = "0a5e9d1c-6f6f-4b41-a7c9-3a4c7d2f9b10"
	cloud        = "158c8204-ff3b-47c2-adbb-a0906ccc722b"
	otherCloud   = "258c8204-ff3b-47c2-adbb-a0906ccc722b"
	person       = "655362:312d3308-0d0c-4e3f-b7f5-0123456789ab"
	now          = 1700175150 // in the life of the documented example
)

type at int64

func (a at) Now() kept.Time { return kept.TimeOf(time.Unix(int64(a), 0)) }

var private = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// keyring is the keys by kid.
type keyring map[string]crypto.PublicKey

func (k keyring) Key(_ context.Context, kid string) (crypto.PublicKey, error) {
	if key, ok := k[kid]; ok {
		return key, nil
	}
	return nil, errors.New("no such key")
}

type object = map[string]any

// documented is the example of the documentation, with ids of our own.
func documented() object {
	return object{
		"iss": issuer, "aud": app, "iat": now - 1, "nbf": now - 1, "exp": now + 24, "jti": "52f9b1d8f1a4c6e0",
		"app": object{
			"id": app, "version": "5", "appVersion": "5.1.0", "installationId": installationPrefix + installation,
			"apiBaseUrl": "https://api.atlassian.com/ex/jira/" + cloud,
			"installation": object{"id": installationPrefix + installation, "contexts": []any{
				object{"name": "jira", "cloudId": cloud, "apiBaseUrl": "https://api.atlassian.com/ex/jira/" + cloud},
				object{"name": "confluence", "cloudId": cloud, "apiBaseUrl": "https://api.atlassian.com/ex/confluence/" + cloud},
			}},
			"environment": object{"type": "PRODUCTION", "id": environmentPrefix + appUUID + "/" + environment},
			"module":      object{"type": "core:endpoint", "key": "lifecycle"},
			"license": object{"active": true, "isEvaluation": false, "type": "commercial", "billingPeriod": "MONTHLY",
				"subscriptionEndDate": "2023-12-01T00:00:00.000Z", "trialEndDate": nil},
		},
		"context":   object{"cloudId": cloud, "moduleKey": "page"},
		"principal": person,
	}
}

// set changes the member at a path of names; nil removes it.
func set(o object, path string, value any) {
	names := strings.Split(path, ".")
	for _, n := range names[:len(names)-1] {
		o = o[n].(object)
	}
	if last := names[len(names)-1]; value == nil {
		delete(o, last)
	} else {
		o[last] = value
	}
}

func sign(t testing.TB, method jwt.SigningMethod, key any, header, claims object) string {
	t.Helper()
	token := jwt.NewWithClaims(method, jwt.MapClaims(claims))
	for name, value := range header {
		token.Header[name] = value
	}
	s, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func good(t testing.TB, claims object) string {
	return sign(t, jwt.SigningMethodRS256, private(), object{"kid": "k1"}, claims)
}

func verifier() *Verifier {
	return &Verifier{Keys: keyring{"k1": &private().PublicKey}, Clock: at(now), Leeway: 5 * time.Second}
}

func refused(t *testing.T, v *Verifier, token, ari, says string) {
	t.Helper()
	got, err := v.Verify(t.Context(), token, ari)
	if got != nil || kept.KindOf(err) != kept.Denied || !strings.Contains(err.Error(), says) {
		t.Errorf("want refusal %q, got %v, %v", says, got != nil, err)
	}
	if err == nil {
		return
	}
	shown := fmt.Sprintf("%+v", err)
	for _, part := range append(strings.Split(token, "."), person, cloud, installation) {
		if len(part) > 7 && strings.Contains(shown, part) {
			t.Errorf("the error shows a part of the token: %s", shown)
		}
	}
}

func TestTheDocumentedToken(t *testing.T) {
	got, err := verifier().Verify(t.Context(), good(t, documented()), app)
	if err != nil {
		t.Fatal(err)
	}
	if got.App != app || got.Installation != strings.ToLower(installation) || got.Environment != environment ||
		got.EnvironmentType != "PRODUCTION" || got.Version != "5.1.0" || got.Module != "lifecycle" || got.Site != cloud ||
		got.APIBase != "https://api.atlassian.com/ex/jira/"+cloud || got.ContextCloudID != cloud || got.ID != "52f9b1d8f1a4c6e0" ||
		string(got.Principal) != person || len(got.Contexts) != 2 || got.Contexts[1].Name != "confluence" ||
		got.Issued != at(now-1).Now() || got.Expires != at(now+24).Now() {
		t.Errorf("%#v", got)
	}
	end, _ := kept.ParseTime("2023-12-01")
	if l := got.License; l == nil || !l.Active || l.Evaluation || l.Type != "commercial" || l.SubscriptionEnd != end || l.TrialEnd != 0 {
		t.Errorf("licence %+v", l)
	}
	var out strings.Builder
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "token", got, "principal", got.Principal)
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "%v %+v %#v %s %x %s", *got, *got, *got, got.Principal, got.Principal, b)
	if strings.Contains(out.String(), "655362") || strings.Contains(out.String(), "363535333632") {
		t.Error("a token shows its principal")
	}
}

func TestTokensThatAreFine(t *testing.T) {
	for name, change := range map[string]func(object){
		"aud as array":             func(o object) { set(o, "aud", []string{app}) },
		"no page":                  func(o object) { set(o, "context", nil) },
		"nobody logged in":         func(o object) { set(o, "principal", nil) },
		"no licence":               func(o object) { set(o, "app.license", nil) },
		"no contexts":              func(o object) { set(o, "app.installation", nil) },
		"no API base":              func(o object) { set(o, "app.apiBaseUrl", nil) },
		"a clock 4 seconds behind": func(o object) { set(o, "iat", now+4); set(o, "nbf", now+4) },
		"a clock 4 seconds ahead":  func(o object) { set(o, "exp", now-4) },
		"an unreadable licence end": func(o object) {
			set(o, "app.license.subscriptionEndDate", "soon")
		},
		"a workspace": func(o object) {
			set(o, "app.apiBaseUrl", "https://api.atlassian.com/ex/bitbucket/{w}")
			set(o, "app.installation.contexts", []any{object{"name": "bitbucket", "workspaceId": "{w}"}})
			set(o, "context", object{"workspaceId": "{w}"})
		},
		"two sites": func(o object) {
			set(o, "app.installation.contexts", []any{object{"name": "jira", "cloudId": cloud}, object{"name": "jira", "cloudId": otherCloud}})
			set(o, "context.cloudId", otherCloud)
		},
	} {
		claims := documented()
		change(claims)
		got, err := verifier().Verify(t.Context(), good(t, claims), app)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := map[bool]string{true: "{w}", false: cloud}[name == "a workspace"]; got.Site != want {
			t.Errorf("%s: site %q", name, got.Site)
		}
		if name == "an unreadable licence end" && got.License.SubscriptionEnd != 0 {
			t.Errorf("%s: read as %s", name, got.License.SubscriptionEnd)
		}
	}
	for _, who := range []string{"unidentified", "unknown", ""} {
		claims := documented()
		set(claims, "principal", who)
		if got, err := verifier().Verify(t.Context(), good(t, claims), app); err != nil || got.Principal != "" {
			t.Errorf("principal %q: %v %v", who, got, err)
		}
	}
}

func TestClaimsThatAreRefused(t *testing.T) {
	for _, path := range []string{"iss", "aud", "exp", "nbf", "iat", "jti", "app", "app.id", "app.installationId", "app.environment", "app.environment.id", "app.environment.type"} {
		t.Run("missing "+path, func(t *testing.T) {
			claims := documented()
			set(claims, path, nil)
			refused(t, verifier(), good(t, claims), app, "")
		})
	}
	for name, c := range map[string]struct {
		path  string
		value any
		says  string
	}{
		"wrong iss":                   {"iss", "forge/context-token", "issuer"},
		"wrong aud":                   {"aud", appPrefix + environment, "another app"},
		"two auds":                    {"aud", []string{app, appPrefix + environment}, "another app"},
		"wrong app.id":                {"app.id", appPrefix + environment, "another app"},
		"expired":                     {"exp", now - 6, "expired"},
		"not yet valid":               {"nbf", now + 6, "not valid yet"},
		"from the future":             {"iat", now + 6, "future"},
		"exp as text":                 {"exp", "tomorrow", "malformed"},
		"icLabel":                     {"icLabel", "gov", "Isolated Cloud"},
		"icLabel empty":               {"icLabel", "", "Isolated Cloud"},
		"icLabel null":                {"icLabel", json.RawMessage("null"), "Isolated Cloud"},
		"installation no ARI":         {"app.installationId", installation, "installation"},
		"installation no UUID":        {"app.installationId", installationPrefix + "../x", "installation"},
		"another installation inside": {"app.installation.id", installationPrefix + environment, "installation"},
		"environment of another app":  {"app.environment.id", environmentPrefix + cloud + "/" + environment, "environment"},
		"environment no ARI":          {"app.environment.id", environment, "environment"},
		"environment type unknown":    {"app.environment.type", "PLAYGROUND", "environment"},
		"principal no account":        {"principal", "Anna <anna@example.com>", "account"},
		"API base of another site":    {"app.apiBaseUrl", "https://api.atlassian.com/ex/jira/" + otherCloud, "contradict"},
		"API base no URL":             {"app.apiBaseUrl", "::", "contradict"},
		"API base with a query":       {"app.apiBaseUrl", "https://api.atlassian.com/ex/jira/" + cloud + "?x", "contradict"},
		"API base with a user":        {"app.apiBaseUrl", "https://evil@api.atlassian.com/ex/jira/" + cloud, "contradict"},
		"API base that climbs":        {"app.apiBaseUrl", "https://api.atlassian.com/ex/jira/" + cloud + "/..", "contradict"},
		"page of another site":        {"context.cloudId", otherCloud, "contradict"},
		"page of another workspace":   {"context.workspaceId", otherCloud, "contradict"},
		"context without a site":      {"app.installation.contexts", []any{object{"name": "jira"}}, "contradict"},
		"context against itself": {"app.installation.contexts", []any{
			object{"name": "jira", "cloudId": cloud, "apiBaseUrl": "https://api.atlassian.com/ex/jira/" + otherCloud}}, "contradict"},
	} {
		t.Run(name, func(t *testing.T) {
			claims := documented()
			set(claims, c.path, c.value)
			refused(t, verifier(), good(t, claims), app, c.says)
		})
	}
	t.Run("no site at all", func(t *testing.T) {
		claims := documented()
		set(claims, "app.apiBaseUrl", nil)
		set(claims, "app.installation", nil)
		refused(t, verifier(), good(t, claims), app, "no one site")
	})
	t.Run("two sites, none primary", func(t *testing.T) {
		claims := documented()
		set(claims, "app.apiBaseUrl", nil)
		set(claims, "app.installation.contexts", []any{object{"cloudId": cloud}, object{"cloudId": otherCloud}})
		refused(t, verifier(), good(t, claims), app, "no one site")
	})
}

func TestSignaturesThatAreRefused(t *testing.T) {
	public, err := x509.MarshalPKIXPublicKey(&private().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	kid := object{"kid": "k1"}
	token := good(t, documented())
	parts := strings.Split(token, ".")
	none := sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, kid, documented())
	forged := documented()
	set(forged, "principal", "655362:mallory")
	forgedParts := strings.Split(good(t, forged), ".")

	for name, c := range map[string]struct{ token, says string }{
		"alg none":                  {none, "signature"},
		"alg none, old signature":   {strings.TrimSuffix(none, ".") + "." + parts[2], "signature"},
		"HS256 with the public key": {sign(t, jwt.SigningMethodHS256, public, kid, documented()), "signature"},
		"HS256 with the public PEM": {sign(t, jwt.SigningMethodHS256, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), kid, documented()), "signature"},
		"RS384":                     {sign(t, jwt.SigningMethodRS384, private(), kid, documented()), "signature"},
		"PS256":                     {sign(t, jwt.SigningMethodPS256, private(), kid, documented()), "signature"},
		"ES256":                     {sign(t, jwt.SigningMethodES256, curve, kid, documented()), "signature"},
		"wrong kid":                 {sign(t, jwt.SigningMethodRS256, private(), object{"kid": "k2"}, documented()), "Atlassian's"},
		"no kid":                    {sign(t, jwt.SigningMethodRS256, private(), nil, documented()), "no key"},
		"kid no text":               {sign(t, jwt.SigningMethodRS256, private(), object{"kid": 1}, documented()), "no key"},
		"a critical header":         {sign(t, jwt.SigningMethodRS256, private(), object{"kid": "k1", "crit": []string{"b64"}}, documented()), "no key"},
		"another's key":             {sign(t, jwt.SigningMethodRS256, other, kid, documented()), "signature"},
		"swapped claims":            {parts[0] + "." + forgedParts[1] + "." + parts[2], "signature"},
		"no signature":              {parts[0] + "." + parts[1] + ".", "signature"},
		"two parts":                 {parts[0] + "." + parts[1], "malformed"},
		"empty":                     {"", "malformed"},
		"with a scheme":             {"Bearer " + token, "malformed"},
		"too long":                  {token + strings.Repeat("A", maxToken), "too long"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, verifier(), c.token, app, c.says) })
	}
	t.Run("a key that is not RSA", func(t *testing.T) {
		refused(t, &Verifier{Keys: keyring{"k1": &curve.PublicKey}, Clock: at(now)}, token, app, "Atlassian's")
	})
	t.Run("an app that is none", func(t *testing.T) { refused(t, verifier(), token, "", "no app") })
	t.Run("another app", func(t *testing.T) { refused(t, verifier(), token, appPrefix+environment, "another app") })
	t.Run("a minute's leeway", func(t *testing.T) {
		refused(t, &Verifier{Keys: verifier().Keys, Clock: at(now + 24 + 11), Leeway: time.Minute}, token, app, "expired")
	})
}

func TestInstallation(t *testing.T) {
	want := strings.ToLower(installation)
	for _, id := range []string{installation, installationPrefix + installation, want} {
		if got, err := Installation(id); err != nil || got != want {
			t.Errorf("%s: %s %v", id, got, err)
		}
	}
	for _, id := range []string{"", "x", installation + "/..", appPrefix + appUUID, installationPrefix + installationPrefix + installation} {
		if got, err := Installation(id); kept.KindOf(err) != kept.Invalid {
			t.Errorf("%q: %q %v", id, got, err)
		}
	}
}

// FuzzVerify feeds claims behind a good signature, and raw tokens.
func FuzzVerify(f *testing.F) {
	claims, err := json.Marshal(documented())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(claims), true)
	f.Add(good(f, documented()), false)
	f.Add("a.b.c", false)
	f.Fuzz(func(t *testing.T, s string, signed bool) {
		if signed {
			var o object
			if json.Unmarshal([]byte(s), &o) != nil || o == nil {
				return
			}
			s = good(t, o)
		}
		token, err := verifier().Verify(t.Context(), s, app)
		if err != nil {
			if kept.KindOf(err) != kept.Denied {
				t.Errorf("%v", err)
			}
			return
		}
		if token.App != app || !uuidShape.MatchString(token.Installation) || token.Site == "" || token.ID == "" || token.Expires == 0 {
			t.Errorf("accepted: %+v", token)
		}
	})
}

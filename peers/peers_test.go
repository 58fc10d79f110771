package peers_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/connect"
)

const (
	app    = "com.larkspur.sso"
	base   = "https://sso.larkspur.example/app"
	client = "8f3a1d52-4c0e-3b8e-a1df-0b6de8b0e1aa"
	secret = "ATCOcf4N1tE6gQ0zYw5bqk3m8TtWcHs2"
	page   = "/app/page?project=KEY&b=2&b=1,0&empty&q=a%20b%2A~%C3%A4"
	lived  = "/app/connect/portal-sso/installed"
)

type object = map[string]any

// installed skips a test without its package, or fails it where the packages are required.
func installed(t *testing.T, name string) {
	t.Helper()
	if _, err := os.Stat("node_modules/" + name); err != nil {
		if os.Getenv("KEPT_REQUIRE_PEERS") == "1" {
			t.Fatal("the peers are not installed: npm ci --ignore-scripts in peers")
		}
		t.Skip("the peers are not installed: npm ci --ignore-scripts in peers")
	}
}

// ask lets the packages do all jobs in one process. A job that a package refuses fails the test.
func ask(t *testing.T, jobs ...object) []json.RawMessage {
	t.Helper()
	installed(t, "atlassian-jwt")
	in, err := json.Marshal(jobs)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "peer.mjs")
	var said, complained bytes.Buffer
	node.Stdin, node.Stdout, node.Stderr = bytes.NewReader(in), &said, &complained
	if err := node.Run(); err != nil {
		t.Fatalf("node: %v\n%s", err, &complained)
	}
	var out []struct {
		Answer json.RawMessage
		Error  string
	}
	if err := json.Unmarshal(said.Bytes(), &out); err != nil || len(out) != len(jobs) {
		t.Fatalf("%v: %s", err, &said)
	}
	var answers []json.RawMessage
	for i, o := range out {
		if o.Error != "" {
			t.Fatalf("%v: %s", jobs[i]["do"], o.Error)
		}
		answers = append(answers, o.Answer)
	}
	return answers
}

func text(t *testing.T, answer json.RawMessage) (s string) {
	t.Helper()
	if err := json.Unmarshal(answer, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// The packages read the machine's clock, so this one stands where it stood at the start.
type clock struct{ at kept.Time }

func (c clock) Now() kept.Time { return c.at }

var now = clock{kept.TimeOf(time.Now())}

type keyring map[string]crypto.PublicKey

func (k keyring) InstallKey(_ context.Context, kid string) (crypto.PublicKey, error) {
	if key, ok := k[kid]; ok {
		return key, nil
	}
	return nil, fmt.Errorf("no such key")
}

// Both hash what a server may be asked for alike, in every order and with every character that survives on the way.
func TestTheHashIsTheirs(t *testing.T) {
	dice := mathrand.New(mathrand.NewPCG(1, 2))
	names := []string{"a", "A", "a1", "a10", "b", "user_key", "jwt", "xdm_e", "%C3%A4", "lic", "a%26b", "with+blank", "~", "(", "%2B"}
	values := []string{"", "1", "b", "B", "x%20y", "x+y", "%2A", "*", "~", "a,b", "%2C", "'!()", "%E2%82%AC", "%3D", "a%2526b", "https%3A%2F%2Facme.example%2F%3Fx"}
	// No apostrophe in a path: Node's own url.parse escapes it before the package sees it, Atlassian's vectors leave it.
	paths := []string{"/", "/app", "/app/", "/app/page", "/app/page/", "/app/a%20b", "/app/a&b", "/other/page", "/app/x/%C3%A4;v=1/-._~!$()*+,;=:@"}
	var jobs []object
	var requests []connect.Request
	for range 500 {
		var pairs []string
		for range dice.IntN(6) {
			pair := names[dice.IntN(len(names))]
			if dice.IntN(8) > 0 {
				pair += "=" + values[dice.IntN(len(values))]
			}
			pairs = append(pairs, pair)
		}
		target := paths[dice.IntN(len(paths))]
		if len(pairs) > 0 {
			target += "?" + strings.Join(pairs, "&")
		}
		method := []string{"GET", "post", "PUT", "DELETE"}[dice.IntN(4)]
		jobs = append(jobs, object{"do": "hash", "method": method, "url": "https://sso.larkspur.example" + target, "base": base})
		requests = append(requests, connect.Request{Method: method, Target: target})
	}
	for i, answer := range ask(t, jobs...) {
		got, err := connect.QSH(requests[i], base)
		if want := text(t, answer); err != nil || got != want {
			shown := ask(t, object{"do": "canonical", "method": jobs[i]["method"], "url": jobs[i]["url"], "base": base})
			t.Errorf("%v: %s %v, want %s of %s", requests[i], got, err, want, shown)
		}
	}
}

func TestTheirTokens(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}))
	claims := func(target string, change ...any) object {
		qsh, err := connect.QSH(connect.Request{Method: "GET", Target: target}, base)
		if target == lived {
			qsh, err = connect.QSH(connect.Request{Method: "POST", Target: target}, base)
		}
		if err != nil {
			t.Fatal(err)
		}
		at := now.at.Std().Unix()
		o := object{"iss": client, "iat": at, "exp": at + 180, "qsh": qsh, "sub": "655362:x"}
		for i := 0; i < len(change); i += 2 {
			if o[change[i].(string)] = change[i+1]; change[i+1] == nil {
				delete(o, change[i].(string))
			}
		}
		return o
	}
	v := &connect.Verifier{Keys: keyring{"k1": &private.PublicKey}, Clock: now, Leeway: 5 * time.Second}
	verify := map[string]func(token string) error{
		"call": func(token string) error {
			_, err := v.Call(token, client, secret, base, connect.Request{Method: "GET", Target: page})
			return err
		},
		"context": func(token string) error {
			_, err := v.Context(token, client, secret)
			return err
		},
		"callback": func(token string) error {
			_, err := v.Callback(t.Context(), token, base, connect.Request{Method: "POST", Target: lived})
			return err
		},
	}
	told := claims(lived, "aud", []string{base})
	own := object{"do": "own", "app": app, "base": base, "client": client, "secret": secret, "method": "GET", "url": "https://sso.larkspur.example" + page}
	cases := []struct {
		name, way string
		job       object
		good      bool
	}{
		{"a call of atlassian-jwt", "call", object{"do": "symmetric", "claims": claims(page), "secret": secret, "alg": "HS256"}, true},
		{"a call of jose", "call", object{"do": "jose", "claims": claims(page), "secret": secret, "alg": "HS256"}, true},
		{"a context token", "context", object{"do": "symmetric", "claims": claims(page, "qsh", "context-qsh"), "secret": secret, "alg": "HS256"}, true},
		{"a callback of atlassian-jwt", "callback", object{"do": "asymmetric", "claims": told, "key": key, "kid": "k1"}, true},
		{"a callback of jose", "callback", object{"do": "jose", "claims": told, "key": key, "kid": "k1", "alg": "RS256"}, true},
		{"HS384", "call", object{"do": "symmetric", "claims": claims(page), "secret": secret, "alg": "HS384"}, false},
		{"HS512", "call", object{"do": "symmetric", "claims": claims(page), "secret": secret, "alg": "HS512"}, false},
		{"another secret", "call", object{"do": "symmetric", "claims": claims(page), "secret": strings.ToLower(secret), "alg": "HS256"}, false},
		{"a context token on a page", "call", object{"do": "symmetric", "claims": claims(page, "qsh", "context-qsh"), "secret": secret, "alg": "HS256"}, false},
		{"without an end", "call", object{"do": "symmetric", "claims": claims(page, "exp", nil), "secret": secret, "alg": "HS256"}, false},
		{"the app's own, of atlassian-connect-express", "call", own, false},
		{"unsigned", "callback", object{"do": "jose", "claims": told, "alg": "none"}, false},
		{"unsigned, as a call", "call", object{"do": "jose", "claims": claims(page), "alg": "none"}, false},
		{"PS256", "callback", object{"do": "jose", "claims": told, "key": key, "kid": "k1", "alg": "PS256"}, false},
		{"RS512", "callback", object{"do": "jose", "claims": told, "key": key, "kid": "k1", "alg": "RS512"}, false},
		{"HS256 under the public key", "callback", object{"do": "jose", "claims": told, "secret": public, "kid": "k1", "alg": "HS256"}, false},
		{"a callback under the secret", "callback", object{"do": "symmetric", "claims": told, "secret": secret, "alg": "HS256"}, false},
		{"a signed call", "call", object{"do": "asymmetric", "claims": claims(page), "key": key, "kid": "k1"}, false},
		{"another key's name", "callback", object{"do": "asymmetric", "claims": told, "key": key, "kid": "k2"}, false},
		{"for another app", "callback", object{"do": "asymmetric", "claims": claims(lived, "aud", "https://other.example"), "key": key, "kid": "k1"}, false},
		{"a context token on a callback", "callback", object{"do": "asymmetric", "claims": claims(lived, "aud", base, "qsh", "context-qsh"), "key": key, "kid": "k1"}, false},
	}
	var jobs []object
	for _, c := range cases {
		jobs = append(jobs, c.job)
	}
	for i, answer := range ask(t, jobs...) {
		err := verify[cases[i].way](text(t, answer))
		if (err == nil) != cases[i].good || err != nil && kept.KindOf(err) != kept.Denied {
			t.Errorf("%s: %v", cases[i].name, err)
		}
	}
}

// The fake's tokens are what the packages expect of Atlassian's, and the token that an app's page is given then is the
// app's own: no call of the product.
func TestTheyTakeTheFakeForAtlassian(t *testing.T) {
	a := fake.New(now, rand.Reader)
	acme := a.ConnectApp(app, base, a.NewSite("acme"))
	below := strings.TrimPrefix(page, "/app")
	receive := func(token, target string) object {
		return object{"do": "receive", "app": app, "base": base, "client": acme.ClientKey, "secret": acme.Secret, "method": "GET",
			"url": "https://sso.larkspur.example" + target, "token": token}
	}
	good := a.CallToken(acme, "GET", below)
	answers := ask(t, receive(good, page), receive(good, page+"&more=1"), receive(a.CallToken(acme, "GET", below, fake.Forged()), page))
	for i, accepted := range []bool{true, false, false} {
		var got struct{ Refused, Session string }
		if err := json.Unmarshal(answers[i], &got); err != nil || (got.Refused == "") != accepted || (got.Session != "") != accepted {
			t.Errorf("%d: %+v %v", i, got, err)
		}
		if got.Session == "" {
			continue
		}
		v := &connect.Verifier{Clock: now}
		if _, err := v.Call(got.Session, acme.ClientKey, acme.Secret, base, connect.Request{Method: "GET", Target: page}); kept.KindOf(err) != kept.Denied {
			t.Errorf("an app's session token is taken for a call: %v", err)
		}
		if _, err := v.Context(got.Session, acme.ClientKey, acme.Secret); kept.KindOf(err) != kept.Denied {
			t.Errorf("an app's session token is taken for a context token: %v", err)
		}
	}
}

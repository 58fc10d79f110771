package atlassian_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"kept"
	"kept/atlassian"
	"kept/atlassian/fake"
	"kept/connect"
)

// connected is world, with install keys.
func connected(t *testing.T) (*fake.Atlassian, *atlassian.Client, *clock) {
	a, client, clock := world(t)
	client.InstallKeys = a.API + fake.InstallKeysPath + "/"
	return a, client, clock
}

func TestInstallKeysAreKeptForEver(t *testing.T) {
	a, client, clock := connected(t)
	ask := func(kid string, want kept.Kind, fetches int) {
		t.Helper()
		key, err := client.InstallKey(t.Context(), kid)
		if kept.KindOf(err) != want || (key != nil) != (want == "") || a.Asked(fake.InstallKeys) != fetches {
			t.Errorf("%s: %v, %d fetches, want %q, %d", kid, err, a.Asked(fake.InstallKeys), want, fetches)
		}
	}
	ask("install-0", "", 1)
	clock.advance(1000 * 24 * time.Hour)
	ask("install-0", "", 1)
	ask("install-1", kept.Internal, 2)
	a.RotateInstallKey()
	ask("install-1", "", 3)
	for _, kid := range []string{"", ".", "..", "../install-0", "a/b", "a?b", "a#b", "a%2fb", "-a", "a\n"} {
		ask(kid, kept.Denied, 3)
	}
	for n := 4; n <= 21; n++ {
		ask(fmt.Sprint("unknown-", n), kept.Internal, n)
	}
	ask("install-2", kept.Internal, 21) // strangers have asked too often
	ask("install-1", "", 21)
	a.RotateInstallKey()
	clock.advance(time.Minute)
	ask("install-2", "", 22)
}

func TestBadInstallKeys(t *testing.T) {
	for name, mood := range map[string]fake.Mood{
		"failing": fake.Failing, "absent": fake.Absent, "garbled": fake.Garbled, "endless": fake.Endless, "redirecting": fake.Redirecting,
	} {
		a, client, _ := connected(t)
		a.Be(fake.InstallKeys, mood)
		if key, err := client.InstallKey(t.Context(), "install-0"); kept.KindOf(err) != kept.Internal || key != nil {
			t.Errorf("%s: %v %v", name, key, err)
		}
		a.Be(fake.InstallKeys, fake.Well)
		if _, err := client.InstallKey(t.Context(), "install-0"); err != nil {
			t.Errorf("%s: does not recover: %v", name, err)
		}
	}
	for name, body := range map[string]string{
		"a certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		"no DER":        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
		"Ed25519": "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n" +
			"-----END PUBLIC KEY-----\n",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(body)) }))
		client := &atlassian.Client{HTTP: server.Client(), Clock: &clock{}, InstallKeys: server.URL}
		if key, err := client.InstallKey(t.Context(), "k"); kept.KindOf(err) != kept.Internal || key != nil {
			t.Errorf("%s: %v %v", name, key, err)
		}
		server.Close()
	}
}

// The client finds the keys that connect verifies with, for tokens that another implementation signed.
func TestConnectMeetsTheFake(t *testing.T) {
	a, client, clock := connected(t)
	const base, path = "https://sso.larkspur.example/app", "/connect/sso/installed"
	acme := a.ConnectApp("com.larkspur.sso", base, a.NewSite("acme"))
	v := &connect.Verifier{Keys: client, Clock: clock, Leeway: 5 * time.Second}
	callback := connect.Request{Method: "POST", Target: path}
	for range 2 {
		if got, err := v.Callback(t.Context(), a.CallbackToken(acme, path), base, callback); err != nil || got.Client != acme.ClientKey {
			t.Errorf("%+v %v", got, err)
		}
		a.RotateInstallKey()
	}
	for _, target := range []string{"/", "/page", "/page?", "/page?a=1&b=2", "/page?b=1&a=x+y&b=%2A~&b=a,b", "/page/?c=%C3%A4&A=1"} {
		r := connect.Request{Method: "GET", Target: "/app" + target}
		if got, err := v.Call(a.CallToken(acme, "GET", target), acme.ClientKey, acme.Secret, base, r); err != nil || got.Client != acme.ClientKey {
			t.Errorf("%s: %+v %v", target, got, err)
		}
	}
	if _, err := v.Context(a.ContextToken(acme, a.NewAccount()), acme.ClientKey, acme.Secret); err != nil {
		t.Error(err)
	}
	token := a.CallbackToken(acme, path)
	clock.advance(3*time.Minute + 6*time.Second)
	if _, err := v.Callback(t.Context(), token, base, callback); kept.KindOf(err) != kept.Denied {
		t.Errorf("a stored token: %v", err)
	}
}

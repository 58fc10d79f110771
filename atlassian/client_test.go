package atlassian_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kept"
	"kept/atlassian"
	"kept/atlassian/fake"
	"kept/forge"
)

type clock struct{ now atomic.Int64 }

func (c *clock) Now() kept.Time { return kept.Time(c.now.Load()) }

func (c *clock) advance(d time.Duration) { c.now.Add(d.Microseconds()) }

// world is a fake Atlassian on loopback, and a client of it.
func world(t *testing.T) (*fake.Atlassian, *atlassian.Client, *clock) {
	t.Helper()
	c := &clock{}
	c.now.Store(1700000000000000)
	a := fake.New(c, rand.NewChaCha8([32]byte{1}))
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	a.API = server.URL
	return a, &atlassian.Client{HTTP: server.Client(), Clock: c, JWKS: server.URL + fake.KeySetPath, API: server.URL}, c
}

func TestKeysAreFetchedOnceAMinute(t *testing.T) {
	a, client, clock := world(t)
	ask := func(kid string, want kept.Kind, fetches int) {
		t.Helper()
		key, err := client.Key(t.Context(), kid)
		if kept.KindOf(err) != want || (key != nil) != (want == "") || a.Asked(fake.KeySet) != fetches {
			t.Errorf("%s: %v, %d fetches, want %q, %d", kid, err, a.Asked(fake.KeySet), want, fetches)
		}
	}
	ask("fake-0", "", 1)
	ask("fake-0", "", 1)
	ask("fake-unknown", kept.Denied, 1) // in the set, of a kind nobody knows; and a fetch was just now
	a.Rotate(true)
	ask("fake-1", kept.Denied, 1)
	clock.advance(59 * time.Second)
	ask("fake-1", kept.Denied, 1)
	clock.advance(time.Second)
	ask("fake-1", "", 2)
	ask("fake-0", "", 2)
	clock.advance(time.Minute)
	ask("fake-unknown", kept.Denied, 3)

	a.Rotate(false)
	clock.advance(24*time.Hour - time.Second)
	ask("fake-1", "", 3) // withdrawn, and not noticed yet
	clock.advance(time.Second)
	ask("fake-1", kept.Denied, 4)
	ask("fake-2", "", 4)
	a.Be(fake.KeySet, fake.Failing)
	clock.advance(25 * time.Hour)
	ask("fake-2", "", 5) // an outage does not lock everybody out
	ask("fake-2", "", 5)
	clock.advance(time.Minute)
	ask("fake-2", "", 6)
}

func TestBadKeySets(t *testing.T) {
	for name, mood := range map[string]fake.Mood{
		"failing": fake.Failing, "absent": fake.Absent, "garbled": fake.Garbled, "endless": fake.Endless, "redirecting": fake.Redirecting,
	} {
		a, client, clock := world(t)
		a.Be(fake.KeySet, mood)
		for range 3 {
			if key, err := client.Key(t.Context(), "fake-0"); kept.KindOf(err) != kept.Internal || key != nil {
				t.Errorf("%s: %v %v", name, key, err)
			}
		}
		if n := a.Asked(fake.KeySet); n != 1 {
			t.Errorf("%s: %d requests within a minute", name, n)
		}
		a.Be(fake.KeySet, fake.Well)
		clock.advance(time.Minute)
		if _, err := client.Key(t.Context(), "fake-0"); err != nil {
			t.Errorf("%s: does not recover: %v", name, err)
		}
	}
}

func TestCallersShareOneFetch(t *testing.T) {
	inside, release := make(chan bool), make(chan bool)
	a, client, _ := world(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inside <- true
		<-release
		a.ServeHTTP(w, r)
	}))
	defer server.Close()
	client.JWKS = server.URL + fake.KeySetPath
	first, leave := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for i := range 5 {
		ctx := t.Context()
		if i == 0 {
			ctx = first
		}
		wg.Go(func() {
			if _, err := client.Key(ctx, "fake-0"); err != nil {
				t.Errorf("caller %d: %v", i, err)
			}
		})
		if i == 0 {
			<-inside // the others come while the first one's fetch runs
		}
	}
	leave()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.Key(gone, "fake-0"); kept.KindOf(err) != kept.Internal {
		t.Errorf("a caller who left waits: %v", err)
	}
	close(release)
	wg.Wait()
	if n := a.Asked(fake.KeySet); n != 1 {
		t.Errorf("%d fetches", n)
	}
}

func TestIsAdmin(t *testing.T) {
	a, client, clock := world(t)
	site, other := a.NewSite("one"), a.NewSite("two")
	anna, ben := a.NewAccount(), a.NewAccount()
	a.SetAdmin(site, anna, true)
	annas, bens := a.OAuth(anna), a.OAuth(ben)
	base := a.API + "/ex/jira/" + site.CloudID
	for name, c := range map[string]struct {
		base, token string
		want        bool
	}{
		"an admin":               {base, annas, true},
		"a user":                 {base, bens, false},
		"an admin, another site": {a.API + "/ex/jira/" + other.CloudID, annas, false},
	} {
		if got, err := client.IsAdmin(t.Context(), c.base, c.token); err != nil || got != c.want {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	doubt := func(name, base, token string) {
		t.Helper()
		before := a.Asked(fake.Permissions)
		got, err := client.IsAdmin(t.Context(), base, token)
		if got || kept.KindOf(err) != kept.Internal {
			t.Errorf("%s: %v %v", name, got, err)
		}
		if err != nil && (strings.Contains(err.Error(), "fake-oauth") || strings.Contains(err.Error(), site.CloudID)) {
			t.Errorf("%s: the error tells too much: %v", name, err)
		}
		if strings.HasPrefix(name, "base") && a.Asked(fake.Permissions) != before {
			t.Errorf("%s: was asked", name)
		}
	}
	doubt("an unknown token", base, "fake-oauth-x")
	doubt("no token", base, "")
	doubt("a token with a line end", base, "fake-oauth-x\r\nX: y")
	doubt("an unknown site", a.API+"/ex/jira/none", annas)
	host := strings.TrimPrefix(a.API, "http://")
	for name, bad := range map[string]string{
		"base of another host":    "http://evil.example/ex/jira/" + site.CloudID,
		"base of a longer host":   a.API + ".evil.example/ex/jira/" + site.CloudID,
		"base of a longer port":   a.API + "1/ex/jira/" + site.CloudID,
		"base with a user":        "http://" + host + "@evil.example/ex/jira/" + site.CloudID,
		"base with our user":      "http://evil@" + host + "/ex/jira/" + site.CloudID,
		"base of another scheme":  "https://" + host + "/ex/jira/" + site.CloudID,
		"base that climbs":        base + "/../../../admin",
		"base that climbs hidden": base + "/%2e%2e",
		"base of another product": a.API + "/ex/confluence/" + site.CloudID,
		"base with a query":       base + "?x=",
		"base with a fragment":    base + "#",
		"base with a backslash":   a.API + `\@evil.example/ex/jira/` + site.CloudID,
		"base of nothing":         "",
		"base without a site":     a.API + "/ex/jira/",
	} {
		doubt(name, bad, annas)
	}
	for _, mood := range []fake.Mood{fake.Failing, fake.Absent, fake.Garbled, fake.Endless, fake.Redirecting} {
		a.Be(fake.Permissions, mood)
		doubt(fmt.Sprintf("mood %d", mood), base, annas)
	}
	a.Be(fake.Permissions, fake.Hanging)
	gone, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if got, err := client.IsAdmin(gone, base, annas); got || err == nil {
		t.Errorf("no answer is %v, %v", got, err)
	}
	a.Be(fake.Permissions, fake.Well)
	clock.advance(4 * time.Hour)
	doubt("an expired token", base, annas)
}

func TestAnswersWithoutAnAnswer(t *testing.T) {
	for _, body := range []string{
		`{}`, `null`, `[]`, `{"permissions":{}}`, `{"permissions":{"ADMINISTER":{}}}`, `{"permissions":{"ADMINISTER":null}}`,
		`{"permissions":{"ADMINISTER":{"key":"ADMINISTER"}}}`, `{"permissions":{"BROWSE":{"key":"BROWSE","havePermission":true}}}`,
		`{"permissions":{"ADMINISTER":{"key":"BROWSE","havePermission":true}}}`, `{"permissions":{"ADMINISTER":{"key":"ADMINISTER","havePermission":"true"}}}`,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(body)) }))
		client := &atlassian.Client{HTTP: server.Client(), Clock: &clock{}, API: server.URL}
		if got, err := client.IsAdmin(t.Context(), server.URL+"/ex/jira/a", "t"); got || kept.KindOf(err) != kept.Internal {
			t.Errorf("%s: %v %v", body, got, err)
		}
		server.Close()
	}
}

// The client finds the keys that forge verifies with, for tokens that another implementation signed.
func TestForgeMeetsTheFake(t *testing.T) {
	a, client, clock := world(t)
	app, site := a.NewApp(), a.NewSite("one")
	in := a.Install(app, "PRODUCTION", site)
	v := &forge.Verifier{Keys: client, Clock: clock, Leeway: 5 * time.Second}
	who := a.NewAccount()
	end, _ := kept.ParseTime("2024-01-31")

	for name, options := range map[string][]fake.Option{
		"plain": nil, "audience array": {fake.AudienceArray()}, "no contexts": {fake.NoContexts()},
		"a page": {fake.Page(in, who)}, "a licence that ends": {fake.LicenseEnds(end)}, "4 seconds old": {fake.Expired(4 * time.Second)},
	} {
		got, err := v.Verify(t.Context(), a.Token(in, options...), app)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Installation != in.ID || got.Site != site.CloudID || got.Environment != in.Environment || got.License == nil || !got.License.Active {
			t.Errorf("%s: %+v", name, got)
		}
		if name == "a page" && (string(got.Principal) != who || got.ContextCloudID != site.CloudID) {
			t.Errorf("%s: %+v", name, got)
		}
		if name == "a licence that ends" && got.License.SubscriptionEnd != end {
			t.Errorf("%s: %+v", name, got.License)
		}
	}
	staging := a.Install(app, "STAGING", site)
	if got, err := v.Verify(t.Context(), a.Token(staging), app); err != nil || got.License != nil || got.Environment == in.Environment {
		t.Errorf("staging: %+v %v", got, err)
	}
	clock.advance(time.Minute) // so that an unknown key is asked for
	for name, option := range map[string]fake.Option{
		"expired": fake.Expired(6 * time.Second), "early": fake.Early(6 * time.Second), "issuer": fake.Issuer("x"),
		"other app": fake.OtherApp(a.NewApp()), "isolated": fake.Isolated("gov"), "other site": fake.OtherSite(a.NewSite("two").CloudID),
		"alg none": fake.AlgNone(), "keyed": fake.Keyed([]byte("a secret of at least thirty-two bytes")), "forged": fake.Forged(),
		"unknown key": fake.UnknownKey("fake-9"), "no installation": fake.Without("app.installationId"),
		"another environment": fake.With("app.environment.type", "PLAYGROUND"),
	} {
		if got, err := v.Verify(t.Context(), a.Token(in, option), app); kept.KindOf(err) != kept.Denied {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	token := a.Token(in)
	clock.advance(31 * time.Second)
	if _, err := v.Verify(t.Context(), token, app); kept.KindOf(err) != kept.Denied {
		t.Errorf("a stored token: %v", err)
	}
	a.Rotate(false)
	clock.advance(time.Minute)
	if _, err := v.Verify(t.Context(), a.Token(in), app); err != nil {
		t.Errorf("after a rotation: %v", err)
	}
}

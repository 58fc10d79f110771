package client_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/client"
	"kept/ledger"
	"kept/policy"
	"kept/stage"
)

const app = "assets-owner"

// open puts the example's server on stage, with one installation of its app.
func open(t *testing.T) (*stage.Stage, *client.Client, *fake.Installation) {
	t.Helper()
	return under(t, "../examples/larkspur", app)
}

// under is open for an app of any policy.
func under(t *testing.T, dir, app string) (*stage.Stage, *client.Client, *fake.Installation) {
	t.Helper()
	p, err := policy.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := stage.Open(t.Context(), stage.Options{Policy: p, Start: 1_772_500_000_000_000, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	key, err := s.AppKey(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	declared, _ := p.App(app)
	return s, client.New(s.URL+"/", key, s.HTTP), s.Fake.Install(declared.Forge, "PRODUCTION", s.Fake.NewSite("acme"))
}

type settings struct {
	AdminEmail string `json:"admin_email"`
	Visibility string `json:"visibility"`
}

func TestAnAppAndItsAdmin(t *testing.T) {
	s, c, in := open(t)
	ctx := t.Context()
	i, err := c.Installation(ctx, s.Fake.Token(in))
	if err != nil {
		t.Fatal(err)
	}
	if i.Role != client.AppRuntime || i.Expires.Sub(s.Clock.Now().Std()) != time.Hour {
		t.Errorf("%s until %s", i.Role, i.Expires)
	}
	first, err := i.Put(ctx, client.Item{Category: "owner-settings", Name: "settings", Subject: "655362:ada", Value: settings{"ada@acme.example", "all"}})
	if err != nil {
		t.Fatal(err)
	}
	over, err := i.Overwrite(ctx, first.Item, client.Item{Category: "owner-settings", Value: settings{"bo@acme.example", "none"}})
	if err != nil || over.Item != first.Item || over.Version != 2 {
		t.Errorf("%+v %v", over, err)
	}
	var got settings
	meta, err := i.Get(ctx, first.Item, "assets-access", &got)
	if err != nil || got != (settings{"bo@acme.example", "none"}) || meta.Version != 2 || meta.Category != "owner-settings" || meta.Stored.IsZero() {
		t.Errorf("%+v %+v %v", got, meta, err)
	}
	list, err := i.List(ctx, "owner-settings")
	if err != nil || len(list) != 1 || list[0].ID != first.Item {
		t.Errorf("%+v %v", list, err)
	}
	gone, err := i.Delete(ctx, first.Item)
	if err != nil || gone.Receipt == "" {
		t.Errorf("%+v %v", gone, err)
	}

	var refused *client.Error
	if _, err := i.Get(ctx, first.Item, "assets-access", &got); !errors.As(err, &refused) || refused.Status != 404 || refused.Kind != "not-found" {
		t.Errorf("%v", err)
	}
	_, err = i.Put(ctx, client.Item{Category: "owner-settings", Value: map[string]string{"shoe_size": "40"}})
	if !errors.As(err, &refused) || refused.Status != 403 || refused.Kind != "denied" || refused.Promise == "" || refused.Hint == "" {
		t.Errorf("%+v", refused)
	}
	if _, err := i.Purge(ctx); !errors.As(err, &refused) || refused.Status != 403 {
		t.Errorf("an app purged: %v", err)
	}

	account := s.Fake.NewAccount()
	admin := func() (*client.Installation, error) {
		return c.Admin(ctx, s.Fake.Token(in, fake.Page(in, account)), s.Fake.OAuth(account))
	}
	if _, err := admin(); !errors.As(err, &refused) || refused.Status != 403 {
		t.Errorf("a user became an admin: %v", err)
	}
	s.Fake.SetAdmin(in.Site, account, true)
	a, err := admin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.Put(ctx, client.Item{Category: "owner-settings", Name: "settings", Value: settings{"ada@acme.example", "all"}}); err != nil {
		t.Error(err)
	}
	if entries, err := a.Entries(ctx, "audit"); err != nil || len(entries) == 0 || entries[0].Item != first.Item || entries[0].Purpose != "assets-access" {
		t.Errorf("%+v %v", entries, err)
	}
	if err := errors.Join(a.Restrict(ctx, true), a.Restrict(ctx, false)); err != nil {
		t.Error(err)
	}
	if receipts, err := a.Purge(ctx, "owner-settings"); err != nil || len(receipts) != 1 {
		t.Errorf("%v %v", receipts, err)
	}
	if receipt, err := i.Receipt(ctx, gone.Receipt); err != nil || receipt.ID != gone.Receipt || receipt.Reason != "deleted" || receipt.Unreachable.IsZero() {
		t.Errorf("%+v %v", receipt, err)
	}
	status, err := i.Status(ctx)
	if err != nil || status.Installation.State != string(kept.Installed) || len(status.Receipts) != 2 ||
		!slices.ContainsFunc(status.Receipts, func(r client.Receipt) bool { return r.Reason == "purged" && !r.Unreachable.IsZero() }) {
		t.Errorf("%+v %v", status, err)
	}
	if err := s.Tick(ctx); err != nil {
		t.Fatal(err)
	}
	var bundle bytes.Buffer
	if err := i.Bundle(ctx, &bundle); err != nil {
		t.Error(err)
	}
	if report, err := ledger.Verify(&bundle, ""); err != nil || report.Opened == 0 {
		t.Errorf("%+v %v", report, err)
	}
}

func TestWhatIsRepeated(t *testing.T) {
	s, _, in := open(t)
	key, err := s.AppKey(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	lossy := &loses{next: s.HTTP.Transport}
	c := client.New(s.URL, key, &http.Client{Transport: lossy})
	i, err := c.Installation(t.Context(), s.Fake.Token(in))
	if err != nil {
		t.Fatal(err)
	}
	put := func() error {
		_, err := i.Put(t.Context(), client.Item{Category: "owner-settings", Value: settings{"ada@acme.example", "all"}})
		return err
	}
	lossy.answers, lossy.keys = 1, nil
	if err := put(); err != nil {
		t.Error(err)
	}
	list, err := i.List(t.Context(), "owner-settings")
	if err != nil || len(list) != 1 {
		t.Errorf("one lost answer made %d items, %v", len(list), err)
	}
	if k := lossy.keys; len(k) < 2 || k[0] == "" || k[0] != k[1] {
		t.Errorf("keys %q", k)
	}
	lossy.answers, lossy.keys = 9, nil
	if err := put(); err == nil || len(lossy.keys) != 3 {
		t.Errorf("%v after %d attempts", err, len(lossy.keys))
	}
	lossy.answers, lossy.keys = 1, nil
	if _, err := c.Installation(t.Context(), s.Fake.Token(in)); err == nil || len(lossy.keys) != 1 {
		t.Errorf("a token was handed in %d times, %v", len(lossy.keys), err)
	}
}

// loses the answers of so many requests.
type loses struct {
	next    http.RoundTripper
	answers int
	keys    []string // Idempotency-Key of each request
}

func (l *loses) RoundTrip(r *http.Request) (*http.Response, error) {
	l.keys = append(l.keys, r.Header.Get("Idempotency-Key"))
	response, err := l.next.RoundTrip(r)
	if err == nil && l.answers > 0 {
		l.answers--
		response.Body.Close()
		return nil, errors.New("the connection broke")
	}
	return response, err
}

func TestStrangeAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   string
		asked  int
	}{
		{"a proxy's", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) }, "kept: 502: Bad Gateway", 1},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, "kept: 302: Found", 1},
		{"no JSON", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) }, "not what POST /v1/credentials should give", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked++; c.answer(w, r) }))
			defer server.Close()
			_, err := client.New(server.URL, "secret-key", server.Client()).Installation(t.Context(), "secret-token")
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") || asked != c.asked {
				t.Errorf("%v, asked %d times", err, asked)
			}
		})
	}
}

func TestNothingPrintsASecret(t *testing.T) {
	s, c, in := open(t)
	i, err := c.Installation(t.Context(), s.Fake.Token(in))
	if err != nil {
		t.Fatal(err)
	}
	if printed := fmt.Sprintf("%v %+v %#v %s %v %+v %#v %s", c, c, c, c, i, i, i, i); strings.Contains(printed, "kept_") || strings.Contains(printed, "{") {
		t.Error(printed)
	}
}

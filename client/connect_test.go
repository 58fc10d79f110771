package client_test

import (
	"errors"
	"net/http"
	"testing"

	"kept/atlassian/fake"
	"kept/client"
	"kept/policy"
	"kept/stage"
)

// onConnect puts a server on stage with a tenant of an app of Connect.
func onConnect(t *testing.T) (*stage.Stage, *client.Client, *fake.Tenant) {
	t.Helper()
	p, err := policy.Load("../examples/stories/wren")
	if err != nil {
		t.Fatal(err)
	}
	s, err := stage.Open(t.Context(), stage.Options{Policy: p, Start: 1_772_500_000_000_000, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	key, err := s.AppKey(t.Context(), "portal")
	if err != nil {
		t.Fatal(err)
	}
	declared, _ := p.App("portal")
	tenant := s.Fake.ConnectApp(declared.Connect, declared.Base, s.Fake.NewSite("acme"))
	tell(t, s, s.Fake.ConnectInstalled(tenant, "/connect/portal/installed"))
	return s, client.New(s.URL, key, s.HTTP), tenant
}

func tell(t *testing.T, s *stage.Stage, d *fake.Delivery) {
	t.Helper()
	if status, err := d.Send(t.Context(), s.HTTP, s.URL); err != nil || status != http.StatusNoContent {
		t.Fatalf("%s: %d %v", d.Path, status, err)
	}
}

func TestAnAppOfConnect(t *testing.T) {
	s, c, tenant := onConnect(t)
	const page = "/page?project=KEY&a=1%2C2"
	token := s.Fake.CallToken(tenant, "GET", page)
	call := client.ConnectCall{Token: token, Method: "GET", Path: page + "&jwt=" + token}
	i, err := c.Connect(t.Context(), call)
	if err != nil || i.Role != client.AppRuntime {
		t.Fatalf("%v %v", i, err)
	}
	stored, err := i.Put(t.Context(), client.Item{Category: "app-config", Value: map[string]string{"entity_id": "okta"}})
	if err != nil {
		t.Fatal(err)
	}
	inPage, err := c.Connect(t.Context(), client.ConnectCall{Token: s.Fake.ContextToken(tenant, s.Fake.NewAccount())})
	if err != nil || inPage.ID != i.ID {
		t.Fatalf("a context token leads to %v, %v", inPage, err)
	}
	var got map[string]string
	if _, err := inPage.Get(t.Context(), stored.Item, "sign-in", &got); err != nil || got["entity_id"] != "okta" {
		t.Errorf("%v %v", got, err)
	}

	fresh := func() string { return s.Fake.CallToken(tenant, "GET", page) }
	for name, wrong := range map[string]client.ConnectCall{
		"used before":       call,
		"another path":      {Token: fresh(), Method: "GET", Path: "/page?project=OTHER"},
		"another method":    {Token: fresh(), Method: "POST", Path: page},
		"no request at all": {Token: fresh()},
		"a context token":   {Token: s.Fake.ContextToken(tenant, "655362:x"), Method: "GET", Path: page},
		"forged":            {Token: s.Fake.CallToken(tenant, "GET", page, fake.Forged()), Method: "GET", Path: page},
	} {
		var refused *client.Error
		if _, err := c.Connect(t.Context(), wrong); !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
			t.Errorf("%s: %v", name, err)
		}
	}

	tell(t, s, s.Fake.ConnectUninstalled(tenant, "/connect/portal/uninstalled"))
	if err := s.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	var refused *client.Error
	if _, err := i.Get(t.Context(), stored.Item, "sign-in", &got); !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
		t.Errorf("read after the uninstall: %v", err)
	}
	if _, err := c.Connect(t.Context(), client.ConnectCall{Token: fresh(), Method: "GET", Path: page}); !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
		t.Errorf("traded after the uninstall: %v", err)
	}
}

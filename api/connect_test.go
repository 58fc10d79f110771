package api_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/db/dbtest"
)

const (
	connectBase = "https://sso.larkspur.example/app"
	onInstalled = "/connect/portal-sso/installed"
	onUninstall = "/connect/portal-sso/uninstalled"
)

func (w *world) tenant(site string) *fake.Tenant {
	return w.fake.ConnectApp("com.larkspur.sso", connectBase, w.fake.NewSite(site))
}

// trade hands a call's token in, as the app's back end does that received it.
func (w *world) trade(key string, t *fake.Tenant, secret string) request {
	const target = "/page?project=KEY&project=A%2CB&q=a+b%2A"
	return request{method: "POST", path: "/v1/credentials", bearer: key,
		body: object{"connect_token": w.fake.CallToken(t, "GET", target, fake.Keyed([]byte(secret))), "method": "get", "path": "/app" + target + "&jwt=x.y.z"}}
}

// A tenant's life, on both engines.
func TestALifeOnConnect(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { liveOnConnect(t, "") })
	t.Run("PostgreSQL", func(t *testing.T) {
		url, ok := dbtest.Postgres(t)
		if !ok {
			t.Skip("no PostgreSQL here")
		}
		liveOnConnect(t, url)
	})
}

func liveOnConnect(t *testing.T, database string) {
	w := newWorld(t, database)
	key, acme := w.appKey("portal-sso"), w.tenant("acme")
	w.refused(w.trade(key, acme, acme.Secret), 403, "no tenant")
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	credential := func(r request) (bearer, id string) {
		t.Helper()
		c := w.call(r.method, r.path, r.bearer, r.body)
		if c["role"] != "app-runtime" {
			t.Errorf("a credential of %v", c["role"])
		}
		return c["credential"].(string), c["installation"].(string)
	}
	app, id := credential(w.trade(key, acme, acme.Secret))
	if _, same := credential(request{method: "POST", path: "/v1/credentials", bearer: key, body: object{"connect_token": w.fake.ContextToken(acme, "655362:x")}}); same != id {
		t.Error("a context token leads to another installation")
	}
	put := request{method: "POST", path: "/v1/items", bearer: app, body: object{"category": "owner-settings", "value": object{"visibility": "all"}}}
	w.call(put.method, put.path, put.bearer, put.body)

	// A rotated secret: tokens under way still count, for a quarter of an hour.
	former := acme.Secret
	w.clock.advance(time.Hour)
	w.fake.RotateSecret(acme)
	w.refused(w.trade(key, acme, acme.Secret), 403, "signature")
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	credential(w.trade(key, acme, acme.Secret))
	w.clock.advance(15*time.Minute - time.Second)
	credential(w.trade(key, acme, former))
	w.clock.advance(time.Second)
	w.refused(w.trade(key, acme, former), 403, "signature")
	w.must(w.server.Tick(t.Context()))
	if n := w.number(`SELECT COUNT(*) FROM connect_secret`); n != 1 {
		t.Errorf("%d secrets are left", n)
	}
	if _, again := credential(w.trade(key, acme, acme.Secret)); again != id {
		t.Error("a rotated secret is another installation")
	}

	// The customer's data goes when somebody purges it, what proves the customer does not.
	officer := w.hire(kept.Officer, "officer")
	w.call("POST", "/v1/installations/"+id+"/purge", officer, object{})
	app, _ = credential(w.trade(key, acme, acme.Secret))
	put.bearer = app
	w.call(put.method, put.path, put.bearer, put.body)

	w.deliver(w.fake.ConnectUninstalled(acme, onUninstall), 204)
	w.refused(put, 403, "uninstalled")
	w.refused(w.trade(key, acme, acme.Secret), 409, "uninstalled for good")
	w.must(w.server.Tick(t.Context()))
	w.refused(w.trade(key, acme, acme.Secret), 403, "no tenant")
	w.must(w.server.Tick(t.Context()))
	if n := w.number(`SELECT COUNT(*) FROM connect_secret`); n != 0 {
		t.Errorf("%d secrets outlive the uninstall", n)
	}
	w.deliver(w.fake.ConnectUninstalled(acme, onUninstall), 204)
	w.clock.advance(91 * 24 * time.Hour)
	for range 3 {
		w.must(w.server.Tick(t.Context()))
	}
	if n := w.number(`SELECT COUNT(*) FROM installation WHERE state = 'erased'`); n != 1 || w.number(`SELECT COUNT(*) FROM connect_tenant`) != 0 {
		t.Errorf("%d installations are erased, or the tenant is remembered", n)
	}
	w.deliver(w.fake.ConnectUninstalled(acme, onUninstall), 204)
	if n := w.number(`SELECT COUNT(*) FROM fact WHERE kind = 'installation.stray' AND scope = 'vendor'`); n != 1 {
		t.Errorf("%d facts tell of an unknown tenant that left", n)
	}
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	if _, fresh := credential(w.trade(key, acme, acme.Secret)); fresh == id {
		t.Error("an erased installation is back")
	}
}

func TestConnectCallbacks(t *testing.T) {
	w := newWorld(t, "")
	acme, bolt := w.tenant("acme"), w.tenant("bolt")
	installed := func(options ...fake.Option) *fake.Delivery {
		d := w.fake.ConnectInstalled(acme, onInstalled)
		d.Options = options
		return d
	}
	to := func(path string, d *fake.Delivery) *fake.Delivery { d.Path = path; return d }
	for _, c := range []struct {
		name string
		d    *fake.Delivery
		want int
	}{
		{"about another tenant", installed().Saying("clientKey", bolt.ClientKey), 403},
		{"about another app", installed().Saying("key", "com.other"), 403},
		{"another event", installed().Saying("eventType", "uninstalled"), 403},
		{"a short secret", installed().Saying("sharedSecret", strings.Repeat("x", 31)), 400},
		{"a long secret", installed().Saying("sharedSecret", strings.Repeat("x", 4097)), 400},
		{"no secret", installed().Saying("sharedSecret", ""), 400},
		{"a Forge id that is none", installed().Saying("installationId", "acme"), 400},
		{"HS256 with the secret it brings", installed(fake.Keyed([]byte(acme.Secret))), 401},
		{"unsigned", installed(fake.AlgNone()), 401},
		{"forged", installed(fake.Forged()), 401},
		{"an unknown key", installed(fake.UnknownKey("install-9")), 401},
		{"a key's id with a path", installed(fake.UnknownKey("../.well-known/jwks.json")), 401},
		{"a key of Forge", installed(fake.UnknownKey("fake-0")), 401},
		{"another base", installed(fake.With("aud", "https://sso.larkspur.example/app/")), 401},
		{"another request", installed(fake.With("qsh", strings.Repeat("0", 64))), 401},
		{"a context token", installed(fake.With("qsh", "context-qsh")), 401},
		{"expired", installed(fake.With("exp", 1000)), 401},
		{"without an end", installed(fake.Without("exp")), 401},
		{"without a member for the secret", to(onInstalled, w.fake.ConnectUninstalled(acme, onUninstall)).Saying("eventType", "installed"), 400},
		{"with a query that is not covered", to(onInstalled+"?x=1", installed(fake.With("qsh", strings.Repeat("0", 64)))), 401},
		{"to an unknown app", to("/connect/nobody/installed", installed()), 404},
		{"to an app of Forge", to("/connect/page-owl/installed", installed()), 404},
		{"uninstalled under the shared secret, as of old", func() *fake.Delivery {
			d := w.fake.ConnectUninstalled(acme, onUninstall)
			d.Options = []fake.Option{fake.Keyed([]byte(acme.Secret))}
			return d
		}(), 401},
		{"as documented", installed(), 204},
		{"with a query", to(onInstalled+"?user_key=a%20b", installed()), 204},
		{"of an unknown product", installed().Saying("productType", "abacus"), 204},
		{"without what it need not say", installed().Saying("productType", "").Saying("key", "").Saying("eventType", ""), 204},
		{"with members nobody knows", installed().Saying("more", object{"x": 1}), 204},
		{"of an unknown tenant that leaves", w.fake.ConnectUninstalled(bolt, onUninstall), 204},
	} {
		t.Run(c.name, func(t *testing.T) { w.t = t; w.deliver(c.d, c.want) })
	}
	w.t = t
	if n := w.number(`SELECT COUNT(*) FROM installation`); n != 1 {
		t.Errorf("%d installations", n)
	}
	token := w.fake.CallbackToken(acme, onUninstall)
	body := object{"key": acme.App, "clientKey": acme.ClientKey, "eventType": "uninstalled", "productType": "jira"}
	w.refused(request{method: "POST", path: onUninstall, bearer: token, body: body}, 401, "missing or not valid") // Bearer
	w.refused(request{method: "POST", path: onInstalled, bearer: "JWT " + token, body: body}, 401, "missing or not valid")
	w.refused(request{method: "POST", path: onUninstall + "?jwt=" + token, body: body}, 401, "missing or not valid")
	again, told := w.fake.CallbackToken(acme, onInstalled), object{"clientKey": acme.ClientKey, "sharedSecret": acme.Secret}
	w.call("POST", onInstalled, "JWT "+again, told)
	told["sharedSecret"] = bolt.Secret // the token does not cover it, so a second body must not count
	w.refused(request{method: "POST", path: onInstalled, bearer: "JWT " + again, body: told}, 401, "used before")
	w.call("POST", onUninstall, "JWT "+token, body)
	w.refused(request{method: "POST", path: onUninstall, bearer: "JWT " + token, body: body}, 401, "used before")
}

func TestConnectCredentials(t *testing.T) {
	w := newWorld(t, "")
	key, acme, bolt := w.appKey("portal-sso"), w.tenant("acme"), w.tenant("bolt")
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	w.deliver(w.fake.ConnectInstalled(bolt, onInstalled), 204)
	credential := func(body object) request {
		return request{method: "POST", path: "/v1/credentials", bearer: key, body: body}
	}
	page := func(options ...fake.Option) object {
		return object{"connect_token": w.fake.CallToken(acme, "GET", "/page?a=1", options...), "method": "GET", "path": "/app/page?a=1"}
	}
	with := func(o object, name string, value any) object { o[name] = value; return o }
	for name, c := range map[string]struct {
		body  object
		want  int
		words string
	}{
		"an administrator":          {with(page(), "role", "customer-admin"), 403, "does not prove an administrator"},
		"both tokens":               {with(page(), "invocation_token", "x"), 400, "one token"},
		"no token":                  {object{}, 400, "one token"},
		"a path without its method": {with(page(), "method", ""), 400, "the method and the path"},
		"another method":            {with(page(), "method", "POST"), 403, "another request"},
		"another path":              {with(page(), "path", "/app/page?a=2"), 403, "another request"},
		"no path":                   {object{"connect_token": page()["connect_token"]}, 403, "no context token"},
		"a context token on a path": {with(page(), "connect_token", w.fake.ContextToken(acme, "655362:x")), 403, "another request"},
		"another tenant's secret":   {page(fake.Keyed([]byte(bolt.Secret))), 403, "signature"},
		"another tenant's name":     {page(fake.Issuer(bolt.ClientKey)), 403, "signature"},
		"the app's own token":       {page(fake.Issuer("com.larkspur.sso")), 403, "no tenant"},
		"a callback's token":        {with(page(), "connect_token", w.fake.CallbackToken(acme, onInstalled)), 403, "signature"},
		"unsigned":                  {page(fake.AlgNone()), 403, "signature"},
		"expired":                   {page(fake.With("exp", 1000)), 403, "expired"},
		"garbage":                   {object{"connect_token": "x"}, 403, "malformed"},
	} {
		t.Run(name, func(t *testing.T) { w.t = t; w.refused(credential(c.body), c.want, c.words) })
	}
	w.t = t
	other := credential(page())
	other.bearer = w.appKey("page-owl")
	w.refused(other, 404, "no Connect app")
	once := credential(page())
	w.call(once.method, once.path, once.bearer, once.body)
	w.refused(once, 403, "used before")
}

// A callback that comes late brings nothing back: not a secret, not an installation, not an uninstall.
func TestConnectCallbacksOutOfOrder(t *testing.T) {
	w := newWorld(t, "")
	key, acme := w.appKey("portal-sso"), w.tenant("acme")
	hold := func(d *fake.Delivery) func(want int) {
		r, err := d.Request(t.Context(), "http://kept.example")
		w.must(err)
		return func(want int) {
			t.Helper()
			if out := w.serve(r); out.Code != want {
				t.Errorf("%s: %d %s, want %d", d.Path, out.Code, out.Body, want)
			}
		}
	}
	oldSecret := acme.Secret
	first := hold(w.fake.ConnectInstalled(acme, onInstalled))
	leaving := hold(w.fake.ConnectUninstalled(acme, onUninstall))
	w.clock.advance(2 * time.Second)
	w.fake.RotateSecret(acme)
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	first(204)
	leaving(204)
	c := w.trade(key, acme, acme.Secret)
	w.call(c.method, c.path, c.bearer, c.body)
	w.refused(w.trade(key, acme, oldSecret), 403, "signature")

	late := hold(w.fake.ConnectInstalled(acme, onInstalled))
	w.clock.advance(2 * time.Second)
	w.deliver(w.fake.ConnectUninstalled(acme, onUninstall), 204)
	late(409)
	if n := w.number(`SELECT COUNT(*) FROM installation WHERE state = 'uninstalled'`); n != 1 || w.number(`SELECT COUNT(*) FROM installation`) != 1 {
		t.Error("an uninstall was undone by what was signed before it")
	}
}

// The secret lies sealed: neither the files of the database nor the log hold it.
func TestASharedSecretIsSealed(t *testing.T) {
	w := newWorld(t, "")
	acme := w.tenant("acme")
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	files, err := filepath.Glob(filepath.Join(w.data, "*"))
	w.must(err)
	readable := false
	for _, file := range files {
		b, err := os.ReadFile(file)
		w.must(err)
		readable = readable || bytes.Contains(b, []byte(acme.ClientKey))
		if bytes.Contains(b, []byte(acme.Secret)) {
			t.Errorf("%s holds the secret", filepath.Base(file))
		}
	}
	if !readable {
		t.Error("the files do not even hold what stands there in clear text")
	}
	if strings.Contains(w.log.String(), acme.Secret) {
		t.Error("the log holds the secret")
	}
}

// Neither an address nor a name tells who a tenant is: a renamed site stays itself, and whoever stands at an old address
// is somebody else.
func TestTenantsAreKnownByTheirClientKeyAlone(t *testing.T) {
	w := newWorld(t, "")
	key, site := w.appKey("portal-sso"), w.fake.NewSite("acme")
	acme := w.fake.ConnectApp("com.larkspur.sso", connectBase, site)
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	installation := func(t *fake.Tenant) string {
		r := w.trade(key, t, t.Secret)
		return w.call(r.method, r.path, r.bearer, r.body)["installation"].(string)
	}
	before := installation(acme)
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled).Saying("baseUrl", "https://renamed.atlassian.net").Saying("displayUrl", "https://acme.example"), 204)
	if installation(acme) != before {
		t.Error("a renamed site is another customer")
	}
	imported := w.fake.ConnectApp("com.larkspur.sso", connectBase, site)
	w.deliver(w.fake.ConnectInstalled(imported, onInstalled), 204)
	if installation(imported) == before {
		t.Error("a stranger at the same address is the same customer")
	}
	w.deliver(w.fake.ConnectUninstalled(imported, onUninstall), 204)
	if n := w.number(`SELECT COUNT(*) FROM installation WHERE state = 'installed'`); n != 1 || installation(acme) != before {
		t.Error("a stranger's uninstall is the customer's")
	}
}

// Where both sides hold data when Connect tells that they are one, a person must decide; nothing is lost meanwhile.
func TestTwoInstallationsWithDataStayTwo(t *testing.T) {
	w := newWorld(t, "")
	key, acme := w.appKey("portal-sso"), w.tenant("acme")
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	put := func(bearer string) {
		w.call("POST", "/v1/items", bearer, object{"category": "owner-settings", "value": object{"visibility": "all"}})
	}
	r := w.trade(key, acme, acme.Secret)
	put(w.call(r.method, r.path, r.bearer, r.body)["credential"].(string))
	acme.Forge = w.fake.Install(w.apps["portal-sso"], "PRODUCTION", acme.Site)
	app, _ := w.credential(key, acme.Forge, kept.AppRuntime)
	put(app)
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	if n := w.number(`SELECT COUNT(*) FROM installation WHERE state = 'installed'`); n != 2 || w.number(`SELECT COUNT(*) FROM item`) != 2 ||
		w.number(`SELECT COUNT(*) FROM fact WHERE kind = 'alarm.raised'`) != 1 {
		t.Errorf("%d installations go on, without an alarm, or an item is lost", n)
	}
	put(app)
}

// The empty installation that Forge began goes, and so do its credentials: the next one is of the installation that stays.
func TestAnEmptyInstallationGivesWay(t *testing.T) {
	w := newWorld(t, "")
	key, acme := w.appKey("portal-sso"), w.tenant("acme")
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	acme.Forge = w.fake.Install(w.apps["portal-sso"], "PRODUCTION", acme.Site)
	app, began := w.credential(key, acme.Forge, kept.AppRuntime)
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	w.refused(request{method: "GET", path: "/v1/installation", bearer: app}, 401, "not valid")
	r := w.trade(key, acme, acme.Secret)
	stays := w.call(r.method, r.path, r.bearer, r.body)["installation"].(string)
	if _, next := w.credential(key, acme.Forge, kept.CustomerAdmin); string(next) != stays || stays == string(began) {
		t.Errorf("Connect leads to %s, Forge to %s, which began as %s", stays, next, began)
	}
}

// Once Connect has named the Forge installation, its uninstall is a signal that a token of Forge takes back: the app may
// only have changed sides.
func TestAnUninstallBetweenConnectAndForge(t *testing.T) {
	w := newWorld(t, "")
	key, acme := w.appKey("portal-sso"), w.tenant("acme")
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	r := w.trade(key, acme, acme.Secret)
	before := w.call(r.method, r.path, r.bearer, r.body)
	w.call("POST", "/v1/items", before["credential"].(string), object{"category": "owner-settings", "value": object{"visibility": "all"}})
	acme.Forge = w.fake.Install(w.apps["portal-sso"], "PRODUCTION", acme.Site)
	w.deliver(w.fake.ConnectInstalled(acme, onInstalled), 204)
	old := w.trade(key, acme, acme.Secret)
	w.clock.advance(2 * time.Second)
	w.deliver(w.fake.ConnectUninstalled(acme, onUninstall), 204)
	w.must(w.server.Tick(t.Context()))
	w.refused(old, 409, "before the uninstall")
	w.deliver(w.fake.Installed(acme.Forge, w.fake.NewAccount(), "/forge/portal-sso/installed"), 200)
	app, after := w.credential(key, acme.Forge, kept.AppRuntime)
	if string(after) != before["installation"] {
		t.Error("the customer is another one")
	}
	if items := w.call("GET", "/v1/items", app, nil)["items"].([]any); len(items) != 1 {
		t.Errorf("items %v", items)
	}
}

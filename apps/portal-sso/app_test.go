package portalsso_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	portalsso "kept/apps/portal-sso"
	"kept/atlassian/fake"
	"kept/client"
	"kept/policy"
	"kept/stage"
)

const (
	id   = "portal-sso"
	base = "https://sso.larkspur.example"
)

type object = map[string]any

// world is the app as browsers and the product see it, over a whole Kept server, with a portal.
type world struct {
	t      *testing.T
	stage  *stage.Stage
	tenant *fake.Tenant
	app    http.Handler
	late   time.Duration // by which the app's clock is ahead of the provider's
	host   string        // of the portal
	kept   *ear          // on the way to Kept
	idp    *ear          // on the way to the provider
}

func newWorld(t *testing.T) *world { return newWorldAt(t, base) }

// newWorldAt lets the app answer somewhere else.
func newWorldAt(t *testing.T, base string) *world {
	t.Helper()
	p, err := policy.Load("../../examples/larkspur")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t}
	w.stage, err = stage.Open(t.Context(), stage.Options{Policy: p, Start: 1_772_500_000_000_000, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.stage.Close() })
	portal := httptest.NewTLSServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		var in struct{ Email string }
		err := json.NewDecoder(r.Body).Decode(&in)
		name, ours := strings.CutSuffix(in.Email, "@acme.example")
		if err != nil || !ours || r.URL.Path != "/portal-logins" || r.Header.Get("Authorization") != "Bearer right" {
			http.Error(out, "no", http.StatusForbidden)
			return
		}
		json.NewEncoder(out).Encode(object{"account": "655362:" + name})
	}))
	t.Cleanup(portal.Close)
	w.host = strings.TrimPrefix(portal.URL, "https://")
	w.tenant = w.newTenant("acme")
	key, err := w.stage.AppKey(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	w.kept, w.idp = &ear{next: w.stage.HTTP.Transport}, &ear{next: &http.Transport{}}
	w.app, err = portalsso.New(client.New(w.stage.URL, key, &http.Client{Transport: w.kept}), portalsso.REST{HTTP: portal.Client()}, portalsso.Options{
		Base: base, HTTP: &http.Client{Transport: w.idp}, Random: rand.Reader, Loopback: true,
		Now: func() time.Time { return time.Now().Add(w.late) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) newTenant(site string) *fake.Tenant {
	w.t.Helper()
	tenant := w.stage.Fake.ConnectApp("com.larkspur.portal-sso", base, w.stage.Fake.NewSite(site))
	status, err := w.stage.Fake.ConnectInstalled(tenant, "/connect/portal-sso/installed").Send(w.t.Context(), w.stage.HTTP, w.stage.URL)
	if err != nil || status != 204 {
		w.t.Fatal(status, err)
	}
	return tenant
}

// ear hears what goes through it.
type ear struct {
	next  http.RoundTripper
	heard []exchange
}

type exchange struct {
	path       string
	sent, said []byte
	status     int
}

func (e *ear) RoundTrip(r *http.Request) (*http.Response, error) {
	x := exchange{path: r.Method + " " + r.URL.Path}
	if r.Body != nil {
		x.sent, _ = io.ReadAll(r.Body) // from memory
		r.Body = io.NopCloser(bytes.NewReader(x.sent))
	}
	response, err := e.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if x.said, err = io.ReadAll(response.Body); err != nil {
		return nil, err
	}
	x.status, response.Body = response.StatusCode, io.NopCloser(bytes.NewReader(x.said))
	e.heard = append(e.heard, x)
	return response, nil
}

// line is what the app wrote into the journal.
type line struct {
	Category, Record, Account string
	Fields                    map[string]string
}

// journal are the lines that Kept took.
func (w *world) journal() (lines []line) {
	w.t.Helper()
	for _, x := range w.kept.heard {
		if x.path != "POST /v1/entries" {
			continue
		}
		var l line
		if err := json.Unmarshal(x.sent, &l); err != nil || x.status != http.StatusCreated {
			w.t.Errorf("Kept answers a line with %d %s, %v", x.status, x.said, err)
		}
		lines = append(lines, l)
	}
	return lines
}

func (w *world) do(r *http.Request) *httptest.ResponseRecorder {
	w.t.Helper()
	out := httptest.NewRecorder()
	w.app.ServeHTTP(out, r)
	return out
}

// page is how the product opens one.
func (w *world) page(tenant *fake.Tenant, target string) *httptest.ResponseRecorder {
	w.t.Helper()
	token := w.stage.Fake.CallToken(tenant, "GET", target)
	mark := "?"
	if strings.Contains(target, "?") {
		mark = "&"
	}
	return w.do(httptest.NewRequestWithContext(w.t.Context(), "GET", target+mark+"jwt="+token, nil))
}

// tell is how a page speaks with the app.
func (w *world) tell(tenant *fake.Tenant, path string, body object, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	w.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(w.t.Context(), "POST", path, bytes.NewReader(b))
	r.Header.Set("Authorization", "JWT "+w.stage.Fake.ContextToken(tenant, "655362:admin"))
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return w.do(r)
}

var passField = regexp.MustCompile(`name="pass" value="([^"]+)"`)

func (w *world) pass(tenant *fake.Tenant) string {
	w.t.Helper()
	page := w.page(tenant, "/settings")
	found := passField.FindStringSubmatch(page.Body.String())
	if page.Code != 200 || found == nil {
		w.t.Fatalf("%d %s", page.Code, page.Body)
	}
	return html.UnescapeString(found[1])
}

// save is what an administrator does. change replaces members of what the page sends.
func (w *world) save(issuer string, change object) *httptest.ResponseRecorder {
	w.t.Helper()
	body := object{"pass": w.pass(w.tenant), "issuer": issuer, "client_id": "portal", "client_secret": secret, "api_token": "right", "host": w.host}
	for name, value := range change {
		body[name] = value
	}
	return w.tell(w.tenant, "/settings", body)
}

// acting is the app's own role at Kept.
func (w *world) acting() *client.Installation {
	w.t.Helper()
	key, err := w.stage.AppKey(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	i, err := client.New(w.stage.URL, key, w.stage.HTTP).Connect(w.t.Context(), client.ConnectCall{Token: w.stage.Fake.ContextToken(w.tenant, "655362:x")})
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

func (w *world) stored() (categories []string) {
	w.t.Helper()
	items, err := w.acting().List(w.t.Context(), "")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, item := range items {
		categories = append(categories, item.Category)
	}
	slices.Sort(categories)
	return categories
}

func TestTheSettings(t *testing.T) {
	w := newWorld(t)
	if out := w.page(w.tenant, "/login?xdm_e="+url.QueryEscape(w.tenant.Site.URL)); out.Code != 200 || !strings.Contains(out.Body.String(), "An administrator has to save the settings first.") {
		t.Errorf("%d %s", out.Code, out.Body)
	}
	for name, change := range map[string]object{
		"plain HTTP elsewhere":     {"issuer": "http://idp.acme.example"},
		"an issuer with a query":   {"issuer": "https://idp.acme.example/?a=b"},
		"no client":                {"client_id": ""},
		"a token without a host":   {"host": ""},
		"a host without a token":   {"api_token": ""},
		"an issuer that is a word": {"issuer": "acme"},
	} {
		if out := w.save("https://idp.acme.example", change); out.Code != 400 {
			t.Errorf("%s: %d %s", name, out.Code, out.Body)
		}
	}
	if found := w.stored(); found != nil {
		t.Errorf("stored: %q", found)
	}
	if out := w.save("https://idp.acme.example", nil); out.Code != 204 {
		t.Fatalf("%d %s", out.Code, out.Body)
	}
	if found := w.stored(); !slices.Equal(found, []string{"idp-credentials", "service-credentials", "sso-config"}) {
		t.Errorf("stored: %q", found)
	}
	if out := w.save("https://idp.acme.example", object{"api_token": "", "host": ""}); out.Code != 204 {
		t.Errorf("%d %s", out.Code, out.Body)
	}
	if found := w.stored(); !slices.Equal(found, []string{"idp-credentials", "sso-config"}) {
		t.Errorf("without a service account: %q", found)
	}
	if out := w.tell(w.tenant, "/settings/delete", object{"pass": w.pass(w.tenant)}); out.Code != 204 {
		t.Errorf("%d %s", out.Code, out.Body)
	}
	if found := w.stored(); found != nil {
		t.Errorf("deleted, and there is %q", found)
	}
}

// A page's token proves nobody an administrator: who saves has seen the page that the product shows to them.
func TestWhoSaves(t *testing.T) {
	w := newWorld(t)
	other := w.newTenant("other")
	foreign, worn := w.pass(other), w.pass(w.tenant)
	for name, pass := range map[string]string{"none": "", "another customer's": foreign, "a made-up one": strings.Repeat("A", 80), "a changed one": worn[:len(worn)-1] + "~"} {
		if out := w.save("https://idp.acme.example", object{"pass": pass}); out.Code != 403 {
			t.Errorf("%s: %d %s", name, out.Code, out.Body)
		}
	}
	w.late = 31 * time.Minute
	if out := w.save("https://idp.acme.example", object{"pass": worn}); out.Code != 403 {
		t.Errorf("a worn pass: %d %s", out.Code, out.Body)
	}
	if found := w.stored(); found != nil {
		t.Errorf("stored: %q", found)
	}
}

func TestWhoIsNotTheProduct(t *testing.T) {
	w := newWorld(t)
	call := func(target, token string) *http.Request {
		return httptest.NewRequestWithContext(t.Context(), "GET", target+"jwt="+token, nil)
	}
	used := w.stage.Fake.CallToken(w.tenant, "GET", "/settings")
	if out := w.do(call("/settings?", used)); out.Code != 200 {
		t.Errorf("%d %s", out.Code, out.Body)
	}
	for name, r := range map[string]*http.Request{
		"no token":                     httptest.NewRequestWithContext(t.Context(), "GET", "/settings", nil),
		"one used before":              call("/settings?", used),
		"a forged one":                 call("/settings?", w.stage.Fake.CallToken(w.tenant, "GET", "/settings", fake.Forged())),
		"one for another page":         call("/settings?", w.stage.Fake.CallToken(w.tenant, "GET", "/login")),
		"one for another query":        call("/login?xdm_e=https%3A%2F%2Fevil.example&", w.stage.Fake.CallToken(w.tenant, "GET", "/login?xdm_e=https%3A%2F%2Facme.example")),
		"a page's own where one opens": call("/settings?", w.stage.Fake.ContextToken(w.tenant, "655362:x")),
	} {
		if out := w.do(r); out.Code != 401 {
			t.Errorf("%s: %d %s", name, out.Code, out.Body)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/login/finish", strings.NewReader("{}"))
	if out := w.do(r); out.Code != 401 {
		t.Errorf("a page without a token: %d %s", out.Code, out.Body)
	}
	if out := w.page(w.tenant, "/login?xdm_e=http%3A%2F%2Facme.example"); out.Code != 400 {
		t.Errorf("a product without TLS: %d %s", out.Code, out.Body)
	}
}

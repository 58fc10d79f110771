package assetsowner_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	assetsowner "kept/apps/assets-owner"
	"kept/atlassian/fake"
	"kept/client"
	"kept/policy"
	"kept/stage"
)

// world is the app's back end as Forge sees it, over a whole Kept server and a product.
type world struct {
	t     *testing.T
	stage *stage.Stage
	in    *fake.Installation
	app   http.Handler
	asked []string // who asked the product
}

func newWorld(t *testing.T) *world {
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
	product := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		user, token, _ := r.BasicAuth()
		w.asked = append(w.asked, user+" "+token)
		if token != "right" {
			http.Error(out, "no", http.StatusUnauthorized)
			return
		}
		io.WriteString(out, `{"assets": [{"key": "HW-7", "name": "Loom <&>"}]}`)
	}))
	t.Cleanup(product.Close)
	key, err := w.stage.AppKey(t.Context(), "assets-owner")
	if err != nil {
		t.Fatal(err)
	}
	declared, _ := p.App("assets-owner")
	w.in = w.stage.Fake.Install(declared.Forge, "PRODUCTION", w.stage.Fake.NewSite("acme"))
	w.app = assetsowner.Over(client.New(w.stage.URL, key, w.stage.HTTP), assetsowner.REST{Base: product.URL, HTTP: product.Client()})
	return w
}

// invoke is what Forge does.
func (w *world) invoke(method, path, token, body string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	out := httptest.NewRecorder()
	w.app.ServeHTTP(out, r)
	return out
}

func (w *world) wants(method, path, body string, status int, words string) {
	w.t.Helper()
	if out := w.invoke(method, path, w.stage.Fake.Token(w.in), body); out.Code != status || !strings.Contains(out.Body.String(), words) {
		w.t.Errorf("%s %s: %d %s, want %d with %q", method, path, out.Code, out.Body, status, words)
	}
}

func TestSettingsAndAssets(t *testing.T) {
	w := newWorld(t)
	w.wants("GET", "/my-assets", "", 200, "An administrator has to save the settings first.")
	w.wants("POST", "/settings", `{"admin_email": "ada@acme.example", "api_token": "right", "visibility": "all"}`, 204, "")
	w.wants("GET", "/my-assets", "", 200, "<li>Loom &lt;&amp;&gt; <small>HW-7</small></li>")
	w.wants("GET", "/my-assets", "", 200, "Loom") // from the last lookup; the product is not asked again
	w.wants("POST", "/settings", `{"admin_email": "ada@acme.example", "api_token": "worn", "visibility": "<all>"}`, 204, "")
	w.wants("GET", "/my-assets", "", 502, "not reachable")
	if got := strings.Join(w.asked, ", "); got != "ada@acme.example right, ada@acme.example worn" {
		t.Errorf("the product was asked by %s", got)
	}
	w.wants("POST", "/settings/delete", "", 204, "")
	w.wants("GET", "/my-assets", "", 200, "An administrator has to save the settings first.")
}

func TestWhoIsNotForge(t *testing.T) {
	w := newWorld(t)
	replayed := w.stage.Fake.Token(w.in)
	if out := w.invoke("GET", "/my-assets", replayed, ""); out.Code != 200 {
		t.Errorf("%d %s", out.Code, out.Body)
	}
	for name, token := range map[string]string{
		"no token": "", "garbage": "x.y.z", "a forged one": w.stage.Fake.Token(w.in, fake.Forged()), "one used before": replayed,
	} {
		if out := w.invoke("GET", "/my-assets", token, ""); out.Code != 401 {
			t.Errorf("%s: %d %s", name, out.Code, out.Body)
		}
	}
	w.wants("POST", "/settings", `{`, 400, "not JSON")
}

// An invocation after the signal of an uninstall proves that it was wrong: what was closed is open again.
func TestAnUninstallThatWasNone(t *testing.T) {
	w := newWorld(t)
	w.wants("POST", "/settings", `{"admin_email": "ada@acme.example", "api_token": "right", "visibility": "all"}`, 204, "")
	leaving := w.stage.Fake.PreUninstall(w.in, "leaving", "/forge/assets-owner/pre-uninstall")
	if status, err := leaving.Send(t.Context(), w.stage.HTTP, w.stage.URL); err != nil || status != 204 {
		t.Fatal(status, err)
	}
	w.wants("GET", "/my-assets", "", 200, "Loom")
}

func TestTheMadeUpProduct(t *testing.T) {
	w := newWorld(t)
	key, err := w.stage.AppKey(t.Context(), "assets-owner")
	if err != nil {
		t.Fatal(err)
	}
	w.app = assetsowner.New(client.New(w.stage.URL, key, w.stage.HTTP))
	w.wants("POST", "/settings", `{"admin_email": "ada@acme.example", "api_token": "any", "visibility": "all"}`, 204, "")
	w.wants("GET", "/my-assets", "", 200, "Laptop")
}

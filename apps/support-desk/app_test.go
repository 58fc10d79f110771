package supportdesk_test

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kept"
	supportdesk "kept/apps/support-desk"
	"kept/policy"
	"kept/stage"
)

const (
	id     = "support-desk"
	server = "BKPT-1234-5678-9ABC"
)

// world is a customer's host with the app, and its vendor's whole Kept server.
type world struct {
	t       *testing.T
	stage   *stage.Stage
	app     *supportdesk.App
	keyFile string
	calls   atomic.Int64 // that left the host
	pressed []string     // paths of the calls
	person  string       // who sits there; empty: somebody who administers nothing
}

func newWorld(t *testing.T) *world {
	t.Helper()
	p, err := policy.Load("../../examples/larkspur")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, keyFile: filepath.Join(t.TempDir(), "support-desk", "key"), person: "JIRAUSER10100"}
	w.stage, err = stage.Open(t.Context(), stage.Options{Policy: p, Start: 1_772_500_000_000_000, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.stage.Close() })
	w.app = w.install(w.stage.URL)
	return w
}

func (w *world) install(vendor string) *supportdesk.App {
	return supportdesk.New(supportdesk.Options{
		Vendor: vendor, Server: server, KeyFile: w.keyFile, HTTP: &http.Client{Transport: w},
		Console: func() string { return "ERROR it is <broken>" },
		Who:     func(*http.Request) (string, bool) { return w.person, w.person != "" },
	})
}

// RoundTrip is the host's way out.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	w.calls.Add(1)
	w.pressed = append(w.pressed, r.Method+" "+r.URL.Path)
	return w.stage.HTTP.Transport.RoundTrip(r)
}

// code is what the vendor's support gives over the phone.
func (w *world) code() string {
	w.t.Helper()
	support, err := w.stage.As(w.t.Context(), kept.Support)
	if err != nil {
		w.t.Fatal(err)
	}
	var made struct{ Code string }
	if err := w.stage.Call(w.t.Context(), "POST", "/v1/apps/"+id+"/enrolments", support, map[string]string{"server": server}, &made); err != nil {
		w.t.Fatal(err)
	}
	return made.Code
}

func (w *world) press(method, path string, form url.Values) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	out := httptest.NewRecorder()
	w.app.Handler().ServeHTTP(out, r)
	return out
}

func (w *world) wants(method, path string, form url.Values, status int, words ...string) string {
	w.t.Helper()
	out := w.press(method, path, form)
	for _, word := range append(words, "") {
		if out.Code != status || !strings.Contains(out.Body.String(), word) {
			w.t.Fatalf("%s %s: %d %s, want %d with %q", method, path, out.Code, out.Body, status, word)
		}
	}
	return out.Body.String()
}

func problem(code string) url.Values {
	return url.Values{"problem_description": {"It broke"}, "console_log": {"ERROR it is broken"}, "code": {code}}
}

// Nothing that people do short of sending a bundle makes the host call anybody: not looking, not pressing without a word,
// not removing the app.
func TestSilence(t *testing.T) {
	w := newWorld(t)
	w.wants("GET", "/support", nil, 200, "ERROR it is &lt;broken&gt;", "Code from the vendor", "nothing has been sent yet")
	w.wants("GET", "/support/sent", nil, 200, "The vendor has nothing of yours.")
	w.wants("POST", "/support/send", url.Values{"code": {"kept_enr_x"}}, 400, "without a word about the problem")
	w.wants("POST", "/support/send", problem(""), 400, "needs a code")
	w.wants("POST", "/support/withdraw", url.Values{"item": {"itm_x"}}, 400)
	if err := w.stage.MoveTo(t.Context(), w.stage.Clock.Now().Add(90*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	w.person = ""
	w.wants("POST", "/support/send", problem("kept_enr_x"), 403)
	if err := w.app.Uninstalled(t.Context()); err != nil {
		t.Error(err)
	}
	if n := w.calls.Load(); n != 0 {
		t.Errorf("the host called %d times: %q", n, w.pressed)
	}
	if _, err := os.Stat(w.keyFile); err == nil {
		t.Error("there is a key")
	}
	w.person = "JIRAUSER10100" // and the count would see a call
	w.press("POST", "/support/send", problem("kept_enr_x"))
	if w.calls.Load() == 0 {
		t.Error("a bundle is sent, and no call was seen")
	}
}

var item = regexp.MustCompile(`itm_\w+`)

// A bundle's whole life: sent, seen, withdrawn; the second one goes with the app.
func TestABundle(t *testing.T) {
	w := newWorld(t)
	first := item.FindString(w.wants("POST", "/support/send", problem(w.code()), 200, "Your bundle was sent", "fct_"))
	form := w.wants("GET", "/support", nil, 200)
	if strings.Contains(form, "Code from") {
		t.Error("an enrolled host is asked for a code again")
	}
	second := item.FindString(w.wants("POST", "/support/send", problem(""), 200, "Your bundle was sent"))
	if first == second {
		t.Error("the second bundle replaced the first")
	}
	w.wants("GET", "/support/sent", nil, 200, first, second, "goes by itself on 2026-08-30")
	w.wants("POST", "/support/withdraw", url.Values{"item": {first}}, 200, "Your bundle was withdrawn", first, "rcp_")
	if seen := w.wants("GET", "/support/sent", nil, 200, second, "What went"); strings.Contains(seen, first) {
		t.Error("a withdrawn bundle is still there")
	}
	w.wants("POST", "/support/withdraw", url.Values{"item": {first}}, 404)
	if err := w.app.Uninstalled(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(w.keyFile); err == nil {
		t.Error("the key outlives the app")
	}
	before := w.calls.Load()
	w.wants("GET", "/support/sent", nil, 200, "The vendor has nothing of yours.")
	if w.calls.Load() != before {
		t.Error("a removed app still calls")
	}
	w.wants("POST", "/support/send", problem(w.code()), 200) // installed again: an empty start
	if seen := w.wants("GET", "/support/sent", nil, 200); strings.Contains(seen, second) {
		t.Error("a bundle outlived the app")
	}
}

// The key lies on the customer's host, for the app alone; the vendor has no copy of it.
func TestTheKeyIsHere(t *testing.T) {
	w := newWorld(t)
	w.wants("POST", "/support/send", problem(w.code()), 200)
	key, err := os.ReadFile(w.keyFile)
	if err != nil {
		t.Fatal(err)
	}
	key = bytes.TrimSpace(key)
	if found, err := os.Stat(w.keyFile); err != nil || found.Mode().Perm() != 0o600 || len(key) < 32 {
		t.Errorf("%v %v, %d bytes", found.Mode(), err, len(key))
	}
	if beside, err := os.ReadDir(filepath.Dir(w.keyFile)); err != nil || len(beside) != 1 {
		t.Errorf("%v %v", beside, err)
	}
	if found := holding(t, w.stage.Dir, key); found != nil {
		t.Errorf("the vendor has the key in %q", found)
	}
	if found := holding(t, filepath.Dir(w.keyFile), key); len(found) != 1 {
		t.Errorf("the search finds %q", found)
	}
}

// holding are the files below a folder that hold some bytes.
func holding(t *testing.T, folder string, text []byte) (found []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(name)
		if err == nil && bytes.Contains(b, text) {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestWhatIsRefused(t *testing.T) {
	w := newWorld(t)
	if err := os.WriteFile(filepath.Dir(filepath.Dir(w.keyFile))+"/blocked", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.wants("POST", "/support/send", problem("kept_enr_wrong"), 403)
	if _, err := os.Stat(w.keyFile); err == nil {
		t.Error("a wrong code made a key")
	}
	code := w.code()
	kept := w.keyFile
	w.keyFile = filepath.Dir(filepath.Dir(w.keyFile)) + "/blocked/key"
	w.app = w.install(w.stage.URL)
	before := w.calls.Load()
	w.wants("POST", "/support/send", problem(code), 502)
	if w.calls.Load() != before {
		t.Error("a code was used for a key that can't be kept")
	}
	w.keyFile = kept
	w.app = w.install(w.stage.URL)
	w.wants("POST", "/support/send", problem(code), 200)

	r := httptest.NewRequestWithContext(t.Context(), "POST", "/support/send", strings.NewReader(problem("").Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	out := httptest.NewRecorder()
	if w.app.Handler().ServeHTTP(out, r); out.Code != 403 {
		t.Errorf("another site pressed the button: %d", out.Code)
	}
}

// A vendor who can't be reached keeps nobody waiting, and the key goes all the same.
func TestAVendorWhoIsAway(t *testing.T) {
	w := newWorld(t)
	w.wants("POST", "/support/send", problem(w.code()), 200)
	w.stage.Close()
	w.wants("POST", "/support/send", problem(""), 502, "not reachable")
	if err := w.app.Uninstalled(context.WithoutCancel(t.Context())); err == nil {
		t.Error("nobody was told, and nobody knows")
	}
	if _, err := os.Stat(w.keyFile); err == nil {
		t.Error("the key outlives the app")
	}
}

package console

import (
	"bytes"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kept"
	"kept/assembly"
	"kept/atlassian"
	"kept/board"
	"kept/document"
	"kept/installation"
	"kept/kernel"
	"kept/ledger"
)

// hands is a clock that a test moves.
type hands struct {
	lock sync.Mutex
	at   kept.Time
}

func (h *hands) Now() kept.Time {
	h.lock.Lock()
	defer h.lock.Unlock()
	return h.at
}

func (h *hands) move(d time.Duration) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.at = h.at.Add(d)
}

// desk is a real server with a console and a browser without a page.
type desk struct {
	*testing.T
	server *assembly.Server
	clock  *hands
	log    *bytes.Buffer
	site   *httptest.Server
	client *http.Client
}

func newDesk(t *testing.T, readOnly bool) *desk {
	t.Helper()
	w := newWorld(t)
	d := &desk{T: t, clock: &hands{at: instant(t, "2026-03-02T08:00:00Z")}, log: &bytes.Buffer{}}
	texts := map[string]*document.Text{"cloud": w.text}
	var err error
	d.server, err = assembly.Start(t.Context(), assembly.Options{PasswordRounds: 1000, Policy: w.policy, Texts: texts, Data: t.TempDir(),
		Keys: filepath.Join(t.TempDir(), "keys"), Clock: d.clock, Random: rand.Reader, Atlassian: &atlassian.Client{}, Region: "de",
		Log: slog.New(slog.NewJSONHandler(d.log, nil)), Build: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.server.Close() })
	b := &board.Board{Policy: w.policy, Texts: texts, Kernel: d.server.Kernel, Ledger: func() board.Ledger { return board.Ledger{Verified: true} }}
	d.site = httptest.NewServer(New(Options{Server: d.server, Board: b, ReadOnly: readOnly}))
	t.Cleanup(d.site.Close)
	d.client = &http.Client{Transport: d.site.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return d
}

// answer is what came back.
type answer struct {
	*http.Response
	body string
}

func (d *desk) ask(method, path, session string, form url.Values, header ...string) answer {
	d.Helper()
	r, err := http.NewRequest(method, d.site.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		d.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if session != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: session})
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w, err := d.client.Do(r)
	if err != nil {
		d.Fatal(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	if err != nil {
		d.Fatal(err)
	}
	if w.Header.Get("Content-Security-Policy") != policyOfContent || w.Header.Get("X-Content-Type-Options") != "nosniff" {
		d.Errorf("%s %s has no armour", method, path)
	}
	return answer{w, string(b)}
}

func (d *desk) want(a answer, status int, says ...string) {
	d.Helper()
	if a.StatusCode != status {
		d.Errorf("%s %s: %d, want %d\n%s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	for _, s := range says {
		if !strings.Contains(a.body+a.Header.Get("Location"), s) {
			d.Errorf("%s %s does not say %q", a.Request.Method, a.Request.URL.Path, s)
		}
	}
}

const (
	firstPassword = "a password of my own"
	nextPassword  = "another one, as long"
)

// enter logs the first operator in and gives it a password of its own.
func (d *desk) enter() (session string) {
	d.Helper()
	login, initial, err := d.server.Access.First(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	a := d.ask("POST", "/login", "", url.Values{"login": {login}, "password": {initial}, "next": {"/ledger"}})
	d.want(a, http.StatusSeeOther, "/ledger")
	session = a.Cookies()[0].Value
	d.want(d.ask("GET", "/", session, nil), http.StatusSeeOther, "/password")
	d.want(d.ask("GET", "/password", session, nil), http.StatusOK, "Set one of your own")
	d.want(d.ask("POST", "/password", session, url.Values{"old": {initial}, "new": {firstPassword}, "again": {firstPassword}}), http.StatusSeeOther)
	return session
}

var everyPage = []string{"/", "/?verdict=kept", "/documents", "/documents/cloud", "/documents/datacenter", "/promises/purpose-8", "/promises/attest-35",
	"/installations", "/installations?state=installed&page=2", "/ledger", "/ledger/bundle", "/forecast", "/holds"}

func (d *desk) install() kept.ID {
	d.Helper()
	var i installation.Installation
	err := d.server.Kernel.Do(d.Context(), kept.Actor{Role: kept.AppRuntime, App: "owner-lens"}, func(tx *kernel.Tx) (err error) {
		i, err = d.server.Installations.Installed(tx, installation.Signal{App: "owner-lens", Environment: "PRODUCTION", Site: "jira.site", Remote: "remote"})
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
	if err := d.server.Tick(d.Context()); err != nil {
		d.Fatal(err)
	}
	return i.ID
}

func TestStaffSeeEveryPage(t *testing.T) {
	d := newDesk(t, false)
	id := d.install()
	pages := append([]string{"/installations/" + string(id), "/password"}, everyPage...)
	for _, path := range pages {
		d.want(d.ask("GET", path, "", nil), http.StatusSeeOther, "/login")
		d.want(d.ask("GET", path, "kept_ses_guessed", nil), http.StatusSeeOther, "/login")
	}
	session := d.enter()
	for _, path := range pages {
		a := d.ask("GET", path, session, nil)
		d.want(a, http.StatusOK)
		if a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached", path)
		}
	}
	d.want(d.ask("GET", "/installations/"+string(id), session, nil), http.StatusOK, "installed", "Nothing was ever stored")
	if r, err := ledger.Verify(strings.NewReader(d.ask("GET", "/ledger/bundle", session, nil).body), ""); err != nil || r.Checkpoint.Size == 0 {
		t.Errorf("the bundle does not verify: %+v, %v", r, err)
	}
	for _, path := range []string{"/nothing", "/documents/nothing", "/promises/nothing", "/installations/nothing", "/installations/ins_" + strings.Repeat("a", 26), "/?verdict=nothing"} {
		d.want(d.ask("GET", path, session, nil), http.StatusNotFound, "Not here")
	}
	d.clock.move(13 * time.Hour)
	d.want(d.ask("GET", "/", session, nil), http.StatusSeeOther, "/login")
}

func TestLoginTellsNothing(t *testing.T) {
	d := newDesk(t, false)
	session := d.enter()
	var said []string
	for _, form := range []url.Values{{}, {"login": {"operator"}, "password": {"wrong"}}, {"login": {"nobody"}, "password": {firstPassword}}} {
		a := d.ask("POST", "/login", "", form)
		d.want(a, http.StatusForbidden)
		if len(a.Cookies()) > 0 {
			t.Error("a failed login left a cookie")
		}
		said = append(said, a.body)
	}
	if said[0] != said[1] || said[1] != said[2] {
		t.Error("a failed login tells what was wrong")
	}
	if strings.Contains(d.log.String(), firstPassword) || strings.Contains(d.log.String(), session) {
		t.Error("the log knows a secret")
	}
}

func TestTheCookieIsLockedUp(t *testing.T) {
	for host, secure := range map[string]bool{"localhost:8080": false, "127.0.0.1": false, "[::1]:80": false, "kept.larkspur.example": true, "127.0.0.1.larkspur.example": true} {
		c := cookie(&http.Request{Host: host}, "s")
		if c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("%s: %s", host, c)
		}
	}
}

func TestLeavingEndsTheSession(t *testing.T) {
	d := newDesk(t, false)
	session := d.enter()
	foreign := []string{"Sec-Fetch-Site", "cross-site"}
	d.want(d.ask("POST", "/logout", session, url.Values{}, foreign...), http.StatusForbidden, "another site")
	d.want(d.ask("POST", "/login", "", url.Values{}, "Origin", "https://larkspur.example"), http.StatusForbidden, "another site")
	d.want(d.ask("GET", "/logout", session, nil), http.StatusNotFound)
	d.want(d.ask("GET", "/", session, nil), http.StatusOK)
	a := d.ask("POST", "/logout", session, url.Values{})
	d.want(a, http.StatusSeeOther, "/login")
	if c := a.Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the cookie stays: %v", c)
	}
	d.want(d.ask("GET", "/", session, nil), http.StatusSeeOther, "/login")
}

func TestChangingAPassword(t *testing.T) {
	d := newDesk(t, false)
	session := d.enter()
	for _, c := range []struct {
		old, new, again string
		status          int
		says            string
	}{
		{"wrong", nextPassword, nextPassword, http.StatusForbidden, "The old password is wrong"},
		{firstPassword, "short", "short", http.StatusBadRequest, "12 to 256"},
		{firstPassword, nextPassword, firstPassword, http.StatusBadRequest, "the same twice"},
		{firstPassword, nextPassword, nextPassword, http.StatusSeeOther, "/"},
	} {
		a := d.ask("POST", "/password", session, url.Values{"old": {c.old}, "new": {c.new}, "again": {c.again}})
		d.want(a, c.status, c.says)
		if strings.Contains(a.body, c.new) || strings.Contains(a.body, firstPassword) {
			t.Error("the page repeats a password")
		}
	}
	d.want(d.ask("POST", "/login", "", url.Values{"login": {"operator"}, "password": {nextPassword}}), http.StatusSeeOther, "/")
}

func TestLoginLeadsNowhereElse(t *testing.T) {
	for next, want := range map[string]string{"/ledger": "/ledger", "/promises/a?x=1#y": "/promises/a?x=1#y", "": "/", "ledger": "/",
		"//larkspur.example": "/", `/\larkspur.example`: "/", "https://larkspur.example/": "/", "javascript:x": "/", "/%zz": "/", "/\n/x": "/"} {
		if got := own(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestReadOnlyNeedsNoLoginAndChangesNothing(t *testing.T) {
	d := newDesk(t, true)
	d.install()
	for _, path := range everyPage {
		a := d.ask("GET", path, "", nil)
		d.want(a, http.StatusOK)
		if strings.Contains(a.body, "/logout") || strings.Contains(a.body, "/password") {
			t.Errorf("%s offers what cannot be done", path)
		}
		d.want(d.ask("GET", path, "", nil, "Host", "larkspur.example"), http.StatusForbidden)
	}
	for _, path := range []string{"/login", "/logout", "/password", "/"} {
		d.want(d.ask("POST", path, "", url.Values{"login": {"operator"}}), http.StatusNotFound)
	}
}

func TestOnlyThePublishedTextIsPublic(t *testing.T) {
	d := newDesk(t, false)
	for _, path := range []string{"/p/cloud", "/p/datacenter", "/p/nothing"} {
		d.want(d.ask("GET", path, "", nil), http.StatusNotFound, "No text is published under this address")
	}
	publish := func(text *document.Text) {
		t.Helper()
		doc, _ := d.server.Policy.Document("cloud")
		if _, err := d.server.Register.Publish(t.Context(), kept.Actor{Role: kept.Officer, Staff: d.server.Kernel.NewID("stf")}, doc, text); err != nil {
			t.Fatal(err)
		}
		d.clock.move(time.Hour)
	}
	publish(d.server.Texts["cloud"])
	d.want(d.ask("GET", "/p/cloud", "", nil), http.StatusOK, "Connections use TLS 1.2 or newer.", `lang="en"`)
	other, err := document.Split([]byte("We keep everything for ever.\n"), "en")
	if err != nil {
		t.Fatal(err)
	}
	publish(other)
	d.want(d.ask("GET", "/p/cloud", "", nil), http.StatusNotFound)
}

func TestOurMistakesShowAnIdAlone(t *testing.T) {
	d := newDesk(t, true)
	if err := d.server.Close(); err != nil {
		t.Fatal(err)
	}
	a := d.ask("GET", "/", "", nil)
	d.want(a, http.StatusInternalServerError, "req_")
	if strings.Contains(a.body, "database") || strings.Contains(a.body, "sql") {
		t.Errorf("the page says too much:\n%s", a.body)
	}
	_, rest, _ := strings.Cut(a.body, "req_")
	if !strings.Contains(d.log.String(), "req_"+rest[:26]) {
		t.Error("the log does not know the request")
	}
}

func TestAssetsAreAskedForOnce(t *testing.T) {
	d := newDesk(t, false)
	a := d.ask("GET", "/static/style.css", "", nil)
	d.want(a, http.StatusOK, "--ink")
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/css") {
		t.Error("the sheet is no sheet")
	}
	d.want(d.ask("GET", "/static/style.css", "", nil, "If-None-Match", a.Header.Get("ETag")), http.StatusNotModified)
	d.want(d.ask("GET", "/static/nothing", "", nil), http.StatusNotFound)
}

func TestTheReaderChoosesTheLanguage(t *testing.T) {
	d := newDesk(t, true)
	for _, c := range []struct{ path, accept, cookie, want string }{
		{"/", "", "", "en"}, {"/", "de", "", "de"}, {"/", "de-AT,en;q=0.5", "", "de"}, {"/", "en;q=0.9, de;q=0.8", "", "en"},
		{"/", "fr, de;q=0.3", "", "de"}, {"/", "de;q=0, en;q=0.1", "", "en"}, {"/", "de;q=nonsense", "", "en"},
		{"/", "en", "de", "de"}, {"/", "de", "xx", "de"}, {"/?lang=de", "en", "en", "de"}, {"/?lang=xx", "de", "", "de"},
		{"/nothing?lang=de", "", "", "de"},
	} {
		header := []string{"Accept-Language", c.accept}
		if c.cookie != "" {
			header = append(header, "Cookie", "kept_lang="+c.cookie)
		}
		a := d.ask("GET", c.path, "", nil, header...)
		if !strings.Contains(a.body, `<html lang="`+c.want+`">`) {
			t.Errorf("%+v is answered in another language", c)
		}
		if kept := len(a.Cookies()) == 1; kept != strings.Contains(c.path, "lang=de") {
			t.Errorf("%+v leaves cookies %v", c, a.Cookies())
		}
	}
	a := d.ask("GET", "/?verdict=kept&lang=de", "", nil)
	d.want(a, http.StatusOK, `href="?lang=en&amp;verdict=kept"`, "eingehalten", `lang="de" hreflang="de" aria-current="true"`)
	if c := a.Cookies()[0]; c.Name != "kept_lang" || c.Value != "de" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("the choice is kept as %s", c)
	}
	d.want(d.ask("GET", "/nothing", "", nil, "Accept-Language", "de"), http.StatusNotFound, "Diese Seite gibt es nicht.")
}

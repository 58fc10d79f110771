package portalsso_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const secret = "5f1c0a2b7d9e4c6f8a1b3d5e7f90a2c4"

// startProvider starts oidc-provider with two clients that use the same address.
func startProvider(t *testing.T, base string) (issuer string) {
	t.Helper()
	if _, err := os.Stat("../../peers/node_modules/oidc-provider"); err != nil {
		if os.Getenv("KEPT_REQUIRE_PEERS") == "1" {
			t.Fatal("the peers are not installed: npm ci --ignore-scripts in peers")
		}
		t.Skip("the peers are not installed: npm ci --ignore-scripts in peers")
	}
	var clients []object
	for _, name := range []string{"portal", "elsewhere"} {
		clients = append(clients, object{"client_id": name, "client_secret": secret, "redirect_uris": []string{base + "/login/callback"},
			"response_types": []string{"code"}, "grant_types": []string{"authorization_code"}})
	}
	in, err := json.Marshal(clients)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "oidc.mjs") // killed when the test ends
	node.Dir = "../../peers"
	var complained bytes.Buffer
	node.Stdin, node.Stderr = bytes.NewReader(in), &complained
	said, err := node.StdoutPipe()
	if err == nil {
		err = node.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		t.Fatalf("node: %v\n%s", err, &complained)
	}
	t.Cleanup(func() { node.Process.Kill(); node.Wait() })
	return strings.TrimSpace(line)
}

var (
	providerLink = regexp.MustCompile(`id="provider" href="([^"]+)"`)
	formAction   = regexp.MustCompile(`action="([^"]+)" method="post"`)
	promptField  = regexp.MustCompile(`name="prompt" value="([^"]+)"`)
	abortLink    = regexp.MustCompile(`href="([^"]+/abort)"`)
)

// begin opens the portal's page: where the browser is sent, and the cookie it gets.
func (w *world) begin() (address string, cookie *http.Cookie) {
	w.t.Helper()
	page := w.page(w.tenant, "/login?xdm_e="+url.QueryEscape("https://"+w.host))
	found, cookies := providerLink.FindStringSubmatch(page.Body.String()), page.Result().Cookies()
	if page.Code != 200 || found == nil || len(cookies) != 1 {
		w.t.Fatalf("%d %s %v", page.Code, page.Body, cookies)
	}
	if c := cookies[0]; !c.Secure || !c.HttpOnly || c.MaxAge != 600 || !c.Partitioned {
		w.t.Errorf("cookie %v", c)
	}
	return html.UnescapeString(found[1]), cookies[0]
}

// visit is a person at the provider: they log in under a name and agree, or cancel when it is empty. It gives what the
// provider sends the browser back with.
func (w *world) visit(address, name string) object {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	var came url.Values
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), base) {
			return nil
		}
		if r.URL.Path != "/login/callback" {
			w.t.Errorf("the provider sends to %s", r.URL)
		}
		came = r.URL.Query()
		return http.ErrUseLastResponse
	}}
	response, err := browser.Get(address)
	for range 4 {
		if err != nil {
			w.t.Fatal(err)
		}
		b, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			w.t.Fatal(err)
		}
		if came != nil {
			return object{"code": came.Get("code"), "state": came.Get("state"), "iss": came.Get("iss"), "error": came.Get("error")}
		}
		action, prompt, abort := formAction.FindSubmatch(b), promptField.FindSubmatch(b), abortLink.FindSubmatch(b)
		if action == nil || prompt == nil || abort == nil {
			w.t.Fatalf("%d %s", response.StatusCode, b)
		}
		if name == "" {
			response, err = browser.Get(string(abort[1]))
		} else {
			response, err = browser.PostForm(string(action[1]), url.Values{"prompt": {string(prompt[1])}, "login": {name}, "password": {"any"}})
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	w.t.Fatal("the provider goes round in circles")
	return nil
}

// with is an address with another parameter.
func with(t *testing.T, address, name, value string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if !q.Has(name) {
		t.Fatalf("%s has no %s", address, name)
	}
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// last is the line that the last attempt left; each leaves one.
func (w *world) last(before int) line {
	w.t.Helper()
	lines := w.journal()
	if len(lines) != before+1 {
		w.t.Fatalf("an attempt left %d lines", len(lines)-before)
	}
	return lines[before]
}

func TestLoginsAtARealProvider(t *testing.T) {
	issuer := startProvider(t, base)
	w := newWorld(t)
	if out := w.save(issuer, nil); out.Code != 204 {
		t.Fatalf("%d %s", out.Code, out.Body)
	}
	letIn := func(name, account string) {
		t.Helper()
		address, cookie := w.begin()
		before := len(w.journal())
		out := w.tell(w.tenant, "/login/finish", w.visit(address, name), cookie)
		if out.Code != 204 {
			t.Errorf("%s: %d %s", name, out.Code, out.Body)
		}
		if gone := out.Result().Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 {
			t.Errorf("the cookie stays: %v", gone)
		}
		line := w.last(before)
		if line.Category != "login-journal" || line.Record != "login" || line.Account != account || len(line.Fields) != 2 ||
			line.Fields["result"] != "let-in" || line.Fields["provider"] != issuer {
			t.Errorf("%s: %+v", name, line)
		}
	}
	letIn("ada", "655362:ada")
	letIn("stranger", "stranger") // of an unverified address: known by the provider's name alone

	challenge := func(address string) string { // PKCE, and a nonce
		u, err := url.Parse(address)
		if err != nil || u.Query().Get("code_challenge_method") != "S256" || u.Query().Get("nonce") == "" {
			t.Errorf("%s %v", address, err)
		}
		return u.Query().Get("code_challenge")
	}
	one, _ := w.begin()
	two, _ := w.begin()
	if challenge(one) == challenge(two) {
		t.Error("two logins have the same verifier")
	}

	for _, c := range []struct {
		name, why string
		attempt   func() (object, *http.Cookie)
	}{
		{"a person who cancels", "provider-refused", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			return w.visit(address, ""), cookie
		}},
		{"another state", "other-state", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			back := w.visit(address, "ada")
			back["state"] = strings.Repeat("x", 43)
			return back, cookie
		}},
		{"another issuer", "other-issuer", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			back := w.visit(address, "ada")
			back["iss"] = "https://evil.example"
			return back, cookie
		}},
		{"no issuer where the provider says it", "other-issuer", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			back := w.visit(address, "ada")
			delete(back, "iss")
			return back, cookie
		}},
		{"another nonce", "other-nonce", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			return w.visit(with(t, address, "nonce", "theirs"), "ada"), cookie
		}},
		{"a code of another client", "code-refused", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			return w.visit(with(t, address, "client_id", "elsewhere"), "ada"), cookie
		}},
		{"a code of another login", "code-refused", func() (object, *http.Cookie) {
			theirs, _ := w.begin()
			ours, cookie := w.begin()
			back := w.visit(theirs, "ada")
			back["state"] = w.visit(ours, "ada")["state"]
			return back, cookie
		}},
		{"a code used before", "code-refused", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			back := w.visit(address, "ada")
			if out := w.tell(w.tenant, "/login/finish", back, cookie); out.Code != 204 {
				t.Errorf("%d %s", out.Code, out.Body)
			}
			return back, cookie
		}},
		{"a browser without the cookie", "no-login-under-way", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			return w.visit(address, "ada"), &http.Cookie{Name: cookie.Name}
		}},
		{"a changed cookie", "no-login-under-way", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			cookie.Value = "A" + cookie.Value[1:]
			if strings.HasPrefix(cookie.Value, "AA") {
				cookie.Value = "B" + cookie.Value[1:]
			}
			return w.visit(address, "ada"), cookie
		}},
		{"the pass of the settings for a cookie", "no-login-under-way", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			cookie.Value = w.pass(w.tenant)
			return w.visit(address, "ada"), cookie
		}},
		{"ten minutes later", "no-login-under-way", func() (object, *http.Cookie) {
			address, cookie := w.begin()
			w.late = 10 * time.Minute
			return w.visit(address, "ada"), cookie
		}},
	} {
		w.late = 0
		back, cookie := c.attempt()
		before := len(w.journal())
		out := w.tell(w.tenant, "/login/finish", back, cookie)
		line := w.last(before)
		if out.Code != 403 || !strings.Contains(out.Body.String(), c.why) || line.Record != "login-refused" || line.Fields["result"] != c.why || line.Account != "" {
			t.Errorf("%s: %d %s, %+v", c.name, out.Code, out.Body, line)
		}
	}
	w.late = 0
	w.neverLeaks()
	w.isKept()
}

// isKept reads the journal back; all lines are of one instant, so their order is nobody's.
func (w *world) isKept() {
	w.t.Helper()
	var written, read []string
	for _, l := range w.journal() {
		written = append(written, l.Record+" "+l.Account+" "+l.Fields["result"])
	}
	lines, err := w.acting().EntriesOf(w.t.Context(), "login-journal", "audit")
	for _, l := range lines {
		var says struct{ Result string }
		err = errors.Join(err, json.Unmarshal(l.Fields, &says))
		read = append(read, l.Record+" "+l.Account+" "+says.Result)
	}
	slices.Sort(written)
	slices.Sort(read)
	if err != nil || !slices.Equal(written, read) {
		w.t.Errorf("%v: written %q, read %q", err, written, read)
	}
}

// neverLeaks looks for the provider's tokens in all that Kept was told.
func (w *world) neverLeaks() {
	w.t.Helper()
	tokens := 0
	for _, x := range w.idp.heard {
		var got struct {
			Access string `json:"access_token"`
			ID     string `json:"id_token"`
		}
		if x.path != "POST /token" || json.Unmarshal(x.said, &got) != nil || got.Access == "" || got.ID == "" {
			continue
		}
		tokens++
		for _, y := range w.kept.heard {
			if bytes.Contains(y.sent, []byte(got.Access)) || bytes.Contains(y.sent, []byte(got.ID)) {
				w.t.Errorf("a token of the provider went to Kept in %s", y.path)
			}
		}
	}
	if tokens < 3 {
		w.t.Errorf("the provider gave %d tokens", tokens)
	}
}

// The service account's token opens for the portal that the administrator named, and for no other.
func TestATokenForOneHost(t *testing.T) {
	issuer := startProvider(t, base)
	w := newWorld(t)
	if out := w.save(issuer, object{"host": "elsewhere.example"}); out.Code != 204 {
		t.Fatalf("%d %s", out.Code, out.Body)
	}
	address, cookie := w.begin()
	out := w.tell(w.tenant, "/login/finish", w.visit(address, "ada"), cookie)
	if line := w.last(0); out.Code != 403 || line.Record != "login-refused" || line.Fields["result"] != "other-host" || line.Account != "ada" {
		t.Errorf("%d %s %+v", out.Code, out.Body, line)
	}
	if out := w.save(issuer, object{"api_token": "worn"}); out.Code != 204 {
		t.Fatalf("%d %s", out.Code, out.Body)
	}
	address, cookie = w.begin()
	out = w.tell(w.tenant, "/login/finish", w.visit(address, "ada"), cookie)
	if line := w.last(1); out.Code != 403 || line.Fields["result"] != "portal-refused" {
		t.Errorf("%d %s %+v", out.Code, out.Body, line)
	}
}

// Settings that changed while somebody was away are another provider's.
func TestSettingsThatChangeMeanwhile(t *testing.T) {
	issuer, other := startProvider(t, base), startProvider(t, base)
	w := newWorld(t)
	w.save(issuer, nil)
	address, cookie := w.begin()
	back := w.visit(address, "ada")
	w.save(other, nil)
	out := w.tell(w.tenant, "/login/finish", back, cookie)
	if line := w.last(0); out.Code != 403 || line.Fields["result"] != "other-issuer" || line.Fields["provider"] != other {
		t.Errorf("%d %s %+v", out.Code, out.Body, line)
	}
}

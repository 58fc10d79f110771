package portalsso_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The pages as a browser shows them: an administrator saves, somebody logs in in a window of its own, and both are told.
// The product's script is played; the rest is as it would be.
func TestThePagesInABrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("KEPT_REQUIRE_CHROMIUM") == "1" {
			t.Fatal("chromium is required and not installed")
		}
		t.Skip("chromium is not installed")
	}
	var w *world
	site := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/all.js": // what Atlassian's does: it asks the product, here over a detour
			io.WriteString(out, `window.AP = {context: {getToken: (tell) => fetch("/token").then((a) => a.text()).then(tell)}};`)
		case "/token":
			io.WriteString(out, w.stage.Fake.ContextToken(w.tenant, "655362:admin"))
		default:
			got := httptest.NewRecorder()
			w.app.ServeHTTP(got, r)
			for name, values := range got.Header() {
				out.Header()[name] = values
			}
			out.WriteHeader(got.Code)
			io.WriteString(out, strings.Replace(got.Body.String(), "https://connect-cdn.atl-paas.net/all.js", "/all.js", 1))
		}
	}))
	defer site.Close()
	issuer := startProvider(t, site.URL)
	w = newWorldAt(t, site.URL)

	allocator, cancel := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(chromium), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()))
	defer cancel()
	tab, cancel := chromedp.NewContext(allocator)
	defer cancel()
	tab, cancel = context.WithTimeout(tab, 3*time.Minute)
	defer cancel()
	open := func(target string) chromedp.Action[chromedp.Void] {
		mark := "?"
		if strings.Contains(target, "?") {
			mark = "&"
		}
		return chromedp.Navigate(site.URL + target + mark + "jwt=" + w.stage.Fake.CallToken(w.tenant, "GET", target))
	}
	do := func(ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			t.Fatal(err)
		}
	}
	fill := func(name, value string) chromedp.Action[chromedp.Void] {
		return chromedp.SendKeys(`input[name="`+name+`"]`, value)
	}
	told := func(says string) {
		t.Helper()
		if _, err := chromedp.Run(tab, chromedp.Poll[bool](`document.getElementById("outcome").textContent !== ""`)); err != nil {
			t.Fatal(err)
		}
		if got, err := chromedp.Run(tab, chromedp.Text("#outcome")); err != nil || got != says {
			t.Fatalf("the page says %q, %v; want %q", got, err, says)
		}
	}

	do(tab, open("/settings"), fill("issuer", issuer), fill("client_id", "portal"), fill("client_secret", secret),
		fill("api_token", "right"), fill("host", w.host), chromedp.Click("button"))
	told("Saved.")

	do(tab, open("/login?xdm_e="+url.QueryEscape("https://"+w.host)))
	window := chromedp.WaitNewTarget(tab, always)
	do(tab, chromedp.Click("#provider"))
	there, cancel := chromedp.NewContext(tab, chromedp.WithTargetID(<-window))
	defer cancel()
	do(there, fill("login", "ada"), fill("password", "any"), chromedp.Click(`button[type="submit"]`), chromedp.WaitVisible(`form button[autofocus]`),
		chromedp.Click(`button[type="submit"]`))
	told("You are logged in.")
	if line := w.last(0); line.Record != "login" || line.Account != "655362:ada" {
		t.Errorf("%+v", line)
	}
}

func always[T any](T) bool { return true }

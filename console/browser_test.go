package console

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kept"
	"kept/board"
	"kept/deadline"
	"kept/hold"
	"kept/installation"
	"kept/policy"
	"kept/retention"
)

// mocks are pages over the fabricated world in one language, by path.
func mocks(t testing.TB, in *tongue) map[string][]byte {
	t.Helper()
	w := newWorld(t)
	h, now, closes := history(t)
	cloud, _ := w.policy.Document("cloud")
	datacenter, _ := w.policy.Document("datacenter")
	product, _ := w.policy.App(h.Installation.App)
	out := map[string][]byte{}
	add := func(path, name string, f frame) {
		f.Vendor = w.policy.Vendor.Name
		if f.Tongue == nil {
			f.Tongue, f.Ways = in, ways(httptest.NewRequest("GET", path, nil), in)
		}
		b, err := render(name, f)
		if err != nil {
			t.Fatal(err)
		}
		out[path] = b
	}
	verdicts := *w.verdicts
	verdicts.Accounts = accountsOf(now)
	add("/", "board", frame{Title: in.say("Board"), Section: "board", Verdicts: &verdicts, Body: overviewOf(&verdicts, w.policy, narrowed{}), Demo: true, ReadOnly: true})
	add("/documents", "documents", frame{Title: in.say("Documents"), Section: "documents", Verdicts: w.verdicts, Body: overviewOf(w.verdicts, w.policy, narrowed{})})
	reading := readingOf(w.verdicts, w.policy, cloud, w.verdicts.Documents[0], w.verdicts.Documents, now)
	reading.Languages = []policy.Document{cloud, {ID: "cloud-de", Language: "de"}}
	add("/documents/cloud", "document", frame{Title: in.say("Document %s", "cloud"), Section: "documents", Body: reading})
	add("/documents/cloud-de", "document", frame{Title: in.say("Document %s", "cloud-de"), Section: "documents", Body: reading})
	add("/documents/datacenter", "document", frame{Title: in.say("Document %s", "datacenter"), Section: "documents", Body: readingOf(w.verdicts, w.policy, datacenter, w.verdicts.Documents[1], nil, 0)})
	for _, j := range w.verdicts.List {
		add("/promises/"+j.ID, "promise", frame{Title: in.phrase(j), Section: "board", Body: singleOf(in, j, w.verdicts.Documents)})
	}
	erased := h.Installation
	erased.State, erased.Erased = kept.Erased, now
	body := installationsOf([]installation.Installation{erased, h.Installation}, w.policy.Apps, choice{}, 1)
	body.List[0].Next = nextOf(h)
	add("/installations", "installations", frame{Title: in.say("Installations"), Section: "installations", Body: body})
	add("/installations/"+string(h.Installation.ID), "installation", frame{Title: in.say("Installation %s", "k7"), Section: "installations", Body: installationBody{h, product, now, timelineOf(in, h, now, closes)}})
	list, err := deadline.All(w.policy, "", now)
	if err != nil || len(list) == 0 {
		t.Fatal("the policy owes nobody an answer", err)
	}
	add("/deadlines", "deadlines", frame{Title: in.say("Deadlines"), Section: "deadlines", Body: deadlinesBody{"DE", now, true, deadlinesOf(w.policy, list)}})
	day := func(s string) kept.Time { at, _ := kept.ParseTime(s); return at }
	held := hold.Hold{ID: kept.ID("hol_" + strings.Repeat("k", 26)), Installation: h.Installation.ID, Category: "service-credentials", Reason: "incident", Promise: "purpose-8",
		Owner: kept.ID("stf_" + strings.Repeat("b", 26)), Since: day("2026-03-01"), Until: day("2026-09-01"), Rows: 3, Beyond: 2, Copying: true}
	add("/holds", "holds", frame{Title: in.say("Holds"), Section: "holds", Body: holdsBody{[]hold.Hold{held}, now, true}})
	add("/holds/empty", "holds", frame{Title: in.say("Holds"), Section: "holds", Body: holdsBody{At: now}})
	add("/holds/"+string(held.ID), "hold", frame{Title: in.say("Hold %s", short(held.ID)), Section: "holds", Body: holdBody{held, 3, 2}})
	add("/ledger", "ledger", frame{Title: in.say("Ledger"), Section: "ledger", Body: ledgerBody{w.verdicts.Ledger, "kept/larkspur\n18342\nP6lMfj+pTH4=\nat 2026-11-21T09:26:00Z\n\n— kept/larkspur Az3grlgt\n", "kept/larkspur+c7e9a1b2+AQk="}})
	add("/forecast", "forecast", frame{Title: in.say("Forecast"), Section: "forecast", Body: forecastOf(in, h.Installation, now)})
	add("/p/cloud", "public", publicOf(cloud, blocks(w.verdicts.Documents[0], nil)))
	doc := map[*tongue]string{english: "cloud", german: "cloud-de"}[in]
	_, _, cover := larkspurCover(t, doc)
	out["/cover"] = []byte(cover)
	add("/login", "login", frame{Title: in.say("Log in"), Bare: true, Body: loginBody{Next: "/", Failed: true}})
	add("/password", "password", frame{Title: in.say("Password"), Bare: true, Body: passwordBody{Must: true}})
	add("/error", "error", frame{Title: in.say(ourMistake), Bare: true, Body: errorBody{Request: "req_" + strings.Repeat("a", 26)}})
	return out
}

// accountsOf are an app at which closed accounts wait, one that nobody hears of, and one that reports in time.
func accountsOf(now kept.Time) []board.Accounts {
	ago := func(d time.Duration) kept.Time { return now.Add(-d) }
	return []board.Accounts{
		{App: "portal-sso", Known: 41200, Closing: 1260, Asked: ago(time.Hour), Called: ago(time.Minute), Cycle: 7, Verdict: kept.AtRisk,
			Why: board.Say("closed accounts wait for somebody: %v, the longest for %s", 1260, board.Length(50*time.Hour))},
		{App: "assets-owner", Known: 12, Waiting: 3, Outdated: 1, Asked: ago(20 * 24 * time.Hour), Called: ago(20 * 24 * time.Hour), Cycle: 7, Verdict: kept.Broken,
			Why: board.Say("Atlassian was not asked about somebody for %s", board.Length(20*24*time.Hour))},
		{App: "pdf-exporter", Known: 1, Asked: ago(time.Hour), Called: ago(time.Hour), Cycle: 7, Verdict: kept.Kept, Why: board.Say("everybody was asked about in time")},
	}
}

// forecastOf is half a year with a quiet end, a busy day, and something that waits.
func forecastOf(in *tongue, i installation.Installation, now kept.Time) calendarBody {
	var list []retention.Foreseen
	for n, rows := range []int64{3, 120, 41200, 7, 800, 15, 1, 2600} {
		day := kept.StartOfDay(now.Day() + uint32(n*n*3))
		list = append(list, retention.Foreseen{Day: day, Scope: i.Scope(), App: "portal-sso", Category: "access-log", Reason: "aged", Promise: "retain-13", Rows: rows})
	}
	body := calendarOf(in, list, now)
	body.Brakes = brakesOf([]retention.Brake{
		{Scope: i.Scope(), Class: "access-log", Reason: retention.BroughtForward, Since: now, Until: now.Add(retention.Window)},
		{Scope: i.Scope(), Class: "app-config", Reason: retention.Unforeseen, Since: now},
		{Scope: i.Scope(), Class: retention.ClosedAccounts, Reason: retention.Unforeseen, Since: now},
	})
	body.Sweep = retention.Sweep{Rows: 1_200_000, By: now.Add(5 * time.Hour), Until: now.Add(5*time.Hour + 8*time.Minute), Speed: 2634, Measured: now.Add(-24 * time.Hour), Late: true}
	body.MayRelease, body.More, body.Ahead = true, 1, board.Length(50*time.Hour)
	return body
}

// TestPagesInABrowser looks at every page as a browser draws it, in both languages: nothing wider than the screen, nothing
// that the policy of the content refuses, nothing that axe-core finds. KEPT_SCREENSHOTS names a folder for pictures.
func TestPagesInABrowser(t *testing.T) {
	chromium, axe := tools(t)
	pictures := os.Getenv("KEPT_SCREENSHOTS")
	all := map[string]map[string][]byte{}
	for _, in := range tongues {
		all[in.Tag] = mocks(t, in)
	}
	const wrong = `<!doctype html><title>wrong</title><body><script>var x</script><svg width="2000"></svg><img src="x">`
	c := &console{}
	served := c.armour(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, ok := strings.CutPrefix(r.URL.Path, "/static/"); ok {
			asset(name)(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/wrong" {
			_, _ = w.Write([]byte(wrong))
		}
		_, _ = w.Write(all[r.URL.Query().Get("lang")][r.URL.Path])
	}))
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/cover" { // brings its own policy along
			_, _ = w.Write(all[r.URL.Query().Get("lang")][r.URL.Path])
			return
		}
		served.ServeHTTP(w, r)
	}))
	defer site.Close()

	for scheme, setting := range map[string]string{"light": "preferredColorScheme=1", "dark": "preferredColorScheme=0"} {
		t.Run(scheme, func(t *testing.T) {
			ctx := browser(t, chromium, setting)
			messages := watch(ctx)
			for tag, pages := range all {
				for path := range pages {
					for _, width := range []int64{390, 1280} {
						url := site.URL + path + "?lang=" + tag
						again := strings.HasPrefix(path, "/promises/") && path != "/promises/purpose-8" // one promise in all forms, the others once
						if again && (width != 390 || scheme == "dark") {
							continue
						}
						if wide := overhang(t, ctx, url, width); wide > 0 {
							t.Errorf("%s is %d px wider than %d", url, wide, width)
						}
						if again {
							continue
						}
						for _, v := range violations(t, ctx, axe) {
							t.Errorf("%s, %d px: axe says %s", url, width, v)
						}
						if pictures != "" {
							picture(t, ctx, filepath.Join(pictures, fmt.Sprintf("%s-%s-%d-%s.png", strings.ReplaceAll(strings.Trim(path, "/"), "/", "-"), tag, width, scheme)), chromedp.FullScreenshot(100))
						}
					}
				}
			}
			for _, m := range messages() {
				t.Errorf("the browser says: %s", m)
			}
			if wide := overhang(t, ctx, site.URL+"/wrong", 390); wide < 1000 || len(messages()) == 0 {
				t.Errorf("a page that is wrong goes unnoticed: %d px too wide, %q", wide, messages())
			}
			if axe != nil && len(violations(t, ctx, axe)) == 0 {
				t.Error("axe finds nothing on a page that is wrong")
			}
			dark, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`matchMedia("(prefers-color-scheme: dark)").matches`))
			if err != nil || dark != (scheme == "dark") {
				t.Errorf("dark is %v in %s, %v", dark, scheme, err)
			}
		})
	}
}

// TestASentenceOpensInABrowser goes to sentences by link, by keyboard and by pointer: what stands behind one is on the
// screen, beside it, and axe-core finds nothing wrong with it.
func TestASentenceOpensInABrowser(t *testing.T) {
	chromium, axe := tools(t)
	_, _, page := larkspurCover(t, "cloud-de")
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(page)) }))
	defer site.Close()
	for scheme, setting := range map[string]string{"light": "preferredColorScheme=1", "dark": "preferredColorScheme=0"} {
		ctx := browser(t, chromium, setting)
		for _, width := range []int64{390, 1280} {
			overhang(t, ctx, site.URL, width)
			for _, way := range []struct{ name, script, keys string }{
				{"link", `document.querySelector(".quote blockquote a").click()`, ""},
				{"keyboard", ``, kb.Tab + kb.Tab + kb.Tab},
				{"pointer", `document.activeElement.blur(); document.querySelector(".s.attested").scrollIntoView({block: "start"})`, ""},
			} {
				at, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](way.script+`; (r => [r.x + 9, r.y + 9])(document.querySelector(".s.attested").getClientRects()[0])`))
				if err == nil && way.keys != "" {
					err = chromedp.Do(ctx, chromedp.KeyEvent(way.keys))
				}
				if err == nil && way.name == "pointer" {
					err = chromedp.Do(ctx, chromedp.MouseEvent("mouseMoved", at[0], at[1]))
				}
				if err != nil {
					t.Fatal(err)
				}
				if wrong, err := chromedp.Run(ctx, chromedp.Evaluate[string](open)); err != nil || wrong != "" {
					t.Errorf("%s, %d px, by %s: %s %v", scheme, width, way.name, wrong, err)
				}
				if pictures := os.Getenv("KEPT_SCREENSHOTS"); pictures != "" {
					picture(t, ctx, filepath.Join(pictures, fmt.Sprintf("cover-%s-%d-%s.png", way.name, width, scheme)), chromedp.CaptureScreenshot())
				}
			}
			for _, v := range violations(t, ctx, axe) {
				t.Errorf("%s, %d px: axe says %s", scheme, width, v)
			}
		}
	}
}

// open says what is wrong with the one panel that should be open beside the sentence in focus.
const open = `(() => {
	const all = [...document.querySelectorAll(".s > .behind")].filter(b => getComputedStyle(b).display !== "none")
	const s = document.querySelector(".s:hover") ?? document.activeElement.closest(".s")
	if (!s || all.length !== 1 || all[0].parentElement !== s) return all.length + " are open beside " + document.activeElement.outerHTML.slice(0, 200)
	const b = all[0].getBoundingClientRect(), r = s.getClientRects()[0]
	if (b.left < 0 || b.top < 0 || b.right > innerWidth || b.bottom > innerHeight) return "it hangs over the edge"
	if (r.top < 0 || r.bottom > innerHeight) return "its sentence is not on the screen"
	if (r.right > b.left && r.left < b.right && r.bottom > b.top && r.top < b.bottom) return "it hides its sentence"
	return ""
})()`

// tools are the browser and axe-core, which is nil where the peers are not installed.
func tools(t *testing.T) (chromium string, axe []byte) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("KEPT_REQUIRE_CHROMIUM") == "1" {
			t.Fatal("chromium is required and not installed")
		}
		t.Skip("chromium is not installed")
	}
	axe, err = os.ReadFile("../peers/node_modules/axe-core/axe.min.js")
	if err != nil && os.Getenv("KEPT_REQUIRE_PEERS") == "1" {
		t.Fatal("the peers are not installed: npm ci --ignore-scripts in peers")
	}
	return chromium, axe
}

// violations are what axe-core finds on the page that is open. It comes in by the DevTools protocol, which the page's
// own policy does not bind; nil where the peers are not installed.
func violations(t *testing.T, ctx context.Context, axe []byte) []string {
	t.Helper()
	if axe == nil {
		return nil
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](string(axe)+`;axe.run(document, {resultTypes: ["violations"]}).then(r =>
		r.violations.map(v => v.id + " (" + v.help + "): " + v.nodes.map(n => n.html + " " + n.failureSummary).join("; ")))`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func picture(t *testing.T, ctx context.Context, file string, take chromedp.Action[[]byte]) {
	t.Helper()
	png, err := chromedp.Run(ctx, take)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		t.Fatal(err)
	}
}

func browser(t *testing.T, chromium, setting string) context.Context {
	t.Helper()
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(chromium), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("blink-settings", setting), chromedp.Flag("hide-scrollbars", true)}
	for _, off := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync"} {
		options = append(options, chromedp.Flag(off, true))
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// watch collects what the pages write to the browser's log: violations of the content policy among it.
func watch(ctx context.Context) func() []string {
	var lock sync.Mutex
	var said []string
	log := chromedp.Console(ctx)
	go func() {
		for m, err := range log {
			if err != nil {
				return
			}
			if m.Type != "debug" { // advice
				lock.Lock()
				said = append(said, m.String())
				lock.Unlock()
			}
		}
	}()
	return func() []string {
		lock.Lock()
		defer lock.Unlock()
		return slices.Clone(said)
	}
}

// overhang is by how much a page is wider than the window.
func overhang(t *testing.T, ctx context.Context, url string, width int64) int64 {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.documentElement.scrollWidth - innerWidth`))
	if err != nil {
		t.Fatal(err)
	}
	return wide
}

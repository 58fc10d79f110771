package console

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kept"
	"kept/board"
	"kept/coverage"
	"kept/document"
	"kept/installation"
	"kept/policy"
)

var (
	ids   = regexp.MustCompile(` id="([^"]+)"`)
	inner = regexp.MustCompile(` href="([^"#]*)#([^"]+)"`)
	void  = regexp.MustCompile(`<(meta|link|input|br)([^>]*)>`)
	local = regexp.MustCompile(` href="(/[^"#?]*)[^"]*"`)
)

func TestEveryPageStands(t *testing.T) {
	pages := mocks(t, english)
	known := map[string][]string{}
	for path, page := range pages {
		for _, m := range ids.FindAllStringSubmatch(string(page), -1) {
			if slices.Contains(known[path], m[1]) {
				t.Errorf("%s has two elements %s", path, m[1])
			}
			known[path] = append(known[path], m[1])
		}
	}
	for path, page := range pages {
		text := string(page)
		for _, never := range []string{"<script", "<style", " style=", " onclick=", "javascript:", "ZgotmplZ", "%!", "&lt;no value", "<no value"} {
			if strings.Contains(text, never) && !(path == "/cover" && never == "<style") { // stands alone
				t.Errorf("%s has %s", path, never)
			}
		}
		for _, always := range []string{`<html lang="en">`, `<main id="main"`, `<h1`, `href="#main"`, `<head>`} {
			if strings.Count(text, always) != 1 {
				t.Errorf("%s has %d times %s", path, strings.Count(text, always), always)
			}
		}
		for _, m := range inner.FindAllStringSubmatch(text, -1) {
			to := m[1]
			if before, _, ok := strings.Cut(to, "?"); ok {
				to = before
			}
			if to == "" {
				to = path
			}
			if !slices.Contains(known[to], m[2]) {
				t.Errorf("%s links to %s#%s, which is not there", path, to, m[2])
			}
		}
		for _, m := range local.FindAllStringSubmatch(text, -1) {
			if pages[m[1]] == nil && !strings.HasPrefix(m[1], "/static/") && m[1] != "/ledger/bundle" {
				t.Errorf("%s links to %s, which is no page", path, m[1])
			}
		}
		wellFormed(t, path, page)
	}
}

// wellFormed finds elements that are not closed, or closed twice, which browsers repair each in its own way.
func wellFormed(t *testing.T, path string, page []byte) {
	t.Helper()
	page = void.ReplaceAll(bytes.ReplaceAll(page, []byte(" required"), nil), []byte("<$1$2/>"))
	d := xml.NewDecoder(bytes.NewReader(page))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
	}
}

func TestTheBoardNamesWhatIsNotKept(t *testing.T) {
	w := newWorld(t)
	page := string(mocks(t, english)["/"])
	for _, j := range w.verdicts.List {
		if j.Verdict != kept.NoVerdict && !strings.Contains(page, `href="/promises/`+j.ID+`"`) {
			t.Errorf("the board does not link %s", j.ID)
		}
	}
	for _, want := range []string{`role="alert"`, "something was read for a purpose that no promise names", "38 promises", "2 decisions",
		`aria-label="12 kept, 2 attested, 2 unproven, 21 no engine, 1 contradicted, 1 at risk, 1 broken"`, "18,342", "89 % bound"} {
		if !strings.Contains(page, want) {
			t.Errorf("the board does not say %q", want)
		}
	}
	if strings.Contains(page, "never exercised, and nothing speaks against it") {
		t.Error("the board mixes verdicts")
	}
}

func TestALedgerThatDoesNotVerifyAlarms(t *testing.T) {
	v := newWorld(t).verdicts
	v.Ledger.Verified, v.Ledger.Why = false, board.Say("leaf 7 has changed")
	for _, name := range []string{"board", "documents"} {
		b, err := render(name, frame{Tongue: english, Verdicts: v, Body: overviewOf(v, &policy.Policy{}, narrowed{})})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), "The ledger does not verify: leaf 7 has changed") {
			t.Errorf("%s is silent about the ledger", name)
		}
	}
	v.List = slices.DeleteFunc(v.List, func(j board.Judged) bool { return j.Verdict == kept.Broken })
	v.Ledger.Verified = true
	if got := (frame{Tongue: english, Verdicts: v}).Alarms(); got != nil {
		t.Errorf("an alarm over nothing: %v", got)
	}
}

func TestFilterShowsOneVerdict(t *testing.T) {
	v := newWorld(t).verdicts
	o := overviewOf(v, &policy.Policy{}, narrowed{Verdict: kept.Attested})
	n := 0
	for _, g := range o.Groups {
		for _, j := range g.List {
			if n++; j.Verdict != kept.Attested {
				t.Errorf("%s is %s", j.ID, j.Verdict)
			}
		}
	}
	if n != 2 {
		t.Errorf("%d promises are attested, want 2", n)
	}
}

func TestFilterShowsOneApp(t *testing.T) {
	w := newWorld(t)
	app := w.policy.Apps[0].ID
	w.verdicts.List[slices.IndexFunc(w.verdicts.List, func(j board.Judged) bool { return j.Verdict != kept.NoVerdict })].Promise.Apps = []string{w.policy.Apps[1].ID}
	shown, all := map[string]bool{}, overviewOf(w.verdicts, w.policy, narrowed{})
	for _, g := range overviewOf(w.verdicts, w.policy, narrowed{App: app}).Groups {
		for _, j := range g.List {
			shown[j.ID] = true
		}
	}
	left := 0
	for _, g := range all.Groups {
		for _, j := range g.List {
			if shown[j.ID] != w.policy.Applies(j.Promise, app) {
				t.Errorf("%s is shown for %s: %t", j.ID, app, shown[j.ID])
			}
			if !shown[j.ID] {
				left++
			}
		}
	}
	if len(shown) == 0 || left == 0 {
		t.Errorf("%d are shown, %d are not", len(shown), left)
	}
	if got := (narrowed{}).To(kept.Attested).Of(app).Query(); got != "/?app="+app+"&verdict=attested#promises" {
		t.Error(got)
	}
}

func TestNothingPromisedExplainsItself(t *testing.T) {
	v := &board.Verdicts{Ledger: board.Ledger{Verified: true}}
	for name, body := range map[string]any{"board": overviewOf(v, &policy.Policy{}, narrowed{}), "documents": overviewOf(v, &policy.Policy{}, narrowed{}), "installations": installationsOf(nil, nil, choice{}, 1),
		"installation": installationBody{Timeline: timelineOf(english, board.History{}, 0, nil)}, "ledger": ledgerBody{}} {
		b, err := render(name, frame{Tongue: english, Verdicts: v, Body: body})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), `class="empty"`) {
			t.Errorf("an empty %s does not explain itself", name)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	const hostile = `<script>alert(1)</script> "onload=x '{{.}}`
	w := newWorld(t)
	for i := range w.verdicts.List {
		w.verdicts.List[i].Why = board.Say(hostile)
		w.verdicts.List[i].Promise, w.verdicts.List[i].Says = nil, hostile
	}
	text, err := document.Split([]byte("# "+hostile+"\n\n"+hostile+" [x](javascript:alert) [y](https://larkspur.example).\n"), "en")
	if err != nil {
		t.Fatal(err)
	}
	cloud, _ := w.policy.Document("cloud")
	report := coverage.Cover(w.policy, cloud, text)
	h, now, closes := history(t)
	h.Categories[0].Category, h.Events[0].Says, h.Receipts[0].Backups = hostile, board.Say(hostile), hostile
	for name, body := range map[string]any{
		"board": overviewOf(w.verdicts, w.policy, narrowed{}), "document": readingOf(w.verdicts, w.policy, cloud, report, nil, now),
		"promise": singleOf(english, w.verdicts.List[0], nil), "installation": installationBody{h, policy.App{}, now, timelineOf(english, h, now, closes)},
		"public": publicBody{hostile, 0, blocks(report, nil)}, "ledger": ledgerBody{Checkpoint: hostile, Key: hostile},
		"login": loginBody{Next: hostile}, "password": passwordBody{Why: hostile}, "error": errorBody{Why: hostile},
	} {
		b, err := render(name, frame{Tongue: english, Title: hostile, Vendor: hostile, Verdicts: w.verdicts, Body: body})
		if err != nil {
			t.Fatal(err)
		}
		for _, never := range []string{"<script>", `"onload`, `href="javascript`} {
			if strings.Contains(string(b), never) {
				t.Errorf("%s lets %s through", name, never)
			}
		}
		if !strings.Contains(string(b), "&lt;script&gt;") {
			t.Errorf("%s does not show the text at all", name)
		}
	}
}

func TestADocumentIsReadAsPublished(t *testing.T) {
	page := string(mocks(t, english)["/documents/cloud"])
	for _, want := range []string{` lang="en">What we collect</span></span></h2>`, "<ul><li><span id=", "<br>", `class="s broken"`, `>Reads of service credentials are for assets access alone</a></b>`,
		`<span class="vh">kept: </span><span lang="en">Owner</span></span><span lang="en"> Lens stores the settings that an administrator makes.</span><span class="behind"`, `See</span></span><span lang="en"> our page on security for details.</span>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the document lacks %s", want)
		}
	}
	public := string(mocks(t, english)["/p/cloud"])
	for _, want := range []string{`<h1>Privacy policy of Larkspur Apps</h1>`, `<a href="https://larkspur.example/security" rel="noreferrer">our page on security</a>`, "<strong>details</strong>"} {
		if !strings.Contains(public, want) {
			t.Errorf("the public text lacks %s", want)
		}
	}
	for _, never := range []string{"/promises/", "broken", "<nav"} {
		if strings.Contains(public, never) {
			t.Errorf("the public text has %s", never)
		}
	}
}

func TestEveryKindHasOneTopic(t *testing.T) {
	for _, k := range policy.Kinds {
		n := 0
		for _, topic := range topics {
			if slices.Contains(topic.Kinds, k.Name) {
				n++
			}
		}
		if want := 1; n != want && k.Name != "information" {
			t.Errorf("%s stands in %d topics", k.Name, n)
		}
		if _, ok := unreached[k.Name]; ok != k.Engine {
			t.Errorf("%s: engine %v, but what it does not reach is said: %v", k.Name, k.Engine, ok)
		}
		if _, ok := phrases[k.Name]; k.Engine && !ok {
			t.Errorf("%s has an engine and no phrase", k.Name)
		}
	}
}

func TestPromisesInWords(t *testing.T) {
	of := byID(newWorld(t).verdicts)
	for id, want := range map[string]string{
		"collect-3":       "Of service credentials, only service_account_email and api_token may be stored, and never passwords",
		"store-nothing-6": "Nothing of assets is stored", "purpose-8": "Reads of service credentials are for assets access alone",
		"retain-13": "Service credentials: gone at once after the uninstall", "retain-14": "Owner settings: gone 90 days after the uninstall",
		"rescue-17": "A reinstall within 30 days finds its data again", "place-20": "All personal data is kept in DE",
		"purge-18": "The customer admin can erase everything of the installation at any time", "no-sale-12": "Nothing is sold",
		"right-29": "Right: copy, rectify and erase, within 1 month", "attest-35": "Confidentiality: somebody gives their word",
	} {
		if got := english.phrase(of[id]); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	nothing := of["store-nothing-6"]
	nothing.Promise.Params["except"] = of["collect-3"].Promise.Params["category"]
	if got, want := english.phrase(nothing), "Nothing of assets is stored but service credentials"; got != want {
		t.Errorf("with an exception it is %q, want %q", got, want)
	}
}

// Both are allowed beside each other, and were once said as one word.
func TestAVersionWithItsDateIsSaidOnce(t *testing.T) {
	p, err := policy.Load("../examples/larkspur")
	if err != nil {
		t.Fatal(err)
	}
	pr, _ := p.Promise("published")
	if got, want := english.phrase(board.Judged{Control: pr.Control, Promise: pr}), "The document cloud is public, in its version of 2026-01-15"; got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
}

func TestASentenceIsAsGoodAsItsWorst(t *testing.T) {
	of := map[string]board.Judged{"a": {Verdict: kept.Kept}, "b": {Verdict: kept.Unproven}, "c": {Verdict: kept.Broken}, "i": {Verdict: kept.NoVerdict}}
	for _, c := range []struct {
		state    coverage.State
		promises []string
		want     kept.Verdict
	}{
		{coverage.Enforced, []string{"a"}, kept.Kept}, {coverage.Enforced, []string{"a", "i"}, kept.Kept},
		{coverage.Enforced, []string{"a", "b"}, kept.Unproven}, {coverage.Enforced, []string{"b", "c", "a"}, kept.Broken},
		{coverage.Contradicted, []string{"a"}, kept.Contradicted}, {coverage.Contradicted, []string{"c"}, kept.Broken},
		{coverage.Unbound, nil, unbound}, {coverage.Changed, nil, changed}, {coverage.Information, []string{"i"}, kept.NoVerdict},
	} {
		if got, _ := worst(coverage.Line{State: c.state, Promises: c.promises}, of); got != c.want {
			t.Errorf("%s with %v is %s, want %s", c.state, c.promises, got, c.want)
		}
	}
	if _, counts := worst(coverage.Line{State: coverage.Furniture}, of); counts {
		t.Error("furniture has a verdict")
	}
}

func TestABarIsFullAndHidesNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := map[kept.Verdict]int{}
		for _, v := range ranked {
			counts[v] = rapid.IntRange(0, 900).Draw(t, string(v))
		}
		total, seen := 0.0, 0
		for _, s := range bar(counts) {
			w := number(t, s.Width)
			if w < 1 || number(t, s.X) < total-.1 || s.Count != counts[s.Verdict] {
				t.Fatalf("%+v after %f", s, total)
			}
			total += w
			seen += s.Count
		}
		if seen > 0 && (total < 99.8 || total > 100.2) {
			t.Fatalf("the bar is %f %% full", total)
		}
	})
}

func TestPagesOfInstallations(t *testing.T) {
	var all []installation.Installation
	for i := range 120 {
		all = append(all, installation.Installation{State: kept.Installed, Installed: kept.Time(i + 1)})
	}
	all[3].State = kept.Erased
	first, last := installationsOf(all, nil, choice{}, 1), installationsOf(all, nil, choice{}, 99)
	if first.List[0].Installed != 120 || len(first.List) != atOnce || first.Before != 0 || first.Behind != 2 {
		t.Errorf("first page: %d from %d, %d %d", len(first.List), first.List[0].Installed, first.Before, first.Behind)
	}
	if len(last.List) != 20 || last.Before != 2 || last.Behind != 0 {
		t.Errorf("last page: %d, %d %d", len(last.List), last.Before, last.Behind)
	}
	if erased := installationsOf(all, nil, choice{State: kept.Erased}, 1); len(erased.List) != 1 || erased.Total != 120 {
		t.Errorf("erased: %d of %d", len(erased.List), erased.Total)
	}
}

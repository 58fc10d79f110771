package console

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kept/coverage"
	"kept/document"
	"kept/policy"
)

// coveredFolder is the page over some documents of the policy in a folder, and what it was made of.
func coveredFolder(t testing.TB, dir string, documents ...string) (*policy.Policy, []*coverage.Report, string) {
	t.Helper()
	p, err := policy.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	var reports []*coverage.Report
	for _, id := range documents {
		d, ok := p.Document(id)
		if !ok {
			t.Fatal(id)
		}
		if d.File == "" {
			reports = append(reports, coverage.CoverRefs(p, d))
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, d.File))
		if err != nil {
			t.Fatal(err)
		}
		text, err := document.Split(raw, d.Language)
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, coverage.Cover(p, d, text))
	}
	return p, reports, coverPage(t, p, reports...)
}

func coverPage(t testing.TB, p *policy.Policy, reports ...*coverage.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Cover(&b, p, reports); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func larkspurCover(t testing.TB, documents ...string) (*policy.Policy, []*coverage.Report, string) {
	return coveredFolder(t, "../examples/larkspur", documents...)
}

// smallCover is a policy of two promises, and more, over a text.
func smallCover(t testing.TB, more, text string) string {
	t.Helper()
	id := document.Identity
	source := "kept: 1\nvendor: {id: tern, name: Tern Tools, country: AT}\ndocuments: [{id: web, language: en, version: 2026-01-01}]\n" +
		"categories: {note: {scope: installation, subject: customer-user, fields: {text: {}}}}\npromises:\n" +
		"  - {id: old, sentences: ['" + id("Notes die after a month.") + "'], control: retain, category: note, from: uninstalled, max: P30D}\n" +
		"  - {id: here, sentences: ['" + id("Nothing is sold.") + "'], control: no-sale}\n" + more
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(source)})
	if err != nil {
		t.Fatal(err)
	}
	split, err := document.Split([]byte(text), "en")
	if err != nil {
		t.Fatal(err)
	}
	return coverPage(t, p, coverage.Cover(p, p.Documents[0], split))
}

func TestCoverShowsEverySentenceOnceWithItsState(t *testing.T) {
	_, reports, page := larkspurCover(t, "cloud", "cloud-de")
	for _, r := range reports {
		for _, l := range r.List {
			id := fmt.Sprintf(`<span id="s-%s-%s-%d"`, r.ID, l.ID, l.Line)
			if n := strings.Count(page, id); n != 1 {
				t.Errorf("%s:%d stands there %d times", r.ID, l.Line, n)
			}
			shown := strings.Contains(page, fmt.Sprintf(`%s class="s %s" tabindex="0"`, id, l.State))
			if l.State == coverage.Furniture {
				shown = strings.Contains(page, id+"><span lang=") || strings.Contains(page, id+` class="s plain"`)
			}
			if !shown {
				t.Errorf("%s:%d is not shown as %s", r.ID, l.Line, l.State)
			}
		}
	}
}

func TestCoverReachesEveryPromise(t *testing.T) {
	for dir, documents := range map[string][]string{"../examples/larkspur": {"cloud"}, "../examples/published/mibex": {"mibex-datacenter"}} {
		p, reports, page := coveredFolder(t, dir, documents...)
		for _, pr := range p.Promises {
			at := fmt.Sprintf("<code>%s:%d</code>", pr.At.File, pr.At.Line)
			if !strings.Contains(page, at) || !pr.Decision && !strings.Contains(page, at+" <code>"+pr.ID+"</code>") {
				t.Errorf("%s: nothing leads to %s", dir, pr.ID)
			}
		}
		for _, l := range reports[0].List {
			if c := l.Contradiction; c != nil && !strings.Contains(page, html.EscapeString(c.Because)) {
				t.Errorf("%s:%d gave way, and nobody says why", dir, l.Line)
			}
		}
	}
}

func TestCoverOpensABoundHeading(t *testing.T) {
	page := smallCover(t, fmt.Sprintf("  - {id: title, sentences: [%q], control: publish, document: web}\n", document.Identity("Privacy at Tern")), "# Privacy at Tern\n\nNothing is sold.")
	if !regexp.MustCompile(`<h2><span id="[^"]*" class="s plain" tabindex="0"><span lang="en">Privacy at Tern</span><span class="behind">`).MatchString(page) || !strings.Contains(page, "<code>title</code>") {
		t.Error("nothing opens at the heading")
	}
}

func TestCoverQuotesWhatIsKeptInstead(t *testing.T) {
	_, _, page := larkspurCover(t, "cloud", "cloud-de")
	for _, want := range []string{`Kept instead</span><span><a href="#s-cloud-440f6aabeef3-`, `Eingehalten wird</span><span><a href="#s-cloud-de-9ae6ed84eda3-`} {
		if strings.Count(page, want) != 2 { // at the sentence, and in the list
			t.Errorf("%d times %s", strings.Count(page, want), want)
		}
	}
}

func TestCoverFindsWhatNobodyBound(t *testing.T) {
	page := smallCover(t, "", "Notes die after two months. Nothing is sold. We are nice.")
	_, findings, _ := strings.Cut(page, "What somebody should look at")
	for _, want := range []string{">Notes die after two months.<", "Perhaps it was bound to this:", "Note: gone 30 days after the uninstall", ">We are nice.<", "The policy does not know this sentence."} {
		if !strings.Contains(findings, want) {
			t.Errorf("the findings lack %q", want)
		}
	}
	if strings.Contains(findings, "Nothing is sold") {
		t.Error("what is bound is a finding")
	}
	gone := smallCover(t, "", "Nothing is sold.")
	if !strings.Contains(gone, "Promises whose sentence is no longer in the text") || !strings.Contains(gone, "<code>old</code>") || !strings.Contains(gone, "Nothing is unbound") {
		t.Error("a promise is lost and nobody hears of it")
	}
}

func TestCoverSpeaksTheLanguageOfTheText(t *testing.T) {
	_, _, page := larkspurCover(t, "cloud-de")
	for _, want := range []string{`<html lang="de">`, "<title>Abdeckung von cloud-de", "Was erhoben wird", "durchgesetzt", "Zeigen Sie auf einen Satz", `<section id="d-cloud-de" class="covering" lang="de"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the German page lacks %q", want)
		}
	}
	if _, text, _ := strings.Cut(page, "</style>"); strings.Contains(text, "enforced: ") || strings.Contains(page, "What is collected") {
		t.Error("the German page speaks English")
	}
	_, _, both := larkspurCover(t, "cloud", "cloud-de")
	if !strings.Contains(both, `<html lang="en">`) || !strings.Contains(both, `lang="de" aria-labelledby="t-cloud-de"`) || !strings.Contains(both, `<a href="#d-cloud-de">`) {
		t.Error("two texts are not each in its language")
	}
}

func TestCoverOfHostileText(t *testing.T) {
	const hostile = `</style><script>alert(1)</script> "onload=x '{{.}}`
	because := fmt.Sprintf("decisions: [{id: said, control: no-sale, because: %q}]\n", hostile)
	page := smallCover(t, because, "# "+hostile+"\n\n"+hostile+" [x](javascript:alert).\n\nNothing is sold.\n")
	for _, never := range []string{"<script", `"onload`, "javascript:", "</style><"} {
		if strings.Contains(page, never) {
			t.Errorf("%s comes through", never)
		}
	}
	if strings.Count(page, "&lt;script&gt;") < 3 {
		t.Error("the text is not shown at all")
	}
}

var reaching = regexp.MustCompile(`(?i)(src|href|action|data)="[^#]|url\(|@import|<(script|img|iframe|object|embed|form|base|link)\b`)

func TestCoverStandsAlone(t *testing.T) {
	_, _, page := larkspurCover(t, "cloud", "cloud-de")
	if m := reaching.FindString(page); m != "" {
		t.Errorf("the page reaches out by %s", m)
	}
	_, style, _ := strings.Cut(page, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	if hash := base64.StdEncoding.EncodeToString(sum[:]); len(style) < 1000 || !strings.Contains(html.UnescapeString(page), "style-src 'sha256-"+hash+"'") {
		t.Error("the page's own policy refuses its sheet")
	}
}

func TestCoverWithoutTheText(t *testing.T) {
	for dir, id := range map[string]string{"../examples/published/mibex": "mibex-datacenter", "../examples/published/alpha-serve": "alpha-serve"} {
		_, reports, page := coveredFolder(t, dir, id)
		for _, l := range reports[0].List {
			if !strings.Contains(page, fmt.Sprintf(`<span class="s %s" tabindex="0"><code>%s</code>`, l.State, l.ID)) {
				t.Errorf("%s: %s is not shown as %s", id, l.ID, l.State)
			}
		}
		if len(reports[0].List) == 0 || !strings.Contains(page, "not at hand") {
			t.Errorf("%s: nobody says that the text is missing", id)
		}
	}
}

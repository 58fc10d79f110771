package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kept"
	"kept/coverage"
	"kept/document"
	"kept/policy"
)

// The catalogue of real promises and the texts it was made from lie beside the module, because the texts belong to
// their publishers. The policies hold facts alone.
const catalogue = "../../shared/documents/"

// published are the policies that real vendors published, each with its document in the catalogue.
var published = []struct {
	folder, document, text string
	cloud                  []kept.Hosting // what the catalogue's scope "cloud" means there
}{
	{"alpha-serve", "002", "002-alpha-serve.en.txt", []kept.Hosting{kept.Connect}},
	{"lovebyte", "003", "003-lovebyte-assets-owner.en.txt", nil},
	{"mibex", "004", "004-mibex-datacenter.en.txt", nil},
	{"miniorange-cloud-de", "000", "000-miniorange-cloud.de.txt", []kept.Hosting{kept.Forge, kept.ForgeRemote, kept.Connect}},
	{"miniorange-cloud-en", "001", "001-miniorange-cloud.en.txt", []kept.Hosting{kept.Forge, kept.ForgeRemote, kept.Connect}},
}

// opened is a policy with its text.
type opened struct {
	policy *policy.Policy
	text   *document.Text
	raw    string
	rows   []row
}

// row is one promise of the catalogue.
type row struct {
	ID      string
	Lines   []int
	Scope   string
	Control string
	Params  string // JSON
}

func TestPublishedTextsAreCovered(t *testing.T) {
	eachPublished(t, func(t *testing.T, o opened, _ []kept.Hosting) {
		r := coverage.Cover(o.policy, o.policy.Documents[0], o.text)
		if r.Percent() != 100 || len(r.Lost) > 0 || r.Sentences == 0 {
			t.Errorf("%d sentences, %d unbound, %d changed, lost %v", r.Sentences, r.Unbound, r.Changed, r.Lost)
		}
	})
}

// Every row of the catalogue is a promise of the policy: on one of its lines, with its control, parameters and scope.
// What differs stands with its reason in docs/trace-notes.md, and is two rows of a hundred at most.
func TestPublishedPoliciesSayWhatTheCatalogueSays(t *testing.T) {
	noted := notes(t)
	eachPublished(t, func(t *testing.T, o opened, cloud []kept.Hosting) {
		want, different := o.expected(t), 0
		for _, r := range o.rows {
			apps, hosting, surface := scoped(t, r.Scope, cloud)
			says := slices.ContainsFunc(o.policy.Promises, func(pr *policy.Promise) bool {
				return pr.Control == r.Control && reflect.DeepEqual(pr.Params, want[r.ID].Params) &&
					slices.Equal(pr.Apps, apps) && slices.Equal(pr.Hosting, hosting) && slices.Equal(pr.Surface, surface) &&
					slices.ContainsFunc(o.units(pr), func(u document.Unit) bool { return slices.Contains(r.Lines, u.Line) })
			})
			if !says {
				different++
			}
			switch {
			case !says && !noted[r.ID]:
				t.Errorf("%s (lines %v, %s): no promise says %s %s", r.ID, r.Lines, r.Scope, r.Control, r.Params)
			case says && noted[r.ID]:
				t.Errorf("%s stands in docs/trace-notes.md, but is no difference", r.ID)
			}
		}
		if different*50 > len(o.rows) {
			t.Errorf("%d of %d rows differ", different, len(o.rows))
		}
		t.Logf("%d of %d rows are promises of the policy", len(o.rows)-different, len(o.rows))
	})
}

// Where the catalogue has a row, each sentence of the line is bound, and what sounds like a promise is not called
// information without a reason.
func TestSentencesOfTheCatalogueAreBoundOneByOne(t *testing.T) {
	eachPublished(t, func(t *testing.T, o opened, _ []kept.Hosting) {
		bound := map[document.Unit][]*policy.Promise{}
		for _, pr := range o.policy.Promises {
			for _, u := range o.units(pr) {
				bound[u] = append(bound[u], pr)
			}
		}
		for _, u := range o.text.Units {
			inRow := slices.ContainsFunc(o.rows, func(r row) bool { return slices.Contains(r.Lines, u.Line) })
			if inRow && len(bound[u]) == 0 && u.Kind != document.Heading && u.Kind != document.Furniture {
				t.Errorf("line %d: %s is not bound", u.Line, u.ID)
			}
			for _, pr := range bound[u] {
				if pr.Control == "information" && strong.MatchString(u.Text) && pr.Because == "" {
					t.Errorf("line %d: %s is information, although it says %q; %s needs a `because`", u.Line, u.ID, strong.FindString(u.Text), pr.ID)
				}
			}
		}
	})
}

// strong is what makes a sentence sound like a promise: a duration, a cipher, a region, a word without exception.
var strong = regexp.MustCompile(`(?i)\d+ ?(seconds?|minutes?|hours?|(business |working )?days?|weeks?|months?|years?|sekunden?|minuten?|stunden?|(werk)?tage?n?|wochen?|monate?n?|jahre?n?)\b` +
	`|\b(AES|TLS|SSL|RSA|SHA|HTTPS)\b` +
	`|\b((?-i:EU|EEA|EWR|US|USA)|Germany|Deutschland|Oregon|Europe|Europa)\b|\b[a-z]{2}-[a-z]+-\d\b` +
	`|\b(only|solely|exclusively|never|always|all|any|every|none?|nothing|nobody|immediately)\b` +
	`|\b(nur|ausschließlich|nie|niemals|immer|alle[mnrs]?|jede[mnrs]?|keine?[mnrs]?|nichts|niemand|sofort)\b`)

// The policies are told in words of their own: nowhere do they repeat six words of the text in a row.
func TestPublishedPoliciesHoldNoSentenceOfTheTexts(t *testing.T) {
	const run = 6
	eachPublished(t, func(t *testing.T, o opened, _ []kept.Hosting) {
		text := " " + strings.Join(bare(o.raw), " ") + " "
		if len(text) < 1000 {
			t.Fatalf("the text has %d characters", len(text))
		}
		for name, b := range files(t, o.policy.Dir) {
			words := bare(string(b))
			for i := 0; i+run <= len(words); i++ {
				if s := strings.Join(words[i:i+run], " "); strings.Contains(text, " "+s+" ") {
					t.Errorf("%s repeats the text: %s", name, s)
				}
			}
		}
	})
}

func bare(text string) []string {
	return regexp.MustCompile(`[\pL\pN]+`).FindAllString(strings.ToLower(text), -1)
}

func eachPublished(t *testing.T, check func(*testing.T, opened, []kept.Hosting)) {
	for _, p := range published {
		t.Run(p.folder, func(t *testing.T) {
			read, err := policy.Load(filepath.Join("published", p.folder))
			if err != nil {
				t.Fatal(err)
			}
			raw := shared(t, p.text)
			text, err := document.Split(raw, read.Documents[0].Language)
			if err != nil {
				t.Fatal(err)
			}
			check(t, opened{read, text, string(raw), rowsOf(t, p.document)}, p.cloud)
		})
	}
}

func shared(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(catalogue + name)
	if os.IsNotExist(err) && os.Getenv("KEPT_REQUIRE_SHARED") != "1" {
		t.Skipf("%s is not beside the module", catalogue+name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// rowsOf are the rows of one document of the catalogue.
func rowsOf(t *testing.T, doc string) (rows []row) {
	t.Helper()
	table := strings.Split(strings.TrimRight(string(shared(t, "promises.tsv")), "\n"), "\n")
	head := strings.Split(table[0], "\t")
	for _, line := range table[1:] {
		cell := map[string]string{}
		for i, c := range strings.Split(line, "\t") {
			cell[head[i]] = c
		}
		if cell["document"] != doc {
			continue
		}
		r := row{ID: cell["id"], Scope: cell["scope"], Control: cell["control"], Params: cell["params"]}
		for n := range strings.SplitSeq(cell["lines"], ",") {
			from, to, span := strings.Cut(n, "-")
			first, err := strconv.Atoi(from)
			last := first
			if err == nil && span {
				last, err = strconv.Atoi(to)
			}
			if err != nil {
				t.Fatalf("%s: %v", r.ID, err)
			}
			for ; first <= last; first++ {
				r.Lines = append(r.Lines, first)
			}
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		t.Fatalf("the catalogue has no document %s", doc)
	}
	return rows
}

// expected reads the rows as promises under the policy's own declarations, so that both sides went through one reader.
func (o opened) expected(t *testing.T) map[string]*policy.Promise {
	t.Helper()
	declared := files(t, o.policy.Dir)
	var b strings.Builder
	b.WriteString("promises:\n")
	for i, r := range o.rows {
		var params map[string]any
		if err := json.Unmarshal([]byte(r.Params), &params); err != nil {
			t.Fatalf("%s: %v", r.ID, err)
		}
		params["id"], params["control"], params["sentences"] = strings.ToLower(r.ID), r.Control, []string{fmt.Sprintf("%012x", i)}
		written, err := json.Marshal(params) // JSON is YAML
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "  - %s\n", written)
	}
	declared["promises.yaml"] = []byte(b.String())
	p, err := policy.Read(declared)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]*policy.Promise{}
	for _, r := range o.rows { // a policy may have promises in other files too
		want[r.ID], _ = p.Promise(strings.ToLower(r.ID))
	}
	return want
}

// units are the units that a promise speaks of.
func (o opened) units(pr *policy.Promise) (units []document.Unit) {
	for _, s := range pr.Sentences {
		if i, ok := o.text.Find(document.Ref(s)); ok {
			units = append(units, o.text.Units[i])
		}
	}
	return units
}

// scoped says in the words of a policy what a scope of the catalogue is.
func scoped(t *testing.T, scope string, cloud []kept.Hosting) (apps []string, hosting []kept.Hosting, surface []string) {
	t.Helper()
	switch scope {
	case "all":
	case "cloud":
		if cloud == nil {
			t.Fatalf("scope %q, but the document has no cloud apps", scope)
		}
		hosting = cloud
	case "server/DC", "Bitbucket Server apps", "Confluence Server apps":
		hosting = []kept.Hosting{kept.DataCenter}
	case "Forge apps":
		hosting = []kept.Hosting{kept.Forge, kept.ForgeRemote}
	case "Connect apps":
		hosting = []kept.Hosting{kept.Connect}
	case "Connect and Forge Remote apps":
		hosting = []kept.Hosting{kept.Connect, kept.ForgeRemote}
	case "websites":
		surface = []string{"website"}
	default:
		if !strings.HasPrefix(scope, "SonarQube") { // a trademark of somebody else: it holds for nothing
			apps = []string{strings.Join(bare(scope), "-")}
		}
	}
	return apps, hosting, surface
}

// notes are the rows that docs/trace-notes.md lists as different.
func notes(t *testing.T) map[string]bool {
	t.Helper()
	b, err := os.ReadFile("../docs/trace-notes.md")
	if err != nil {
		t.Fatal(err)
	}
	noted := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\| (M\d{3}-\d{3}) \|`).FindAllStringSubmatch(string(b), -1) {
		noted[m[1]] = true
	}
	return noted
}

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	names, _ := filepath.Glob(filepath.Join(dir, "*.yaml"))
	all := map[string][]byte{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = b
	}
	return all
}

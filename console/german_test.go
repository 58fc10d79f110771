package console

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	tree "text/template/parse"

	"kept/calendar"
	"kept/diff"
	"kept/policy"
)

// messages are all that this build can say: by message, where it stands.
func messages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, page := range pages()[english] {
		for _, tmpl := range page.Templates() {
			if tmpl.Tree != nil {
				said(tmpl.Tree.Root, func(s string) { out[s] = "templates/" + name })
			}
		}
	}
	for _, folder := range []string{".", "../board", "../lint"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") && !strings.Contains(file, "german") {
				saidInGo(t, file, func(s string) { out[s] = file })
			}
		}
	}
	add := func(from string, words ...string) {
		for _, w := range words {
			if w != "" {
				out[w] = from
			}
		}
	}
	for _, w := range verdictWords {
		add("verdictWords", w[0], w[1])
	}
	for _, topic := range topics {
		add("topics", topic.Title)
	}
	for name, m := range map[string]map[string]string{"unreached": unreached, "events": events, "reasonWords": reasonWords, "languages": languages, "returns": returns, "brakeWords": brakeWords, "sites": sites} {
		add(name, slices.Collect(maps.Values(m))...)
	}
	add("severities", slices.Collect(maps.Values(severities))...)
	add("confidences", slices.Collect(maps.Values(confidences))...)
	add("states", slices.Collect(maps.Values(states))...)
	add("policy", "true", "false", "personal data", "access to one's data")
	add("errors", unreachedOther, errNoDocument.Message, errNoPromise.Message, errNoPage.Message, errForeign.Message, errNotPublic.Message, ourMistake)
	for _, p := range errorPages {
		add("errorPages", p.title)
	}
	add("diff", append(diff.Messages(), diff.Unsaid)...)
	for _, e := range effects {
		add("effects", e.Word, e.Meaning)
	}
	for _, country := range calendar.Countries() {
		for year := 2020; year < 2040; year++ {
			add("calendar", slices.Collect(maps.Values(calendar.Of(country).Holidays(year)))...)
		}
	}
	human := func(s string) { add("policy", strings.ReplaceAll(s, "-", " ")) }
	for _, k := range policy.Kinds {
		human(k.Name)
		for _, p := range k.Params {
			human(p.Name)
			for _, w := range p.Enum {
				if !strings.ContainsAny(w, ".*") {
					human(w)
				}
			}
		}
	}
	return out
}

// said finds the literals that a template hands to say, rich and count.
func said(n tree.Node, found func(string)) {
	switch n := n.(type) {
	case *tree.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				said(c, found)
			}
		}
	case *tree.ActionNode:
		said(n.Pipe, found)
	case *tree.TemplateNode:
		if n.Pipe != nil {
			said(n.Pipe, found)
		}
	case *tree.IfNode:
		said(&n.BranchNode, found)
	case *tree.RangeNode:
		said(&n.BranchNode, found)
	case *tree.WithNode:
		said(&n.BranchNode, found)
	case *tree.BranchNode:
		said(n.Pipe, found)
		said(n.List, found)
		said(n.ElseList, found)
	case *tree.PipeNode:
		for _, c := range n.Cmds {
			speaks := slices.Contains([]string{"say", "rich", "count"}, c.Args[0].String())
			for _, a := range c.Args {
				if s, ok := a.(*tree.StringNode); ok && speaks {
					found(s.Text)
				}
				said(a, found)
			}
		}
	}
}

// saidInGo finds the literals that code hands to say, Say, sayings and the like.
func saidInGo(t *testing.T, file string, found func(string)) {
	t.Helper()
	source, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	literal := func(e ast.Expr) {
		if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil && strings.Trim(s, "%s") != "" {
				found(s)
			}
		}
	}
	ast.Inspect(source, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			switch name {
			case "say", "Say", "of", "human":
				if name == "of" && strings.HasPrefix(file, "../lint/") { // there it gives promises
					break
				}
				for _, a := range n.Args[:min(2, len(n.Args))] { // a rule of lint names its promises first
					if l, ok := a.(*ast.BasicLit); ok {
						literal(l)
						break
					}
				}
			case "units", "showPassword": // a unit, a reason
				literal(n.Args[len(n.Args)-1])
			}
		case *ast.CompositeLit: // what rules of lint say, in tables
			for _, e := range n.Elts {
				if l, ok := e.(*ast.BasicLit); ok && strings.HasPrefix(file, "../lint/") && strings.Contains(l.Value, " ") {
					literal(l)
				}
			}
		case *ast.ValueSpec:
			if len(n.Names) == 1 && slices.Contains([]string{"sayings", "beliefs", "settles", "origins"}, n.Names[0].Name) {
				for _, e := range n.Values[0].(*ast.CompositeLit).Elts {
					literal(e.(*ast.KeyValueExpr).Value)
				}
			}
		}
		return true
	})
}

// units of time are made in the singular and counted.
var unitWords = []string{"month", "months", "day", "days", "hour", "hours", "minute", "minutes", "second", "seconds"}

// said by packages whose words reach a page as they are: an error, a receipt's third instant.
var fromBelow = []string{"there is no such installation", "there is no such hold", "none taken", "proposed"}

var verb = regexp.MustCompile(`%(\[\d+\])?[sd%]`)

func TestEveryMessageIsGermanToo(t *testing.T) {
	all := messages(t)
	for _, w := range slices.Concat(unitWords, fromBelow) {
		all[w] = "below"
	}
	for m, where := range all {
		if !german.knows(m) {
			t.Errorf("%s: no German for %q", where, m)
		} else if a, b := len(verb.FindAllString(m, -1)), len(verb.FindAllString(german.words[m], -1)); a != b {
			t.Errorf("%q has %d blanks, %q %d", m, a, german.words[m], b)
		}
	}
	for m := range german.words {
		if _, used := all[m]; !used {
			t.Errorf("nothing says %q", m)
		}
	}
	if n := len(germanPages) + len(germanEvidence) + len(germanPolicy) + len(germanEngines) + len(germanHold) + len(germanLint) + len(germanDiff) + len(germanDeadlines) + len(germanForecast) + len(germanRealm); n != len(german.words) {
		t.Errorf("%d messages stand twice", n-len(german.words))
	}
	if len(all) < 200 {
		t.Errorf("only %d messages were found", len(all))
	}
}

var (
	action    = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	markup    = regexp.MustCompile(`(?s)<[^>]*>`)
	attribute = regexp.MustCompile(` [a-z-]+="[^"]*"`)
	spoke     = regexp.MustCompile(` (?:title|aria-label|alt|placeholder)="([^"]*)"`)
	word      = regexp.MustCompile(`\p{L}{2,}`)
)

// A template that holds words of its own would say them in English whoever reads.
func TestTemplatesHoldNoWords(t *testing.T) {
	files, err := filepath.Glob("templates/*.html")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bare := action.ReplaceAllString(string(b), "")
		words := word.FindAllString(markup.ReplaceAllString(attribute.ReplaceAllString(bare, ""), " "), -1)
		for _, m := range spoke.FindAllStringSubmatch(bare, -1) {
			words = append(words, word.FindAllString(m[1], -1)...)
		}
		words = slices.DeleteFunc(words, func(w string) bool { return w == "Kept" })
		if len(words) > 0 {
			t.Errorf("%s says %q by itself", file, words)
		}
	}
}

// foreign is what on a page may be in another language: it says which, or is code.
var foreign = regexp.MustCompile(`(?s)<(code|pre)\b.*?</(code|pre)>|<(span|blockquote|a|article)\b[^>]* lang="en"[^>]*>.*?</(span|blockquote|a|article)>|<q>.*?</q>`)

// TestGermanPagesHoldNoEnglish looks for words that English messages have and German ones don't; the vendor's own names
// of categories, purposes and the like are the vendor's.
func TestGermanPagesHoldNoEnglish(t *testing.T) {
	known, vendors := map[string]bool{}, map[string]bool{}
	for _, says := range german.words {
		for _, w := range word.FindAllString(says, -1) {
			known[strings.ToLower(w)] = true
		}
	}
	english := map[string]bool{}
	for m := range messages(t) {
		for _, w := range word.FindAllString(markup.ReplaceAllString(m, " "), -1) {
			english[strings.ToLower(w)] = true
		}
	}
	for _, w := range word.FindAllString(larkspurHead+strings.Join(vendorWords(t), " "), -1) {
		vendors[strings.ToLower(w)] = true
	}
	for _, w := range []string{"of", "is", "and", "the", "nothing", "was", "kept"} { // words that no vendor's name should excuse
		delete(vendors, w)
	}
	seen := 0
	for path, page := range mocks(t, german) {
		if path == "/p/cloud" || path == "/cover" {
			continue // are in the text's language
		}
		text := foreign.ReplaceAllString(string(page), " ")
		said := markup.ReplaceAllString(text, " ")
		for _, m := range spoke.FindAllStringSubmatch(text, -1) {
			said += " " + m[1]
		}
		for _, w := range word.FindAllString(said, -1) {
			seen++
			if l := strings.ToLower(w); english[l] && !known[l] && !vendors[l] {
				t.Errorf("%s says %q on a German page", path, w)
			}
		}
	}
	if seen < 3000 {
		t.Errorf("only %d words were looked at", seen)
	}
}

// vendorWords are what the fabricated policy says in its own words.
func vendorWords(t *testing.T) (out []string) {
	for _, pr := range newWorld(t).policy.Promises {
		kind, _ := policy.KindOf(pr.Control)
		for _, p := range kind.Params {
			if v, ok := pr.Params[p.Name]; ok && p.Enum == nil {
				out = append(out, strings.ReplaceAll(strings.Join(v.Words(), " "), "-", " "))
			}
		}
	}
	return out
}

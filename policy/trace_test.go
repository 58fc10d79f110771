package policy

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/trace.md anew")

// acts says of each kind with an engine in which packages it acts, and what would catch a breach: stories, rules of the
// judge, tests.
var acts = map[string]struct{ packages, caught string }{
	"collect":       {"vault", "story refusals; judge stored-fields"},
	"store-nothing": {"vault", "story pdf-exporter-stores-nothing; judge answer-allowed"},
	"place":         {"place", "story place-elsewhere; judge answer-allowed"},
	"purpose":       {"vault, journal", "story refusals; judge read-entered"},
	"recipient":     {"recipient", "story recipients; judge answer-allowed"},
	"disclose":      {"recipient", "story disclosed-by-people; judge answer-allowed"},
	"no-sale":       {"recipient", "story recipients; judge answer-allowed"},
	"protect":       {"seal, vault", "story own-logs; judge markers"},
	"token":         {"vault", "story one-host-alone; judge answer-allowed"},
	"retain":        {"retention", "story uninstall-90-days; judge item-gone"},
	"rescue":        {"installation", "story reinstall-too-late; judge rescue-right"},
	"purge":         {"retention", "story purge-now; judge receipt-right"},
	"hold":          {"hold", "story hold-incident; judge hold-keeps"},
	"log":           {"journal", "story own-logs; judge read-entered"},
	"anonymise":     {"vault, scrub", "story own-logs; judge answer-allowed"},
	"access":        {"vault", "story support-desk-sends-a-bundle; judge answer-allowed"},
	"publish":       {"register, board", "story what-people-say; test TestVerdicts"},
	"contact":       {"register, board", "story mailboxes-answer; test TestVerdicts"},
	"attest":        {"register, board", "story what-people-say; test TestVerdicts"},
	"information":   {"coverage", "test TestPublishedPoliciesSayWhatTheCatalogueSays"},
}

// docs/trace.md has a line for each real promise: its kind, where it acts in this build, and what would catch a breach.
func TestTrace(t *testing.T) {
	promises, _, text := catalogued(t)
	p, err := readText(text)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	enforced := 0
	for i, pr := range p.Promises {
		where, caught := "", "–"
		if ok, missing := pr.Engine(); !ok {
			where = "no engine yet"
			if missing != pr.Control {
				where += ": " + missing
			}
		} else {
			enforced++
			where, caught = acts[pr.Control].packages, acts[pr.Control].caught
			if slices.ContainsFunc(pr.Events(), func(event string) bool { return slices.Contains(Said, event) }) && pr.Control == "retain" {
				caught = strings.Replace(caught, "uninstall-90-days", "need-ends", 1)
			}
			if _, least := pr.Params["min"]; least && pr.Control == "retain" {
				caught = strings.Replace(caught, "uninstall-90-days", "deleted-too-soon", 1)
			}
			if _, theirs := pr.Params["adjustable"]; theirs {
				caught = strings.Replace(caught, "uninstall-90-days", "customer-chooses-retention", 1)
			}
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", promises[i]["id"], pr.Control, where, caught)
	}
	page := fmt.Sprintf(traceHead, len(promises), enforced) + b.String()
	if *update {
		if err := os.WriteFile("../docs/trace.md", []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile("../docs/trace.md"); err != nil || string(got) != page {
		t.Errorf("docs/trace.md is not what the code says: go test ./policy -run TestTrace -update (%v)", err)
	}
}

const traceHead = `# Where each real promise acts

A catalogue of real promises, which lies beside the module, has %d rows, of five published policies. For %d of them this build
has an engine, as they are written: with all their parameters. For each row: the kind of control, the packages in which it
acts, and what would catch a breach. Whether a promise is kept is worked out on a running server, and stands nowhere else.
This page is made by a test (` + "`go test ./policy -run TestTrace -update`" + `).

| row | kind | acts in | a breach is caught by |
|---|---|---|---|
`

// What docs/trace.md names is there: each package, story, rule of the judge and test; and each kind with an engine is named.
func TestTraceNamesWhatThereIs(t *testing.T) {
	rules, err := os.ReadFile("../docs/judge.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	files, _ := filepath.Glob("../*/*_test.go")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(b)
	}
	for _, k := range Kinds {
		a, named := acts[k.Name]
		if named != k.Engine {
			t.Errorf("%s: named %t, has an engine %t", k.Name, named, k.Engine)
		}
		for name := range strings.SplitSeq(a.packages, ", ") {
			if _, err := os.Stat("../" + name); err != nil {
				t.Error(err)
			}
		}
		for what := range strings.SplitSeq(a.caught, "; ") {
			kind, name, _ := strings.Cut(what, " ")
			there := false
			switch kind {
			case "story":
				found, _ := filepath.Glob("../examples/*/stories/" + name + ".story")
				more, _ := filepath.Glob("../examples/stories/" + name + ".story")
				there = len(found)+len(more) > 0
			case "judge":
				there = strings.Contains(string(rules), "\n| `"+name+"` |")
			case "test":
				there = regexp.MustCompile(`(?m)^func ` + name + `\(`).MatchString(tests.String())
			}
			if named && !there {
				t.Errorf("%s: there is no %s", k.Name, what)
			}
		}
	}
}

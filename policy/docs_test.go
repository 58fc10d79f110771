package policy

import (
	"os"
	"strings"
	"testing"
)

// The table of docs/policy.md has one line for each kind, and says what the code does.
func TestThePageShowsTheKindsThereAre(t *testing.T) {
	page, err := os.ReadFile("../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(page), "\n")
	rows := 0
	for _, line := range lines {
		if strings.HasPrefix(line, "| `") {
			rows++
		}
	}
	if rows != len(Kinds) {
		t.Errorf("%d rows for %d kinds", rows, len(Kinds))
	}
	for _, k := range Kinds {
		want := "| `" + k.Name + "` | " + strings.Join(ids(k.Params, form), ", ") + " | " + engineCell(k) + " |"
		if !strings.Contains(string(page), "\n"+want+"\n") {
			t.Errorf("missing: %s", want)
		}
	}
}

// form is a parameter with its form: what it looks like, or the words there are.
func form(p Param) string {
	says := string(p.Type)
	switch {
	case p.Enum != nil && len(p.Enum) <= 7 && p.Type == Word:
		says = strings.Join(p.Enum, " ")
	case p.Enum != nil && &p.Enum[0] == &events[0]:
		says = "event"
	case p.Enum != nil && &p.Enum[0] == &whos[0]:
		says = "who"
	case p.Enum != nil && &p.Enum[0] == &rights[0]:
		says = "right"
	case p.Type == CategoryName:
		says = strings.Join(append([]string{says}, p.Enum...), " ")
	}
	if p.Key {
		return "**" + p.Name + "** (" + says + ")"
	}
	return p.Name + " (" + says + ")"
}

func engineCell(k Kind) string {
	if !k.Engine {
		return "–"
	}
	var except []string
	for _, p := range k.Params {
		if p.With != "" {
			except = append(except, p.Name+" needs "+p.With)
		}
		switch {
		case !p.Engine:
			except = append(except, "no "+p.Name)
		case p.Only != nil:
			only := p.Name + " only " + strings.Join(p.Only, " ")
			if p.Type == CategoryName {
				only += " or categories"
			}
			except = append(except, only)
		case p.Not != nil:
			except = append(except, p.Name+" not "+strings.Join(p.Not, " "))
		}
	}
	for _, name := range k.Needs {
		except = append(except, "needs "+name)
	}
	return strings.Join(append([]string{"yes"}, except...), "; ")
}

func TestTheExampleOfThePageIsAPolicy(t *testing.T) {
	page, err := os.ReadFile("../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	p, err := readText(example)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Promises) == 0 {
		t.Error("the example promises nothing")
	}
}

// docs/kinds.md has a section for each kind, in the order of the table, which says whether there is an engine, and an example
// that reads.
func TestThePageOfEachKind(t *testing.T) {
	page, err := os.ReadFile("../docs/kinds.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(page), "\n## ")[1:]
	if len(sections) != len(Kinds) {
		t.Fatalf("%d sections for %d kinds", len(sections), len(Kinds))
	}
	const declared = minimal + `recipients: {linden: {name: Linden, kind: sub-processor, seat: DE}}
categories:
  owner-settings: {scope: installation, fields: {admin_email: , visibility: }}
  customer-content: {scope: installation}
  service-credentials: {scope: installation, fields: {api_token: {secret: true}}}
  error-report: {scope: installation, fields: {error_message: }}
  login-log: {scope: installation, fields: {result: }}
  support-bundle: {scope: installation}
decisions:
`
	for i, section := range sections {
		name, rest, _ := strings.Cut(section, "\n")
		kind := Kinds[i]
		if name != kind.Name {
			t.Errorf("section %d is %s, not %s", i, name, kind.Name)
		}
		if strings.Contains(rest, "**No engine yet.**") == kind.Engine {
			t.Errorf("%s: the page is wrong about its engine", name)
		}
		_, example, _ := strings.Cut(rest, "```yaml\n")
		example, _, _ = strings.Cut(example, "\n```")
		example = strings.TrimSuffix(example, "}") + ", because: test}"
		p, err := Read(map[string][]byte{"kept.yaml": []byte(declared + "  " + example + "\n")})
		if err != nil || len(p.Promises) != 1 || p.Promises[0].Control != name {
			t.Errorf("%s: %v\n%s", name, err, example)
		}
	}
}

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

package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const catalogue = "../../shared/documents/"

// rows reads a table of the catalogue of real promises, which lies beside the module.
func rows(t *testing.T, name string) []map[string]string {
	t.Helper()
	b, err := os.ReadFile(catalogue + name)
	if os.IsNotExist(err) && os.Getenv("KEPT_REQUIRE_SHARED") != "1" {
		t.Skipf("%s is not beside the module", catalogue+name)
	}
	if err != nil {
		t.Fatal(err)
	}
	table := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	head := strings.Split(table[0], "\t")
	var out []map[string]string
	for _, line := range table[1:] {
		row := map[string]string{}
		for i, cell := range strings.Split(line, "\t") {
			row[head[i]] = cell
		}
		out = append(out, row)
	}
	return out
}

// catalogued writes every real promise into one policy, row by row, with its parameters as they were.
func catalogued(t *testing.T) (promises []map[string]string, params []map[string]any, text string) {
	t.Helper()
	promises = rows(t, "promises.tsv")
	var b strings.Builder
	b.WriteString(minimal)
	b.WriteString("categories:\n")
	for _, c := range rows(t, "categories.tsv") {
		if c["category"] == Every || c["category"] == PersonalData {
			continue
		}
		fmt.Fprintf(&b, "  %s:\n    scope: %s\n", c["category"], c["scope"])
		if s := c["subject"]; s != "none" && s != "-" {
			fmt.Fprintf(&b, "    subject: %s\n", s)
		}
		if c["fields"] != "-" {
			fmt.Fprintf(&b, "    fields: {%s: }\n", strings.ReplaceAll(c["fields"], ",", ": , "))
		}
	}
	apps, recipients := map[string]bool{}, map[string]bool{}
	var body strings.Builder
	for i, row := range promises {
		p := map[string]any{}
		if err := json.Unmarshal([]byte(row["params"]), &p); err != nil {
			t.Fatalf("%s: %v", row["id"], err)
		}
		params = append(params, p)
		kind, ok := KindOf(row["control"])
		if !ok {
			t.Fatalf("%s: no kind %s", row["id"], row["control"])
		}
		fmt.Fprintf(&body, "  - {id: p%d, sentences: [\"%012x\"], control: %s", i, i, kind.Name)
		for _, name := range slices.Sorted(maps.Keys(p)) {
			written, _ := json.Marshal(p[name]) // JSON is YAML
			fmt.Fprintf(&body, ", %s: %s", name, written)
			prm, _ := kind.Param(name)
			for _, w := range wordsOf(p[name]) {
				switch {
				case prm.Type == AppName && w != Every:
					apps[w] = true
				case prm.Type == RecipientName:
					recipients[w] = true
				}
			}
		}
		body.WriteString("}\n")
	}
	b.WriteString("apps:\n")
	for a := range apps {
		fmt.Fprintf(&b, "  - {id: %s, hosting: connect}\n", a)
	}
	b.WriteString("recipients:\n")
	for r := range recipients {
		fmt.Fprintf(&b, "  %s: {name: A recipient}\n", r)
	}
	b.WriteString("promises:\n" + body.String())
	return promises, params, b.String()
}

// Every real promise can be written in a policy, and reads back as it was.
func TestEveryPromiseOfTheCatalogueCanBeWritten(t *testing.T) {
	promises, params, text := catalogued(t)
	p, err := readText(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Promises) != len(promises) || len(promises) == 0 {
		t.Fatalf("%d promises of %d", len(p.Promises), len(promises))
	}
	for i, pr := range p.Promises {
		got := map[string]any{}
		for name, v := range pr.Params {
			got[name] = v.json()
		}
		round, _ := json.Marshal(got)
		back := map[string]any{}
		if err := json.Unmarshal(round, &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, params[i]) {
			t.Errorf("%s: wrote %v, read %v", promises[i]["id"], params[i], back)
		}
	}
	schema := compiled(t)
	v, _ := plain([]byte(text))
	if err := schema.Validate(v); err != nil {
		t.Errorf("the schema refuses the catalogue: %v", err)
	}
}

func wordsOf(v any) (out []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, w := range v {
			out = append(out, wordsOf(w)...)
		}
	}
	return out
}

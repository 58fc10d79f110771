package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

func corpus(t testing.TB, name string) []txtar.File {
	a, err := txtar.ParseFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return a.Files
}

// beside reads a file as b.yaml next to the world.
func beside(b []byte) error {
	_, err := Read(map[string][]byte{"a-world.yaml": []byte(world), "b.yaml": b})
	return err
}

func TestBadPoliciesAreRefusedWhereTheyAreBad(t *testing.T) {
	schema := compiled(t)
	for _, f := range corpus(t, "bad.txtar") {
		t.Run(f.Name, func(t *testing.T) {
			var want []string
			blind := false
			for line := range strings.Lines(string(f.Data)) {
				comment, ok := strings.CutPrefix(strings.TrimSpace(line), "# ")
				switch {
				case !ok:
				case comment == "schema: blind":
					blind = true
				default:
					want = append(want, "b.yaml:"+comment)
				}
			}
			var got Problems
			if err := beside(f.Data); !errors.As(err, &got) {
				t.Fatalf("read with %v", err)
			}
			if got.Error() != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
			}
			v, parsed := plain(f.Data)
			if refused := parsed && schema.Validate(v) != nil; refused == blind {
				t.Errorf("the schema refuses it: %t", refused)
			}
		})
	}
}

func TestGoodPoliciesAreTakenByReaderAndSchema(t *testing.T) {
	schema := compiled(t)
	files := append(corpus(t, "good.txtar"), txtar.File{Name: "world", Data: []byte(world)})
	for _, f := range files {
		v, _ := plain(f.Data)
		if v == nil {
			v = map[string]any{}
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		if f.Name == "world" {
			continue
		}
		if err := beside(f.Data); err != nil {
			t.Errorf("%s: %s", f.Name, err)
		}
	}
}

// Things that a file beside a sound head cannot show.
func TestBadFolders(t *testing.T) {
	head := "kept: 1\nvendor: {id: x, name: X}\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no file", nil, ".: the folder holds no policy"},
		{"no head", map[string]string{"a.yaml": ""}, "a.yaml: no file has `kept`, `vendor` and `documents`"},
		{"half a head", map[string]string{"a.yaml": "", "b.yaml": head}, "b.yaml: no file has `documents`"},
		{"split head", map[string]string{"a.yaml": head, "b.yaml": "documents: []"}, "b.yaml:1:12: `kept`, `vendor`, `documents` and `effective` belong into one file"},
		{"extension", map[string]string{"a.yaml": head + "documents: []", "b.yml": ""}, "b.yml: this is no file of a policy"},
		{"sub-folder", map[string]string{"a.yaml": head + "documents: []", "b/c.yaml": ""}, "b/c.yaml: this is no file of a policy"},
		{"size", map[string]string{"a.yaml": strings.Repeat("#", maxFile+1)}, "a.yaml: the file is larger than 1 MiB"},
		{"not UTF-8", map[string]string{"a.yaml": "apps: []\n# ü\xff"}, "a.yaml:2:4: the file is not UTF-8"},
		{"UTF-16", map[string]string{"a.yaml": "\xff\xfea\x00"}, "a.yaml:1:1: the file is not UTF-8"},
		{"control character", map[string]string{"a.yaml": "apps: []\r\n# \x1b[31m"}, "a.yaml:2:3: the character U+001B has no place in a policy"},
		{"separator", map[string]string{"a.yaml": "apps: \u2028"}, "a.yaml:1:7: the character U+2028 has no place in a policy"},
		{"language", map[string]string{"a.yaml": head + "documents: [{id: x, language: fr, version: 2026-03-01}]"}, "a.yaml:3:31: unknown language `fr`"},
		{"version", map[string]string{"a.yaml": head + "documents: [{id: x, language: en, version: v3}]"}, "a.yaml:3:44: `version` cannot be `v3`"},
		{"file outside", map[string]string{"a.yaml": head + "documents: [{id: x, language: en, version: 2026-03-01, file: a/../../b}]"}, "a.yaml:3:62: `file` leaves the policy's folder"},
		{"absolute file", map[string]string{"a.yaml": head + "documents: [{id: x, language: en, version: 2026-03-01, file: /etc}]"}, "a.yaml:3:62: `file` cannot be `/etc`"},
		{"country", map[string]string{"a.yaml": "kept: 1\nvendor: {id: x, name: X, country: no}\ndocuments: []"}, "a.yaml:2:35: `country` cannot be `no`"},
		{"an unread file hides nothing else", map[string]string{"a.yaml": "apps: [", "b.yaml": "appz: 1"}, "a.yaml:1:8: this is not YAML: did not find expected node content\nb.yaml:1:1: unknown key `appz`"},
	} {
		files := map[string][]byte{}
		for name, text := range c.files {
			files[name] = []byte(text)
		}
		if _, err := Read(files); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v\nwant %s", c.name, err, c.want)
		}
	}
}

func TestHints(t *testing.T) {
	for fragment, want := range map[string]string{
		"decisions: [{control: retian, because: x}]":                               "did you mean `retain`?",
		"decisions: [{control: retain, category: audit-logs, because: x}]":         "did you mean `audit-log`?",
		"decisions: [{control: retain, category: zebra, because: x}]":              "declare it first",
		"decisions: [{control: purge, scope: \"*\", by: admin, because: x}]":       "one of `subject`, ",
		"decisions: [{control: retain, category: *, because: x}]":                  `in quotes`,
		"decisions: [{control: transport, min-tls: 1.2, because: x}]":              `write it in quotes: "1.2"`,
		"decisions: [{control: retain, category: \"*\", max: 3 days, because: x}]": "P90D",
	} {
		var ps Problems
		if !errors.As(beside([]byte(fragment)), &ps) || !strings.Contains(ps[0].Hint, want) {
			t.Errorf("%s: %s", fragment, ps)
		}
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("policy.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("policy.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plain is the document as an editor's validator sees it.
func plain(b []byte) (v any, ok bool) {
	var n yaml.Node
	if err := yaml.Unmarshal(b, &n); err != nil || len(n.Content) == 0 {
		return nil, false
	}
	return asJSON(n.Content[0]), true
}

func asJSON(n *yaml.Node) any {
	switch n.Kind {
	case yaml.AliasNode:
		return asJSON(n.Alias)
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			if k.Kind == yaml.AliasNode {
				k = k.Alias
			}
			if k.Tag == "!!merge" {
				continue
			}
			m[k.Value] = asJSON(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, c := range n.Content {
			list[i] = asJSON(c)
		}
		return list
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		b, _ := strconv.ParseBool(n.Value)
		return b
	case "!!int", "!!float":
		return json.Number(fmt.Sprint(n.Value))
	}
	return n.Value
}

package policy

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type node = map[string]any

// definitions are the $defs of the schema.
func definitions(t *testing.T) node {
	var s node
	if err := json.Unmarshal(Schema, &s); err != nil {
		t.Fatal(err)
	}
	return s["$defs"].(node)
}

// The table of kinds and the schema say the same, both ways.
func TestKindsAndSchemaAreInStep(t *testing.T) {
	defs := definitions(t)
	var inSchema []string
	for name := range defs {
		if kind, ok := strings.CutPrefix(name, "control-"); ok {
			inSchema = append(inSchema, kind)
		}
	}
	names := ids(Kinds, func(k Kind) string { return k.Name })
	same(t, "kinds", inSchema, names)
	same(t, "controls", enumOf(defs["bound"].(node)["properties"].(node)["control"].(node)), names)
	if len(Kinds) != 35 {
		t.Errorf("%d kinds", len(Kinds))
	}
	var chosen []string
	for _, rule := range defs["bound"].(node)["allOf"].([]any) {
		if then := rule.(node)["then"].(node); then["$ref"] != nil {
			name := rule.(node)["if"].(node)["properties"].(node)["control"].(node)["const"].(string)
			if then["$ref"] == "#/$defs/control-"+name {
				chosen = append(chosen, name)
			}
		}
	}
	same(t, "kinds chosen by control", chosen, names)

	for _, k := range Kinds {
		def := defs["control-"+k.Name].(node)
		props := def["properties"].(node)
		same(t, k.Name, slices.Collect(maps.Keys(props)), ids(k.Params, func(p Param) string { return p.Name }))
		var keys, oneOf []string
		for _, p := range k.Params {
			if p.Key {
				keys = append(keys, p.Name)
			}
			if prop, ok := props[p.Name].(node); ok {
				inStep(t, defs, k.Name+"."+p.Name, prop, p)
			}
		}
		same(t, k.Name+" keys", strs(def["required"]), keys)
		for _, o := range list(def["anyOf"]) {
			oneOf = append(oneOf, strs(o.(node)["required"])...)
		}
		same(t, k.Name+" one of", oneOf, k.OneOf)
	}
}

// inStep compares one parameter: list or not, empty or not, enumeration, or the definition of its type.
func inStep(t *testing.T, defs node, what string, prop node, p Param) {
	t.Helper()
	one := prop
	if ref, ok := refOf(prop); ok && defs[ref].(node)["oneOf"] != nil {
		prop = defs[ref].(node)
	}
	many := list(prop["oneOf"])
	if (many != nil) != p.Type.many() {
		t.Errorf("%s: a list is allowed in one place only", what)
	}
	if many != nil {
		one = many[0].(node)
		several := many[1].(node)
		if (several["minItems"] == nil) != p.Empty {
			t.Errorf("%s: an empty list is allowed in one place only", what)
		}
		a, _ := json.Marshal(one)
		b, _ := json.Marshal(several["items"])
		if string(a) != string(b) {
			t.Errorf("%s: one is %s, several are %s", what, a, b)
		}
	}
	ref, _ := refOf(one)
	enum := enumOf(one)
	if ref != "" && enum == nil {
		enum = enumOf(defs[ref].(node))
	}
	switch {
	case p.Type == AnyWord && p.Enum != nil:
		same(t, what, enum, append([]string{Every}, p.Enum...))
	case p.Type == Word && p.Enum != nil:
		same(t, what, enum, p.Enum)
	case ref != string(p.Type) || enum != nil:
		t.Errorf("%s is %q in the schema, %q in the table", what, ref, p.Type)
	}
}

func TestSchemaAndReaderKnowTheSameShapes(t *testing.T) {
	defs := definitions(t)
	for name, shape := range map[string]*regexp.Regexp{"name": nameShape, "field": fieldShape, "identity": sentenceShape, "region": regionShape, "word": wordShape} {
		if got := defs[name].(node)["pattern"]; got != shape.String() {
			t.Errorf("%s: %s in the schema, %s in the reader", name, got, shape)
		}
	}
}

func TestEveryKeyOfTheSchemaIsDescribed(t *testing.T) {
	var whole any
	if err := json.Unmarshal(Schema, &whole); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case node:
			props, _ := v["properties"].(node)
			for name, prop := range props {
				condition := strings.HasSuffix(path, "/if")
				if d, _ := prop.(node)["description"].(string); d == "" && !condition {
					t.Errorf("%s/%s has no description", path, name)
				}
			}
			for name, child := range v {
				walk(path+"/"+name, child)
			}
		case []any:
			for _, child := range v {
				walk(path, child)
			}
		}
	}
	walk("", whole)
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	a, b := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(a, b) {
		t.Errorf("%s: the schema says %v, the table %v", what, a, b)
	}
}

func refOf(n node) (string, bool) {
	s, _ := n["$ref"].(string)
	return strings.CutPrefix(s, "#/$defs/")
}

func list(v any) []any { l, _ := v.([]any); return l }

func strs(v any) (out []string) {
	for _, s := range list(v) {
		out = append(out, s.(string))
	}
	return out
}

func enumOf(n node) []string { return strs(n["enum"]) }

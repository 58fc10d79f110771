package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// promise reads a promise of sentences or, without them, a decision.
func (r *reader) promise(n *yaml.Node, decision bool) *Promise {
	pr := &Promise{Params: map[string]Value{}, Decision: decision, At: r.at(n)}
	what := "a promise"
	if decision {
		what = "a decision"
	}
	keys := []key{
		{"control", true, func(n *yaml.Node) {}}, // read before the others, which depend on it
		{"id", false, r.shaped("`id`", &pr.ID, promiseShape, "lower-case letters, digits and hyphens, 64 at most")},
		{"because", decision, r.text("`because`", &pr.Because)},
		{"apps", false, func(n *yaml.Node) { pr.Apps = r.value(typed("apps", AppName), n, pr).words }},
		{"hosting", false, func(n *yaml.Node) { pr.Hosting = hosting(r.value(word("hosting", hostings...), n, pr)) }},
		{"surface", false, func(n *yaml.Node) { pr.Surface = r.value(word("surface", surfaces...), n, pr).words }},
		{"proposed", false, func(n *yaml.Node) { pr.Proposed = r.value(typed("proposed", Bool), n, pr).Bool() }},
	}
	if !decision {
		keys = append(keys, key{"sentences", true, func(n *yaml.Node) {
			r.sentences(n, 1, func(_ Position, s Ref) {
				pr.Sentences = append(pr.Sentences, s)
				r.bound[s.ID] = append(r.bound[s.ID], s)
			})
		}})
	}
	kind, known := r.control(n, pr)
	for _, prm := range kind.Params {
		keys = append(keys, key{prm.Name, prm.Key, func(n *yaml.Node) { pr.Params[prm.Name] = r.value(prm, n, pr) }})
	}
	// A publish has a parameter `document`: the text it publishes.
	if _, taken := kind.Param("document"); !taken {
		keys = append(keys, key{"document", false, func(n *yaml.Node) {
			r.shaped("`document`", &pr.Document, nameShape, nameHint)(n)
			r.refer(r.at(n), "document", pr.Document)
		}})
	}
	if !known {
		r.mapping(only(n, keys), what, keys...)
		return pr
	}
	r.mapping(n, what, keys...)
	r.complete(pr, kind)
	return pr
}

// only leaves the given keys of a mapping: of a control that nobody knows, nobody knows the parameters either.
func only(n *yaml.Node, keys []key) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return n
	}
	left := *n
	left.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		if slices.ContainsFunc(keys, func(k key) bool { return k.name == n.Content[i].Value }) {
			left.Content = append(left.Content, n.Content[i], n.Content[i+1])
		}
	}
	return &left
}

// control finds the kind, on which everything else in a promise depends.
func (r *reader) control(n *yaml.Node, pr *Promise) (kind Kind, known bool) {
	var found *yaml.Node
	if n.Kind == yaml.MappingNode {
		r.pairs(n, "", func(k, v *yaml.Node) {
			if k.Value == "control" {
				found = v
			}
		})
	}
	if found == nil {
		return Kind{}, false // the walk says that it is missing
	}
	r.oneOf("control", &pr.Control, ids(Kinds, func(k Kind) string { return k.Name })...)(found)
	return KindOf(pr.Control)
}

// complete checks what no single key shows, and gives the promise its id.
func (r *reader) complete(pr *Promise, kind Kind) {
	if kind.OneOf != nil && !slices.ContainsFunc(kind.OneOf, func(name string) bool { _, ok := pr.Params[name]; return ok }) {
		r.bad(pr.At, "", "`%s` needs one of %s", kind.Name, quoted(kind.OneOf))
	}
	if _, graded := pr.Params["severity"]; graded && kind.Name == "retain" && slices.ContainsFunc(pr.Events(), func(from string) bool { return from != "entry" }) {
		r.bad(pr.At, "say `from: entry`", "`severity` is of the lines of a log, whose limits count from their entry")
	}
	if pr.ID == "" {
		pr.ID = pr.derivedID()
	}
	r.once("promise "+pr.ID, pr.At, "leave one out, or give each an `id`", "the promise `"+pr.ID+"` stands twice")
}

// derivedID names a promise by what it says (docs/formats.md 2).
func (pr *Promise) derivedID() string {
	says := map[string]any{"control": pr.Control}
	put := func(name string, v any, there bool) {
		if there {
			says[name] = v
		}
	}
	for name, v := range pr.Params {
		says[name] = v.json()
	}
	sentences := ids(pr.Sentences, func(s Ref) string { return s.ID })
	put("sentences", sentences, len(sentences) > 0)
	put("document", pr.Document, pr.Document != "")
	put("because", pr.Because, pr.Because != "")
	put("apps", pr.Apps, len(pr.Apps) > 0)
	put("hosting", pr.Hosting, len(pr.Hosting) > 0)
	put("surface", pr.Surface, len(pr.Surface) > 0)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(says); err != nil {
		panic("policy: " + err.Error()) // strings, numbers and bools always encode
	}
	sum := sha256.Sum256(append([]byte("kept/promise/1\n"), bytes.TrimSuffix(b.Bytes(), []byte("\n"))...))
	return pr.Control + "-" + hex.EncodeToString(sum[:4])
}

// refer checks, once everything is read, that a name is declared; more are words that need no declaration.
func (r *reader) refer(at Position, what, name string, more ...string) {
	if name == "" || slices.Contains(more, name) {
		return
	}
	r.later = append(r.later, func() {
		if _, ok := r.first[what+" "+name]; ok || r.full() {
			return
		}
		known := slices.Clone(more)
		for _, id := range slices.Sorted(maps.Keys(r.first)) {
			if declared, ok := strings.CutPrefix(id, what+" "); ok {
				known = append(known, declared)
			}
		}
		r.unknown(at, what, name, known, "declare it first")
	})
}

func ids[T any](list []T, id func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = id(v)
	}
	return out
}

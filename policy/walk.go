package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// key is one key that a mapping may have, and what reads its value.
type key struct {
	name string
	must bool
	read func(*yaml.Node)
}

func (r *reader) at(n *yaml.Node) Position { return Position{r.file, n.Line, n.Column} }

// bad reports a problem; once there are 50, the reader has said enough.
func (r *reader) bad(at Position, hint, format string, args ...any) {
	if !r.full() {
		if at.Line > 0 {
			at = clamp(at, r.lines[at.File])
		}
		r.problems = append(r.problems, Problem{Position: at, Message: fmt.Sprintf(format, args...), Hint: hint})
	}
}

func (r *reader) full() bool { return len(r.problems) >= maxProblems }

// mapping reads a mapping with the given keys and no others.
func (r *reader) mapping(n *yaml.Node, what string, keys ...key) {
	there := map[string]bool{}
	r.pairs(n, what, func(k, v *yaml.Node) {
		i := slices.IndexFunc(keys, func(known key) bool { return known.name == k.Value })
		if i < 0 {
			names := make([]string, len(keys))
			for i, k := range keys {
				names[i] = k.name
			}
			r.unknown(r.at(k), "key", k.Value, names, fmt.Sprintf("%s has %s", what, quoted(names)))
			return
		}
		there[k.Value] = true
		keys[i].read(v)
	})
	var missing []string
	for _, k := range keys {
		if k.must && !there[k.name] {
			missing = append(missing, k.name)
		}
	}
	if n.Kind == yaml.MappingNode && missing != nil {
		r.bad(r.at(n), "", "%s needs %s", what, quoted(missing))
	}
}

// pairs visits the keys of a mapping in order, each once.
func (r *reader) pairs(n *yaml.Node, what string, visit func(k, v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.wrong(n, what, "a mapping")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind == yaml.ScalarNode && k.Tag != "!!merge" && !seen[k.Value] {
			seen[k.Value] = true
			visit(k, v)
		}
	}
}

// list visits the members of a list.
func (r *reader) list(n *yaml.Node, what string, visit func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.wrong(n, what, "a list")
		return
	}
	for _, c := range n.Content {
		visit(c)
	}
}

// scalar is the characters of a scalar that YAML reads as text, quoted or not. What YAML would take for a number, a
// bool or nothing at all must be quoted, so that an editor and this reader see the same.
func (r *reader) scalar(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode {
		r.wrong(n, what, "one value")
		return "", false
	}
	switch n.Tag {
	case "!!null":
		r.bad(r.at(n), "give it a value, or leave the key out", "%s is empty", what)
		return "", false
	case "!!int", "!!float", "!!bool":
		r.bad(r.at(n), fmt.Sprintf("write it in quotes: %q", clip(n.Value)), "%s is text, but YAML reads %s as something else", what, clip(n.Value))
		return "", false
	}
	if strings.TrimSpace(n.Value) == "" || len(n.Value) > 2000 || strings.ContainsFunc(n.Value, func(c rune) bool { return !isText(c) }) {
		r.bad(r.at(n), "", "%s must be 1 to 2000 bytes of text", what)
		return "", false
	}
	return n.Value, true
}

// text reads any text into dst, without the line end that a block of YAML leaves.
func (r *reader) text(what string, dst *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s, _ := r.scalar(n, what)
		*dst = strings.TrimSpace(s)
	}
}

// shaped reads a text of the given shape into dst; hint says what the shape is.
func (r *reader) shaped(what string, dst *string, shape *regexp.Regexp, hint string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s, ok := r.scalar(n, what)
		if ok && !shape.MatchString(s) {
			r.bad(r.at(n), hint, "%s cannot be `%s`", what, clip(s))
			return
		}
		*dst = s
	}
}

// oneOf reads one of the given words into dst.
func (r *reader) oneOf(what string, dst *string, words ...string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s, ok := r.scalar(n, what)
		if ok && !slices.Contains(words, s) {
			r.unknown(r.at(n), what, s, words, "one of "+quoted(words))
			return
		}
		*dst = s
	}
}

// wrong reports a node of another form; an alias has been reported as what it is.
func (r *reader) wrong(n *yaml.Node, what, want string) {
	if n.Kind != yaml.AliasNode {
		r.bad(r.at(n), "", "%s must be %s", what, want)
	}
}

// unknown reports a word that is none of known, and the one that was probably meant; else hint is the advice.
func (r *reader) unknown(at Position, what, word string, known []string, hint string) {
	if r.full() {
		return // a distance is not free
	}
	if near := nearest(word, known); near != "" {
		hint = fmt.Sprintf("did you mean `%s`?", near)
	}
	r.bad(at, hint, "unknown %s `%s`", what, clip(word))
}

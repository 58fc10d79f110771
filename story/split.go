package story

import (
	"encoding/json"
	"math"
	"strings"

	"go.yaml.in/yaml/v4"

	"kept"
)

// token is a bare word, a quoted text, or a value in braces.
type token struct {
	kind tokenKind
	text string // of a value: JSON
}

type tokenKind int

const (
	bare tokenKind = iota
	text
	value
)

// split cuts a line into tokens; a # outside quotes and braces begins a comment.
func split(line string) (tokens []token, err *kept.Error) {
	for {
		line = strings.TrimLeft(line, " \t")
		switch {
		case line == "" || line[0] == '#':
			return tokens, nil
		case line[0] == '"':
			end := strings.IndexByte(line[1:], '"')
			if end < 0 {
				return nil, kept.Errorf(kept.Invalid, "a text in quotes does not end").WithHint(`close it with a second "`)
			}
			tokens = append(tokens, token{text, line[1 : 1+end]})
			line = line[end+2:]
		case line[0] == '{':
			end := closing(line)
			if end < 0 {
				return nil, kept.Errorf(kept.Invalid, "a value in braces does not end").WithHint("close it with }")
			}
			v, err := readValue(line[:end])
			if err != nil {
				return nil, err
			}
			tokens = append(tokens, token{value, v})
			line = line[end:]
		default:
			end := strings.IndexAny(line, " \t\"{")
			if end < 0 {
				end = len(line)
			}
			tokens = append(tokens, token{bare, line[:end]})
			line = line[end:]
		}
	}
}

// closing is the end of the braces that line begins with, -1 without one.
func closing(line string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0:
			if c == '\\' && quote == '"' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

const valueHint = "fields in braces, for example {admin_email: ann@acme.example, roles: [reader, writer]}"

// readValue turns a mapping in YAML's flow style into JSON.
func readValue(flow string) (string, *kept.Error) {
	var doc yaml.Node
	if yaml.Unmarshal([]byte(flow), &doc) != nil || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return "", kept.Errorf(kept.Invalid, "the value in braces cannot be read").WithHint(valueHint)
	}
	v, err := plain(doc.Content[0], 0)
	if err != nil {
		return "", err
	}
	b, wrong := json.Marshal(v)
	if wrong != nil {
		return "", kept.Errorf(kept.Invalid, "the value in braces is not JSON").WithHint(valueHint)
	}
	return string(b), nil
}

const maxDepth = 16

// plain is a node as JSON knows it. Only true, false, null and numbers are not text: a date stays as it was written.
func plain(n *yaml.Node, depth int) (any, *kept.Error) {
	if depth > maxDepth || n.Anchor != "" || n.Kind == yaml.AliasNode {
		return nil, kept.Errorf(kept.Invalid, "a value has no anchors, and at most %d levels", maxDepth).WithHint(valueHint)
	}
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := plain(n.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			if _, twice := m[n.Content[i].Value]; twice || n.Content[i].Kind != yaml.ScalarNode {
				return nil, kept.Errorf(kept.Invalid, "a field of a value is named twice, or by no word").WithHint(valueHint)
			}
			m[n.Content[i].Value] = v
		}
		return m, nil
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, c := range n.Content {
			v, err := plain(c, depth+1)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	}
	return scalar(n), nil
}

func scalar(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil {
			return b
		}
	case "!!null":
		return nil
	case "!!int", "!!float":
		var f float64
		if n.Decode(&f) == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return f
		}
	}
	return n.Value
}

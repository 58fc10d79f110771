package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

const (
	maxFile  = 1 << 20 // bytes of one file
	maxDepth = 32      // of lists and mappings in each other
)

// parse turns the bytes of one file into its one YAML tree; nil where the file is empty, false where it is not worth
// reading.
func (r *reader) parse(file string, b []byte) (tree *yaml.Node, ok bool) {
	whole := Position{File: file}
	switch {
	case strings.ContainsAny(file, "/\\") || !strings.HasSuffix(file, ".yaml"):
		r.bad(whole, "name it *.yaml, in the policy's folder itself", "this is no file of a policy")
		return nil, false
	case len(b) > maxFile:
		r.bad(whole, "split it: the files of a folder add up", "the file is larger than 1 MiB")
		return nil, false
	}
	r.lines[file] = lines(b)
	if at, message := firstBadCharacter(r.lines[file]); message != "" {
		at.File = file
		r.bad(at, "save the file as UTF-8 text", "%s", message)
		return nil, false
	}
	var root, second yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(b))
	switch err := d.Decode(&root); {
	case err == io.EOF: // nothing but comments
		return nil, true
	case err != nil:
		r.syntax(file, err)
		return nil, false
	}
	if err := d.Decode(&second); err == nil {
		r.bad(Position{file, second.Line, second.Column}, "put it into a file of its own", "a second YAML document in one file")
	} else if err != io.EOF {
		r.syntax(file, err)
	}
	return root.Content[0], r.lint(root.Content[0], 1)
}

// syntax reports what the YAML library could not read.
func (r *reader) syntax(file string, err error) {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		r.bad(Position{File: file}, "", "this is not YAML: %v", err)
		return
	}
	at := Position{file, le.Mark.Line, le.Mark.Column}
	if le.ContextMsg == "while scanning an alias" || strings.HasPrefix(le.Message, "unknown anchor") {
		if le.ContextMark.Line > 0 {
			at.Line, at.Column = le.ContextMark.Line, le.ContextMark.Column
		}
		r.bad(at, aliasHint, aliasMessage)
		return
	}
	hint := ""
	if le.ContextMsg != "" && le.ContextMark != le.Mark {
		hint = fmt.Sprintf("it stopped %s at line %d", le.ContextMsg, le.ContextMark.Line)
	}
	r.bad(at, hint, "this is not YAML: %s", le.Message)
}

const (
	aliasMessage = "an alias has no place in a policy"
	aliasHint    = `for the word that means all of them write "*", in quotes`
)

// lint refuses what YAML can do and a policy must not: what stands here is what holds, at one place, once. It returns
// false where the tree is too deep to walk.
func (r *reader) lint(n *yaml.Node, depth int) bool {
	if depth > maxDepth {
		r.bad(r.at(n), "", "nested more than %d deep", maxDepth)
		return false
	}
	switch {
	case n.Kind == yaml.AliasNode:
		r.bad(r.at(n), aliasHint, aliasMessage)
	case n.Anchor != "":
		r.bad(r.at(n), "write the value out wherever it is needed", "an anchor has no place in a policy")
	case n.Style&yaml.TaggedStyle != 0:
		r.bad(r.at(n), "leave the tag out; the reader knows what it expects", "a tag has no place in a policy")
	}
	if n.Kind == yaml.MappingNode {
		r.lintKeys(n)
	}
	for _, c := range n.Content {
		if !r.lint(c, depth+1) {
			return false
		}
	}
	return true
}

func (r *reader) lintKeys(n *yaml.Node) {
	first := map[string]*yaml.Node{}
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		switch {
		case k.Kind == yaml.AliasNode: // reported as what it is
		case k.Kind != yaml.ScalarNode:
			r.bad(r.at(k), "", "a key is one word")
		case k.Tag == "!!merge":
			r.bad(r.at(k), "write the keys out", "a merge key has no place in a policy")
		case first[k.Value] != nil:
			r.bad(r.at(k), "", "the key `%s` stands twice; first in line %d", clip(k.Value), first[k.Value].Line)
		default:
			first[k.Value] = k
		}
	}
}

var lineBreak = regexp.MustCompile(`\r\n|\n|\r`)

// lines are the lines as the YAML library counts them.
func lines(b []byte) []string {
	return lineBreak.Split(strings.TrimPrefix(string(b), "\ufeff"), -1)
}

// firstBadCharacter finds bytes that are not UTF-8, and characters that are no text.
func firstBadCharacter(all []string) (at Position, message string) {
	for i, line := range all {
		column := 0
		for j, c := range line {
			column++
			if _, size := utf8.DecodeRuneInString(line[j:]); c == utf8.RuneError && size == 1 {
				return Position{"", i + 1, column}, "the file is not UTF-8"
			}
			if !isText(c) {
				return Position{"", i + 1, column}, fmt.Sprintf("the character U+%04X has no place in a policy", c)
			}
		}
	}
	return Position{}, ""
}

// isText leaves out controls, and the separators that some programs, but not all, take for the end of a line.
func isText(c rune) bool {
	return c == '\t' || c == '\n' || !unicode.IsControl(c) && c != '\u2028' && c != '\u2029' && c != '\ufeff'
}

// clamp keeps a position of the YAML library inside the file: what is missing at the end stands behind it.
func clamp(at Position, all []string) Position {
	if at.Line > len(all) {
		at.Line, at.Column = len(all), math.MaxInt
	}
	at.Column = min(max(at.Column, 1), utf8.RuneCountInString(all[at.Line-1])+1)
	return at
}

// excerpt is the line of at and a caret below its column; of a long line only what surrounds it.
func excerpt(all []string, at Position) string {
	const before, after = 60, 40
	if at.Line < 1 || at.Line > len(all) {
		return ""
	}
	line := []rune(strings.Map(printable, all[at.Line-1]))
	caret := min(max(at.Column-1, 0), len(line))
	start, end := max(0, caret-before), min(len(line), caret+after)
	number := fmt.Sprintf("%4d | ", at.Line)
	margin := strings.Repeat(" ", len(number)-2) + "| "
	return number + string(line[start:end]) + "\n" + margin + strings.Repeat(" ", caret-start) + "^"
}

package story

import (
	"maps"
	"strings"

	"kept"
)

// read makes the parts of a form.
func read(words []string) (parts []part, rest []string) {
	for len(words) > 0 {
		w := words[0]
		words = words[1:]
		switch w {
		case "[":
			var group part
			group.some, words = read(words)
			parts = append(parts, group)
		case "]":
			return parts, words
		default:
			parts = append(parts, part{word: w})
		}
	}
	return parts, nil
}

var brackets = strings.NewReplacer("[", " [ ", "]", " ] ", "'s", " 's")

func (f *form) compile() {
	f.parts, _ = read(strings.Fields(brackets.Replace(f.says)))
}

// recognise finds the form that a line has. The error of a line without one speaks of the form that went furthest.
func recognise(tokens []token) (*form, args, *kept.Error) {
	tokens = possessive(tokens)
	var furthest *form
	most, missing := -1, ""
	for i := range forms {
		f := &forms[i]
		a := args{}
		rest, wants, ok := match(f.parts, tokens, a)
		taken := len(tokens) - len(rest)
		if ok && len(rest) == 0 {
			return f, a, nil
		}
		if ok {
			wants = "the end of the line"
		}
		if taken > most {
			furthest, most, missing = f, taken, wants
		}
	}
	if most == 0 || most == 1 && furthest.parts[0].word == "NAME" { // any word may be a name
		return nil, nil, kept.Errorf(kept.Invalid, "no statement begins like this").WithHint("docs/stories.md lists them all")
	}
	seen := "the line ends"
	if most < len(tokens) {
		seen = "there stands something else"
		if t := tokens[most]; t.kind == bare {
			seen = "there stands " + clip(t.text)
		}
	}
	return nil, nil, kept.Errorf(kept.Invalid, "expected %s, but %s", missing, seen).WithHint("the form is: %s", furthest.says)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// possessive makes a word of its own of the ending 's.
func possessive(tokens []token) (out []token) {
	for _, t := range tokens {
		if owner, cut := strings.CutSuffix(t.text, "'s"); cut && t.kind == bare && owner != "" {
			out = append(out, token{bare, owner}, token{bare, "'s"})
			continue
		}
		out = append(out, t)
	}
	return out
}

// match takes the parts of a form from the front of the tokens. Where it fails, wants says what was expected at rest.
func match(parts []part, tokens []token, a args) (rest []token, wants string, ok bool) {
	optional := ""
	for _, p := range parts {
		if p.some != nil {
			inner := args{}
			after, wanted, fits := match(p.some, tokens, inner)
			switch {
			case fits:
				if p.some[0].word == strings.ToLower(p.some[0].word) {
					inner[p.some[0].word] = true
				}
				maps.Copy(a, inner)
				tokens = after
			case len(after) < len(tokens):
				return after, wanted, false // it began, so it must go on
			default:
				optional += wanted + " or "
			}
			continue
		}
		var taken int
		if taken, wants = take(p.word, tokens, a); taken == 0 {
			return tokens, optional + wants, false
		}
		tokens, optional = tokens[taken:], ""
	}
	return tokens, "", true
}

// take reads one word of a form: how many tokens it took, or what it wants instead.
func take(w string, tokens []token, a args) (taken int, wants string) {
	if w == strings.ToLower(w) {
		if len(tokens) == 0 || tokens[0].kind != bare || tokens[0].text != w {
			return 0, "`" + w + "`"
		}
		return 1, ""
	}
	slot, many := strings.CutSuffix(w, "…")
	wants = slots[slot].means
	var list []string
	for taken < len(tokens) {
		v, n := slots[slot].read(tokens[taken:])
		if n == 0 {
			break
		}
		taken += n
		if !many {
			a[slot] = v
			return taken, ""
		}
		list = append(list, v.(string)) // only names come in numbers
	}
	if taken > 0 {
		a[slot] = list
	}
	return taken, wants
}

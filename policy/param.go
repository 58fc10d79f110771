package policy

import (
	"regexp"
	"slices"

	"go.yaml.in/yaml/v4"

	"kept"
)

var (
	wordShape = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)
	intShape  = regexp.MustCompile(`^[1-9][0-9]?$`)
	dateShape = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

const (
	wordHint = "one word: lower-case letters and digits, joined by hyphens, underscores or dots"
	dateHint = "write a date as 2026-03-01"
)

func isDate(s string) bool {
	_, err := kept.ParseTime(s)
	return err == nil && dateShape.MatchString(s)
}

// value reads a parameter of pr; pr may be nil for types that name no field.
func (r *reader) value(prm Param, n *yaml.Node, pr *Promise) Value {
	v := Value{typ: prm.Type}
	switch {
	case prm.Type == Bounds:
		v.fields = map[string]Value{}
		read := func(p Param) key {
			return key{p.Name, p.Key, func(n *yaml.Node) { v.fields[p.Name] = r.value(p, n, pr) }}
		}
		r.mapping(n, "`"+prm.Name+"`", read(word("by", whos...).key()), read(typed("min", Duration)), read(typed("max", Duration)))
	case prm.Type.many() && n.Kind == yaml.SequenceNode:
		v.list, v.words = true, []string{}
		seen := map[string]bool{}
		for _, c := range n.Content {
			w, ok := r.member(prm, c, pr)
			if ok && seen[w] {
				r.bad(r.at(c), "", "`%s` stands twice in `%s`", clip(w), prm.Name)
			} else if ok {
				seen[w] = true
				v.words = append(v.words, w)
			}
		}
		if len(n.Content) == 0 && !prm.Empty {
			r.bad(r.at(n), "name one at least, or leave the key out", "`%s` is empty", prm.Name)
		}
	default:
		if w, ok := r.member(prm, n, pr); ok {
			v.words = []string{w}
		}
	}
	return v
}

// member reads one scalar of a parameter.
func (r *reader) member(prm Param, n *yaml.Node, pr *Promise) (string, bool) {
	what, at := "`"+prm.Name+"`", r.at(n)
	if prm.Type == Bool || prm.Type == Int {
		return r.literal(prm, n)
	}
	s, ok := r.scalar(n, what)
	if !ok {
		return "", false
	}
	fits, hint := true, ""
	switch prm.Type {
	case Word:
		if prm.Enum != nil {
			if !slices.Contains(prm.Enum, s) {
				r.unknown(at, prm.Name, s, prm.Enum, "one of "+quoted(prm.Enum))
				return "", false
			}
			return s, true
		}
		fits, hint = wordShape.MatchString(s), wordHint
	case AnyWord:
		if prm.Enum != nil && s != Every && !slices.Contains(prm.Enum, s) {
			r.unknown(at, prm.Name, s, prm.Enum, "one of "+quoted(prm.Enum))
			return "", false
		}
		fits, hint = s == Every || wordShape.MatchString(s), wordHint+`; or "*"`
	case Duration:
		_, err := kept.ParsePeriod(s)
		fits, hint = err == nil, "write 90 days as P90D, one month as P1M, 72 hours as PT72H, at once as PT0S"
	case Date:
		fits, hint = isDate(s), dateHint
	case Region:
		fits, hint = regionShape.MatchString(s), regionHint
	case CategoryName:
		r.refer(at, "category", s, append([]string{Every, PersonalData}, prm.Enum...)...)
	case AppName:
		r.refer(at, "app", s, prm.Enum...)
	case RecipientName:
		r.refer(at, "recipient", s)
	case FieldName:
		r.later = append(r.later, func() { r.belongs(at, s, pr) })
	}
	if !fits {
		r.bad(at, hint, "%s cannot be `%s`", what, clip(s))
	}
	return s, fits
}

// literal reads a bool or a number, which stand without quotes.
func (r *reader) literal(prm Param, n *yaml.Node) (string, bool) {
	tag, fits, hint := "!!bool", n.Value == "true" || n.Value == "false", "write true or false, without quotes"
	if prm.Type == Int {
		tag, fits, hint = "!!int", intShape.MatchString(n.Value), "write a number from 1 to 99, without quotes"
	}
	if n.Kind != yaml.ScalarNode {
		r.wrong(n, "`"+prm.Name+"`", "one value")
		return "", false
	}
	if n.Tag != tag || !fits {
		r.bad(r.at(n), hint, "`%s` cannot be `%s`", prm.Name, clip(n.Value))
		return "", false
	}
	return n.Value, true
}

// belongs reports a field that none of the promise's categories declares.
func (r *reader) belongs(at Position, name string, pr *Promise) {
	category, named := pr.Params["category"]
	fits := func(c Category) bool { return !named || Covers(category, c) }
	if slices.ContainsFunc(r.declaring[name], fits) || r.full() {
		return
	}
	var known []string
	covered := !named || category.Has(Every) || category.Has(PersonalData)
	for _, c := range r.policy.Categories {
		if fits(c) {
			covered = true
			known = append(known, ids(c.Fields, func(f Field) string { return f.Name })...)
		}
	}
	if covered { // else the category is what is wrong
		r.unknown(at, "field", name, known, "declare it under `fields` of the category")
	}
}

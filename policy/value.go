package policy

import (
	"encoding/json"
	"slices"

	"kept"
)

// Value is one parameter of a promise, checked against its kind.
type Value struct {
	typ    Type
	words  []string // one scalar, or the members of a list, in the form of writing
	list   bool
	fields map[string]Value
}

// Words are the members of a list, or the one scalar; nil for a mapping.
func (v Value) Words() []string { return v.words }

// Word is the one scalar, the first of a list, or empty.
func (v Value) Word() string {
	if len(v.words) == 0 {
		return ""
	}
	return v.words[0]
}

// Has tells whether word is among Words.
func (v Value) Has(word string) bool { return slices.Contains(v.words, word) }

// Period is the value of a duration; false for anything else.
func (v Value) Period() (kept.Period, bool) {
	if v.typ != Duration {
		return kept.Period{}, false
	}
	p, err := kept.ParsePeriod(v.Word())
	return p, err == nil
}

// Bool tells whether the value is the bool true.
func (v Value) Bool() bool { return v.typ == Bool && v.Word() == "true" }

// Map are the members of a mapping; nil for anything else.
func (v Value) Map() map[string]Value { return v.fields }

// json is the value as JSON knows it: a list stays a list, numbers and bools are not strings.
func (v Value) json() any {
	switch {
	case v.fields != nil:
		m := map[string]any{}
		for name, f := range v.fields {
			m[name] = f.json()
		}
		return m
	case v.list:
		return v.words
	case v.typ == Bool:
		return v.Bool()
	case v.typ == Int:
		return json.Number(v.Word())
	}
	return v.Word()
}

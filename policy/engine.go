package policy

import (
	"slices"
	"strings"
)

// Engine tells whether this build enforces or judges the whole of pr. Otherwise missing says what it cannot do: the
// kind ("place"), "proposed" while nobody has read it, a parameter ("until"), a value ("copies=all"), or a parameter that it cannot do without ("max").
func (pr *Promise) Engine() (ok bool, missing string) {
	if pr.Proposed {
		return false, "proposed"
	}
	kind, known := KindOf(pr.Control)
	if !known || !kind.Engine {
		return false, pr.Control
	}
	for _, prm := range kind.Params {
		v, there := pr.Params[prm.Name]
		if !there {
			continue
		}
		if !prm.Engine {
			return false, prm.Name
		}
		if _, there := pr.Params[prm.With]; prm.With != "" && !there {
			return false, prm.With
		}
		if w := prm.withoutEngine(v); w != "" {
			return false, prm.Name + "=" + w
		}
	}
	for _, name := range kind.Needs { // one of several will do
		ways := strings.Split(name, "/")
		if !slices.ContainsFunc(ways, func(way string) bool { _, there := pr.Params[way]; return there }) {
			return false, ways[0]
		}
	}
	return true, ""
}

// withoutEngine is the first word of v that has no engine. Names of what the policy declares are not enumerated, so
// Only does not speak of them.
func (p Param) withoutEngine(v Value) string {
	if i := slices.IndexFunc(v.words, func(w string) bool { return slices.Contains(p.Not, w) }); i >= 0 {
		return v.words[i]
	}
	if p.Only == nil {
		return ""
	}
	words := v.words
	if v.fields != nil { // of bounds it matters whose they are
		words = v.fields["by"].words
	}
	for _, w := range words {
		says := w
		if period, ok := v.Period(); ok {
			says = period.String() // P0D is PT0S
		}
		known := slices.ContainsFunc(p.Only, func(o string) bool { return strings.EqualFold(o, says) }) // aes-256 is AES-256
		if !known && (slices.Contains(p.Enum, says) || len(p.Enum) == 0) {
			return w
		}
	}
	return ""
}

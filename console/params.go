package console

import (
	"maps"
	"slices"
	"strings"

	"kept/board"
	"kept/policy"
)

// parameters are those of a promise in the order in which its kind is read, then what it is limited to.
func (t *tongue) parameters(j board.Judged) (out []parameter) {
	kind, _ := policy.KindOf(j.Control)
	for _, p := range kind.Params {
		if v, ok := j.Promise.Params[p.Name]; ok {
			out = append(out, parameter{t.human(p.Name), t.value(p, v)})
		}
	}
	var hosting []string
	for _, h := range j.Promise.Hosting {
		hosting = append(hosting, hostings[h])
	}
	for _, limit := range []parameter{{t.human("apps"), t.and(j.Promise.Apps)}, {t.human("hosting"), t.and(hosting)}, {t.human("surface"), t.humans(j.Promise.Surface)}} {
		if limit.Says != "" {
			out = append(out, limit)
		}
	}
	return out
}

// value puts a parameter in words; what the vendor wrote freely stays as it is.
func (t *tongue) value(kind policy.Param, v policy.Value) string {
	if p, ok := v.Period(); ok {
		return t.period(p)
	}
	if members := v.Map(); members != nil {
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(members)) {
			parts = append(parts, t.human(name)+" "+t.value(kind, members[name]))
		}
		return strings.Join(parts, ", ")
	}
	if kind.Type == policy.Date {
		return t.date(v.Word())
	}
	if len(v.Words()) == 0 {
		return t.of("none")
	}
	if kind.Name == "right" && v.Has("access") { // the right, not the control
		words := slices.Clone(v.Words())
		words[slices.Index(words, "access")] = "access to one's data"
		return t.humans(words)
	}
	switch kind.Type {
	case policy.Word, policy.AnyWord, policy.Bool, policy.CategoryName, policy.AppName:
		return t.humans(v.Words())
	default:
		return t.and(v.Words())
	}
}

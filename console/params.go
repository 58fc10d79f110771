package console

import (
	"maps"
	"slices"
	"strings"

	"kept/board"
	"kept/policy"
)

// parameters are those of a promise in the order in which its kind is read, then what it is limited to.
func parameters(j board.Judged) (out []parameter) {
	kind, _ := policy.KindOf(j.Control)
	for _, p := range kind.Params {
		if v, ok := j.Promise.Params[p.Name]; ok {
			out = append(out, parameter{human(p.Name), value(p, v)})
		}
	}
	var hosting []string
	for _, h := range j.Promise.Hosting {
		hosting = append(hosting, string(h))
	}
	for _, limit := range []parameter{{"apps", and(j.Promise.Apps)}, {"hosting", and(hosting)}, {"surface", and(j.Promise.Surface)}} {
		if limit.Says != "" {
			out = append(out, limit)
		}
	}
	return out
}

// value puts a parameter in words; what the vendor wrote freely stays as it is.
func value(kind policy.Param, v policy.Value) string {
	if p, ok := v.Period(); ok {
		return p.Words()
	}
	if members := v.Map(); members != nil {
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(members)) {
			parts = append(parts, human(name)+" "+value(kind, members[name]))
		}
		return strings.Join(parts, ", ")
	}
	if len(v.Words()) == 0 {
		return "none"
	}
	switch kind.Type {
	case policy.Word, policy.AnyWord, policy.CategoryName, policy.AppName:
		return human(and(v.Words()))
	default:
		return and(v.Words())
	}
}

package judge

import (
	"slices"

	"kept"
)

// class is what may have a limit of its own: a category, or the lines of one severity in it.
type class struct{ category, severity string }

// severities are those that a line may have. spec: RFC 5424 6.2.1
var severities = []string{"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"}

// classes are those of a category.
func classes(category string) []class {
	out := []class{{category: category}}
	for _, s := range severities {
		out = append(out, class{category, s})
	}
	return out
}

// speaks tells whether a promise is about a class of its category: one that names severities is about their lines alone.
func (c class) speaks(pr Promise) bool {
	named := pr.Params["severity"]
	return len(named) == 0 || c.severity != "" && slices.Contains(named, c.severity)
}

// bySeverity tells whether a line must say its severity.
func (p Policy) bySeverity(app string, c Category) bool {
	named, umbrella := p.about(app, c, "retain", func(pr Promise) bool { return len(pr.Params["severity"]) > 0 || has(pr, "by", "severity") })
	return len(named)+len(umbrella) > 0
}

// mayChoose tells whether a customer may have something of a class kept that long.
func (p Policy) mayChoose(app string, c class, from string, wanted kept.Period, back bool) bool {
	b, left := p.choosable(app, c, from)
	if !left || back {
		return left
	}
	if wanted.Shortest() < b.least.Shortest() || b.bounded && wanted.Shortest() > b.most.Shortest() {
		return false
	}
	return b.bounded || !slices.ContainsFunc(p.retain(app, c, from), func(l kept.Period) bool { return wanted.Shortest() > l.Shortest() })
}

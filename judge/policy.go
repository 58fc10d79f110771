package judge

import (
	"slices"
	"strings"

	"kept"
)

// Policy is the policy as plain data, so that nothing of the reader's judgement comes along.
type Policy struct {
	Vendor         string
	Country        string // whose working days count; may be empty
	Apps           []App
	Categories     []Category
	Promises       []Promise
	Contradictions []Contradiction
	Recipients     map[string]Party
	Stands         string // region of the server and its database; empty where nobody says it

	Since   kept.Time // when this version began to hold; 0 for ever
	Earlier []Policy  // the versions before, the oldest first
	Reaches []string  // promises that hold also for what was collected before
}

// Party is a declared recipient.
type Party struct{ Kind, Seat string }

// App is a declared app.
type App struct {
	ID      string
	Hosting []string
}

// Category is a declared kind of data.
type Category struct {
	Name     string
	Scope    string
	Personal bool // it has a subject
	Journal  bool // entries of reads are kept in it
	Fields   []string
	Fides    map[string]string // what a field holds, by the taxonomy
}

// Promise is one promise or decision. A parameter that is not in Params was not said.
type Promise struct {
	ID, Control string
	Params      map[string][]string
	Apps        []string
	Hosting     []string
	Surface     []string
	Sentences   []Sentence // none for a decision
}

// Sentence names a sentence; two are the same when the ids are, and the contexts as far as both have one.
type Sentence struct{ ID, Context string }

// Contradiction says which of several sentences is kept.
type Contradiction struct {
	Sentences []Sentence
	Keeps     Sentence
}

// understood are the parameters this judge can hold a promise to: nil takes any value.
var understood = map[string]map[string][]string{
	"collect":       {"category": nil, "fields": nil, "source": nil, "via": {"marketplace"}, "subject": nil, "never": nil},
	"store-nothing": {"app": nil, "category": nil, "fields": nil, "except": nil},
	"purpose":       {"category": nil, "purposes": nil, "only": nil},
	"retain": {"category": nil, "from": nil, "max": nil, "min": nil, "until": nil, "copies": {"live"},
		"by": nil, "severity": nil, "adjustable": {"customer-admin"}, "adjustable.min": nil, "adjustable.max": nil},
	"rescue":    {"on": {"reinstall", "resubscribe"}, "from": {"uninstalled", "unsubscribed"}, "within": nil},
	"place":     {"category": nil, "at": nil, "region": nil, "provider": nil},
	"recipient": {"name": nil, "kind": nil, "for": nil, "region": nil},
	"disclose":  {"only": nil},
	"no-sale":   {"purposes": nil},
	"log":       {"category": nil, "records": nil, "fields": nil, "never": nil},
	"token":     {"category": nil, "scope": nil, "rotate": nil, "revoke": nil},
	"protect":   {"category": nil, "fields": nil, "cipher": nil},
	"anonymise": {"category": nil, "fields": nil, "excludes": nil},
	"access":    {"who": nil, "to": nil, "condition": {"role", "least-privilege"}},
	"hold":      {"reasons": nil},
	"purge":     {"by": {"customer-admin"}, "scope": {"installation"}, "within": {"PT0S"}, "receipt": nil},
}

var needed = map[string][]string{"retain": {"from/until", "max/min/adjustable/until"}, "rescue": {"within"}, "purge": {"by"}}

// missing says what of a promise this judge cannot hold anybody to; "" when it takes part.
func (p Policy) missing(pr Promise) string {
	params, known := understood[pr.Control]
	if !known {
		return "the kind " + pr.Control
	}
	for _, region := range pr.Params["region"] {
		if region == "tenant" || region == "same" {
			return "region " + region
		}
	}
	for _, name := range sorted(pr.Params) {
		allowed, known := params[name]
		if !known {
			return "the parameter " + name
		}
		for _, word := range pr.Params[name] {
			if period, err := kept.ParsePeriod(word); err == nil {
				word = period.String()
			}
			if _, category := p.category(word); allowed != nil && !slices.Contains(allowed, word) && !category {
				return name + " " + word
			}
		}
	}
	for _, name := range needed[pr.Control] { // one of several will do
		if !slices.ContainsFunc(strings.Split(name, "/"), func(way string) bool { return len(pr.Params[way]) > 0 }) {
			return "no parameter " + name
		}
	}
	return ""
}

func (p Policy) category(name string) (Category, bool) {
	n := slices.IndexFunc(p.Categories, func(c Category) bool { return c.Name == name })
	if n < 0 {
		return Category{}, false
	}
	return p.Categories[n], true
}

// holds tells whether a promise speaks about an app: by name, by hosting, or to all (rule 7 of the control kinds).
func (p Policy) holds(pr Promise, app string) bool {
	n := slices.IndexFunc(p.Apps, func(a App) bool { return a.ID == app })
	if n < 0 {
		return false
	}
	if len(pr.Apps) == 0 && len(pr.Hosting) == 0 {
		return len(pr.Surface) == 0
	}
	named := len(pr.Apps) == 0 || slices.Contains(pr.Apps, app)
	hosted := len(pr.Hosting) == 0
	for _, h := range p.Apps[n].Hosting {
		hosted = hosted || slices.Contains(pr.Hosting, h)
	}
	return named && hosted
}

// yields tells whether a promise gave way in a contradiction with every sentence it has (rule 4).
func (p Policy) yields(pr Promise) bool {
	for _, s := range pr.Sentences {
		gaveWay := false
		for _, c := range p.Contradictions {
			gaveWay = gaveWay || !c.Keeps.same(s) && slices.ContainsFunc(c.Sentences, s.same)
		}
		if !gaveWay {
			return false
		}
	}
	return len(pr.Sentences) > 0
}

func (s Sentence) same(o Sentence) bool {
	return s.ID == o.ID && (s.Context == o.Context || s.Context == "" || o.Context == "")
}

func covers(words []string, c Category) bool {
	return slices.Contains(words, c.Name) || slices.Contains(words, "*") || c.Personal && slices.Contains(words, "personal-data")
}

// about finds the promises of a kind about a category. A named category beats * and personal-data (rule 2).
func (p Policy) about(app string, c Category, control string, like func(Promise) bool) (named, umbrella []Promise) {
	for _, pr := range p.Promises {
		if pr.Control != control || !p.holds(pr, app) || covers(pr.Params["except"], c) || !like(pr) {
			continue
		}
		categories, byCategory := pr.Params["category"]
		if control == "access" {
			categories, byCategory = pr.Params["to"], true
		}
		apps, byApp := pr.Params["app"]
		if byCategory && !covers(categories, c) || byApp && !slices.Contains(apps, app) && !slices.Contains(apps, "*") {
			continue
		}
		if slices.Contains(categories, c.Name) || byApp && slices.Contains(apps, app) {
			named = append(named, pr)
		} else {
			umbrella = append(umbrella, pr)
		}
	}
	return named, umbrella
}

func every(Promise) bool { return true }

func winners(named, umbrella []Promise) []Promise {
	if len(named) > 0 {
		return named
	}
	return umbrella
}

// storable are the fields of a category that may be stored; false when nothing of it may. forbidden tells whether a
// promise to store nothing decided.
func (p Policy) storable(app string, c Category) (fields map[string]bool, ok, forbidden bool) {
	collects, collectsAll := p.about(app, c, "collect", every)
	nothing, nothingAll := p.about(app, c, "store-nothing", every)
	stops := winners(nothing, nothingAll)
	if len(collects) > 0 && len(nothing) == 0 {
		stops = nil // who names the category is heard before who says everything
	}
	never := map[string]bool{}
	for _, pr := range stops {
		partly, named := pr.Params["fields"]
		if !named {
			return nil, false, true
		}
		for _, f := range partly {
			never[f] = true
		}
	}
	fields = map[string]bool{}
	allow := winners(collects, collectsAll)
	for _, pr := range allow {
		for _, f := range pr.Params["never"] {
			never[f] = true
		}
		listed, closed := pr.Params["fields"]
		for _, f := range c.Fields {
			if !closed || slices.Contains(listed, f) {
				fields[f] = true
			}
		}
	}
	for f := range never {
		delete(fields, f)
	}
	return fields, len(allow) > 0, false
}

// readable tells whether a category may be read for a purpose. Lists unite, and sentences that say only close the list
// together (rules 1 and 3). by are the promises that allow it.
func (p Policy) readable(app string, c Category, purpose string) (ok bool, by []Promise) {
	list := winners(p.about(app, c, "purpose", every))
	only := func(pr Promise) bool { return slices.Contains(pr.Params["only"], "true") }
	closed := slices.ContainsFunc(list, only)
	for _, pr := range list {
		if words := pr.Params["purposes"]; (!closed || only(pr)) && (slices.Contains(words, purpose) || slices.Contains(words, "*")) {
			by = append(by, pr)
		}
	}
	return len(by) > 0, by
}

// limits are the periods a category may be kept after an event; the strictest counts.
type limits []kept.Period

// end is the instant at which the strictest limit from an anchor has come; false when there is none.
func (l limits) end(anchor kept.Time) (at kept.Time, ok bool) {
	for _, period := range l {
		if t := period.From(anchor); !ok || t < at {
			at, ok = t, true
		}
	}
	return at, ok
}

// ownJournal is where reads are entered under a policy that has no category for them, and how long they stay there.
const ownJournal = "access-log"

var ownLimit, _ = kept.ParsePeriod("P90D")

func (p Policy) retain(app string, of class, from string) (out limits) {
	c, declared := p.category(of.category)
	if !declared {
		if of.category == ownJournal && from == "entry" {
			out = limits{ownLimit}
		}
		return out
	}
	ends := func(pr Promise) bool {
		return of.speaks(pr) && (has(pr, "until", from) || has(pr, "from", from) && len(pr.Params["max"]) > 0)
	}
	for _, pr := range winners(p.about(app, c, "retain", ends)) {
		if has(pr, "until", from) {
			out = append(out, kept.Period{})
		} else if period, err := kept.ParsePeriod(pr.Params["max"][0]); err == nil {
			out = append(out, period)
		}
	}
	return out
}

func (p Policy) journal() string {
	for _, c := range p.Categories {
		if c.Journal {
			return c.Name
		}
	}
	return ownJournal
}

// rescue is until when who comes back in a way continues, by the strictest promise; 0 where none counts from what has
// happened. One that counts from either of two events counts from the later end.
func (p Policy) rescue(app, on string, happened []clock) (until kept.Time) {
	for _, pr := range p.Promises {
		if pr.Control != "rescue" || !p.holds(pr, app) || !slices.Contains(pr.Params["on"], on) {
			continue
		}
		from, said := pr.Params["from"]
		if !said {
			from = map[string][]string{"reinstall": {"uninstalled"}, "resubscribe": {"unsubscribed"}}[on]
		}
		within, err := kept.ParsePeriod(pr.Params["within"][0])
		var end kept.Time
		for _, c := range happened {
			if err == nil && slices.Contains(from, c.from) {
				end = max(end, within.From(c.anchor))
			}
		}
		if end != 0 && (until == 0 || end < until) {
			until = end
		}
	}
	return until
}

// purges are the categories that a customer may have erased at once; all of them when everything is true.
func (p Policy) purges(app string) (categories []string, everything, ok bool) {
	for _, pr := range p.Promises {
		if pr.Control != "purge" || !p.holds(pr, app) {
			continue
		}
		scope := pr.Params["scope"]
		if slices.Contains(scope, "installation") || slices.Contains(scope, "*") {
			return nil, true, true
		}
		for _, c := range p.Categories {
			if c.Scope == "installation" && covers(scope, c) {
				categories, ok = append(categories, c.Name), true
			}
		}
	}
	return categories, false, ok
}

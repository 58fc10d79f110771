package policy

import (
	"slices"
	"strings"

	"kept"
)

// Rules is what all promises together say about one category of one app. Only promises take part that have an engine
// and did not give way in a contradiction.
type Rules struct {
	Category     Category
	Collect      []*Promise
	Fields       []string   // what may be stored, in order of declaration; none where StoreNothing speaks
	Never        []string   // what a promise keeps out: fields, or words for things that are no field
	StoreNothing []*Promise // those that speak of the whole category; their fields alone go to Never
	Purposes     []Allowed
	Retain       []Limit  // sorted by From
	Adjust       []Adjust // what is left to the customer, by From
	Floors       []Floor  // how long the vendor must leave it, by From
	BySeverity   *Promise // one by which limits depend on the severity of a line; nil for none
	grades       map[string]grade
	Places       []*Promise // where it may be: each of them must be satisfied
	Log          Log
	Token        []*Promise
	Protect      []*Promise
	Anonymise    []*Promise
	Access       Access
	Before       []Past // what earlier versions say, the newest of them first
}

// Allowed is a purpose, or * for every one, for which a category may be read.
type Allowed struct {
	Purpose string
	Promise *Promise
}

// Limit is the longest time a category may be kept after an event.
type Limit struct {
	From    string // the event
	Max     kept.Period
	Promise *Promise   // the strictest; the first one among equals
	All     []*Promise // every promise that counted for this anchor
}

// End is when something anchored at the given instant must be gone: by whichever promise comes first. A month is now
// shorter, now longer than thirty days, so that is decided here and not once for all.
func (l Limit) End(anchor kept.Time) kept.Time {
	end := l.Max.From(anchor)
	for _, pr := range l.All {
		if p, ok := pr.after(l.From); ok {
			end = min(end, p.From(anchor))
		}
	}
	return end
}

// Rules resolves what holds for category in app, or in the vendor's scope where app is empty; false where the policy
// declares no such category or app.
//
// Every call at the gate asks, and a policy that was read does not change: what was worked out once is kept, and must not
// be changed by who gets it.
func (p *Policy) Rules(app, category string) (Rules, bool) {
	at := [2]string{app, category}
	if p.rules != nil {
		if known, there := p.rules.Load(at); there {
			return known.(Rules), true
		}
	}
	r, ok := p.resolve(app, category)
	if ok {
		p.before(&r, app, category)
	}
	if ok && p.rules != nil {
		p.rules.Store(at, r)
	}
	return r, ok
}

func (p *Policy) resolve(app, category string) (Rules, bool) {
	c, ok := p.Category(category)
	if _, known := p.App(app); !ok || app != "" && !known {
		return Rules{}, false
	}
	r := Rules{Category: c}
	r.storage(p.about(c, app, "collect"), p.about(c, app, "store-nothing"))
	r.purposes(p.about(c, app, "purpose").winners())
	r.graded(p.about(c, app, "retain"))
	r.floors(p.about(c, app, "retain"))
	r.Places = p.about(c, app, "place").winners()
	r.log(p.about(c, app, "log"), p.about(c, app, "store-nothing"))
	r.Token = p.about(c, app, "token").winners()
	r.Protect = p.about(c, app, "protect").winners()
	r.Anonymise = p.about(c, app, "anonymise").winners()
	r.Access.Promises = p.about(c, app, "access").winners()
	return r, true
}

// said are promises of one kind about one category: those that name it, and those that mean it by * or personal-data.
type said struct{ named, umbrella []*Promise }

// winners follows the rule that a named category beats * and personal-data.
func (s said) winners() []*Promise {
	if len(s.named) > 0 {
		return s.named
	}
	return s.umbrella
}

func (p *Policy) about(c Category, app, control string) (s said) {
	for _, pr := range p.Promises {
		if pr.Control != control || !p.takesPart(pr, app) || Covers(pr.Params["except"], c) {
			continue
		}
		category, hasCategory := pr.Params["category"]
		if control == "access" {
			category, hasCategory = pr.Params["to"], true
		}
		only, hasApp := pr.Params["app"]
		switch {
		case hasCategory && !Covers(category, c), hasApp && (app == "" || !only.Has(app) && !only.Has(Every)):
		case category.Has(c.Name), hasApp && only.Has(app):
			s.named = append(s.named, pr)
		default:
			s.umbrella = append(s.umbrella, pr)
		}
	}
	return s
}

func (p *Policy) takesPart(pr *Promise, app string) bool {
	ok, _ := pr.Engine()
	return ok && p.Applies(pr, app) && !p.Contradicted(pr)
}

// Covers tells whether the categories of v mean c.
func Covers(v Value, c Category) bool {
	return v.Has(c.Name) || v.Has(Every) || c.Subject != "" && v.Has(PersonalData)
}

// storage weighs what may be collected against what may not: one question, so a named answer to either beats an
// umbrella's answer to the other.
func (r *Rules) storage(collect, nothing said) {
	r.Collect = collect.winners()
	forbidding := nothing.winners()
	if len(collect.named) > 0 && len(nothing.named) == 0 {
		forbidding = nil
	}
	if len(nothing.named) > 0 && len(collect.named) == 0 && wholly(nothing.named) {
		r.Collect = nil
	}
	for _, pr := range forbidding {
		if fields := pr.Params["fields"].Words(); fields != nil {
			r.Never = append(r.Never, fields...)
		} else {
			r.StoreNothing = append(r.StoreNothing, pr)
		}
	}
	allowed := map[string]bool{}
	for _, pr := range r.Collect {
		r.Never = append(r.Never, pr.Params["never"].Words()...)
		for _, f := range r.Category.Fields {
			if v, names := pr.Params["fields"]; !names || v.Has(f.Name) {
				allowed[f.Name] = true
			}
		}
	}
	slices.Sort(r.Never)
	r.Never = slices.Compact(r.Never)
	for _, f := range r.Category.Fields {
		if len(r.StoreNothing) == 0 && allowed[f.Name] && !slices.Contains(r.Never, f.Name) {
			r.Fields = append(r.Fields, f.Name)
		}
	}
}

// Marketplace is the way by which the server takes something in by itself.
const Marketplace = "marketplace"

// Told are the fields that the Marketplace may fill, because a promise to collect says `via: marketplace`; nil where none does.
func (r Rules) Told() (fields []string) {
	if r.Category.Scope != "installation" {
		return nil
	}
	for _, f := range r.Fields {
		if slices.ContainsFunc(r.Collect, func(pr *Promise) bool {
			named, closed := pr.Params["fields"]
			return pr.Params["via"].Has(Marketplace) && (!closed || named.Has(f))
		}) {
			fields = append(fields, f)
		}
	}
	return fields
}

func wholly(prs []*Promise) bool {
	return slices.ContainsFunc(prs, func(pr *Promise) bool { return pr.Params["fields"].Words() == nil })
}

// purposes unites the lists; sentences that say "only" close it together.
func (r *Rules) purposes(prs []*Promise) {
	closed := slices.ContainsFunc(prs, func(pr *Promise) bool { return pr.Params["only"].Bool() })
	seen := map[string]bool{}
	for _, pr := range prs {
		if closed && !pr.Params["only"].Bool() {
			continue
		}
		for _, purpose := range pr.Params["purposes"].Words() {
			if !seen[purpose] {
				seen[purpose] = true
				r.Purposes = append(r.Purposes, Allowed{purpose, pr})
			}
		}
	}
}

// limits takes the strictest for each anchor: the key of retain is category and event.
func limits(s said) (g grade) {
	for _, from := range events {
		ends := func(pr *Promise) bool { _, ok := pr.after(from); return ok }
		if all := (said{filter(s.named, ends), filter(s.umbrella, ends)}).winners(); len(all) > 0 {
			pr, max := strictest(all, from)
			g.retain = append(g.retain, Limit{from, max, pr, all})
		}
		leaves := func(pr *Promise) bool {
			_, there := pr.Params["adjustable"]
			return there && pr.Params["from"].Has(from)
		}
		if all := (said{filter(s.named, leaves), filter(s.umbrella, leaves)}).winners(); len(all) > 0 {
			g.adjust = append(g.adjust, adjustOf(from, all))
		}
	}
	slices.SortFunc(g.retain, func(a, b Limit) int { return strings.Compare(a.From, b.From) })
	return g
}

// after is how long a promise lets something be kept after an event; false where it says nothing of that. Until it is at
// once.
func (pr *Promise) after(event string) (kept.Period, bool) {
	if pr.Params["until"].Has(event) {
		return kept.Period{}, true
	}
	max, said := pr.Params["max"].Period()
	return max, said && pr.Params["from"].Has(event)
}

// Events are those from which a promise to retain counts, or until which it does.
func (pr *Promise) Events() []string {
	return append(slices.Clone(pr.Params["from"].Words()), pr.Params["until"].Words()...)
}

func strictest(prs []*Promise, event string) (least *Promise, limit kept.Period) {
	for _, pr := range prs {
		if period, _ := pr.after(event); least == nil || period.Shortest() < limit.Shortest() {
			least, limit = pr, period
		}
	}
	return least, limit
}

// Ways of coming back that a rescue may promise data for, and the event from which each counts where it says none.
const (
	Reinstall   = "reinstall"
	Resubscribe = "resubscribe"
)

var rescuedFrom = map[string]string{Reinstall: "uninstalled", Resubscribe: "unsubscribed"}

// Rescue is until when who comes back to app in one way finds its data again; of several promises the one that ends
// first. since has the events that happened: one from which a promise counts is not met before.
func (p *Policy) Rescue(app, on string, since map[string]kept.Time) (until kept.Time, by *Promise) {
	for _, pr := range p.ofApp(app, "rescue") {
		from := pr.Params["from"].Words()
		if from == nil {
			from = []string{rescuedFrom[on]}
		}
		within, _ := pr.Params["within"].Period()
		var end kept.Time
		for _, event := range from {
			if at := since[event]; at != 0 {
				end = max(end, within.From(at))
			}
		}
		if pr.Params["on"].Has(on) && end != 0 && (by == nil || end < until) {
			until, by = end, pr
		}
	}
	return until, by
}

// Purge is the promise by which a customer's admin erases the data of app at once; nil categories mean all of them.
func (p *Policy) Purge(app string) (pr *Promise, categories []string, ok bool) {
	prs := p.ofApp(app, "purge")
	for _, pr := range prs {
		if scope := pr.Params["scope"]; scope.Has("installation") || scope.Has(Every) {
			return pr, nil, true
		}
	}
	for _, c := range p.Categories {
		if c.Scope == "installation" && slices.ContainsFunc(prs, func(pr *Promise) bool { return Covers(pr.Params["scope"], c) }) {
			categories = append(categories, c.Name)
		}
	}
	if categories == nil {
		return nil, nil, false
	}
	return prs[0], categories, true
}

// Hold is the promise that names a reason for which something of app is kept beyond its limit; nil where none does. all are
// those that name any.
func (p *Policy) Hold(app, reason string) (pr *Promise, all []*Promise) {
	all = p.ofApp(app, "hold")
	if i := slices.IndexFunc(all, func(pr *Promise) bool { return pr.Params["reasons"].Has(reason) }); i >= 0 {
		pr = all[i]
	}
	return pr, all
}

func (p *Policy) ofApp(app, control string) []*Promise {
	if app == "" {
		return nil
	}
	return p.InForce(app, control)
}

// InForce are the promises of a kind that count for app, or for the vendor's own scope where app is empty.
func (p *Policy) InForce(app, control string) (prs []*Promise) {
	for _, pr := range p.Promises {
		if pr.Control == control && p.takesPart(pr, app) {
			prs = append(prs, pr)
		}
	}
	return prs
}

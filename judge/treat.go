package judge

import (
	"slices"
	"strings"

	"kept"
)

// promised are the promises of a kind that decide about a category.
func (p Policy) promised(app string, c Category, control string) []Promise {
	return winners(p.about(app, c, control, every))
}

func has(pr Promise, param, word string) bool { return slices.Contains(pr.Params[param], word) }

// Moved says where the server stands from now on.
func (j *Judge) Moved(region string) {
	j.policy.Stands = region
	for n := range j.versions {
		j.versions[n].Stands = region
	}
}

// placed tells whether a category may be on this server, and whether a promise speaks of that. Each of several places must hold.
func (p Policy) placed(app string, c Category) (ok, said bool) {
	list := p.promised(app, c, "place")
	for _, pr := range list {
		at, located := pr.Params["at"]
		if located && !slices.Contains(at, "vendor") && !slices.Contains(at, "third-party") {
			return false, true
		}
		if regions, promised := pr.Params["region"]; promised && !within(p.Stands, regions) {
			return false, true
		}
	}
	return true, len(list) > 0
}

// whereabouts are the regions in which a recipient treats a category: a place promise of it as provider knows best, then what
// names it, then its seat.
func (p Policy) whereabouts(app string, c Category, name string) (regions []string) {
	for _, pr := range p.promised(app, c, "place") {
		if has(pr, "provider", name) {
			regions = append(regions, pr.Params["region"]...)
		}
	}
	if regions != nil {
		return regions
	}
	for _, pr := range p.Promises {
		if pr.Control == "recipient" && p.holds(pr, app) && has(pr, "name", name) {
			regions = append(regions, pr.Params["region"]...)
		}
	}
	if regions == nil && p.Recipients[name].Seat != "" {
		regions = []string{p.Recipients[name].Seat}
	}
	return regions
}

// reached tells whether who stands in these regions stands where a category may be.
func (p Policy) reached(app string, c Category, regions []string) bool {
	for _, pr := range p.promised(app, c, "place") {
		promised, limited := pr.Params["region"]
		if limited && (regions == nil || slices.ContainsFunc(regions, func(r string) bool { return !within(r, promised) })) {
			return false
		}
	}
	return true
}

// countries are those of the cloud regions that a policy names; of another one nobody here knows where it lies.
var countries = map[string]string{"us-east-1": "US", "us-east-2": "US", "us-west-1": "US", "us-west-2": "US", "eu-central-1": "DE", "eu-west-1": "IE",
	"eu-west-2": "GB", "eu-west-3": "FR", "eu-north-1": "SE", "eu-south-1": "IT", "ap-southeast-1": "SG", "ap-southeast-2": "AU", "ca-central-1": "CA"}

const eea = " AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK "

func within(where string, promised []string) bool {
	country := strings.ToUpper(where)
	if c, cloud := countries[strings.ToLower(where)]; cloud {
		country = c
	}
	return where != "" && slices.ContainsFunc(promised, func(r string) bool {
		return strings.EqualFold(r, where) || strings.EqualFold(r, country) || (r == "EEA" || r == "EU" && !slices.Contains([]string{"IS", "LI", "NO"}, country)) && strings.Contains(eea, " "+country+" ")
	})
}

// least tells whether something of a category opens for the host alone that it was stored for.
func (p Policy) least(app string, c Category) bool {
	return slices.ContainsFunc(p.promised(app, c, "token"), func(pr Promise) bool { return has(pr, "scope", "least") })
}

// telling are the branches of the Fides taxonomy that say who somebody is.
var telling = []string{"user.name", "user.contact", "user.unique_id", "user.account", "user.government_id", "user.biometric", "user.device.ip_address", "user.device.cookie_id"}

// named tells whether what is stored says who somebody is where a promise says that nothing does, and whether one does.
func (p Policy) named(app string, c Category, e Event) (named, said bool) {
	list := p.promised(app, c, "anonymise")
	for _, pr := range list {
		named = named || len(people(e)) > 0
		for _, f := range e.Fields {
			fields, some := pr.Params["fields"]
			if some && !slices.Contains(fields, f) || slices.ContainsFunc(pr.Params["excludes"], func(w string) bool { return strings.ReplaceAll(w, "-", "_") == f }) {
				continue
			}
			named = named || e.Names || slices.ContainsFunc(telling, func(b string) bool { return c.Fides[f] == b || strings.HasPrefix(c.Fides[f], b+".") })
		}
	}
	return named, len(list) > 0
}

var vendorStaff = []kept.Role{kept.Operator, kept.Officer, kept.Support, kept.Developer, kept.Contractor, kept.Auditor}

// admits tells whether the vendor's people in a role may open a category. nobody unites with nothing.
func (p Policy) admits(app string, c Category, role kept.Role) bool {
	admitted := false
	for _, pr := range p.promised(app, c, "access") {
		if has(pr, "who", "nobody") {
			return false
		}
		admitted = admitted || has(pr, "who", string(role)) || has(pr, "who", "anyone") || has(pr, "who", "vendor-staff") && slices.Contains(vendorStaff, role)
	}
	return admitted
}

// records are what a log is promised to be of; nil where no promise says.
func (p Policy) records(app string, c Category) (out []string) {
	for _, pr := range p.promised(app, c, "log") {
		out = append(out, pr.Params["records"]...)
	}
	return out
}

// writable tells whether an app may write a line.
func (p Policy) writable(app string, c Category, e Event) bool {
	lists := p.promised(app, c, "log")
	records := p.records(app, c)
	if len(lists) == 0 || len(p.retain(app, class{c.Name, e.Severity}, "entry")) == 0 || e.Severity == "" && p.bySeverity(app, c) || c.Journal {
		return false
	}
	nothing, nothingAll := p.about(app, c, "store-nothing", every)
	named, _ := p.about(app, c, "log", every)
	whole := func(pr Promise) bool { return len(pr.Params["fields"]) == 0 }
	if slices.ContainsFunc(nothing, whole) || len(named) == 0 && slices.ContainsFunc(nothingAll, whole) {
		return false
	}
	var fields, never []string
	for _, pr := range lists {
		fields, never = append(fields, pr.Params["fields"]...), append(never, pr.Params["never"]...)
	}
	if fields == nil {
		fields = c.Fields
	}
	if collect, ok, _ := p.storable(app, c); ok { // what is never stored is not logged either
		for _, f := range c.Fields {
			if !collect[f] && p.never(app, c, f) {
				never = append(never, f)
			}
		}
	}
	nobody := slices.Contains(never, "personal-data")
	if records != nil && !slices.Contains(records, e.Record) || nobody && (len(people(e)) > 0 || e.Names && len(e.Fields) > 0) {
		return false
	}
	for _, f := range e.Fields {
		fides := c.Fides[f]
		if !slices.Contains(fields, f) || nobody && strings.HasPrefix(fides, "user.") || slices.ContainsFunc(never, func(w string) bool {
			w = strings.ReplaceAll(w, "-", "_")
			return w == f || strings.HasSuffix(fides, "."+w)
		}) {
			return false
		}
	}
	return true
}

// never tells whether a promise keeps a field out of a category.
func (p Policy) never(app string, c Category, field string) bool {
	for _, control := range []string{"collect", "store-nothing"} {
		for _, pr := range p.promised(app, c, control) {
			if control == "collect" && has(pr, "never", field) || control == "store-nothing" && has(pr, "fields", field) {
				return true
			}
		}
	}
	return false
}

// receives are the refusals of a read that goes to somebody outside, and the promises that name it. Of who is named already
// it is asked alone whether it is a sale.
func (p Policy) receives(app string, e Event, must refusals, named bool) (naming []Promise) {
	var functions []string
	any := false
	for _, pr := range p.Promises {
		switch {
		case !p.holds(pr, app):
		case pr.Control == "no-sale" && (e.For == "sale" || e.For != "" && has(pr, "purposes", e.For)):
			must[kept.Denied] = true
		case pr.Control == "recipient" && has(pr, "name", e.Recipient):
			naming = append(naming, pr)
			functions = append(functions, pr.Params["for"]...)
			any = any || len(pr.Params["for"]) == 0
		}
	}
	_, declared := p.Recipients[e.Recipient]
	switch {
	case named:
	case !declared, len(naming) == 0:
		must[kept.Denied] = true
	case any || slices.Contains(functions, e.For):
	case e.For == "":
		must[kept.Invalid] = true
	default:
		must[kept.Denied] = true
	}
	return naming
}

// revealed tells whether people may hand something out in a case.
func (p Policy) revealed(app, occasion string) bool {
	return slices.ContainsFunc(p.Promises, func(pr Promise) bool {
		return pr.Control == "disclose" && p.holds(pr, app) && has(pr, "only", occasion)
	})
}

// treated counts what decided about how a category is treated.
func (j *Judge) treated(app string, c Category, controls ...string) {
	for _, control := range controls {
		if len(j.policy.promised(app, c, control)) > 0 {
			j.exercised[control]++
		}
	}
}

func (j *Judge) shut(i *installation, category string) bool {
	_, over := j.closed(i, category)
	return over
}

// disclose is what people say they handed out.
func (j *Judge) disclose(i *installation, e Event) {
	must := refusals{}
	if !j.policy.revealed(i.place.app, e.Case) {
		must[kept.Denied] = true
	}
	i.underWay(must)
	j.exercised["disclose"]++
	kind := kept.FactDisclosure
	if !j.answer(e, must) {
		kind = kept.FactDisclosureRefused
	}
	if e.Refused == "" || e.Refused == kept.Denied {
		j.owe(i, kind, e.Category, "")
	}
}

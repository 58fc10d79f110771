package policy

import "slices"

// Sale is the function for which nobody receives anything where a promise says `no-sale`.
const Sale = "sale"

// Outward is what promises say about handing out what belongs to an app, or to the vendor where app is empty.
type Outward struct {
	Recipients []*Promise
	NoSale     []*Promise
	Disclose   []*Promise
}

// Outward resolves what holds for app. Lists of several promises unite.
func (p *Policy) Outward(app string) Outward {
	return Outward{p.InForce(app, "recipient"), p.InForce(app, "no-sale"), p.InForce(app, "disclose")}
}

// Naming are the promises that name a recipient; one without a name gives nobody anything.
func (o Outward) Naming(recipient string) []*Promise {
	return filter(o.Recipients, func(pr *Promise) bool { return pr.Params["name"].Has(recipient) })
}

// Unnamed are the promises of recipients that nobody has named yet, of a kind and for a function.
func (o Outward) Unnamed(kind, function string) []*Promise {
	return filter(o.Recipients, func(pr *Promise) bool {
		of, hasKind := pr.Params["kind"]
		functions, hasFor := pr.Params["for"]
		_, named := pr.Params["name"]
		return !named && (!hasKind || of.Has(kind)) && (!hasFor || functions.Has(function))
	})
}

// Sells is the promise that forbids a function as a sale; nil for none.
func (o Outward) Sells(function string) *Promise {
	for _, pr := range o.NoSale {
		if function == Sale || function != "" && pr.Params["purposes"].Has(function) {
			return pr
		}
	}
	return nil
}

// Case is the promise that allows people to disclose in a case; nil for none.
func (o Outward) Case(c string) *Promise {
	for _, pr := range o.Disclose {
		if pr.Params["only"].Has(c) {
			return pr
		}
	}
	return nil
}

// Whereabouts are the regions in which a recipient treats what r speaks of, any of them: what a place promise says of it
// as provider, else a promise that names it, else its seat; none where nobody says.
func (p *Policy) Whereabouts(r Rules, app, recipient string) (regions []string) {
	for _, prs := range [][]*Promise{
		filter(r.Places, func(pr *Promise) bool { return pr.Params["provider"].Has(recipient) }),
		p.Outward(app).Naming(recipient),
	} {
		for _, pr := range prs {
			regions = append(regions, pr.Params["region"].Words()...)
		}
		if regions != nil {
			return regions
		}
	}
	if who, declared := p.Recipient(recipient); declared && who.Seat != "" {
		return []string{who.Seat}
	}
	return nil
}

// Regions are the regions that promises of place name for what apps store, in order of reading.
func (p *Policy) Regions() (regions []string) {
	for _, pr := range p.Promises {
		if pr.Control == "place" && slices.ContainsFunc(p.Apps, func(a App) bool { return p.takesPart(pr, a.ID) }) {
			regions = append(regions, pr.Params["region"].Words()...)
		}
	}
	return regions
}

func filter(prs []*Promise, is func(*Promise) bool) (out []*Promise) {
	for _, pr := range prs {
		if is(pr) {
			out = append(out, pr)
		}
	}
	return out
}

package policy

import "kept"

// Floor is how long after an event something must be left where it is, whatever the vendor wants. What the customer asks for, and
// what another promise ends, it does not keep.
type Floor struct {
	From    string
	Min     kept.Period
	Promise *Promise
}

// floors takes the longest of several.
func (r *Rules) floors(s said) {
	for _, from := range events {
		binds := func(pr *Promise) bool {
			_, said := pr.Params["min"].Period()
			return said && pr.Params["from"].Has(from)
		}
		var longest Floor
		for _, pr := range (said{filter(s.named, binds), filter(s.umbrella, binds)}).winners() {
			if min, _ := pr.Params["min"].Period(); longest.Promise == nil || min.Shortest() > longest.Min.Shortest() {
				longest = Floor{from, min, pr}
			}
		}
		if longest.Promise != nil {
			r.Floors = append(r.Floors, longest)
		}
	}
}

// TooSoon is the promise by which something that was collected at an instant must be left at another one; nil for none. happened
// has the events that it knows of; every version that has held since counts.
func (r Rules) TooSoon(collected, now kept.Time, happened map[string]kept.Time) *Promise {
	for _, rules := range r.Since(collected) {
		for _, l := range rules.Floors {
			if at, there := happened[l.From]; there && l.Min.From(at) > now {
				return l.Promise
			}
		}
	}
	return nil
}

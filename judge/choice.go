package judge

import (
	"slices"
	"strings"

	"kept"
)

// choice is how long a customer wants something kept, and since when: nothing was owed by it before.
type choice struct {
	period kept.Period
	at     kept.Time
	back   bool // it was taken back then
}

// bounds are between what a customer may choose.
type bounds struct {
	least, most kept.Period
	bounded     bool
}

// choosable is what a policy leaves to a customer; false for nothing. Of several promises the strictest bounds count.
func (p Policy) choosable(app string, of class, from string) (b bounds, ok bool) {
	c, declared := p.category(of.category)
	if !declared {
		return b, false
	}
	leaves := func(pr Promise) bool {
		return of.speaks(pr) && slices.Contains(pr.Params["from"], from) && len(pr.Params["adjustable"]) > 0
	}
	list := winners(p.about(app, c, "retain", leaves))
	for _, pr := range list {
		if most, err := kept.ParsePeriod(strings.Join(pr.Params["adjustable.max"], "")); err == nil && (!b.bounded || most.Shortest() < b.most.Shortest()) {
			b.most, b.bounded = most, true
		}
		if least, err := kept.ParsePeriod(strings.Join(pr.Params["adjustable.min"], "")); err == nil && least.Shortest() > b.least.Shortest() {
			b.least = least
		}
	}
	return b, len(list) > 0
}

// within are the limits that hold when a customer has chosen: between the bounds, and no longer than the policy's own limit where
// nothing bounds it.
func (b bounds) within(own limits, chosen kept.Period) limits {
	if !b.bounded {
		for _, l := range own {
			if chosen.Shortest() > l.Shortest() {
				return own
			}
		}
	}
	if chosen.Shortest() < b.least.Shortest() {
		chosen = b.least
	}
	if b.bounded && chosen.Shortest() > b.most.Shortest() {
		chosen = b.most
	}
	return limits{chosen}
}

func (j *Judge) choose(i *installation, e Event) {
	must := refusals{}
	if i.uninstalled != 0 || i.erased {
		must[kept.Denied] = true
	}
	i.underWay(must)
	_, declared := j.policy.category(e.Category)
	if !declared {
		must[kept.Invalid] = true
	}
	wanted, err := kept.ParsePeriod(e.Max)
	if err != nil && e.Max != "" {
		must[kept.Invalid] = true
	}
	if !slices.ContainsFunc(classes(e.Category), func(c class) bool {
		return j.policy.mayChoose(i.place.app, c, e.From, wanted, e.Max == "" || err != nil)
	}) {
		must[kept.Denied] = true
	}
	j.exercised["retain"]++
	if !j.answer(e, must) {
		if e.Refused == kept.Denied {
			named := e.Category
			if !declared {
				named = ""
			}
			j.owe(i, kept.FactChoiceRefused, named, "")
		}
		return
	}
	i.used = true
	i.choices[[2]string{e.Category, e.From}] = choice{wanted, j.now, e.Max == ""}
	j.owe(i, kept.FactChosen, e.Category, "")
}

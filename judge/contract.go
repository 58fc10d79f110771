package judge

import (
	"time"

	"kept"
)

// Contract is a row of the Marketplace's report about an app of the policy. Ends and Updated are days.
type Contract struct {
	Entitlement, App, Site string // Site is empty for one of a host's
	Status                 string // active, inactive or cancelled
	Ends, Updated          kept.Time
}

// contract is what was said last of an entitlement, and of which installation.
type contract struct {
	Contract
	of *installation
}

// A day has no time zone: it begins and ends somewhere on earth.
const (
	earliest = -14 * time.Hour
	latest   = 36 * time.Hour
)

// asksDaily is how long it may take from one answer of the Marketplace to the next, with hours in which it did not answer.
const asksDaily = 36 * time.Hour

// AsksMarketplace says since when the Marketplace is asked.
func (j *Judge) AsksMarketplace(since kept.Time) { j.polled = since }

func (j *Judge) asks(w World) {
	if late := j.allow(j.polled, asksDaily); j.polled != 0 && w.Ticked && late <= j.now {
		j.find("licence-heeded", "the Marketplace was asked last at %s", j.polled)
		j.polled = j.now // said once
	}
}

// hears takes over what the Marketplace says, and follows its rows in the table of subscriptions in ARCHITECTURE.md.
func (j *Judge) hears(e Event) {
	j.polled = j.now
	news := map[*installation]bool{}
	j.namings = map[[2]string]Naming{}
	for _, n := range e.Namings {
		j.namings[[2]string{n.Entitlement, n.Kind}] = n
	}
	for _, c := range e.Contracts {
		at := j.could(c.App, c.Site, c.Entitlement)
		before, known := j.contracts[c.Entitlement]
		known = known && !before.of.erased // what was said of it went with it
		if len(at) != 1 || known && (before.Updated > c.Updated || before.Contract == c && before.of == at[0]) {
			continue
		}
		j.contracts[c.Entitlement], news[at[0]] = contract{c, at[0]}, true
		j.owe(at[0], kept.FactLicence, "", "")
	}
	for _, i := range j.installations {
		j.heeds(i, news[i])
	}
}

// could are the installations that a licence could be of.
func (j *Judge) could(app, site, entitlement string) (at []*installation) {
	for _, i := range j.installations {
		named := i.place.site == site && i.place.environment != "" || i.entitled == entitlement
		if named && !i.erased && i.place.app == app && (i.uninstalled == 0 || i.effective > j.now) {
			at = append(at, i)
		}
	}
	return at
}

// heeds lets what the Marketplace says of an installation start or stop the clocks of its subscription. That a licence runs
// counts when it is news: what was known before a token said the contrary is older than that.
func (j *Judge) heeds(i *installation, news bool) {
	runs, any := false, false
	for _, c := range j.contracts {
		if c.of == i {
			any, runs = true, runs || c.Status == "active"
		}
	}
	var last, changed kept.Time
	for _, c := range j.contracts {
		if c.of == i && (c.Status == "active") == runs {
			end := c.Ends
			if end == 0 {
				end = c.Updated
			}
			last, changed = max(last, end.Add(latest)), max(changed, c.Updated)
		}
	}
	gone := i.erased || i.uninstalled != 0 && i.effective <= j.now
	switch newer := i.licensed < changed.Add(earliest); {
	case !any || gone:
		return
	case runs:
		if !news || i.told == 0 || i.uninstalled != 0 || changed.Add(latest) <= i.licensed {
			return
		}
		j.resubscribed(i)
	case last > j.now || last <= i.since || i.told != 0 && last <= i.unsubscribed:
		return
	case newer, i.told == 0 && i.licensed < last && i.paid <= last:
		i.unsubscribed, i.told = last, j.now
		j.owe(i, kept.FactUnsubscribed, "", "")
	default:
		return
	}
	i.licensed = max(i.licensed, changed.Add(earliest))
}

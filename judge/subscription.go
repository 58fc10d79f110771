package judge

import "kept"

// Licence is what a token says of the app's licence; "" where it says nothing.
type Licence string

const (
	LicenceActive Licence = "active"
	LicenceEnded  Licence = "ended"
)

// clock is an event that limits run from, and the instant before which it destroys nothing.
type clock struct {
	from         string
	anchor, free kept.Time
}

// clocks are those that run. The end that a licence told is free when it is told, all else when the uninstall takes effect.
func (i *installation) clocks() (out []clock) {
	if i.uninstalled != 0 {
		out = append(out, clock{"uninstalled", i.uninstalled, i.effective})
	}
	if i.unsubscribed != 0 && i.told != 0 {
		out = append(out, clock{"unsubscribed", i.unsubscribed, i.told})
	} else if i.unsubscribed != 0 {
		out = append(out, clock{"unsubscribed", i.unsubscribed, i.effective})
	}
	return out
}

// closed tells whether a category has ended with its installation or the subscription, destroyed or not, and why.
func (j *Judge) closed(i *installation, category string) (reason string, over bool) {
	for _, c := range i.clocks() {
		if end, ok := j.limit(i, class{category: category}, c.from, i.since).end(c.anchor); ok && end <= j.now {
			return c.from, true
		}
	}
	return "", false
}

// expire ends in a commit what waited for an uninstall to take effect that turned out to be true.
func (j *Judge) expire(i *installation) {
	for _, c := range j.policy.Categories {
		if reason, over := j.closed(i, c.Name); over {
			owed, _ := j.clock(i, class{category: c.Name})
			owed = i.brakes[brakeKey{class{category: c.Name}, byClock}].owes(owed)
			j.erase(i, c.Name, ending{j.now, min(owed, j.now), reason})
		}
	}
}

// leaves is an uninstall: the subscription ends with it or with what was paid, unless it had ended before.
func (i *installation) leaves(at, effective kept.Time) {
	i.uninstalled, i.effective = at, effective
	if i.unsubscribed == 0 {
		i.unsubscribed = max(at, i.paid)
	}
}

// stays takes an uninstall back. What a licence told stands.
func (i *installation) stays() {
	i.uninstalled, i.effective = 0, 0
	if i.told == 0 {
		i.unsubscribed = 0
	}
}

// pays tells whether an arrival pays for the app again.
func (i *installation) pays(e Event) bool {
	return e.Licence == LicenceActive && e.Issued >= i.licensed || i.told == 0 && e.Licence == ""
}

// licensed follows the table of subscriptions in ARCHITECTURE.md.
func (j *Judge) licensed(i *installation, e Event) {
	if e.Issued < i.licensed {
		return
	}
	if e.PaidUntil != 0 {
		i.paid = e.PaidUntil
	}
	if e.Licence != "" {
		i.licensed = e.Issued
	}
	switch {
	case e.Licence == LicenceActive && i.told != 0:
		j.resubscribed(i)
	case e.Licence != LicenceEnded || e.PaidUntil > j.now:
	case i.told != 0 && e.PaidUntil > i.unsubscribed, i.told == 0 && e.PaidUntil != 0:
		i.unsubscribed, i.told = e.PaidUntil, j.now
		j.owe(i, kept.FactUnsubscribed, "", "")
	case i.told == 0 && i.paid <= j.now:
		i.unsubscribed, i.told = j.now, j.now
		j.owe(i, kept.FactUnsubscribed, "", "")
	}
}

// resubscribed is a subscription that is paid for again.
func (j *Judge) resubscribed(i *installation) {
	if until := j.policy.rescue(i.place.app, "resubscribe", i.clocks()); until > j.now {
		j.exercised["rescue"]++
	}
	j.expire(i)
	i.unsubscribed, i.told = 0, 0
	j.owe(i, kept.FactResubscribed, "", "")
}

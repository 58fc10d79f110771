package judge

import (
	"slices"

	"kept"
)

// This file follows docs/reporting.md: what is about accounts that Atlassian calls closed waits, closed, where it is more than
// anybody could expect.

// byAccount is the road of what ends because its account is closed.
const byAccount road = "account"

// closedAccounts is what one brake is on: all of an installation who wait.
var closedAccounts = brakeKey{class{category: "closed-accounts"}, byAccount}

// erasedAt is how many accounts of an app were erased with one answer.
type erasedAt struct {
	app string
	n   int
	at  kept.Time
}

// tooManyClosed tells whether so many more accounts are beyond what a day may bring: of the app, or of all.
func (j *Judge) tooManyClosed(app string, more int) bool {
	here, all := more, more
	for _, e := range j.erasedWith {
		if e.at > j.now.Add(-window) {
			all += e.n
			if e.app == app {
				here += e.n
			}
		}
	}
	known, everybody := 0, 0
	for _, i := range j.installations {
		if i.host {
			continue
		}
		everybody += len(i.people)
		if i.place.app == app {
			known += len(i.people)
		}
	}
	return here > max(few, known/fraction) || all > max(few, everybody/fraction)
}

// calledClosed does what an answer says of closed accounts, and of those that waited and are not closed any more.
func (j *Judge) calledClosed(c Call) {
	fresh := slices.DeleteFunc(slices.Clone(c.Closed), func(account string) bool {
		all := j.everybody(c.App, account)
		if len(all) == 0 { // the last about it ended at this very instant, and the server had yet to look
			return j.waited[[2]string{c.App, account}]
		}
		return !slices.ContainsFunc(all, func(p *person) bool { return p.closing == 0 })
	})
	over := len(fresh) > 0 && j.tooManyClosed(c.App, len(fresh))
	if !over {
		j.erasedWith = append(j.erasedWith, erasedAt{c.App, len(fresh), j.now})
	}
	waited := map[*installation]bool{}
	for _, i := range j.installations {
		waited[i] = i.waiting()
	}
	for _, a := range c.Accounts {
		for _, p := range j.everybody(c.App, a.ID) {
			switch closed := slices.Contains(c.Closed, a.ID); {
			case !closed:
				p.closing = 0
			case p.closing != 0:
			case over:
				j.suspend(p, waited)
			default:
				j.closes(p.of, a.ID, ending{j.now, j.now, "account-closed"}, true)
			}
		}
	}
	if over {
		j.mayWait(c, waited)
	}
}

// mayWait lets installations be closed for people about whom the last ended at this very instant: the server may have had yet to look.
func (j *Judge) mayWait(c Call, waited map[*installation]bool) {
	for _, i := range j.installations {
		if i.place.app != c.App || i.host || waited[i] {
			continue
		}
		for _, account := range c.Closed {
			if at, known := j.parting[i][account]; known && at == j.now {
				j.perhaps[factKey{string(i.id), kept.FactBraked, "", "", j.now}] = true
			}
		}
	}
}

// suspend closes what is about a person, and lets it wait.
func (j *Judge) suspend(p *person, waited map[*installation]bool) {
	p.closing = j.now
	if !waited[p.of] {
		waited[p.of] = true
		p.of.brakes[closedAccounts] = &brake{reason: unforeseen, since: j.now, until: never}
		j.owe(p.of, kept.FactBraked, "", "")
	}
}

// waiting tells whether anybody of an installation waits.
func (i *installation) waiting() bool {
	for _, p := range i.people {
		if p.closing != 0 {
			return true
		}
	}
	return false
}

// awaits tells whether somebody whom a row names waits.
func (i *installation) awaits(r row) bool {
	if r.v != nil {
		return i.awaited(r.v.account)
	}
	return slices.ContainsFunc(r.e.people, i.awaited)
}

func (i *installation) awaited(account string) bool {
	p := i.people[account]
	return p != nil && p.closing != 0
}

// letGoOf ends what is about those who waited, once somebody has said so.
func (j *Judge) letGoOf(i *installation) {
	b := i.brakes[closedAccounts]
	if b == nil || b.on(j.now) {
		return
	}
	for account, p := range i.people {
		if p.closing == 0 {
			continue
		}
		for _, e := range i.entries { // a line about two goes with either, and is in a receipt of each
			if slices.Contains(e.people, account) {
				j.since(receiptKey{string(i.id), e.class, "account-closed", b.until}, p.closing)
			}
		}
	}
	for account, p := range i.people {
		if p.closing != 0 {
			j.closes(i, account, ending{b.until, p.closing, "account-closed"}, false)
		}
	}
}

// since notes since when the account of somebody was closed: each person has a receipt of its own.
func (j *Judge) since(key receiptKey, at kept.Time) {
	if j.sinces[key] == nil {
		j.sinces[key] = map[kept.Time]bool{}
	}
	j.sinces[key][at] = true
}

// closes ends whatever is about a closed account.
func (j *Judge) closes(i *installation, account string, e ending, commit bool) {
	due := func(of class, collected kept.Time) {
		j.due(i, of, e, collected)
		j.since(receiptKey{string(i.id), of, e.reason, e.at}, e.owed)
	}
	for _, v := range i.current {
		if v.account == account {
			i.end(v, e.at, commit)
			due(v.class(), v.stored)
		}
	}
	for _, line := range i.entries {
		if slices.Contains(line.people, account) {
			line.gone, line.commit = e.at, commit
			due(line.class, line.key.at)
		}
	}
	i.forget()
}

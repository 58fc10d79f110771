package judge

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"kept"
)

// Call is one report of accounts, as Atlassian heard and answered it.
type Call struct {
	At              kept.Time
	App             string
	Accounts        []Account
	Status          int
	Closed, Updated []string
	Cycle, Wait     time.Duration // as the answer says; 0 where it does not
}

// Account is somebody as reported.
type Account struct {
	ID        string
	Retrieved kept.Time
}

const (
	mostAccounts = 90
	usualCycle   = 7 * 24 * time.Hour // atlassian: user privacy guidelines
	withAToken   = 20 * mostAccounts  // what one token is used for
	aClaim       = time.Minute        // for so long nobody asks after somebody was killed who did
	ownWay       = 50 * time.Hour     // after which an app that needs no trigger must have asked
)

// nameless are the words that Atlassian has for people it does not know.
var nameless = map[string]bool{"unknown": true, "unidentified": true}

// person is somebody about whom an installation holds something.
type person struct {
	value           // of the sealed account id
	asked kept.Time // when Atlassian was last asked, at first since when the person is known

	outdated kept.Time // what is from before has changed, Atlassian says; 0 for not
	owed     kept.Time // when that has to be gone
	closing  kept.Time // since when the account is closed, and what is about it waits for somebody; 0 for not
}

// reporting is what is known of an app's reports.
type reporting struct {
	cycle   time.Duration
	asked   map[string]kept.Time // by account, the last answer that the server heard
	quiet   kept.Time            // Atlassian wants to be left alone until then
	rests   kept.Time            // nobody need ask before
	failed  kept.Time            // the last call that came to nothing
	own     kept.Time            // since when the app needs no trigger; 0 where it does
	noticed map[kept.ID]bool     // facts of reports
}

func (j *Judge) reporting(app string) *reporting {
	r := j.reports[app]
	if r == nil {
		r = &reporting{cycle: usualCycle, asked: map[string]kept.Time{}, noticed: map[kept.ID]bool{}}
		j.reports[app] = r
	}
	return r
}

// meets notes that an installation holds something about somebody.
func (j *Judge) meets(i *installation, account string) {
	if account != "" && i.people[account] == nil {
		i.people[account] = &person{value: value{of: i, category: "account", marker: account}, asked: j.now}
	}
}

// part lets those go about whom nothing is left.
func (j *Judge) part() {
	for _, i := range j.installations {
		if !i.ended {
			continue
		}
		i.ended = false
		about := map[string]bool{}
		for _, v := range i.current {
			about[v.account] = true
		}
		for _, e := range i.entries {
			for _, account := range e.people {
				about[account] = true
			}
		}
		for account, p := range i.people {
			if !about[account] {
				p.gone = j.now
				j.parted[[2]string{i.place.app, account}], j.waited[[2]string{i.place.app, account}] = j.now, p.closing != 0
				if j.parting[i] == nil {
					j.parting[i] = map[string]kept.Time{}
				}
				j.parting[i][account] = j.now
				delete(i.people, account)
			}
		}
	}
}

// everybody are the people with an account in all installations of an app but those on a customer's own host.
func (j *Judge) everybody(app, account string) (all []*person) {
	for _, i := range j.installations {
		if p := i.people[account]; p != nil && i.place.app == app && !i.host {
			all = append(all, p)
		}
	}
	return all
}

// Reported takes note of calls in which accounts were reported. Whether the server heard the answer is decided by looking.
func (j *Judge) Reported(ctx context.Context, w World, calls []Call) ([]Finding, error) {
	for _, c := range calls {
		j.advance(c.At)
		j.part()
		if len(c.Accounts) > mostAccounts {
			j.find("accounts-reported", "a call speaks of %d accounts", len(c.Accounts))
		}
		r := j.reporting(c.App)
		if c.At < r.quiet {
			j.find("accounts-reported", "Atlassian is asked though it wants to be left alone until %s", r.quiet)
		}
		said := map[string]bool{}
		for _, a := range c.Accounts {
			if said[a.ID] {
				j.find("accounts-reported", "a call speaks of somebody twice")
			}
			said[a.ID] = true
			j.one(c, r, a)
		}
		if c.Status != http.StatusOK && c.Status != http.StatusNoContent {
			r.failed, r.quiet = c.At, max(r.quiet, c.At.Add(c.Wait))
			r.rests = max(r.rests, r.quiet)
			continue
		}
		heard, err := r.heard(ctx, w, c)
		if err != nil {
			return nil, err
		}
		if !heard {
			r.failed, r.rests = c.At, max(r.rests, c.At.Add(aClaim))
			continue
		}
		j.answered(c, r)
	}
	return j.take(), nil
}

// one holds a call against what is stored about somebody.
func (j *Judge) one(c Call, r *reporting, a Account) {
	all := j.everybody(c.App, a.ID)
	if gone := j.parted[[2]string{c.App, a.ID}]; len(all) == 0 && (gone == 0 || gone.Add(tickSlack) < c.At) {
		j.find("accounts-reported", "Atlassian is told of somebody about whom nothing of %s is stored", c.App)
	}
	waits := func(p *person) bool { return p.asked.Add(r.cycle) <= c.At } // at a server where nobody asked for so long
	if last, before := r.asked[a.ID]; before && c.At < last.Add(r.cycle) && !slices.ContainsFunc(all, waits) {
		j.find("accounts-reported", "Atlassian is asked about somebody again, %s after the last time", c.At.Sub(last))
	}
	var item, line kept.Time
	for _, p := range all {
		for _, v := range p.of.current {
			if v.account == a.ID && (item == 0 || v.stored < item) {
				item = v.stored
			}
		}
		for _, e := range p.of.entries {
			if slices.Contains(e.people, a.ID) && (line == 0 || e.key.at < line) {
				line = e.key.at
			}
		}
	}
	if item == 0 {
		item = line
	}
	if want := kept.TimeOf(item.Std().Truncate(time.Millisecond)); item != 0 && a.Retrieved != want && !j.justEnded(c.App, a) {
		j.find("accounts-reported", "what is stored about somebody is from %s, and reported as from %s", want, a.Retrieved)
	}
}

// justEnded tells whether somebody was reported as from what ended at this very instant: the server had yet to look.
func (j *Judge) justEnded(app string, a Account) bool {
	of := func(i *installation) bool { return i.place.app == app && !i.host }
	from := func(stored kept.Time) bool {
		return kept.TimeOf(stored.Std().Truncate(time.Millisecond)) == a.Retrieved
	}
	for _, v := range j.values {
		if v.gone == j.now && v.account == a.ID && of(v.of) && from(v.stored) {
			return true
		}
	}
	for _, lines := range j.entries {
		for _, e := range lines {
			if e.gone == j.now && slices.Contains(e.people, a.ID) && of(e.of) && from(e.key.at) {
				return true
			}
		}
	}
	return false
}

const tickSlack = time.Minute

// heard tells whether the server has noted an answer: there is a fact of it that belongs to no other call.
func (r *reporting) heard(ctx context.Context, w World, c Call) (heard bool, err error) {
	rd := &reader{ctx: ctx, db: w.DB}
	rd.each(func(scan func(...any) error) error {
		var id kept.ID
		var body []byte
		var f factBody
		if err := scan(&id, &body); err != nil {
			return err
		}
		if !heard && !r.noticed[id] && json.Unmarshal(body, &f) == nil && f.Words["app"] == c.App && f.Counts["accounts"] == int64(len(c.Accounts)) {
			heard, r.noticed[id] = true, true
		}
		return nil
	}, `SELECT id, body FROM fact WHERE kind = $1 AND at = $2 ORDER BY id`, string(kept.FactReported), int64(c.At))
	return heard, rd.err
}

// answered does what an answer asks for.
func (j *Judge) answered(c Call, r *reporting) {
	if c.Cycle != 0 && c.Cycle != r.cycle { // who has waited for longer than another cycle is asked about from now on
		r.cycle, r.own = c.Cycle, c.At
	}
	for _, a := range c.Accounts {
		r.asked[a.ID] = c.At
		for _, p := range j.everybody(c.App, a.ID) {
			p.asked = c.At
		}
	}
	for _, account := range c.Updated {
		for _, p := range j.everybody(c.App, account) {
			if p.owed == 0 { // else what has been stored anew since is not asked for again
				p.outdated, p.owed = c.At, c.At.Add(r.cycle)
			}
		}
	}
	j.calledClosed(c)
	j.part()
}

// outdates is when a value goes because Atlassian says that it has changed, and nobody stored it anew; 0 for never.
func (i *installation) outdates(v *value) kept.Time {
	if p := i.people[v.account]; p != nil && v.stored < p.outdated {
		return p.owed
	}
	return 0
}

// refreshed forgets what was asked for, at its end.
func (i *installation) refreshed(to kept.Time) {
	for _, p := range i.people {
		if p.owed != 0 && p.owed <= to {
			p.outdated, p.owed = 0, 0
		}
	}
}

// trigger is a token with which Atlassian could be asked: everybody whose cycle was over has been asked about.
func (j *Judge) trigger(e Event) {
	if e.cut || e.Moody && e.Refused == kept.Internal {
		return
	}
	r := j.reporting(e.App)
	must := refusals{}
	if i := j.byID[e.Installation]; i != nil && i.uninstalled != 0 && i.effective <= j.now { // whose trigger it is
		must[kept.Conflict] = true
	}
	if !j.answer(e, must) || e.Moody || r.rests > j.now {
		return
	}
	if late := j.waiting(e.App, r, 0); late > 0 && late < withAToken {
		j.find("accounts-reported", "a token came, and Atlassian was not asked about %d people whose cycle is over", late)
	}
}

// waiting counts those whose cycle is over for so long.
func (j *Judge) waiting(app string, r *reporting, longer time.Duration) (n int) {
	for _, i := range j.installations {
		for _, p := range i.people {
			if i.place.app == app && !i.host && p.asked.Add(r.cycle+longer) <= j.now {
				n++
			}
		}
	}
	return n
}

// byItself holds apps of Connect to asking without a trigger.
func (j *Judge) byItself() {
	good := map[string]bool{}
	for key, t := range j.tenants {
		good[key[1]] = good[key[1]] || key[0] == string(Connect) && !t.moved && t.forge == "" && !t.i.erased && t.i.uninstalled == 0
	}
	for app, ok := range good {
		r := j.reporting(app)
		switch {
		case !ok:
			r.own = 0
		case r.own == 0:
			r.own = j.now
		}
		if ok && r.own.Add(ownWay) <= j.now && r.failed.Add(ownWay) <= j.now && r.rests <= j.now && j.waiting(app, r, ownWay) > 0 {
			j.find("accounts-reported", "%s has sites to ask, and Atlassian was not asked about somebody for longer than a cycle", app)
		}
	}
}

// subjects holds the rows of people against those about whom something is stored.
func (j *Judge) subjects(s *store) {
	for _, i := range j.installations {
		if i.erased || i.moving.stage == arriving {
			continue
		}
		seen := map[string]bool{}
		for _, row := range s.subjects[i.id] {
			account, opens := s.open(j.hoard, row.sealed)
			p := i.people[string(account)]
			if !opens || p == nil {
				j.find("subjects-right", "%s knows somebody about whom nothing is stored", i.id)
				continue
			}
			seen[string(account)] = true
			row.sealed.of = &p.value
			if row.reported != p.asked || row.outdated != p.outdated || row.closing != p.closing {
				j.find("subjects-right", "of somebody in %s Atlassian was asked at %s, said at %s that something has changed, and at %s that the account is closed; the row says %s, %s and %s",
					i.id, p.asked, p.outdated, p.closing, row.reported, row.outdated, row.closing)
			}
		}
		if len(seen) < len(i.people) {
			j.find("subjects-right", "%s knows %d people, and something is stored about %d", i.id, len(seen), len(i.people))
		}
	}
}

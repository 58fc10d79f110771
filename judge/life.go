package judge

import (
	"time"

	"kept"
)

// takesEffect is how long after the paid period an uninstalled Forge app is gone for good.
// atlassian: changelog CHANGE-2876 (31 October 2025)
const takesEffect = 60 * 24 * time.Hour

type place struct{ app, environment, site string }

// installation is where its events put it.
type installation struct {
	id     kept.ID
	place  place
	remote string
	former map[string]bool // ids of the product that it had before
	paid   kept.Time
	seen   kept.Time
	since  kept.Time // when it began

	entitled string // the licence that Connect, or the host, names

	uninstalled kept.Time // 0 while installed
	effective   kept.Time

	unsubscribed kept.Time // 0 while the subscription runs
	told         kept.Time // since when a licence says that it has ended
	licensed     kept.Time // the newest token that said something of it was issued then

	moving moving
	went   kept.Time // to the other server; 0 unless it is there since
	regret kept.Time // since when it is to go back to the other server; 0 for not
	came   kept.Time // from another server; 0 for never
	by     int64     // the move by which it came; 0 where that is over, or it came back
	leftBy int64     // the move by which it went, until Atlassian takes that back; 0 for none

	restricted bool
	erased     bool // nothing was left of it, and the server said so

	asked   kept.Time // since when a person is asked about it; 0 while nobody is
	settled kept.Time // when that was settled last

	used    bool // something was stored or read in it
	current map[kept.ID]*value
	entries []*entry
	choices map[[2]string]choice // by category and event
	brakes  map[brakeKey]*brake
	dated   map[string]dated // by category: when it ends with the installation
	holds   []*hold          // those that have not ended

	host   bool // it is on a customer's own
	people map[string]*person
	ended  bool // something went, so somebody may have gone with it
}

// left tells whether anything of it must still be there.
func (i *installation) left() bool { return len(i.current)+len(i.entries)+len(i.holds) > 0 }

// last is the newest installation, not erased, that fits. One of which a copy was to come is none before it came.
func (j *Judge) last(fits func(*installation) bool) *installation {
	for n := len(j.installations) - 1; n >= 0; n-- {
		if i := j.installations[n]; !i.erased && (i.moving.stage != arriving || i.moving.seen) && fits(i) {
			return i
		}
	}
	return nil
}

// arrived follows the table of states in ARCHITECTURE.md.
func (j *Judge) arrived(e Event) {
	at := place{e.App, e.Environment, e.Site}
	_, known := j.byID[e.Installation]
	fresh := e.Refused == "" && !known
	i := j.last(func(i *installation) bool { return i.place == at && i.remote == e.Remote })
	if i == nil && j.moves(e) {
		return
	}
	if i == nil {
		i = j.last(func(i *installation) bool { return i.place == at })
	}
	switch {
	case i == nil:
		if j.answer(e, nil) {
			if !fresh {
				j.find("rescue-right", "an arrival where nothing was continues an installation")
				return
			}
			j.begin(e)
		}
	case i.remote == e.Remote && i.uninstalled != 0 && i.effective <= j.now, i.former[e.Remote]:
		j.answer(e, refusals{kept.Conflict: true})
		return
	case i.remote == e.Remote:
		if !j.answer(e, nil) || !j.same(e, i) {
			return
		}
		j.breathes(i, e)
	default:
		if !j.answer(e, j.inBetween(i, e)) {
			return
		}
		j.reinstalled(i, e, fresh)
	}
	if now, ok := j.byID[e.Installation]; ok && e.Refused == "" {
		j.alsoSaid(now, e)
	}
}

// alsoSaid owes what an arrival records beside the state.
func (j *Judge) alsoSaid(i *installation, e Event) {
	switch e.Kind {
	case Upgraded:
		j.owe(i, kept.FactUpgraded, "", "")
	case Token:
		j.owe(i, kept.FactCredential, "", "")
	}
}

// lives notes a sign of life. One that says nothing of a paid period takes none back.
func (j *Judge) lives(i *installation, e Event) {
	i.seen = j.now
	j.licensed(i, e)
}

func (j *Judge) same(e Event, i *installation) bool {
	if e.Installation != i.id {
		j.find("rescue-right", "an arrival of %s was taken for another installation", i.id)
		return false
	}
	return true
}

func (j *Judge) begin(e Event) {
	i := &installation{id: e.Installation, since: j.now, place: place{e.App, e.Environment, e.Site}, remote: e.Remote, former: map[string]bool{},
		current: map[kept.ID]*value{}, people: map[string]*person{}, host: e.Door == Host, choices: map[[2]string]choice{},
		brakes: map[brakeKey]*brake{}, dated: map[string]dated{}}
	j.installations, j.byID[i.id] = append(j.installations, i), i
	j.owe(i, kept.FactInstalled, "", "")
	j.lives(i, e)
}

// reinstalled is another installation id on the same site: the earlier uninstall is done, whether it was signalled or not.
func (j *Judge) reinstalled(i *installation, e Event, fresh bool) {
	if i.uninstalled == 0 {
		j.missed(i)
	}
	if !j.inTime(i, e) {
		j.supersede(i)
	}
	j.returns(i, e, fresh)
}

// missed is an uninstall whose signal was lost.
func (j *Judge) missed(i *installation) {
	j.settle(i)
	i.leaves(i.seen, j.now)
	j.owe(i, kept.FactUninstalled, "", "")
}

// supersede ends an installation for good, because another one is there.
func (j *Judge) supersede(i *installation) {
	if i.uninstalled == 0 {
		j.missed(i)
	}
	i.effective = min(i.effective, j.now)
	j.owe(i, kept.FactEffective, "", "")
}

// inBetween are the refusals of who comes back in time while a change of the policy holds something up.
func (j *Judge) inBetween(i *installation, e Event) refusals {
	if i.uninstalled != 0 && j.inTime(i, e) && j.waits(i) {
		return refusals{kept.Held: true}
	}
	return nil
}

// inTime tells whether a reinstall now continues an installation.
func (j *Judge) inTime(i *installation, e Event) bool {
	return j.policy.rescue(i.place.app, "reinstall", i.clocks()) > j.now || j.paid(i, e)
}

// paid tells whether one does because it is a resubscription, too.
func (j *Judge) paid(i *installation, e Event) bool {
	return j.policy.rescue(i.place.app, "resubscribe", i.clocks()) > j.now && i.pays(e)
}

// returns is a customer that comes back after an uninstall.
func (j *Judge) returns(i *installation, e Event, fresh bool) {
	paid := j.paid(i, e)
	if !j.inTime(i, e) {
		if !fresh {
			j.find("rescue-right", "%s was continued after its time", i.id)
			return
		}
		j.begin(e)
		j.advance(j.now)
		return
	}
	j.exercised["rescue"]++
	if !j.same(e, i) {
		return
	}
	j.expire(i)
	if e.Remote != "" {
		i.former[i.remote] = true
		i.remote = e.Remote
	}
	j.owe(i, kept.FactRescued, "", "")
	if paid || i.told != 0 && i.pays(e) {
		j.owe(i, kept.FactResubscribed, "", "")
		i.told = 0
	}
	i.stays()
	j.lives(i, e)
}

func (j *Judge) leaving(e Event) {
	i := j.last(func(i *installation) bool {
		return i.place == place{e.App, e.Environment, e.Site} && i.remote == e.Remote
	})
	if !j.answer(e, nil) || i == nil || i.uninstalled != 0 {
		return
	}
	paid := i.paid
	j.licensed(i, e)
	i.paid = max(i.paid, paid)
	j.settle(i)
	i.leaves(j.now, max(j.now, i.paid).Add(takesEffect))
	j.owe(i, kept.FactUninstalled, "", "")
}

func (j *Judge) effect(i *installation, e Event) {
	if i.uninstalled == 0 || i.erased {
		j.answer(e, refusals{kept.Conflict: true})
		return
	}
	if j.answer(e, nil) && i.effective > j.now {
		i.effective = j.now
		j.owe(i, kept.FactEffective, "", "")
	}
}

func (j *Judge) restrict(i *installation, e Event) {
	restricted := e.Kind == Restrict
	must := refusals{}
	i.underWay(must)
	if !j.answer(e, must) || i.restricted == restricted {
		return
	}
	i.restricted = restricted
	if restricted {
		j.owe(i, kept.FactRestricted, "", "")
	} else {
		j.owe(i, kept.FactLifted, "", "")
	}
}

func (j *Judge) trespass(_ *installation, e Event) { j.answer(e, refusals{kept.Denied: true}) }

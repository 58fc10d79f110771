package judge

import "kept"

// Door is the way in on which an event comes.
type Door string

const (
	Forge   Door = ""
	Connect Door = "connect" // of a tenant, known by its clientKey
	Host    Door = "host"    // of a Data Center host, which enrolled
)

// tenant is a customer behind one of the other doors. Both outlive an uninstall, so no id tells a reinstall.
type tenant struct {
	i     *installation
	forge string // the Forge installation that wraps it
	moved bool   // it goes by Forge's names
	left  bool   // a host said that it is gone, so its key is
}

// atDoor follows the rows of Connect and of hosts in the table of states in ARCHITECTURE.md.
func (j *Judge) atDoor(e Event) {
	key := [3]string{string(e.Door), e.App, e.Site}
	t := j.tenants[key]
	if t != nil && t.i.erased {
		t = nil // its name died with it
	}
	switch e.Kind {
	case Installed, Upgraded:
		must := refusals{}
		if t != nil && t.i.uninstalled != 0 && t.i.effective <= j.now && !t.moved {
			must = j.inBetween(t.i, e)
		}
		if !j.answer(e, must) {
			return
		}
		if t == nil {
			t = &tenant{}
		}
		j.tenants[key] = t
		j.called(t, e)
	case Token:
		j.knocks(t, e)
	case Uninstall:
		j.goes(t, e)
	}
}

// called is a tenant that says it is installed.
func (j *Judge) called(t *tenant, e Event) {
	_, known := j.byID[e.Installation]
	t.left = false
	switch {
	case t.i == nil && j.wrapping(e) != nil: // of a tenant that nobody knows any more, whose customer has come through Forge
		t.i, t.moved = j.wrapping(e), true
		if !j.same(e, t.i) {
			return
		}
		j.breathes(t.i, e)
	case t.i == nil:
		if known {
			j.find("rescue-right", "an arrival where nothing was continues an installation")
			return
		}
		j.begin(e)
	case t.i.uninstalled == 0:
		if !j.same(e, t.i) {
			return
		}
		j.breathes(t.i, e)
	case t.i.effective <= j.now && !t.moved:
		j.returns(t.i, e, !known)
	default:
		if !j.same(e, t.i) {
			return
		}
		j.breathes(t.i, e)
	}
	if t.i = j.byID[e.Installation]; t.i == nil {
		j.find("rescue-right", "an arrival of %s left no installation", e.App)
		delete(j.tenants, [3]string{string(e.Door), e.App, e.Site})
		return
	}
	if e.Licensed != "" {
		t.i.entitled = e.Licensed
	}
	if e.Wraps != "" {
		t.forge = e.Wraps
		j.join(t)
	}
}

// wrapping is the Forge installation that a callback of Connect names, nil where there is none.
func (j *Judge) wrapping(e Event) *installation {
	return j.last(func(i *installation) bool { return e.Wraps != "" && i.place.app == e.App && i.remote == e.Wraps })
}

// join makes one of a tenant and of the Forge installation that wraps it, where Forge was faster than Connect: what Forge
// began meanwhile is empty and goes.
func (j *Judge) join(t *tenant) {
	shell := j.last(func(i *installation) bool { return i.place.app == t.i.place.app && i.remote == t.forge && i != t.i })
	if shell == nil || t.moved || shell.used {
		return
	}
	shell.erased = true
	t.moved, t.i.place, t.i.remote = true, shell.place, shell.remote
	t.i.seen, t.i.paid, t.i.licensed = j.now, shell.paid, shell.licensed
	if shell.told != 0 { // Connect's tokens say nothing of a licence
		t.i.unsubscribed, t.i.told = shell.unsubscribed, shell.told
	}
	j.owe(t.i, kept.FactMoved, "", "")
}

// moves tells whether an arrival through Forge is a tenant of Connect that comes that way for the first time: it goes on
// under Forge's names.
func (j *Judge) moves(e Event) bool {
	for key, t := range j.tenants {
		if key[0] != string(Connect) || key[1] != e.App || t.forge != e.Remote || t.moved || t.i.erased ||
			t.i.uninstalled != 0 && t.i.effective <= j.now {
			continue
		}
		if !j.answer(e, nil) || !j.same(e, t.i) {
			return true
		}
		at := place{e.App, e.Environment, e.Site}
		if before := j.last(func(i *installation) bool { return i.place == at }); before != nil { // is over, as by any other id there
			j.supersede(before)
		}
		t.moved, t.i.place, t.i.remote = true, at, e.Remote
		j.breathes(t.i, e)
		j.owe(t.i, kept.FactMoved, "", "")
		j.alsoSaid(t.i, e)
		return true
	}
	return false
}

// knocks is a token of a tenant or the key of a host, traded for a credential.
func (j *Judge) knocks(t *tenant, e Event) {
	must := refusals{}
	if e.Stranger || t == nil || e.Door == Connect && e.Role == kept.CustomerAdmin {
		must[kept.Denied] = true
	}
	if t != nil && t.i.uninstalled != 0 && t.i.effective <= j.now {
		must[kept.Denied], must[kept.Conflict] = true, true // its secret or key may be gone already
	}
	if !j.answer(e, must) || t == nil || !j.same(e, t.i) {
		return
	}
	j.breathes(t.i, e)
	j.owe(t.i, kept.FactCredential, "", "")
}

// goes is a tenant that says it is uninstalled: it is gone then, so that takes effect at once, unless Forge wraps it.
func (j *Judge) goes(t *tenant, e Event) {
	must := refusals{}
	if e.Door == Host && (e.Stranger || t == nil || t.left) {
		must[kept.Denied] = true
	}
	if !j.answer(e, must) || t == nil {
		return
	}
	t.left = true
	if t.i.uninstalled != 0 { // a person had said so
		return
	}
	j.settle(t.i)
	j.owe(t.i, kept.FactUninstalled, "", "")
	if t.moved || t.forge != "" {
		t.i.leaves(j.now, max(j.now, t.i.paid).Add(takesEffect))
		return
	}
	t.i.leaves(j.now, j.now)
	j.owe(t.i, kept.FactEffective, "", "")
}

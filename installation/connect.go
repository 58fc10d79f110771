package installation

import (
	"cmp"
	"time"

	"kept"
	"kept/kernel"
	"kept/keys"
	"kept/retention"
)

// ConnectSecret is the class under which the secrets lie that tenants of Connect share with their app. It belongs to the
// installation's scope and dies with it; no category of a policy may be called so.
const ConnectSecret = "connect-secret"

// connectEnvironment is where an installation of Connect stands until Forge knows it: Connect has no environments, other
// ones are other apps with other keys.
const connectEnvironment = "connect"

// Tenant is what a signed callback of Connect says about where it came from. The clientKey alone tells who it is: a
// site's address changes under the same clientKey when the site is renamed, and is then free for a stranger; and another
// clientKey at the same address, as after an import into a site, is another tenant.
type Tenant struct {
	App     string // policy id
	Client  string // clientKey
	Product string // jira or confluence, else site
	Forge   string // bare id of the Forge installation that wraps this one; "" for none
	Address []byte // a hash of its address; nil where it is not told
	Issued  kept.Time

	Entitlement string // id or number of the licence; empty where none is told
}

// TenantInstalled is what an installed callback came to.
type TenantInstalled struct {
	Installation
	Tenant   kept.ID // names the tenant among those of the app
	Again    bool    // the installation went on, so tokens may be under way under the secret it had
	Outdated bool    // a later callback was here before: this one changed nothing
	Replaced kept.ID // an empty installation that was found to be the same customer's, and is no more; may be empty
}

func (i Installation) moved() bool { return i.Environment != connectEnvironment }

// ConnectInstalled handles a signed installed callback, which comes often: for an install, an upgrade, a rotated secret,
// a renamed site. It returns the installation that the tenant is from now on.
// Errors: Conflict for one that is older than the uninstall it would undo.
func (in *Installations) ConnectInstalled(tx *kernel.Tx, t Tenant) (out TenantInstalled, err error) {
	known, err := findTenant(tx, t.App, t.Client)
	if err != nil {
		return out, err
	}
	if known.id == "" {
		return in.newTenant(tx, t)
	}
	out.Tenant = known.id
	if out.Installation, err = in.lock(tx, known.installation); err != nil {
		return out, err
	}
	if t.Issued < known.issued {
		tx.Derived()
		out.Outdated = true
		return out, nil
	}
	before := out.Installation
	if out.Installation, err = in.again(tx, before, t); err != nil {
		return out, err
	}
	out.Again = before.State == kept.Installed && before.ID == out.ID
	if t.Forge != "" {
		if err := in.join(tx, &out, t); err != nil {
			return out, err
		}
	} else {
		t.Forge = known.forge
	}
	updateTenant(tx, known.id, out.ID, t)
	entitles(tx, out.ID, t.Entitlement)
	return out, nil
}

func (in *Installations) newTenant(tx *kernel.Tx, t Tenant) (out TenantInstalled, err error) {
	if t.Forge != "" {
		if out.Installation, err = in.wrapping(tx, t); err != nil {
			return out, err
		}
	}
	if out.ID == "" {
		s := Signal{App: t.App, Environment: connectEnvironment, Site: t.Product + "." + t.Client}
		out.Installation = in.begin(tx, s, "installed")
	} else if out.Installation, err = in.alive(tx, out.Installation, Signal{PaidUntil: out.PaidUntil}, "installed"); err != nil {
		return out, err
	}
	out.Tenant = insertTenant(tx, out.ID, t)
	entitles(tx, out.ID, t.Entitlement)
	return out, in.imported(tx, t)
}

// imported asks about the tenant that was at an address before another one appeared there, as after an import into a site
// (atlassian: AC-1528). It is not that one, and a site that was renamed leaves its address to a stranger: so nothing of it goes
// over, and only a person can tell whether it is gone.
func (in *Installations) imported(tx *kernel.Tx, t Tenant) error {
	if t.Address == nil {
		return nil
	}
	there, err := neighbours(tx, t)
	for _, id := range there {
		i, wrong := in.lock(tx, id)
		if wrong != nil {
			return wrong
		}
		in.ask(tx, i, Imported)
	}
	return err
}

// again is the installation after another installed callback of its tenant.
func (in *Installations) again(tx *kernel.Tx, i Installation, t Tenant) (Installation, error) {
	s := Signal{App: i.App, Environment: i.Environment, Site: i.Site, Remote: i.remote, PaidUntil: i.PaidUntil}
	switch {
	case i.moved() && t.Forge != "" && t.Forge != i.remote: // another Forge installation is a reinstall, as if Forge said so
		s.Remote = t.Forge
		return in.arrive(tx, s, "installed")
	case i.State == kept.Uninstalled && older(t.Issued, i.Uninstalled):
		return i, kept.Errorf(kept.Conflict, "this was signed before the uninstall").WithHint("the app has to be installed again")
	case i.State == kept.Uninstalled && i.Effective <= tx.Now() && !i.moved():
		return in.reinstalled(tx, i, s)
	}
	return in.alive(tx, i, s, "installed")
}

// reinstalled continues where the policy promises that and the time has not run out, else begins anew. The clientKey
// stays the same, so the signature is what proves the reinstall.
func (in *Installations) reinstalled(tx *kernel.Tx, i Installation, s Signal) (Installation, error) {
	if by := in.rescues(tx, i, s); by != nil {
		return in.rescue(tx, i, s, by)
	}
	s.Remote = ""
	return in.begin(tx, s, "installed"), nil
}

// ConnectUninstalled handles a signed uninstalled callback. Connect has no uninstall that is still to come: the app is
// off the site when this is sent (atlassian: lifecycle; CHANGE-2876, by which an app stays for the paid period and sixty
// days more, speaks of Forge), so it takes effect at once. Not so for a tenant that Forge wraps: there it is a signal
// like Forge's own, and a later token takes it back. One that was signed before the last installed callback speaks of an
// earlier life and changes nothing. Errors: NotFound for a tenant nobody knows.
func (in *Installations) ConnectUninstalled(tx *kernel.Tx, t Tenant) (Installation, error) {
	known, err := findTenant(tx, t.App, t.Client)
	if err != nil {
		return Installation{}, err
	}
	if known.id == "" {
		return Installation{}, kept.Errorf(kept.NotFound, "there is no such tenant")
	}
	i, err := in.lock(tx, known.installation)
	if err != nil {
		return i, err
	}
	if t.Issued < known.issued || i.State == kept.Uninstalled {
		tx.Derived()
		return i, nil
	}
	if i, err = in.leave(tx, i); err == nil && !i.moved() && known.forge == "" {
		i = in.takeEffect(tx, i, "signature")
	}
	return i, err
}

// ConnectSeen handles a valid token of a tenant: it proves that the installation lives, as Seen.
// Errors: Conflict when it was issued before an uninstall.
func (in *Installations) ConnectSeen(tx *kernel.Tx, id kept.ID, issued kept.Time) (Installation, error) {
	i, err := in.lock(tx, id)
	if err != nil {
		return i, err
	}
	if i.State == kept.Erased {
		return i, kept.Errorf(kept.NotFound, "there is no such installation")
	}
	if i.State == kept.Uninstalled && older(issued, i.Uninstalled) {
		return i, kept.Errorf(kept.Conflict, "this was signed before the uninstall").WithHint("the app has to be installed again")
	}
	return in.alive(tx, i, Signal{PaidUntil: i.PaidUntil}, "token")
}

// older tells whether a token's whole second was over at an instant of ours.
func older(issued, than kept.Time) bool { return issued.Add(time.Second) <= than }

// move is a tenant of Connect that comes through Forge for the first time: it goes on under Forge's names, and nothing
// of it is touched. Zero, when the token is of nobody whom Connect announced. Only a signed callback joins the two
// (atlassian: migrate the Connect clientKey, installationId), never an address.
func (in *Installations) move(tx *kernel.Tx, s Signal, how string) (Installation, error) {
	id, err := announced(tx, s.App, s.Remote)
	if err != nil || id == "" {
		return Installation{}, err
	}
	i, err := in.lock(tx, id)
	if err != nil || i.moved() || i.State == kept.Uninstalled && i.Effective <= tx.Now() {
		return Installation{}, err
	}
	left, err := in.last(tx, `site = $3 AND state <> 'erased'`, s, s.Site)
	if err != nil {
		return i, err
	}
	if left.ID != "" { // an earlier installation of Forge on the site is over, as by any other id there
		if left.State != kept.Uninstalled {
			if err := in.missed(tx, &left, left.Seen, "reinstalled"); err != nil {
				return i, err
			}
		}
		in.takeEffect(tx, left, "reinstalled")
	}
	if i, err = in.alive(tx, i, s, how); err != nil {
		return i, err
	}
	return in.carryOver(tx, i, s), nil
}

func (in *Installations) carryOver(tx *kernel.Tx, i Installation, s Signal) Installation {
	i.Environment, i.Kind, i.Site, i.remote = s.Environment, cmp.Or(s.Kind, i.Kind), s.Site, s.Remote
	update(tx, i)
	in.heard(tx, i, kept.FactMoved, map[string]string{"app": i.App, "from": "connect", "to": "forge"})
	return i
}

// join makes one of a tenant and of the Forge installation that wraps it, when Forge was faster than Connect. Where the
// latter holds data already, two have to stay two: a person must decide which goes on.
func (in *Installations) join(tx *kernel.Tx, out *TenantInstalled, t Tenant) error {
	if out.moved() {
		return nil
	}
	shell, err := in.wrapping(tx, t)
	if err != nil || shell.ID == "" {
		return err
	}
	held, err := keys.Classes(&tx.View, shell.Scope())
	if err != nil {
		return err
	}
	if len(held) > 0 {
		tx.Record(kept.Fact{Kind: kept.FactAlarm, Scope: out.Scope(), Words: map[string]string{"why": "two-installations"},
			Refs: map[string]kept.ID{"other": shell.ID}})
		return nil
	}
	s := Signal{Environment: shell.Environment, Kind: shell.Kind, Site: shell.Site, Remote: shell.remote}
	in.retention.Wind(tx, shell.Scope(), retention.Standing{App: shell.App})
	in.end(tx, shell)
	out.Replaced = shell.ID
	out.PaidUntil, out.licensed = shell.PaidUntil, shell.licensed
	if shell.told != 0 { // Connect's tokens say nothing of a licence
		out.Unsubscribed, out.told = shell.Unsubscribed, shell.told
		in.retention.Wind(tx, out.Scope(), out.Standing())
	}
	out.Installation = in.carryOver(tx, out.Installation, s)
	return nil
}

// wrapping is the Forge installation that wraps a tenant, zero while Forge has not announced it.
func (in *Installations) wrapping(tx *kernel.Tx, t Tenant) (Installation, error) {
	list, err := kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM installation WHERE app = $1 AND remote_id = $2 AND state <> 'erased'
		ORDER BY installed DESC, id LIMIT 1`+tx.ForUpdate(), t.App, t.Forge)
	if err != nil || len(list) == 0 {
		return Installation{}, err
	}
	return list[0], nil
}

package installation

import (
	"kept"
	"kept/kernel"
)

// hostEnvironment is where an installation of a Data Center app stands: a host of the customer's own, which is the site.
const hostEnvironment = "datacenter"

// Hosted is the installation of an app on a host; found is false where there is none, or none any more.
func (in *Installations) Hosted(tx *kernel.Tx, app, server string) (i Installation, found bool, err error) {
	i, err = in.last(tx, `site = $3 AND state <> 'erased'`, Signal{App: app, Environment: hostEnvironment}, server)
	return i, i.ID != "", err
}

// Licensed notes which licence a host says that it has.
func (in *Installations) Licensed(tx *kernel.Tx, id kept.ID, licence string) {
	entitles(tx, id, licence)
}

// Enrolled handles the enrolment of a host. Whoever lost the key enrols anew and finds the installation; after an
// uninstall the enrolment is a reinstall, which continues where the policy promises that and the time has not run out.
func (in *Installations) Enrolled(tx *kernel.Tx, app, server string) (Installation, error) {
	i, found, err := in.Hosted(tx, app, server)
	switch s := (Signal{App: app, Environment: hostEnvironment, Site: server, Remote: i.remote, PaidUntil: i.PaidUntil}); {
	case err != nil:
		return i, err
	case !found:
		return in.begin(tx, s, "enrolled"), nil
	case i.State == kept.Uninstalled:
		return in.reinstalled(tx, i, s)
	default:
		return in.alive(tx, i, s, "enrolled")
	}
}

// HostSeen handles a call with the key of an instance: it proves that the installation lives, as Seen.
func (in *Installations) HostSeen(tx *kernel.Tx, id kept.ID) (Installation, error) {
	i, err := in.lock(tx, id)
	if err != nil {
		return i, err
	}
	return in.alive(tx, i, Signal{PaidUntil: i.PaidUntil}, "key")
}

// HostUninstalled handles what a host says when the app is removed there. The app is gone when it says so, and only its
// key can say it, so it takes effect at once.
func (in *Installations) HostUninstalled(tx *kernel.Tx, id kept.ID) (Installation, error) {
	i, err := in.lock(tx, id)
	if err != nil || i.State != kept.Installed {
		tx.Derived() // a person knew it before
		return i, err
	}
	if i, err = in.leave(tx, i); err != nil {
		return i, err
	}
	return in.takeEffect(tx, i, "host"), nil
}

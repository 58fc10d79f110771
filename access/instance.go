package access

import (
	"context"
	"regexp"
	"slices"
	"time"

	"kept"
	"kept/gate"
	"kept/installation"
	"kept/kernel"
)

const codeLife = 7 * 24 * time.Hour

// serverShape is the id of a Data Center host. atlassian: finding your server ID
var serverShape = regexp.MustCompile(`^[A-Z0-9]{4}(-[A-Z0-9]{4}){3}$`)

// Enrolment is the code with which one host enrols, shown once.
type Enrolment struct {
	ID      kept.ID   `json:"id"`
	App     string    `json:"app"`
	Code    string    `json:"code"`
	Expires kept.Time `json:"expires"`
}

// Instance is a host that has enrolled, with its key, shown once.
type Instance struct {
	Installation kept.ID `json:"installation"`
	Key          string  `json:"key"`
}

// CreateEnrolment makes a code for a host of an app. With a server it is good there alone, and goes on with what is there;
// without one it is good wherever the app was never enrolled, since a server's id is no secret.
func (a *Access) CreateEnrolment(ctx context.Context, actor kept.Actor, app, server string) (e Enrolment, err error) {
	if declared, ok := a.policy.App(app); !ok || !slices.Contains(declared.Hosting, kept.DataCenter) {
		return e, kept.Errorf(kept.NotFound, "the policy has no Data Center app of that name").WithHint("an app needs `hosting: datacenter` to be enrolled")
	}
	if server != "" && !serverShape.MatchString(server) {
		return e, notAServer()
	}
	code, digest := a.secret(codePrefix)
	err = a.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := a.ask(tx, gate.Enrol); err != nil {
			return err
		}
		e = Enrolment{ID: tx.NewID("enr"), App: app, Code: code, Expires: tx.Now().Add(codeLife)}
		insertEnrolment(tx, e, server, digest)
		tx.Record(kept.Fact{Kind: kept.FactCodeMade, Refs: map[string]kept.ID{"enrolment": e.ID}, Words: map[string]string{"app": app}})
		tx.DueOnce(dueSweep, "daily", tx.Now().Add(sweepEvery))
		return nil
	})
	return e, err
}

// Enrol uses a code up for a host, whose key replaces any it had before; licence is what the host says that it has, empty for
// nothing. Errors: Invalid for a server or a licence that cannot be one; Denied for a code that is wrong, used, expired or made for
// another server, and for a server that needs one made for it.
func (a *Access) Enrol(ctx context.Context, code, server, licence string) (out Instance, err error) {
	if !serverShape.MatchString(server) {
		return out, notAServer()
	}
	if licence != "" && installation.NameOfLicence(licence) == "" {
		return out, kept.Errorf(kept.Invalid, "not the id or number of a licence").WithHint("it stands in the licence, as E-XXX-XXX-XXX-XXX; leave it out if there is none")
	}
	key, digest := a.secret(instancePrefix)
	err = a.k.Do(ctx, kept.Actor{Role: kept.AppRuntime}, func(tx *kernel.Tx) error {
		e, good, err := redeemable(tx, hash(code))
		if err != nil {
			return err
		}
		if !good || e.server != "" && e.server != server {
			return kept.Errorf(kept.Denied, "the code is not valid").
				WithHint("a code is good once, for seven days, and where it was made for a server, there alone; the vendor's support makes a new one")
		}
		if _, known, err := a.installations.Hosted(tx, e.app, server); err != nil || known && e.server == "" {
			if err == nil {
				err = kept.Errorf(kept.Denied, "this server was enrolled before").WithHint("the vendor's support makes a code for this very server")
			}
			return err
		}
		i, err := a.installations.Enrolled(tx, e.app, server)
		if err != nil {
			return err
		}
		a.installations.Licensed(tx, i.ID, licence)
		tx.Exec(`DELETE FROM credential WHERE installation = $1`, string(i.ID)) // of a key that somebody else may have found
		id := replaceInstance(tx, i, digest)
		tx.ExecOne(`DELETE FROM enrolment WHERE id = $1`, string(e.id))
		tx.Record(kept.Fact{Kind: kept.FactEnrolled, Scope: i.Scope(), Refs: map[string]kept.ID{"enrolment": e.id, "instance": id}, Words: map[string]string{"app": e.app}})
		out = Instance{Installation: i.ID, Key: key}
		return nil
	})
	return out, err
}

func notAServer() error {
	return kept.Errorf(kept.Invalid, "not the id of a server").WithHint("it stands on the host's page of system information and in the licence, as BXXX-XXXX-XXXX-XXXX")
}

// Instance is the app of the host whose key this is, in its installation. Errors: Denied.
func (a *Access) Instance(ctx context.Context, key string) (actor kept.Actor, err error) {
	err = a.k.View(ctx, func(v *kernel.View) (err error) {
		actor, err = instanceOf(v, key, "")
		return err
	})
	return actor, err
}

// IssueInstance gives the host whose key this is a credential. The customer's own host says who is an administrator there.
// Errors: Denied.
func (a *Access) IssueInstance(ctx context.Context, key string, of kept.Actor, role kept.Role) (Credential, error) {
	return a.issue(ctx, of.App, role, func(tx *kernel.Tx) (i installation.Installation, err error) {
		of, err := instanceOf(&tx.View, key, tx.ForUpdate()) // it may have enrolled anew meanwhile
		if err != nil {
			return i, err
		}
		return a.installations.HostSeen(tx, of.Installation)
	})
}

// Leave does what a host says when the app is removed there; its key is good no more. Errors: Denied.
func (a *Access) Leave(ctx context.Context, key string, of kept.Actor) error {
	return a.k.Do(ctx, of, func(tx *kernel.Tx) error {
		of, err := instanceOf(&tx.View, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if _, err := a.installations.HostUninstalled(tx, of.Installation); err != nil {
			return err
		}
		tx.ExecOne(`DELETE FROM instance WHERE hash = $1`, hash(key))
		return nil
	})
}

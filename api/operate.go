package api

import (
	"context"
	"net/http"

	"kept"
	"kept/access"
	"kept/gate"
	"kept/installation"
	"kept/kernel"
)

// NewAppKey is a key as it is shown once.
type NewAppKey struct {
	ID     kept.ID `json:"id"`
	App    string  `json:"app"`
	Secret string  `json:"secret" doc:"shown this once"`
}

// AppKeyList is the keys of all apps, without their secrets.
type AppKeyList struct {
	Keys []access.AppKey `json:"keys"`
}

// NewStaff asks for an account.
type NewStaff struct {
	Login string    `json:"login"`
	Role  kept.Role `json:"role" enum:"operator,officer,support,developer,contractor,auditor"`
}

// StaffCreated is an account with the password it starts with.
type StaffCreated struct {
	ID       kept.ID   `json:"id"`
	Role     kept.Role `json:"role"`
	Password string    `json:"password" doc:"shown this once; it must change at the first login"`
}

// Epoch is the newest generation of the keys over all keys.
type Epoch struct {
	Generation int64 `json:"generation"`
}

// Presence is a person's word about an installation.
type Presence struct {
	Answer installation.Answer `json:"answer" enum:"there,gone" doc:"there settles what was asked; gone is an uninstall that has taken effect"`
	Since  kept.Time           `json:"since,omitzero" doc:"of gone: the uninstall; left out, the last sign of life"`
}

// QuestionList is what a person is asked about installations, the oldest first.
type QuestionList struct {
	Questions []installation.Question `json:"questions"`
}

type (
	oneInstallation struct {
		Installation string `path:"installation"`
	}
	aPresence struct {
		Installation string `path:"installation"`
		Body         Presence
	}
	oneApp struct {
		App string `path:"app" doc:"id of the app in the policy"`
	}
	oneKey struct {
		Key string `path:"key"`
	}
	newStaff struct{ Body NewStaff }
)

func (f *face) operate() {
	operator := func(id, method, path, says string) operation {
		return operation{id: id, method: method, path: path, says: says, by: ofStaff, roles: []kept.Role{kept.Operator}}
	}
	add(f, operator("effect", http.MethodPost, "/v1/installations/{installation}/effect",
		"Say that an uninstall has taken effect: from now on the clocks destroy."), f.effect)
	add(f, operator("presence", http.MethodPost, "/v1/installations/{installation}/presence",
		"Say whether an installation is still there."), f.presence)
	add(f, shown(operator("create-app-key", http.MethodPost, "/v1/apps/{app}/keys", "Make a key for an app.")), f.createKey)
	add(f, operator("app-keys", http.MethodGet, "/v1/app-keys", "The keys of all apps."), f.keys)
	add(f, operator("revoke-app-key", http.MethodDelete, "/v1/app-keys/{key}", "End a key, and the credentials of its app, at once."), f.revokeKey)
	add(f, shown(operator("create-staff", http.MethodPost, "/v1/staff", "Make an account for one of the vendor's people.")), f.createStaff)
	add(f, operator("turn-epoch", http.MethodPost, "/v1/epochs", "Begin a new epoch now; the old one's key is destroyed."), f.turn)
}

// shown marks an operation whose answer holds a secret.
func shown(o operation) operation {
	o.answer, o.secret = http.StatusCreated, true
	return o
}

func (f *face) effect(ctx context.Context, c *call, in *oneInstallation) (*body[installation.Installation], error) {
	id, err := kept.ParseID("ins", in.Installation)
	if err != nil {
		return nil, err
	}
	var i installation.Installation
	err = f.act(ctx, question(c, gate.Operate, kept.Scope{Installation: id}), func(tx *kernel.Tx) (err error) {
		i, err = f.Server.Installations.TakeEffect(tx, id)
		return err
	})
	return answerOf(i), err
}

func (f *face) presence(ctx context.Context, c *call, in *aPresence) (*body[installation.Installation], error) {
	id, err := kept.ParseID("ins", in.Installation)
	if err != nil {
		return nil, err
	}
	var i installation.Installation
	err = f.act(ctx, question(c, gate.Operate, kept.Scope{Installation: id}), func(tx *kernel.Tx) (err error) {
		i, err = f.Server.Installations.Answer(tx, id, in.Body.Answer, in.Body.Since)
		return err
	})
	return answerOf(i), err
}

func (f *face) createKey(ctx context.Context, c *call, in *oneApp) (*body[NewAppKey], error) {
	id, secret, err := f.Server.Access.CreateAppKey(ctx, c.actor, in.App)
	return answerOf(NewAppKey{id, in.App, secret}), err
}

func (f *face) keys(ctx context.Context, c *call, _ *empty) (*body[AppKeyList], error) {
	var list []access.AppKey
	err := f.look(ctx, question(c, gate.Operate, kept.VendorScope), func(v *kernel.View) (err error) {
		list, err = f.Server.Access.AppKeys(v)
		return err
	})
	return answerOf(AppKeyList{orEmpty(list)}), err
}

func (f *face) revokeKey(ctx context.Context, c *call, in *oneKey) (*empty, error) {
	id, err := kept.ParseID("key", in.Key)
	if err != nil {
		return nil, err
	}
	return nil, f.Server.Access.RevokeAppKey(ctx, c.actor, id)
}

func (f *face) createStaff(ctx context.Context, c *call, in *newStaff) (*body[StaffCreated], error) {
	id, password, err := f.Server.Access.CreateStaff(ctx, c.actor, in.Body.Login, in.Body.Role)
	return answerOf(StaffCreated{id, in.Body.Role, password}), err
}

func (f *face) turn(ctx context.Context, c *call, _ *empty) (*body[Epoch], error) {
	if err := f.ask(ctx, question(c, gate.Operate, kept.VendorScope)); err != nil {
		return nil, err
	}
	err := f.Server.Ring.Turn(ctx)
	return answerOf(Epoch{f.Server.Ring.Generation()}), err
}

package api

import (
	"context"
	"net/http"

	"kept"
	"kept/kernel"
	"kept/realm"
)

// Migration is a step of a site's move to another realm, as Atlassian asks for it (atlassian: forge remote, realm migration).
type Migration struct {
	_        struct{} `json:"-" additionalProperties:"true"`
	Number   int64    `json:"migrationId" minimum:"1" doc:"Atlassian's number of the migration"`
	Location string   `json:"location,omitempty" maxLength:"32" doc:"of a schedule: the region to move to"`
}

// MigrationStatus is how far a migration is.
type MigrationStatus struct {
	Status string `json:"status" enum:"in-progress,ready-to-commit,failed"`
	Code   string `json:"errorResponseCode,omitempty" doc:"why it failed"`
}

type (
	migrate struct {
		App  string `path:"app" doc:"id of the app in the policy"`
		Body Migration
	}
	askMigration struct {
		App    string `path:"app" doc:"id of the app in the policy"`
		Number int64  `query:"migrationId" required:"true" minimum:"1" doc:"Atlassian's number of the migration"`
	}
)

func (f *face) migrations() {
	for _, step := range []realm.Step{realm.Schedule, realm.Start, realm.Commit, realm.Rollback} {
		add(f, operation{id: "migration-" + string(step), method: http.MethodPost, path: "/forge/{app}/migration/" + string(step), by: forgeToken,
			answer: http.StatusNoContent, says: "A step of the module migration:dataResidency."}, f.migrate(step))
	}
	add(f, operation{id: "migration-status", method: http.MethodGet, path: "/forge/{app}/migration/status", by: forgeToken,
		says: "Whether a migration of the module migration:dataResidency may be committed."}, f.migrationStatus)
}

func (f *face) migrate(step realm.Step) func(context.Context, *call, *migrate) (*empty, error) {
	return func(ctx context.Context, c *call, in *migrate) (*empty, error) {
		return nil, f.deliver(ctx, c, Told{}, func(tx *kernel.Tx) error {
			return realmed(f.Server.Realms.Ask(tx, c.signal, step, in.Body.Number, in.Body.Location))
		})
	}
}

func (f *face) migrationStatus(ctx context.Context, c *call, in *askMigration) (*body[MigrationStatus], error) {
	out := MigrationStatus{Status: "in-progress"}
	err := f.deliver(ctx, c, Told{}, func(tx *kernel.Tx) error {
		ready, code, err := f.Server.Realms.Status(tx, c.signal, in.Number)
		switch {
		case ready:
			out.Status = "ready-to-commit"
		case code != "":
			out.Status, out.Code = "failed", code
		}
		return realmed(err)
	})
	return answerOf(out), err
}

// realmed gives a code of Atlassian's to what has none of its own.
func realmed(err error) error {
	if kept.KindOf(err) == kept.NotFound {
		return realm.Unknown()
	}
	return err
}

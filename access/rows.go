package access

import (
	"kept"
	"kept/installation"
	"kept/kernel"
)

// enrolmentRow is a code that nobody used yet.
type enrolmentRow struct {
	id          kept.ID
	app, server string
}

func insertEnrolment(tx *kernel.Tx, e Enrolment, server string, digest []byte) {
	tx.ExecOne(`INSERT INTO enrolment (id, app, server, hash, expires) VALUES ($1, $2, $3, $4, $5)`, string(e.ID), e.App, server, digest, int64(e.Expires))
}

func redeemable(tx *kernel.Tx, digest []byte) (e enrolmentRow, good bool, err error) {
	good, err = tx.Row(`SELECT id, app, server FROM enrolment WHERE hash = $1 AND expires > $2`+tx.ForUpdate(), digest, int64(tx.Now())).Scan(&e.id, &e.app, &e.server)
	return e, good, err
}

func replaceInstance(tx *kernel.Tx, i installation.Installation, digest []byte) kept.ID {
	id := tx.NewID("dcx")
	tx.Exec(`DELETE FROM instance WHERE app = $1 AND server = $2`, i.App, i.Site)
	tx.ExecOne(`INSERT INTO instance (id, app, server, installation, hash, created) VALUES ($1, $2, $3, $4, $5, $6)`,
		string(id), i.App, i.Site, string(i.ID), digest, int64(tx.Now()))
	return id
}

func instanceOf(v *kernel.View, key, lock string) (kept.Actor, error) {
	of := kept.Actor{Role: kept.AppRuntime}
	found, err := v.Row(`SELECT app, installation FROM instance WHERE hash = $1`+lock, hash(key)).Scan(&of.App, &of.Installation)
	if err == nil && !found {
		err = unknown()
	}
	return of, err
}

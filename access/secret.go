package access

import (
	"context"
	"crypto/subtle"
	"time"

	"kept"
	"kept/installation"
	"kept/kernel"
	"kept/retention"
	"kept/seal"
)

const (
	dueFormer = "access.former-secret" // secret: the last tokens under it have run out

	// underWay is how long tokens under a replaced secret are accepted: the longest that Atlassian's live.
	underWay  = 15 * time.Minute
	maxSecret = 4096
)

// secretRow is one shared secret, sealed.
type secretRow struct {
	id, scope, unit kept.ID
	envelope        []byte
}

func (s secretRow) ad() seal.AD {
	return seal.AD{Scope: string(s.scope), Category: installation.ConnectSecret, Item: s.id, Version: 1}
}

// baseAD is that of the base URL, which lies under the keys of its secret.
func (s secretRow) baseAD() seal.AD {
	return seal.AD{Scope: string(s.scope), Category: "connect-base", Item: s.id, Version: 1}
}

func (s secretRow) in() kept.Scope { return kept.Scope{Installation: s.scope} }

func scanSecret(scan func(...any) error) (s secretRow, err error) {
	return s, scan(&s.id, &s.scope, &s.unit, &s.envelope)
}

// keep seals a secret. The one before is accepted for some minutes more where the installation went on, else not at all.
func (a *Access) keep(tx *kernel.Tx, t installation.TenantInstalled, c Callback) error {
	former, err := kernel.Query(&tx.View, scanSecret, `SELECT id, scope, unit, envelope FROM connect_secret
		WHERE tenant = $1 AND scope = $2 AND until = 0`+tx.ForUpdate(), string(t.Tenant), t.Scope().String())
	if err != nil {
		return err
	}
	for _, f := range former {
		plain, err := a.keys.Open(&tx.View, f.in(), f.ad(), f.envelope)
		switch {
		case kept.KindOf(err) == kept.NotFound: // its class is destroyed, its row waits for that
		case err != nil:
			return err
		case subtle.ConstantTimeCompare(plain, []byte(c.Secret)) == 1:
			return a.rebase(tx, f, c.Base)
		}
		until := tx.Now()
		if t.Again {
			until = until.Add(underWay)
		}
		tx.ExecOne(`UPDATE connect_secret SET until = $1 WHERE id = $2`, int64(until), string(f.id))
		tx.Due(dueFormer, string(f.id), until)
	}
	row := secretRow{id: tx.NewID("sec"), scope: t.ID}
	class, err := a.keys.Class(tx, row.in(), installation.ConnectSecret, false)
	if err != nil {
		return err
	}
	unit, err := a.keys.NewUnits(tx, row.in(), "secret")
	if err != nil {
		return err
	}
	if row.envelope, err = seal.Seal([]seal.Key{class, unit[0]}, row.ad(), []byte(c.Secret)); err != nil {
		return err
	}
	var base []byte
	if c.Base != "" {
		if base, err = seal.Seal([]seal.Key{class, unit[0]}, row.baseAD(), []byte(c.Base)); err != nil {
			return err
		}
	}
	tx.Exec(`INSERT INTO connect_secret (id, tenant, scope, class, unit, until, envelope, base) VALUES ($1, $2, $3, $4, $5, 0, $6, $7)`,
		string(row.id), string(t.Tenant), t.Scope().String(), string(class.Ref().ID), string(unit[0].Ref().ID), row.envelope, base)
	return nil
}

// Arrived goes on waiting for the last tokens under former secrets of an installation that has come from another server.
func (a *Access) Arrived(tx *kernel.Tx, scope kept.Scope) error {
	return tx.Each(func(scan func(...any) error) error {
		var id string
		var until kept.Time
		err := scan(&id, &until)
		tx.Due(dueFormer, id, until)
		return err
	}, `SELECT id, until FROM connect_secret WHERE scope = $1 AND until > 0`, scope.String())
}

// rebase notes where a site is to be called: it may have another name now.
func (a *Access) rebase(tx *kernel.Tx, s secretRow, base string) error {
	if base == "" {
		return nil
	}
	class, err := a.keys.Class(tx, s.in(), installation.ConnectSecret, false)
	if err != nil {
		return err
	}
	unit, err := a.keys.Unit(&tx.View, s.in(), s.unit)
	if err != nil {
		return err
	}
	sealed, err := seal.Seal([]seal.Key{class, unit}, s.baseAD(), []byte(base))
	tx.Exec(`UPDATE connect_secret SET base = $1 WHERE id = $2`, sealed, string(s.id))
	return err
}

// Site is a tenant of Connect that an app can call.
type Site struct{ Base, App, Secret string }

const someSites = 5

// Sites are some tenants of an app that it can call, the one of an installation before others.
func (a *Access) Sites(ctx context.Context, app string, rather kept.ID) (sites []Site, err error) {
	declared, _ := a.policy.App(app)
	type row struct {
		secretRow
		base []byte
	}
	err = a.k.View(ctx, func(v *kernel.View) error {
		sites = nil
		rows, err := kernel.Query(v, func(scan func(...any) error) (s row, err error) {
			return s, scan(&s.id, &s.scope, &s.unit, &s.envelope, &s.base)
		}, `SELECT s.id, s.scope, s.unit, s.envelope, s.base FROM connect_secret s JOIN connect_tenant t ON t.id = s.tenant AND t.installation = s.scope
			WHERE t.app = $1 AND s.until = 0 AND s.base IS NOT NULL ORDER BY CASE WHEN s.scope = $2 THEN 0 ELSE 1 END, s.id LIMIT $3`, app, string(rather), someSites)
		for _, s := range rows {
			var secret, base []byte
			secret, err = a.keys.Open(v, s.in(), s.ad(), s.envelope)
			if err == nil {
				base, err = a.keys.Open(v, s.in(), s.baseAD(), s.base)
			}
			if kept.KindOf(err) == kept.NotFound { // destroyed
				err = nil
				continue
			}
			if err != nil {
				return err
			}
			sites = append(sites, Site{string(base), declared.Connect, string(secret)})
		}
		return err
	})
	return sites, err
}

// former destroys a replaced secret.
func (a *Access) former(ctx context.Context, d kernel.Due) error {
	return a.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Done(d)
		tx.Derived() // its end follows from the callback that replaced it
		_, err := a.drop(tx, `id = $1`, d.Ref, 1)
		return err
	})
}

// reclaim deletes secrets whose class key is gone.
func (a *Access) reclaim(tx *kernel.Tx, r retention.Remains, limit int) (int, error) {
	return a.drop(tx, `class = $1`, string(r.Of), limit)
}

// neverAges: a secret ends with its installation or when it is replaced, never by its age.
func neverAges(*kernel.Tx, kept.Scope, string, string, kept.Time, int) (n int, oldest, next kept.Time, err error) {
	return 0, 0, 0, nil
}

// drop deletes up to limit secrets that fit a condition on $1, with their unit keys.
func (a *Access) drop(tx *kernel.Tx, where, value string, limit int) (int, error) {
	rows, err := kernel.Query(&tx.View, scanSecret, `SELECT id, scope, unit, envelope FROM connect_secret WHERE `+where+
		` ORDER BY id LIMIT $2`+tx.ForUpdate(), value, limit)
	for _, s := range rows {
		a.keys.DestroyUnits(tx, s.unit)
		tx.Exec(`DELETE FROM connect_secret WHERE id = $1`, string(s.id))
	}
	return len(rows), err
}

// secrets are those of a tenant that are good now, the newest first.
func (a *Access) secrets(ctx context.Context, app, client string) (id kept.ID, secrets []string, err error) {
	err = a.k.View(ctx, func(v *kernel.View) error {
		tenant, of, found, err := installation.TenantOf(v, app, client)
		if err != nil || !found {
			return err
		}
		rows, err := kernel.Query(v, scanSecret, `SELECT id, scope, unit, envelope FROM connect_secret
			WHERE tenant = $1 AND scope = $2 AND (until = 0 OR until > $3) ORDER BY until = 0 DESC, until DESC`, string(tenant), string(of), int64(v.Now()))
		if err != nil {
			return err
		}
		for _, s := range rows {
			plain, err := a.keys.Open(v, s.in(), s.ad(), s.envelope)
			if kept.KindOf(err) == kept.NotFound { // destroyed
				continue
			}
			if err != nil {
				return err
			}
			secrets = append(secrets, string(plain))
		}
		id = of
		return nil
	})
	return id, secrets, err
}

package installation

import (
	"kept"
	"kept/kernel"
	"kept/retention"
)

const columns = `id, app, environment, site, remote_id, state, installed, seen, paid_until, uninstalled, effective, restricted, erased, unsubscribed, told, licensed, questioned, kind`

func scan(scan func(...any) error) (i Installation, err error) {
	err = scan(&i.ID, &i.App, &i.Environment, &i.Site, &i.remote, &i.State, &i.Installed, &i.Seen, &i.PaidUntil,
		&i.Uninstalled, &i.Effective, &i.Restricted, &i.Erased, &i.Unsubscribed, &i.told, &i.licensed, &i.Questioned, &i.Kind)
	return i, err
}

// last is the newest installation of an app and environment that fits a condition on $3; zero if there is none.
func (in *Installations) last(tx *kernel.Tx, where string, s Signal, value string) (Installation, error) {
	list, err := kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM installation WHERE app = $1 AND environment = $2 AND `+
		where+` ORDER BY installed DESC, id LIMIT 1`+tx.ForUpdate(), s.App, s.Environment, value)
	if err != nil || len(list) == 0 {
		return Installation{}, err
	}
	return list[0], nil
}

func (in *Installations) lock(tx *kernel.Tx, id kept.ID) (Installation, error) {
	return get(&tx.View, id, tx.ForUpdate())
}

func get(v *kernel.View, id kept.ID, lock string) (Installation, error) {
	list, err := kernel.Query(v, scan, `SELECT `+columns+` FROM installation WHERE id = $1`+lock, string(id))
	if err == nil && len(list) == 0 {
		err = kept.Errorf(kept.NotFound, "there is no such installation")
	}
	if err != nil {
		return Installation{}, err
	}
	return list[0], nil
}

// Get reads one installation.
func Get(v *kernel.View, id kept.ID) (Installation, error) { return get(v, id, "") }

// List reads all installations, the oldest first.
func List(v *kernel.View) ([]Installation, error) {
	return kernel.Query(v, scan, `SELECT `+columns+` FROM installation ORDER BY installed, id`)
}

func insert(tx *kernel.Tx, i Installation) {
	tx.ExecOne(`INSERT INTO installation (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		string(i.ID), i.App, i.Environment, i.Site, i.remote, string(i.State), int64(i.Installed), int64(i.Seen),
		int64(i.PaidUntil), int64(i.Uninstalled), int64(i.Effective), int64(i.Restricted), int64(i.Erased),
		int64(i.Unsubscribed), int64(i.told), int64(i.licensed), int64(i.Questioned), i.Kind)
}

func update(tx *kernel.Tx, i Installation) {
	tx.ExecOne(`UPDATE installation SET environment = $1, site = $2, remote_id = $3, state = $4, seen = $5, paid_until = $6,
		uninstalled = $7, effective = $8, restricted = $9, erased = $10, unsubscribed = $11, told = $12, licensed = $13, questioned = $14, kind = $15 WHERE id = $16`,
		i.Environment, i.Site, i.remote, string(i.State), int64(i.Seen), int64(i.PaidUntil), int64(i.Uninstalled), int64(i.Effective),
		int64(i.Restricted), int64(i.Erased), int64(i.Unsubscribed), int64(i.told), int64(i.licensed), int64(i.Questioned), i.Kind, string(i.ID))
}

// remember keeps the id that an installation had until now.
func remember(tx *kernel.Tx, i Installation) {
	tx.Exec(`INSERT INTO former_remote (installation, remote_id, until) VALUES ($1, $2, $3) ON CONFLICT (remote_id, installation) DO NOTHING`,
		string(i.ID), i.remote, int64(tx.Now()))
}

func wasOf(v *kernel.View, id kept.ID, remote string) (bool, error) {
	var one int64
	return v.Row(`SELECT 1 FROM former_remote WHERE remote_id = $1 AND installation = $2`, remote, string(id)).Scan(&one)
}

// tenantRow is which installation a clientKey is.
type tenantRow struct {
	id, installation kept.ID
	forge            string
	issued           kept.Time
}

func findTenant(tx *kernel.Tx, app, client string) (t tenantRow, err error) {
	_, err = tx.Row(`SELECT id, installation, forge, issued FROM connect_tenant WHERE app = $1 AND client = $2`+tx.ForUpdate(), app, client).
		Scan(&t.id, &t.installation, &t.forge, &t.issued)
	return t, err
}

func insertTenant(tx *kernel.Tx, installation kept.ID, t Tenant) kept.ID {
	id := tx.NewID("ten")
	tx.Exec(`INSERT INTO connect_tenant (id, app, client, installation, forge, issued, address) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(id), t.App, t.Client, string(installation), t.Forge, int64(t.Issued), t.Address)
	return id
}

func updateTenant(tx *kernel.Tx, id, installation kept.ID, t Tenant) {
	tx.ExecOne(`UPDATE connect_tenant SET installation = $1, forge = $2, issued = $3, address = $4 WHERE id = $5`,
		string(installation), t.Forge, int64(t.Issued), t.Address, string(id))
}

// neighbours are the installed installations of other tenants that were last at the address of one.
func neighbours(tx *kernel.Tx, t Tenant) ([]kept.ID, error) {
	return kernel.Query(&tx.View, func(scan func(...any) error) (id kept.ID, err error) { return id, scan(&id) },
		`SELECT i.id FROM connect_tenant c JOIN installation i ON i.id = c.installation
		WHERE c.app = $1 AND c.address = $2 AND c.client <> $3 AND i.state = 'installed' ORDER BY i.id`, t.App, t.Address, t.Client)
}

// announced is the installation of the tenant that a Forge installation wraps; of a site's two products the first.
func announced(tx *kernel.Tx, app, forge string) (id kept.ID, err error) {
	_, err = tx.Row(`SELECT installation FROM connect_tenant WHERE app = $1 AND forge = $2 ORDER BY client LIMIT 1`, app, forge).Scan(&id)
	return id, err
}

// TenantOf names a tenant of an app and its installation; found is false for one nobody knows.
func TenantOf(v *kernel.View, app, client string) (tenant, installation kept.ID, found bool, err error) {
	found, err = v.Row(`SELECT id, installation FROM connect_tenant WHERE app = $1 AND client = $2`, app, client).Scan(&tenant, &installation)
	return tenant, installation, found, err
}

// insertQuestion asks, or asks again what was settled.
func insertQuestion(tx *kernel.Tx, q Question) {
	tx.Exec(`INSERT INTO question (installation, why, asked, settled) VALUES ($1, $2, $3, 0)
		ON CONFLICT (installation, why) DO UPDATE SET asked = $3, settled = 0`, string(q.Installation), string(q.Why), int64(q.Asked))
}

func settleQuestion(tx *kernel.Tx, q Question) {
	tx.ExecOne(`UPDATE question SET settled = $1 WHERE installation = $2 AND why = $3`, int64(tx.Now()), string(q.Installation), string(q.Why))
}

// lastSettled is when the last question about an installation was settled; 0 for never.
func lastSettled(v *kernel.View, id kept.ID) (at kept.Time, err error) {
	_, err = v.Row(`SELECT COALESCE(MAX(settled), 0) FROM question WHERE installation = $1`, string(id)).Scan(&at)
	return at, err
}

func scanQuestion(scan func(...any) error) (q Question, err error) {
	return q, scan(&q.Installation, &q.Why, &q.Asked)
}

// Questions are those that are open about an installation, the oldest first.
func Questions(v *kernel.View, id kept.ID) ([]Question, error) {
	return kernel.Query(v, scanQuestion, `SELECT installation, why, asked FROM question WHERE installation = $1 AND settled = 0 ORDER BY asked, why`, string(id))
}

// AllQuestions are those that are open about what lives here, the oldest first.
func AllQuestions(v *kernel.View) ([]Question, error) {
	return kernel.Query(v, scanQuestion, `SELECT installation, why, asked FROM question WHERE settled = 0
		AND `+retention.LivesHere(`question.installation`)+` ORDER BY asked, installation, why`)
}

package subject

import (
	"fmt"
	"strings"

	"kept"
	"kept/kernel"
	"kept/retention"
	"kept/seal"
)

const columns = `s.id, s.scope, s.unit, s.reported, s.outdated, s.closing, s.account`

func scan(scan func(...any) error) (u Subject, err error) {
	var scope string
	err = scan(&u.ID, &scope, &u.unit, &u.Reported, &u.Outdated, &u.Closing, &u.envelope)
	u.Scope = kept.ScopeOf(scope)
	return u, err
}

func one(list []Subject, err error) (Subject, bool, error) {
	if err != nil || len(list) == 0 {
		return Subject{}, false, err
	}
	return list[0], true, nil
}

func find(v *kernel.View, scope kept.Scope, blind [32]byte, lock string) (Subject, bool, error) {
	return one(kernel.Query(v, scan, `SELECT `+columns+` FROM subject s WHERE s.scope = $1 AND s.blind = $2`+lock, scope.String(), blind[:]))
}

func get(v *kernel.View, id kept.ID, lock string) (Subject, bool, error) {
	return one(kernel.Query(v, scan, `SELECT `+columns+` FROM subject s WHERE s.id = $1`+lock, string(id)))
}

func insert(tx *kernel.Tx, u Subject, blind [32]byte) {
	tx.Exec(`INSERT INTO subject (id, scope, blind, unit, reported, outdated, account) VALUES ($1, $2, $3, $4, $5, 0, $6)`,
		string(u.ID), u.Scope.String(), blind[:], string(u.unit), int64(u.Reported), u.envelope)
}

// atAtlassian are subjects whom Atlassian can know: people on a customer's own host have no account there. What arrives from another
// server is asked about there, until it lives here.
var atAtlassian = ` FROM subject s JOIN installation i ON i.id = s.scope WHERE i.environment <> 'datacenter' AND s.account IS NOT NULL AND ` + retention.LivesHere(`i.id`)

// reportable are those of an app.
var reportable = atAtlassian + ` AND i.app = $1`

// Unreported are subjects of an app of whom Atlassian was not asked since an instant, the longest waiting first.
func Unreported(v *kernel.View, app string, since kept.Time, limit int) ([]Subject, error) {
	return kernel.Query(v, scan, `SELECT `+columns+reportable+` AND s.reported <= $2 ORDER BY s.reported, s.id LIMIT $3`, app, int64(since), limit)
}

// Waiting is since when at the longest Atlassian was not asked about anybody of an app; 0 where nothing is about anybody.
func Waiting(v *kernel.View, app string) (since kept.Time, err error) {
	_, err = v.Row(`SELECT COALESCE(MIN(s.reported), 0)`+reportable, app).Scan(&since)
	return since, err
}

// Apps are those that know anybody.
func Apps(v *kernel.View) ([]string, error) {
	return kernel.Query(v, func(scan func(...any) error) (app string, err error) { return app, scan(&app) }, `SELECT DISTINCT i.app`+atAtlassian+` ORDER BY i.app`)
}

// Census is what is known of the people of an app.
type Census struct {
	Known, Unasked, Outdated, Closing int64     // people in each installation; of these those of whom Atlassian was not asked since an instant, whose data has changed, whose closed account waits
	Oldest, Since                     kept.Time // since when at the longest somebody was not asked about, and an account waits; 0 for none
}

// Count takes the census of an app; unasked are those of whom Atlassian was not asked since an instant.
func Count(v *kernel.View, app string, since kept.Time) (c Census, err error) {
	_, err = v.Row(`SELECT COUNT(*), COALESCE(SUM(CASE WHEN s.reported <= $2 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN s.outdated > 0 THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN s.closing > 0 THEN 1 ELSE 0 END), 0), COALESCE(MIN(s.reported), 0), COALESCE(MIN(CASE WHEN s.closing > 0 THEN s.closing END), 0)`+
		reportable, app, int64(since)).Scan(&c.Known, &c.Unasked, &c.Outdated, &c.Closing, &c.Oldest, &c.Since)
	return c, err
}

// People counts those whom an app knows, and those whom all apps know, in each installation.
func People(v *kernel.View, app string) (here, everywhere int64, err error) {
	_, err = v.Row(`SELECT COALESCE(SUM(CASE WHEN i.app = $1 THEN 1 ELSE 0 END), 0), COUNT(*)`+atAtlassian, app).Scan(&here, &everywhere)
	return here, everywhere, err
}

// Get reads one subject; found is false for one that is gone.
func Get(v *kernel.View, id kept.ID) (u Subject, found bool, err error) { return get(v, id, "") }

// Everywhere finds the subjects of accounts in all scopes of an app: no index holds people of two customers together, so it
// costs one hash for each account in each scope (FORGETTING: blind index).
func (s *Subjects) Everywhere(v *kernel.View, app string, accounts []string) (map[string][]Subject, error) {
	scopes, err := kernel.Query(v, func(scan func(...any) error) (scope string, err error) { return scope, scan(&scope) }, `SELECT DISTINCT s.scope`+reportable+` ORDER BY s.scope`, app)
	if err != nil {
		return nil, err
	}
	out := map[string][]Subject{}
	for _, scope := range scopes {
		index, found, err := s.keys.IndexIn(v, kept.ScopeOf(scope))
		if err != nil || !found {
			return nil, err
		}
		of, args, marks := map[string]string{}, []any{scope}, make([]string, len(accounts))
		for n, account := range accounts {
			blind, err := seal.BlindIndex(index, "account", account)
			if err != nil {
				return nil, err
			}
			of[string(blind[:])], args, marks[n] = account, append(args, blind[:]), fmt.Sprintf("$%d", n+2)
		}
		err = v.Each(func(scan func(...any) error) error {
			var u Subject
			var blind []byte
			err := scan(&u.ID, &u.Reported, &u.Outdated, &u.Closing, &blind)
			u.Scope = kept.ScopeOf(scope)
			out[of[string(blind)]] = append(out[of[string(blind)]], u)
			return err
		}, `SELECT s.id, s.reported, s.outdated, s.closing, s.blind FROM subject s WHERE s.scope = $1 AND s.blind IN (`+strings.Join(marks, ", ")+`)`, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Refreshing are the people of a scope whose data has changed, and by when it has to be stored anew.
func Refreshing(v *kernel.View, scope kept.Scope) (by map[kept.ID]kept.Time, err error) {
	by = map[kept.ID]kept.Time{}
	err = v.Each(func(scan func(...any) error) error {
		var id kept.ID
		var at kept.Time
		err := scan(&id, &at)
		by[id] = at
		return err
	}, `SELECT id, refresh FROM subject WHERE scope = $1 AND outdated > 0`, scope.String())
	return by, err
}

// Asked notes that Atlassian was asked about a subject.
func Asked(tx *kernel.Tx, id kept.ID) {
	tx.Exec(`UPDATE subject SET reported = $1 WHERE id = $2`, int64(tx.Now()), string(id))
}

// Outdate notes that what is stored about a subject until now has changed. begun is false where that was said before and its
// time is not over: what has been stored anew since is not asked for again. by is when what was not goes.
func Outdate(tx *kernel.Tx, id kept.ID, by kept.Time) (begun bool, err error) {
	u, found, err := get(&tx.View, id, tx.ForUpdate())
	if begun = found && u.Outdated == 0; begun {
		tx.Exec(`UPDATE subject SET outdated = $1, refresh = $2 WHERE id = $3`, int64(tx.Now()), int64(by), string(id))
	}
	return begun, err
}

// Refreshed notes that nothing is left about a subject from before an answer.
func Refreshed(tx *kernel.Tx, id kept.ID) {
	tx.Exec(`UPDATE subject SET outdated = 0, refresh = 0 WHERE id = $1`, string(id))
}

package realm

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"slices"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/seal"
)

// Knows tells whether a secret is the one that the vendor's servers share.
func (r *Realms) Knows(secret string) bool {
	own, shown := sha256.Sum256([]byte(r.peers.Secret)), sha256.Sum256([]byte(secret))
	return r.peers.Secret != "" && subtle.ConstantTimeCompare(own[:], shown[:]) == 1
}

// Expect begins with nothing: what arrived of an earlier try is gone. What was here before and left may come back: the row that
// stayed as a name for its facts gives way. Errors: Conflict where the installation is here for good, or not all of it has left.
func (r *Realms) Expect(tx *kernel.Tx, id kept.ID, from Origin) error {
	m, known, err := of(tx, id, 0)
	if err != nil {
		return err
	}
	former, err := r.drop(tx, id, m, known)
	if err != nil {
		return err
	}
	if former != nil {
		tables[0].drop(tx, id)
	}
	m = migration{id: tx.NewID("mig"), installation: id, state: arriving, former: former, asked: from.Number}
	m.location, _ = r.peerIn(from.Stands) // which a way back needs, and nothing else
	m.write(tx)
	tx.Due(dueForget, string(m.id), tx.Now().Add(waits))
	tx.Derived() // nothing has come of it yet
	return nil
}

// Take stores a piece of what is arriving.
func (r *Realms) Take(tx *kernel.Tx, id kept.ID, c Cargo) error {
	if err := r.expected(tx, id); err != nil {
		return err
	}
	tx.Derived()
	if len(c.Keys) > 0 {
		epoch, cohort, err := seal.Travel(r.peers.Secret, c.Epoch, c.Cohort)
		if err != nil {
			return err
		}
		return r.keys.Unpack(tx, kept.Scope{Installation: id}, epoch, cohort, c.Keys)
	}
	t, known := tableOf(c.Table)
	if !known {
		return kept.Errorf(kept.Invalid, "no table of that name travels").WithHint("both servers must be of the same release")
	}
	for _, row := range c.Rows {
		if err := t.insert(tx, id, row); err != nil {
			return err
		}
	}
	return nil
}

func (r *Realms) expected(tx *kernel.Tx, id kept.ID) error {
	m, _, err := of(tx, id, 0)
	if err == nil && m.state != arriving {
		err = kept.Errorf(kept.Conflict, "this installation is not arriving").WithHint("begin again")
	}
	return err
}

// Compare holds what has arrived against what was sent, asks the gate whether it may be here, and opens every value and line
// of it. Nothing else may live. Errors: Conflict.
func (r *Realms) Compare(ctx context.Context, id kept.ID, sent Manifest) error {
	if err := r.compare(ctx, id, sent); err != nil {
		return err
	}
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		m, _, err := of(tx, id, 0)
		if err == nil && m.state != arriving {
			err = kept.Errorf(kept.Conflict, "this installation is not arriving").WithHint("begin again")
		}
		if m.state = compared; err == nil {
			m.digest, err = hex.DecodeString(sent.Digest)
		}
		m.write(tx)
		tx.Derived() // what comes of it is a fact
		return err
	})
}

func (r *Realms) compare(ctx context.Context, id kept.ID, sent Manifest) error {
	if sent.Policy != r.policy {
		return kept.Errorf(kept.Conflict, "this server runs another policy").WithHint("give both servers the same folder: by another one the data might be kept longer")
	}
	return r.k.View(ctx, func(v *kernel.View) error {
		all, err := everything(v, id)
		if err != nil {
			return err
		}
		sum, counts := digest(all)
		for name, n := range sent.Counts {
			if counts[name] != n {
				return kept.Errorf(kept.Conflict, "%d rows of a table were sent, and %d have arrived", n, counts[name])
			}
		}
		if hex.EncodeToString(sum[:]) != sent.Digest {
			return kept.Errorf(kept.Conflict, "what has arrived is not what was sent")
		}
		if err := r.mayBeHere(v, id); err != nil {
			return err
		}
		return r.opens(v, id)
	})
}

// mayBeHere asks of every category whether it may be on this server: a promise may say that it stays elsewhere.
func (r *Realms) mayBeHere(v *kernel.View, id kept.ID) error {
	list, err := kernel.Query(v, func(scan func(...any) error) (q gate.Question, err error) {
		q = gate.Question{Actor: kept.TheClock, Verb: gate.Arrive, Scope: kept.Scope{Installation: id}}
		return q, scan(&q.App, &q.Category, &q.Stored)
	}, `SELECT i.app, t.category, t.stored FROM installation i JOIN (SELECT scope, category, MIN(stored) AS stored FROM item GROUP BY scope, category
		UNION ALL SELECT scope, class, MIN(at) FROM entry GROUP BY scope, class) t ON t.scope = i.id WHERE i.id = $1 ORDER BY t.category`, string(id))
	for _, q := range list {
		if err != nil {
			break
		}
		if err = r.gate.Ask(v, q); kept.KindOf(err) == kept.Late { // ended, and not yet reclaimed
			err = nil
		}
	}
	if kept.KindOf(err) == kept.Denied {
		err = kept.Errorf(kept.Conflict, "this server may not have what arrives: %w", err)
	}
	return err
}

// opens tries every envelope whose keys ought to be here.
func (r *Realms) opens(v *kernel.View, id kept.ID) error {
	scope := kept.Scope{Installation: id}
	type sealed struct {
		ad       seal.AD
		envelope []byte
	}
	list, err := kernel.Query(v, func(scan func(...any) error) (s sealed, err error) {
		s.ad.Scope = scope.String()
		return s, scan(&s.ad.Item, &s.ad.Category, &s.ad.Version, &s.envelope)
	}, `SELECT id, category, version, envelope FROM item WHERE scope = $1 UNION ALL SELECT id, class, 1, envelope FROM entry WHERE scope = $1`, scope.String())
	for _, s := range list {
		if err != nil {
			break
		}
		if _, err = r.keys.Open(v, scope, s.ad, s.envelope); kept.KindOf(err) == kept.NotFound { // erased before, and not yet reclaimed
			err = nil
		}
	}
	return err
}

// Live lets what has arrived live from now on, with the clocks it had. A second time changes nothing.
func (r *Realms) Live(tx *kernel.Tx, id kept.ID) error {
	m, known, err := of(tx, id, 0)
	switch {
	case err != nil:
		return err
	case !known:
		return kept.Errorf(kept.Conflict, "this installation is not arriving").WithHint("begin again")
	case m.state == arrived:
		tx.Derived()
		return nil
	case m.state != compared:
		return kept.Errorf(kept.Conflict, "not all of this installation has arrived").WithHint("begin again")
	}
	all, err := everything(&tx.View, id)
	if err != nil {
		return err
	}
	sum, counts := digest(all)
	if !bytes.Equal(sum[:], m.digest) {
		return kept.Errorf(kept.Conflict, "what lies here is not what has arrived").WithHint("begin again")
	}
	if err := wentBy(tx, &m); err != nil {
		return err
	}
	m.state = arrived
	m.write(tx)
	tx.Due(dueForget, string(m.id), tx.Now().Add(remember))
	scope := kept.Scope{Installation: id}
	for _, tell := range r.arrived {
		if err := tell(tx, scope); err != nil {
			return err
		}
	}
	tx.Record(kept.Fact{Kind: kept.FactMigrationArrived, Scope: scope, Counts: counts, Hashes: map[string][32]byte{"rows": sum}})
	return nil
}

// wentBy ends the migration by which an installation left that now comes back, although Atlassian asked only the other server: then
// this arrival is one that nobody takes back.
func wentBy(tx *kernel.Tx, arrival *migration) error {
	m, known, err := of(tx, arrival.installation, arrival.asked)
	if err != nil || !known || arrival.asked == 0 {
		return err
	}
	arrival.asked = 0
	if m.state == left {
		m.state = undone
		m.write(tx)
	}
	return nil
}

// Abandon destroys what has arrived, because the migration was taken back. Errors: Conflict where it lives here already.
func (r *Realms) Abandon(tx *kernel.Tx, id kept.ID) error {
	m, known, err := of(tx, id, 0)
	if err != nil {
		return err
	}
	if !known {
		tx.Derived()
		return nil
	}
	if _, err := r.drop(tx, id, m, known); err != nil {
		return err
	}
	if m.state == arrived { // it lived here, and has left since: there was no copy
		tx.Derived()
		return nil
	}
	tx.Record(kept.Fact{Kind: kept.FactMigrationUndone, Scope: kept.Scope{Installation: id}})
	return nil
}

// drop destroys a copy, and gives the row that stands here without it, if one does.
func (r *Realms) drop(tx *kernel.Tx, id kept.ID, m migration, known bool) (former []byte, err error) {
	if known {
		tx.Exec(`DELETE FROM migration WHERE id = $1`, string(m.id))
		tx.Clear(dueForget, string(m.id))
	}
	tx.ClearOf(string(id)) // from a time when it lived here: a copy has no dates
	if !known || m.state == arrived {
		return name(&tx.View, id)
	}
	r.keys.DestroyScope(tx, kept.Scope{Installation: id})
	for _, t := range slices.Backward(tables) {
		t.drop(tx, id)
	}
	if m.former == nil {
		return nil, nil
	}
	var stood row
	if err := json.Unmarshal(m.former, &stood); err != nil {
		return nil, kept.Errorf(kept.Internal, "the row of an installation that was here: %w", err)
	}
	return m.former, tables[0].insert(tx, id, stood)
}

// name is the row of an installation that has left, to which nothing belongs any more but facts; nil for one that never was here.
func name(v *kernel.View, id kept.ID) ([]byte, error) {
	var state kept.State
	var fact string
	found, err := v.Row(`SELECT i.state, COALESCE(MIN(f.id), '') FROM installation i LEFT JOIN fact f ON f.scope = i.id AND f.kind = $2 WHERE i.id = $1
		GROUP BY i.state`, string(id), string(kept.FactMigrationLeft)).Scan(&state, &fact)
	if err != nil || !found {
		return nil, err
	}
	if state != kept.Erased || fact == "" {
		return nil, kept.Errorf(kept.Conflict, "this installation lives here").WithHint("it cannot arrive twice")
	}
	all, err := everything(v, id)
	if err != nil {
		return nil, err
	}
	for table, rows := range all {
		if table != "installation" && len(rows) > 0 {
			return nil, kept.Errorf(kept.Conflict, "rows of this installation are not cleared away yet").WithHint("ask again in a minute")
		}
	}
	return all["installation"][0].bytes(), nil
}

package realm

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"kept"
	"kept/kernel"
	"kept/keys"
	"kept/seal"
)

// act does at the other server what a step asked for. It may run again after a crash: all of it bears repetition.
func (r *Realms) act(ctx context.Context, d kernel.Due) error {
	var m migration
	err := r.k.View(ctx, func(v *kernel.View) (err error) {
		m, _, err = find(v, `id = $1`, d.Ref)
		return err
	})
	if err != nil {
		return err
	}
	switch m.state {
	case started:
		return r.copy(ctx, d, m)
	case copied:
		return r.recall(ctx, d, m)
	case committing:
		return r.leave(ctx, d, m)
	case undoing:
		return r.undo(ctx, d, m)
	case regretting, returning:
		return r.turnBack(ctx, d, m)
	}
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Done(d)
		tx.Derived()
		return nil
	})
}

func (r *Realms) copy(ctx context.Context, d kernel.Due, m migration) error {
	sum, counts, err := r.send(ctx, m)
	if err != nil {
		return err
	}
	return r.moved(ctx, d, m, copied, func(tx *kernel.Tx, m *migration) error {
		if m.digest = sum[:]; m.destroyed != 0 {
			tx.Due(dueAct, string(m.id), tx.Now())
		}
		tx.Record(kept.Fact{Kind: kept.FactMigrationCopied, Scope: kept.Scope{Installation: m.installation}, Counts: counts, Hashes: map[string][32]byte{"rows": sum}})
		return nil
	})
}

// Destroyed is told that something of a scope was: a copy of it must not lie at another server until the move is over. While it is
// being copied nobody knows whether that went along, so it may have to be called back as soon as it is there. Errors: Conflict while
// the installation is being handed over, so that nothing lives on over there of which a receipt says here that it is gone.
func (r *Realms) Destroyed(tx *kernel.Tx, scope kept.Scope) error {
	m, found, err := find(&tx.View, `installation = $1 AND state IN ($2, $3, $4, $5)`+tx.ForUpdate(), string(scope.Installation), started, copied, committing, regretting)
	switch {
	case err != nil || !found:
		return err
	case m.handover > tx.Now():
		return kept.Errorf(kept.Conflict, "the installation is being handed over to another server").WithHint("try again in a few minutes")
	case m.destroyed != 0, m.state == committing, m.state == regretting: // nothing is handed over that is not what was copied
		return nil
	}
	tx.Exec(`UPDATE migration SET destroyed = $1 WHERE id = $2`, int64(tx.Now()), string(m.id))
	if m.state == copied {
		tx.Due(dueAct, string(m.id), tx.Now())
	}
	return nil
}

// recall destroys the copy over there of which something was destroyed here. It is made again with the commit.
func (r *Realms) recall(ctx context.Context, d kernel.Due, m migration) error {
	if m.destroyed != 0 && m.digest != nil {
		if err := r.call(ctx, m, http.MethodDelete, "", nil); err != nil {
			return err
		}
		m.digest = nil
	}
	return r.moved(ctx, d, m, copied, func(tx *kernel.Tx, now *migration) error {
		tx.Derived()
		now.digest = m.digest
		return nil
	})
}

// leave lets the copy over there live, and then destroys what is here. Something that changed since it was copied (the
// customer uninstalled, a limit came) is copied again.
func (r *Realms) leave(ctx context.Context, d kernel.Due, m migration) error {
	err := r.handOver(ctx, m)
	if kept.KindOf(err) == kept.Conflict { // or the copy waited for so long that it is gone
		var sum [32]byte
		sum, _, err = r.send(ctx, m)
		switch m.digest = sum[:]; kept.KindOf(err) {
		case "":
			err = r.handOver(ctx, m)
		case kept.Conflict: // perhaps because it lives there already
			err = r.call(ctx, m, http.MethodPost, "/commit", nil)
		}
	}
	if err != nil {
		return err
	}
	return r.moved(ctx, d, m, left, func(tx *kernel.Tx, m *migration) error {
		tx.Due(dueForget, string(m.id), tx.Now().Add(remember))
		return r.installations.Leave(tx, m.installation, map[string]int64{Closed: m.closes(tx.Now()).Microseconds()})
	})
}

// handover is longer than a call to another server lasts.
const handover = 2 * time.Minute

// handOver lets the copy over there live if it is what is here. Until that call is over nothing of it is destroyed here: what an
// answer of Atlassian's erased between comparing and calling would be alive over there. Errors: Conflict where it is not the same.
func (r *Realms) handOver(ctx context.Context, m migration) error {
	if err := r.keeps(ctx, m, handover); err != nil {
		return err
	}
	err := r.k.View(ctx, func(v *kernel.View) error {
		all, err := everything(v, m.installation)
		if now, _ := digest(all); err == nil && !bytes.Equal(now[:], m.digest) {
			err = kept.Errorf(kept.Conflict, "it changed since it was copied")
		}
		return err
	})
	if err == nil {
		err = r.call(ctx, m, http.MethodPost, "/commit", nil)
	}
	if kept.KindOf(err) == kept.Conflict { // so it does not live there
		err = cmp.Or(r.keeps(ctx, m, 0), err)
	}
	return err
}

// keeps lets nothing of an installation be destroyed here for a while.
func (r *Realms) keeps(ctx context.Context, m migration, while time.Duration) error {
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		tx.Exec(`UPDATE migration SET handover = $1 WHERE id = $2`, int64(tx.Now().Add(while)), string(m.id))
		return nil
	})
}

func (r *Realms) undo(ctx context.Context, d kernel.Due, m migration) error {
	if err := r.call(ctx, m, http.MethodDelete, "", nil); err != nil {
		return err
	}
	return r.moved(ctx, d, m, undone, func(tx *kernel.Tx, m *migration) error {
		tx.Due(dueForget, string(m.id), tx.Now().Add(remember))
		tx.Derived()
		return nil
	})
}

// moved ends a date with the state that came of it, unless Atlassian has asked for something else meanwhile.
func (r *Realms) moved(ctx context.Context, d kernel.Due, m migration, state string, do func(*kernel.Tx, *migration) error) error {
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Done(d)
		var id string // locked in the order of whoever destroys something of it
		if _, err := tx.Row(`SELECT id FROM installation WHERE id = $1`+tx.ForUpdate(), string(m.installation)).Scan(&id); err != nil {
			return err
		}
		now, _, err := of(tx, m.installation, m.number)
		if err != nil || now.state != m.state {
			tx.Derived()
			return err
		}
		now.state = state
		if err := do(tx, &now); err != nil {
			return err
		}
		now.write(tx)
		return nil
	})
}

// forget lets go how a migration ended, and what arrived and was never asked to live.
func (r *Realms) forget(ctx context.Context, d kernel.Due) error {
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Done(d)
		tx.Derived()
		m, known, err := find(&tx.View, `id = $1`+tx.ForUpdate(), d.Ref)
		if err != nil || !known {
			return err
		}
		switch m.state {
		case arriving, compared:
			return r.Abandon(tx, m.installation)
		case left, undone, arrived:
		default: // something new was asked for meanwhile
			return nil
		}
		tx.Exec(`DELETE FROM migration WHERE id = $1`, d.Ref)
		return nil
	})
}

// Origin is where an installation comes from, and by which of Atlassian's migrations.
type Origin struct {
	Number int64    `json:"number" doc:"0 for an unknown one"`
	Stands []string `json:"stands" minItems:"1" maxItems:"4" doc:"regions of the server and the database that send it"`
}

// Cargo is a piece of an installation on its way: its beginning, rows of a table, or keys.
type Cargo struct {
	Table  string            `json:"table,omitempty" doc:"whose rows these are"`
	Rows   []row             `json:"rows,omitempty" doc:"each a list of its cells; bytes are in base64"`
	Epoch  kept.ID           `json:"epoch,omitempty" doc:"id of the key under which keys travel"`
	Cohort kept.ID           `json:"cohort,omitempty" doc:"id of the key under which keys of units travel"`
	Keys   []keys.Travelling `json:"keys,omitempty"`
}

// Manifest is what must have arrived.
type Manifest struct {
	Policy string           `json:"policy" doc:"SHA-256 of the policy, which must be the same on both servers"`
	Digest string           `json:"digest"`
	Counts map[string]int64 `json:"counts"`
}

const (
	atOnce  = 128     // rows or keys of one call
	maxCall = 2 << 20 // bytes of its rows, about
)

// send copies an installation anew: what may lie there of an earlier try goes first.
func (r *Realms) send(ctx context.Context, m migration) (sum [32]byte, counts map[string]int64, err error) {
	var all map[string][]row
	var list []keys.Travelling
	epochID, cohortID := r.k.NewID(seal.Epoch.Prefix()), r.k.NewID(seal.Cohort.Prefix())
	epoch, cohort, err := seal.Travel(r.peers.Secret, epochID, cohortID)
	if err != nil {
		return sum, nil, err
	}
	err = r.k.View(ctx, func(v *kernel.View) (err error) {
		if all, err = everything(v, m.installation); err != nil {
			return err
		}
		list, err = r.keys.Pack(v, kept.Scope{Installation: m.installation}, epoch, cohort)
		return err
	})
	if err != nil {
		return sum, nil, err
	}
	sum, counts = digest(all)
	if err := r.call(ctx, m, http.MethodPost, "", Origin{m.ofAtlassian(), r.stands}); err != nil {
		return sum, nil, err
	}
	for some := range slices.Chunk(list, atOnce) {
		if err := r.call(ctx, m, http.MethodPost, "/cargo", Cargo{Epoch: epochID, Cohort: cohortID, Keys: some}); err != nil {
			return sum, nil, err
		}
	}
	for _, t := range tables {
		for some := range slices.Values(loads(all[t.name])) {
			if err := r.call(ctx, m, http.MethodPost, "/cargo", Cargo{Table: t.name, Rows: some}); err != nil {
				return sum, nil, err
			}
		}
	}
	return sum, counts, r.call(ctx, m, http.MethodPost, "/complete", Manifest{r.policy, hex.EncodeToString(sum[:]), counts})
}

// loads are rows by what one call carries.
func loads(rows []row) (out [][]row) {
	size := maxCall
	for _, r := range rows {
		n := len(r.bytes())
		if len(out) == 0 || size+n > maxCall || len(out[len(out)-1]) == atOnce {
			out, size = append(out, nil), 0
		}
		out[len(out)-1], size = append(out[len(out)-1], r), size+n
	}
	return out
}

// call asks the other server. Errors: Conflict where it has what is asked for already, NotFound where it has nothing of it to give,
// Internal for every other refusal.
func (r *Realms) call(ctx context.Context, m migration, method, path string, body any) error {
	base, known := r.peers.At[m.location]
	if !known {
		return kept.Errorf(kept.Internal, "no server is named any more for the region of a migration")
	}
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return kept.Errorf(kept.Internal, "cargo: %w", err)
		}
		sent = bytes.NewReader(b)
	}
	request, err := http.NewRequestWithContext(ctx, method, base+"/v1/arrivals/"+string(m.installation)+path, sent)
	if err != nil {
		return kept.Errorf(kept.Internal, "the address of the other server is malformed")
	}
	request.Header.Set("Authorization", "Bearer "+r.peers.Secret)
	if sent != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := r.peers.HTTP.Do(request)
	if err != nil {
		return kept.Errorf(kept.Internal, "the server of the other region does not answer")
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusConflict:
		return kept.Errorf(kept.Conflict, "the server of the other region refuses: it has the installation already, or not what was sent, or another policy, or may not have it where it stands")
	case response.StatusCode == http.StatusNotFound:
		return kept.Errorf(kept.NotFound, "the server of the other region does not have the installation")
	case response.StatusCode >= 300:
		return kept.Errorf(kept.Internal, "the server of the other region refuses: %d", response.StatusCode)
	}
	return nil
}

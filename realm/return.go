package realm

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"kept"
	"kept/installation"
	"kept/kernel"
	"kept/region"
)

// homeward is the number of the migration by which an installation goes back to where Atlassian wants it, for none of its own.
const homeward = -1

// Homeward is where an installation goes back to.
type Homeward struct {
	Stands []string `json:"stands" minItems:"1" maxItems:"4" doc:"regions of the server and the database that want it back"`
}

// departed is the installation at the site of a token that left by a migration, or went back by it, so that nothing is here but a
// name for facts; it may have another id of the product by now. Errors: NotFound.
func departed(v *kernel.View, s installation.Signal, number int64) (id kept.ID, err error) {
	found, err := v.Row(`SELECT i.id FROM installation i JOIN migration m ON m.installation = i.id
		WHERE i.app = $1 AND i.environment = $2 AND i.site = $3 AND i.state = 'erased' AND (m.number = $4 OR m.number = $5 AND m.asked = $4)
		ORDER BY i.installed DESC, i.id LIMIT 1`, s.App, s.Environment, s.Site, number, homeward).Scan(&id)
	if err == nil && !found {
		err = kept.Errorf(kept.NotFound, "no installation has left by that migration")
	}
	return id, err
}

// turnBack is a rollback after the commit: whoever has the installation sends it back as it would send it anywhere. What does not
// live over there yet was destroyed there by asking, and stays here.
func (r *Realms) turnBack(ctx context.Context, d kernel.Due, m migration) error {
	err := r.call(ctx, m, http.MethodPost, "/return", Homeward{r.stands})
	nothing := kept.KindOf(err) == kept.NotFound
	if err != nil && !nothing {
		return err
	}
	return r.moved(ctx, d, m, undone, func(tx *kernel.Tx, now *migration) error {
		tx.Due(dueForget, string(m.id), tx.Now().Add(remember))
		over := now.closes(tx.Now())
		if m.state == regretting && !nothing { // it lives there, and can only come where nothing of it is left
			return r.installations.Leave(tx, m.installation, map[string]int64{Closed: over.Microseconds()})
		}
		tx.Derived()
		return nil
	})
}

// Return sends an installation that has arrived back to a server that stands in given regions, and closes it until it is there. lives
// is false where it does not live here; what lay here of it is destroyed then. Errors: Conflict where no such server is known, or
// something keeps it from moving.
func (r *Realms) Return(tx *kernel.Tx, id kept.ID, to Homeward) (lives bool, err error) {
	m, known, err := of(tx, id, 0)
	if err != nil {
		return false, err
	}
	if known && m.state != arrived {
		return false, r.Abandon(tx, id)
	}
	var state kept.State
	found, err := tx.Row(`SELECT state FROM installation WHERE id = $1`, string(id)).Scan(&state)
	if err != nil || !found || state == kept.Erased {
		tx.Derived()
		return false, err
	}
	location, _ := r.peerIn(to.Stands)
	return true, r.sendBack(tx, id, location, m.asked, "return")
}

// cameBy sends an installation back that came by a migration which is taken back now, if Atlassian asks here for it. Of any other
// migration nothing is to be taken back.
func (r *Realms) cameBy(tx *kernel.Tx, i installation.Installation, number int64) error {
	m, known, err := of(tx, i.ID, 0)
	if err != nil || !known || m.state != arrived || m.asked != number || i.State == kept.Erased {
		tx.Derived()
		return err
	}
	return r.sendBack(tx, i.ID, m.location, number, string(Rollback))
}

// sendBack closes an installation until it is where it came from. asked is the number of the migration that is taken back.
func (r *Realms) sendBack(tx *kernel.Tx, id kept.ID, location string, asked int64, step string) error {
	m, known, err := of(tx, id, homeward)
	switch {
	case err != nil:
		return err
	case known && m.state == committing:
		tx.Derived()
		return nil
	case location == "":
		return refuse(Generic, "no server is named for the region that an installation is to go back to", "name it with --peer")
	case !known:
		m = migration{id: tx.NewID("mig"), installation: id, number: homeward}
	}
	_, moves, err := find(&tx.View, `installation = $1 AND number > 0 AND state IN ($2, $3, $4, $5)`, string(id), started, copied, committing, regretting)
	if err == nil && moves {
		err = refuse(Generic, "the installation is moving already", "ask again when that is over")
	}
	if err == nil {
		err = unheld(&tx.View, kept.Scope{Installation: id})
	}
	if err != nil {
		return err
	}
	m.location, m.state, m.closed, m.digest, m.destroyed, m.handover, m.asked = location, committing, tx.Now(), nil, 0, 0, asked
	m.write(tx)
	tx.Clear(dueForget, string(m.id))
	tx.Due(dueAct, string(m.id), tx.Now())
	tx.Record(kept.Fact{Kind: kept.FactMigrationAsked, Scope: kept.Scope{Installation: id},
		Words: map[string]string{"step": step, "location": strings.ToLower(m.location)}})
	return nil
}

// peerIn is the location of a peer that stands in all given regions.
func (r *Realms) peerIn(stands []string) (location string, found bool) {
	for _, location := range slices.Sorted(maps.Keys(r.peers.At)) {
		if !slices.ContainsFunc(stands, func(place string) bool { return !region.Within(place, location) }) {
			return location, true
		}
	}
	return "", false
}

// Package realm moves an installation to the server of another region when its customer moves a site there: copied with its
// keys, compared and opened over there, and destroyed here when Atlassian says so. Until then nothing is lost by going back.
// It moves nothing to a server that the operator did not name, and lets nobody read or write in the meantime.
package realm

import (
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"kept"
	"kept/gate"
	"kept/installation"
	"kept/kernel"
	"kept/keys"
	"kept/region"
)

const (
	dueAct    = "realm.act"    // migration: what a step asked for, at the other server
	dueForget = "realm.forget" // migration: how it ended, long ago
	remember  = 30 * 24 * time.Hour
	waits     = 7 * 24 * time.Hour // a copy, until it is asked to live; Atlassian allows a day
)

// Peers are this vendor's servers elsewhere.
type Peers struct {
	At     map[string]string // base URL by location, as Atlassian names it: EU
	Secret string            // which all of them know; empty where nothing leaves and nothing arrives
	HTTP   *http.Client
}

// Realms moves installations. Safe for concurrent use.
type Realms struct {
	k             *kernel.Kernel
	gate          *gate.Gate
	keys          *keys.Keys
	installations *installation.Installations
	policy        string   // its digest
	stands        []string // the regions of server and database
	peers         Peers
	arrived       []func(tx *kernel.Tx, scope kept.Scope) error
}

// New wires the moves to the gate. arrived are told, one after the other, in the transaction in which an installation arrives
// for good: dates do not travel, what they are reckoned from does.
func New(k *kernel.Kernel, ks *keys.Keys, g *gate.Gate, in *installation.Installations, digest [32]byte, stands []string, p Peers,
	arrived ...func(tx *kernel.Tx, scope kept.Scope) error) *Realms {
	m := &Realms{k: k, gate: g, keys: ks, installations: in, policy: hex.EncodeToString(digest[:]), stands: stands, peers: p, arrived: arrived}
	k.OnDestroying(dueAct, m.act)
	k.OnDestroying(dueForget, m.forget)
	g.Register("realm", m.moving)
	return m
}

// Step is what Atlassian asks for. atlassian: forge remote, realm migration
type Step string

const (
	Schedule Step = "schedule"
	Start    Step = "start"
	Commit   Step = "commit"
	Rollback Step = "rollback"
)

// Ask takes a step for the installation of a verified token; a step that was taken before changes nothing. What it asks for
// at the other server is a date, so that it survives whatever becomes of this process. Errors: a Refusal.
func (r *Realms) Ask(tx *kernel.Tx, s installation.Signal, step Step, number int64, location string) error {
	i, err := r.installations.Known(tx, s)
	if kept.KindOf(err) == kept.NotFound && step == Rollback { // perhaps it has left
		i.State = kept.Erased
		i.ID, err = departed(&tx.View, s, number)
	}
	if err != nil {
		return err
	}
	m, known, err := of(tx, i.ID, number)
	if err != nil {
		return err
	}
	if !known && step == Rollback {
		return r.cameBy(tx, i, number)
	}
	if !known {
		m = migration{id: tx.NewID("mig"), installation: i.ID, number: number}
	}
	before := m.state
	if m.state, err = next(m.state, step); err != nil {
		return err
	}
	if step == Schedule && m.state == scheduled {
		if m.location = strings.ToUpper(location); !r.reaches(m.location) {
			return refuse(NoRegion, "this server neither stands in that region nor knows one of the vendor's that does", "name the other server with --peer")
		}
	}
	if m.state != before && (m.state == scheduled || m.state == started) && !r.local(m.location) {
		if err := unheld(&tx.View, i.Scope()); err != nil {
			return err
		}
	}
	if here, nothing := atOnceHere[m.state]; nothing && r.local(m.location) {
		m.state = here
	}
	if m.state == before && m.state != scheduled || m.state == "" {
		tx.Derived()
		return nil
	}
	if m.state == started {
		m.destroyed, m.handover, m.digest = 0, 0, nil
	}
	counts := map[string]int64{"number": number}
	if over := m.closes(tx.Now()); over > 0 {
		counts[Closed] = over.Microseconds()
	}
	m.write(tx)
	switch m.state {
	case started, committing, undoing, regretting, returning:
		tx.Due(dueAct, string(m.id), tx.Now())
	case left, undone:
		tx.Due(dueForget, string(m.id), tx.Now().Add(remember))
	}
	tx.Record(kept.Fact{Kind: kept.FactMigrationAsked, Scope: i.Scope(), Words: map[string]string{"step": string(step), "location": strings.ToLower(m.location)},
		Counts: counts})
	return nil
}

// unheld refuses to move what a hold keeps: the word of a person of this server, and copies that it has promised to keep here.
// From the start on the gate lets nobody place one.
func unheld(v *kernel.View, scope kept.Scope) error {
	var holds int64
	_, err := v.Row(`SELECT COUNT(*) FROM hold WHERE scope = $1`, scope.String()).Scan(&holds)
	if err == nil && holds > 0 {
		err = refuse(Generic, "a hold keeps copies of this installation here", "release its holds, or move when they have ended")
	}
	return err
}

// Status tells whether the installation of a verified token may be committed; code says why it never will.
func (r *Realms) Status(tx *kernel.Tx, s installation.Signal, number int64) (ready bool, code string, err error) {
	tx.Derived()
	i, err := r.installations.Known(tx, s)
	if err != nil {
		return false, "", err
	}
	m, _, err := of(tx, i.ID, number)
	switch m.state {
	case started:
		return false, "", err
	case copied, committing, left:
		return true, "", err
	}
	return false, NotScheduled, err
}

func (r *Realms) local(location string) bool {
	return !slices.ContainsFunc(r.stands, func(place string) bool { return !region.Within(place, location) })
}

func (r *Realms) reaches(location string) bool {
	_, peer := r.peers.At[location]
	return r.local(location) || peer && r.peers.Secret != ""
}

// moving vetoes whatever would change or read what is on its way, and what a person would say of a copy: that would be lost with it.
func (r *Realms) moving(v *kernel.View, q gate.Question) error {
	if q.Scope == kept.VendorScope || slices.Contains([]gate.Verb{gate.Status, gate.Inspect, gate.Arrive}, q.Verb) {
		return nil
	}
	m, found, err := find(v, `installation = $1 AND state IN ($2, $3, $4, $5, $6, $7)`, string(q.Scope.Installation), started, copied, committing, regretting, arriving, compared)
	switch isCopy := m.state == arriving || m.state == compared; {
	case err != nil || !found || q.Verb == gate.Operate && !isCopy:
		return err
	case isCopy:
		return kept.Errorf(kept.Denied, "what is here is a copy of an installation that lives at another server").WithHint("ask that server, until Atlassian commits the migration")
	}
	return kept.Errorf(kept.Denied, "the installation is moving to another region").WithHint("ask again when Atlassian has committed the migration or taken it back")
}

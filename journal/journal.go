// Package journal keeps entries: one sealed line for each read. It writes no entry that nobody will erase, and shows
// none whose time has run out.
package journal

import (
	"context"
	"encoding/json"
	"time"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/keys"
	"kept/ledger"
	"kept/policy"
	"kept/retention"
	"kept/seal"
)

const (
	dueBatch   = "journal.batch"
	batchEvery = time.Hour
	batchSize  = 1024
)

// defaultClass is where reads are kept when the policy has no category for them; its entries live no longer than the
// ninety days that FORGETTING names as the most.
const defaultClass = "access-log"

// Journal writes entries and proves in the ledger that none of them was taken away. Safe for concurrent use.
type Journal struct {
	k         *kernel.Kernel
	policy    *policy.Policy
	keys      *keys.Keys
	gate      *gate.Gate
	retention *retention.Retention
	class     string
}

// New wires the journal to the clocks.
func New(k *kernel.Kernel, p *policy.Policy, ks *keys.Keys, g *gate.Gate, r *retention.Retention) *Journal {
	j := &Journal{k: k, policy: p, keys: ks, gate: g, retention: r, class: defaultClass}
	for _, c := range p.Categories {
		if c.Journal == "reads" {
			j.class = c.Name
		}
	}
	r.Bound(defaultClass, "entry", kept.Period{Exact: 90 * 24 * time.Hour}) // an earlier policy may have left entries there
	r.Hold(retention.Holder{Name: "journal", Reclaim: reclaim, Age: age})
	k.On(dueBatch, j.batch)
	return j
}

// The kinds of entries.
const (
	Read       = "read"
	Disclosure = "disclosure" // a read for a recipient
)

// Line is one entry as its readers see it.
type Line struct {
	ID       kept.ID   `json:"id"`
	At       kept.Time `json:"at"`
	Kind     string    `json:"kind"`
	Role     kept.Role `json:"role"`
	App      string    `json:"app"`
	Category string    `json:"category"`
	Purpose  string    `json:"purpose"`
	Item     kept.ID   `json:"item,omitempty"` // empty when the journal itself was read

	Recipient string `json:"recipient,omitempty"` // of a disclosure
	For       string `json:"for,omitempty"`
}

// Review shows a customer the entries of their installation, the oldest first, for a purpose that the policy names; it
// leaves an entry itself.
func (j *Journal) Review(ctx context.Context, actor kept.Actor, purpose string) (lines []Line, err error) {
	scope := kept.Scope{Installation: actor.Installation}
	q := gate.Question{Actor: actor, Verb: gate.Review, Scope: scope, App: actor.App, Category: j.class, Purpose: purpose}
	// Opening years of reads would keep everybody's changes waiting, so it is done beside them.
	err = j.k.View(ctx, func(v *kernel.View) error {
		if err := j.gate.Ask(v, q); err != nil {
			return err
		}
		lines, err = j.lines(v, scope, actor.App)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = j.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if _, err := retention.StandingOf(&tx.View, scope, tx.ForShare()); err != nil {
			return err
		}
		if err := j.gate.Ask(&tx.View, q); err != nil {
			return err
		}
		return j.Read(tx, scope, Line{App: actor.App, Category: j.class, Purpose: purpose})
	})
	if err != nil {
		return nil, err
	}
	return lines, nil
}

// Read leaves the entry of a read in this transaction: what was read, and for whom. Errors: Late where no entry may be kept
// any more, so that nothing is read without one.
func (j *Journal) Read(tx *kernel.Tx, scope kept.Scope, line Line) error {
	if err := j.retention.Over(&tx.View, scope, line.App, j.class); err != nil {
		return err
	}
	line.ID, line.At, line.Kind, line.Role = tx.NewID("ent"), tx.Now(), Read, tx.Actor.Role
	if line.Recipient != "" {
		line.Kind = Disclosure
	}
	plain, err := json.Marshal(line)
	if err != nil {
		return kept.Errorf(kept.Internal, "entry: %w", err)
	}
	day, err := j.keys.Class(tx, scope, j.class, true)
	if err != nil {
		return err
	}
	envelope, err := seal.Seal([]seal.Key{day}, j.ad(scope, line.ID), plain)
	if err != nil {
		return err
	}
	var salt [16]byte
	tx.Random(salt[:])
	insert(tx, row{id: line.ID, scope: scope, class: j.class, at: tx.Now(), kind: line.Kind, category: line.Category, purpose: line.Purpose, salt: salt[:], envelope: envelope})
	tx.Entered()
	j.retention.Stored(tx, scope, line.App, j.class)
	tx.DueOnce(dueBatch, scope.String(), tx.Now().Add(batchEvery))
	return nil
}

func (j *Journal) ad(scope kept.Scope, id kept.ID) seal.AD {
	return seal.AD{Scope: scope.String(), Category: j.class, Item: id, Version: 1}
}

func (j *Journal) lines(v *kernel.View, scope kept.Scope, app string) (lines []Line, err error) {
	rows, err := list(v, scope, j.class)
	for _, r := range rows {
		if until := j.retention.Until(app, j.class, r.at); until <= v.Now() {
			continue
		}
		plain, err := j.keys.Open(v, scope, j.ad(scope, r.id), r.envelope)
		if kept.KindOf(err) == kept.NotFound {
			continue // purged, and not yet reclaimed
		}
		if err != nil {
			return nil, err
		}
		var line Line
		if err := json.Unmarshal(plain, &line); err != nil {
			return nil, kept.Errorf(kept.Internal, "an entry does not hold JSON")
		}
		lines = append(lines, line)
	}
	return lines, err
}

// batch puts the root over a scope's new entries into the ledger: whoever takes one away later is found out.
func (j *Journal) batch(ctx context.Context, d kernel.Due) error {
	scope := kept.ScopeOf(d.Ref)
	return j.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		rows, err := unbatched(tx, scope, batchSize)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			tx.Derived()
			tx.Done(d)
			return nil
		}
		hashes := make([][32]byte, len(rows))
		for i, r := range rows {
			hashes[i] = ledger.EntryHash([16]byte(r.salt), r.envelope)
		}
		root, err := ledger.BatchRoot(hashes)
		if err != nil {
			return err
		}
		fact := tx.Record(kept.Fact{Kind: kept.FactJournalBatched, Scope: scope, Category: j.class,
			Counts: map[string]int64{"entries": int64(len(rows))}, Hashes: map[string][32]byte{"root": root}})
		for _, r := range rows {
			tx.ExecOne(`UPDATE entry SET batch = $1 WHERE id = $2`, string(fact), string(r.id))
		}
		if len(rows) < batchSize {
			tx.Done(d)
		} else {
			tx.Again(d, tx.Now())
		}
		return nil
	})
}

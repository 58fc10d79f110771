// Package journal keeps entries: one sealed line for each read, and the lines that apps write in their logs. It writes no entry that nobody will erase, and shows
// none whose time has run out.
package journal

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/keys"
	"kept/ledger"
	"kept/policy"
	"kept/retention"
	"kept/seal"
	"kept/subject"
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
	subjects  *subject.Subjects
	class     string
}

// New wires the journal to the clocks.
func New(k *kernel.Kernel, p *policy.Policy, ks *keys.Keys, g *gate.Gate, r *retention.Retention, s *subject.Subjects) *Journal {
	j := &Journal{k: k, policy: p, keys: ks, gate: g, retention: r, subjects: s, class: defaultClass}
	for _, c := range p.Categories {
		if c.Journal == "reads" {
			j.class = c.Name
		}
	}
	Bound(r)
	r.Register(retention.Holder{Name: "journal", Reclaim: j.reclaim, Age: j.age, About: about, Pick: j.pick, Forsake: j.forsake})
	k.On(dueBatch, j.batch)
	k.OnDestroying(dueMonth, j.monthDue)
	g.Register("log", j.allowed)
	return j
}

// Bound limits the reads that are kept without a category of the policy: an earlier one may have left entries there.
func Bound(r *retention.Retention) {
	r.Bound(defaultClass, "entry", kept.Period{Days: 90})
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
	Purpose  string    `json:"purpose,omitempty"` // of a read
	Item     kept.ID   `json:"item,omitempty"`    // empty when the journal itself was read

	Record   string `json:"record,omitempty"` // of a line that the app wrote, as what follows
	Severity string `json:"severity,omitempty"`
	Actor    string `json:"actor,omitempty"`   // who did it: a role, or the Atlassian account id of a person
	Account  string `json:"account,omitempty"` // Atlassian account id of the person it is about
	Fields   Fields `json:"fields,omitempty"`

	Recipient string `json:"recipient,omitempty"` // of a disclosure
	For       string `json:"for,omitempty"`
}

// Review shows the entries of one category ("" for the log of reads) of an installation, the oldest first, for a purpose
// that the policy names; it leaves an entry itself.
func (j *Journal) Review(ctx context.Context, actor kept.Actor, purpose, category string) (lines []Line, err error) {
	if category == "" {
		category = j.class
	}
	scope := kept.Scope{Installation: actor.Installation}
	q := gate.Question{Actor: actor, Verb: gate.Review, Scope: scope, App: actor.App, Category: category, Purpose: purpose}
	// Opening years of reads would keep everybody's changes waiting, so it is done beside them.
	err = j.k.View(ctx, func(v *kernel.View) error {
		if err := j.gate.Ask(v, q); err != nil {
			return err
		}
		lines, err = j.lines(v, q)
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
		return j.Read(tx, scope, Line{App: actor.App, Category: category, Purpose: purpose})
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
	line.Kind = Read
	if line.Recipient != "" {
		line.Kind = Disclosure
	}
	return j.write(tx, scope, j.class, []row{{line: line, purpose: line.Purpose}}, nil)
}

// write seals lines of one app, category and severity under the day key of those, each by itself, and under the keys of those
// whom it names: with any of them it dies. A row says in clear what its line is sorted by.
func (j *Journal) write(tx *kernel.Tx, scope kept.Scope, class string, rows []row, people map[string]subject.Known) error {
	ratchet := retention.Class(class, rows[0].line.Severity)
	day, err := j.keys.Class(tx, scope, ratchet, true)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		r.id, r.scope, r.class, r.at, r.salt = tx.NewID("ent"), scope, class, tx.Now(), make([]byte, 16)
		r.line.ID, r.line.At, r.line.Role = r.id, r.at, tx.Actor.Role
		tx.Random(r.salt)
		plain, err := json.Marshal(r.line)
		if err != nil {
			return kept.Errorf(kept.Internal, "entry: %w", err)
		}
		all := []seal.Key{day}
		for n, account := range r.people {
			all, r.subjects[n] = append(all, people[account].Key), people[account].ID
		}
		if r.envelope, err = seal.Seal(all, ad(scope, class, r.id), plain); err != nil {
			return err
		}
	}
	insert(tx, rows)
	tx.Entered()
	if err := j.retention.Stored(tx, scope, rows[0].line.App, ratchet); err != nil {
		return err
	}
	tx.DueOnce(dueBatch, scope.String()+"/"+ratchet, tx.Now().Add(batchEvery))
	return nil
}

// Arrived goes on with lines that another server wrote and did not yet prove.
func (j *Journal) Arrived(tx *kernel.Tx, scope kept.Scope) error {
	classes, err := keys.Classes(&tx.View, scope)
	for _, class := range classes {
		tx.DueOnce(dueBatch, scope.String()+"/"+class, tx.Now())
	}
	return err
}

func ad(scope kept.Scope, class string, id kept.ID) seal.AD {
	return seal.AD{Scope: scope.String(), Category: class, Item: id, Version: 1}
}

// lines are those that may still be read, for the purpose of q: lines from before a version of the policy go on under what
// was promised of them.
func (j *Journal) lines(v *kernel.View, q gate.Question) (lines []Line, err error) {
	scope, app, class := q.Scope, q.App, q.Category
	rules, _ := j.policy.Rules(app, class)
	may := map[int]error{} // by how many versions count
	until := map[string]func(kept.Time) kept.Time{}
	rows, err := list(v, scope, class)
	for _, r := range rows {
		if until[r.severity] == nil {
			if until[r.severity], err = j.retention.Until(v, scope, app, retention.Class(class, r.severity)); err != nil {
				return nil, err
			}
		}
		if until[r.severity](r.at) <= v.Now() {
			continue
		}
		if q.Stored, q.Severity = r.at, r.severity; len(rules.Before) > 0 {
			count := len(rules.Since(r.at))
			if _, asked := may[count]; !asked {
				may[count] = j.gate.Ask(v, q)
			}
			if gate.Refused(may[count]) {
				continue
			}
			if may[count] != nil {
				return nil, may[count]
			}
		}
		plain, err := j.keys.Open(v, scope, ad(scope, class, r.id), r.envelope)
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

// batch puts the root over the new entries of a class into the ledger: whoever takes one away later is found out.
func (j *Journal) batch(ctx context.Context, d kernel.Due) error {
	ref, class, named := strings.Cut(d.Ref, "/")
	if !named { // set by a release that knew reads alone
		class = j.class
	}
	scope := kept.ScopeOf(ref)
	class, severity, graded := strings.Cut(class, ".")
	words := map[string]string{}
	if graded {
		words["severity"] = severity
	}
	return j.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		rows, err := unbatched(tx, scope, class, severity, batchSize)
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
		fact := tx.Record(kept.Fact{Kind: kept.FactJournalBatched, Scope: scope, Category: class, Words: words,
			Counts: map[string]int64{"entries": int64(len(rows))}, Hashes: map[string][32]byte{"root": root}})
		gather(tx, rows, fact)
		if len(rows) < batchSize {
			tx.Done(d)
		} else {
			tx.Again(d, tx.Now())
		}
		return nil
	})
}

package judge

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"kept"
)

// store is the database as it is at one look. Its rows join the hoard.
type store struct {
	installations map[kept.ID]standing
	keys          map[ref]keyRow // chains under the ratchet's id and generation
	ratchets      map[[16]byte]keyRow
	items         map[version]itemRow
	entries       map[entryKey][]*sealed
	secrets       map[kept.ID]bool
	questions     map[kept.ID]kept.Time    // since when one is open
	subjects      map[kept.ID][]subjectRow // by scope
	held          map[heldKey]*sealed
	copies        map[kept.ID]int // by hold
	receipts      []receiptRow
	batches       map[kept.ID][]batched
	rows          map[kept.ID]int // of each scope: keys, subjects, items, entries
	asked         kept.Time       // when the Marketplace was asked last, and everything it said was heeded
	stray         int             // things said of items that are not there
}

type standing struct {
	state                                                  kept.State
	uninstalled, effective, unsubscribed, told, restricted kept.Time

	erased kept.Time
}

func (s standing) clocks() [4]kept.Time {
	return [4]kept.Time{s.uninstalled, s.effective, s.unsubscribed, s.told}
}

type itemRow struct {
	sealed *sealed
	fields []string
	stored kept.Time
}

type subjectRow struct {
	sealed             *sealed
	reported, outdated kept.Time
	closing            kept.Time
}

type receiptRow struct {
	id            kept.ID
	key           receiptKey
	anchor, owed  kept.Time
	unreachable   kept.Time
	unrecoverable kept.Time
	told          kept.Time // when its fact was recorded; 0 while lines of its day still go
	rows          int64
}

// batched is what the ledger needs of an entry that was batched.
type batched struct {
	id, salt, envelope string
}

// receipt is one of those that were read.
func (s *store) receipt(id kept.ID) (receiptRow, bool) {
	n := slices.IndexFunc(s.receipts, func(r receiptRow) bool { return r.id == id })
	if n < 0 {
		return receiptRow{}, false
	}
	return s.receipts[n], true
}

func (s *store) has(refs []ref) bool {
	for _, r := range refs {
		if _, there := s.keys[r]; !there && r.kind != ratchetKey {
			return false
		}
		if k, there := s.ratchets[r.id]; r.kind == ratchetKey && (!there || k.ref.generation > r.generation) {
			return false
		}
	}
	return true
}

// open tries a sealed value with the rows of now alone.
func (s *store) open(h *hoard, v *sealed) ([]byte, bool) {
	if !s.has(v.refs) {
		return nil, false
	}
	return h.open(v)
}

type reader struct {
	ctx context.Context
	db  *sql.DB
	err error
}

// each calls fn for each row of a query; the first error ends everything after it.
func (r *reader) each(fn func(scan func(...any) error) error, query string, args ...any) {
	if r.err != nil {
		return
	}
	rows, err := r.db.QueryContext(r.ctx, query, args...)
	if err != nil {
		r.err = kept.Errorf(kept.Internal, "the judge cannot read the store: %w", err)
		return
	}
	defer rows.Close()
	for rows.Next() && r.err == nil {
		r.err = fn(rows.Scan)
	}
	if r.err == nil {
		r.err = rows.Err()
	}
}

func readStore(ctx context.Context, w World, j *Judge) (*store, error) {
	s := &store{installations: map[kept.ID]standing{}, keys: map[ref]keyRow{}, ratchets: map[[16]byte]keyRow{}, items: map[version]itemRow{},
		entries: map[entryKey][]*sealed{}, batches: map[kept.ID][]batched{}, rows: map[kept.ID]int{}, secrets: map[kept.ID]bool{}, questions: map[kept.ID]kept.Time{},
		subjects: map[kept.ID][]subjectRow{}, held: map[heldKey]*sealed{}, copies: map[kept.ID]int{}}
	r := &reader{ctx: ctx, db: w.DB}
	r.each(func(scan func(...any) error) error {
		var id kept.ID
		var i standing
		err := scan(&id, &i.state, &i.uninstalled, &i.effective, &i.unsubscribed, &i.told, &i.restricted, &i.erased)
		s.installations[id] = i
		return err
	}, `SELECT id, state, uninstalled, effective, unsubscribed, told, restricted, erased FROM installation`)
	r.each(func(scan func(...any) error) error {
		var id kept.ID
		var asked kept.Time
		err := scan(&id, &asked)
		s.questions[id] = asked
		return err
	}, `SELECT installation, asked FROM question WHERE settled = 0 AND why = 'silence'`)
	r.each(func(scan func(...any) error) error { return scan(&s.asked) }, `SELECT asked FROM marketplace`)
	s.readKeys(r, j.hoard)
	s.readSealed(r, j)
	r.each(func(scan func(...any) error) error {
		var scope kept.ID
		var n int
		err := scan(&scope, &n)
		s.rows[scope] += n
		return err
	}, `SELECT scope, COUNT(*) FROM choice GROUP BY scope UNION ALL SELECT scope, COUNT(*) FROM hold GROUP BY scope
		UNION ALL SELECT installation, COUNT(*) FROM question GROUP BY installation`)
	r.each(func(scan func(...any) error) error { return scan(&s.stray) }, `SELECT COUNT(*) FROM anchor WHERE item NOT IN (SELECT id FROM item)`)
	r.each(func(scan func(...any) error) error {
		var rc receiptRow
		err := scan(&rc.id, &rc.key.scope, &rc.key.category, &rc.key.severity, &rc.key.reason, &rc.unreachable, &rc.anchor, &rc.owed, &rc.unrecoverable, &rc.told, &rc.rows)
		rc.key.at = rc.unreachable
		if rc.key.reason == aged {
			rc.key.at = kept.StartOfDay(rc.anchor.Day())
		} else {
			rc.told = rc.unreachable
		}
		s.receipts = append(s.receipts, rc)
		return err
	}, `SELECT id, scope, category, severity, reason, unreachable, anchor, owed, unrecoverable, reclaimed, rows_gone FROM receipt
		WHERE unreachable >= $1 OR unrecoverable = 0 OR unrecoverable >= $1`, int64(min(j.ledger.looked, w.At)))
	return s, r.err
}

var keyKinds = map[string]byte{"class": classKey, "ratchet": ratchetKey, "index": indexKey}

func (s *store) readKeys(r *reader, h *hoard) {
	row := func(k keyRow, id string) {
		k.ref.id = rawID(id)
		h.copy(k)
		s.keys[k.ref] = k
		if k.ref.kind == ratchetKey {
			s.ratchets[k.ref.id] = k
		}
		s.rows[kept.ID(k.scope)]++
	}
	r.each(func(scan func(...any) error) error {
		var k keyRow
		var id, kind string
		err := scan(&id, &kind, &k.ref.generation, &k.parent, &k.scope, &k.wrapped)
		k.ref.kind = keyKinds[kind]
		row(k, id)
		return err
	}, `SELECT id, kind, generation, epoch, scope, wrapped FROM class_key`)
	r.each(func(scan func(...any) error) error {
		k := keyRow{ref: ref{kind: cohortKey}}
		var id string
		err := scan(&id, &k.ref.generation, &k.parent, &k.scope, &k.wrapped)
		row(k, id)
		return err
	}, `SELECT id, generation, epoch, scope, wrapped FROM cohort_key`)
	r.each(func(scan func(...any) error) error {
		k := keyRow{ref: ref{kind: unitKey}}
		var id string
		err := scan(&id, &k.ref.generation, &k.parent, &k.scope, &k.wrapped)
		row(k, id)
		return err
	}, `SELECT u.id, u.generation, u.cohort, c.scope, u.wrapped FROM unit_key u JOIN cohort_key c ON c.id = u.cohort`)
}

func (s *store) readSealed(r *reader, j *Judge) {
	hoarded := func(v sealed, bytes string) *sealed {
		known, there := j.hoard.sealed[bytes]
		if !there {
			known = &v
			var ok bool
			if known.envelope, ok = parseEnvelope([]byte(bytes)); !ok {
				j.find("item-exists", "a row of %s in %s is no envelope", v.category, v.scope)
			}
			j.hoard.sealed[bytes] = known
		}
		s.rows[kept.ID(v.scope)]++
		return known
	}
	r.each(func(scan func(...any) error) error {
		var v sealed
		var row itemRow
		var fields, bytes string
		err := scan(&v.id, &v.scope, &v.category, &v.version, &fields, &row.stored, &bytes)
		at := version{kept.ID(v.id), v.version}
		v.of = j.values[at]
		row.sealed, row.fields = hoarded(v, bytes), strings.Fields(fields)
		s.items[at] = row
		return err
	}, `SELECT id, scope, category, version, fields, stored, envelope FROM item`)
	r.each(func(scan func(...any) error) error {
		v := sealed{category: sharedSecret, version: 1}
		var bytes string
		err := scan(&v.id, &v.scope, &bytes)
		v.of = j.secret(kept.ID(v.id), kept.ID(v.scope))
		s.secrets[kept.ID(v.id)] = true
		hoarded(v, bytes)
		return err
	}, `SELECT id, scope, envelope FROM connect_secret`)
	r.each(func(scan func(...any) error) error {
		v := sealed{category: "account", version: 1}
		var row subjectRow
		var bytes string
		err := scan(&v.id, &v.scope, &row.reported, &row.outdated, &row.closing, &bytes)
		row.sealed = hoarded(v, bytes)
		s.subjects[kept.ID(v.scope)] = append(s.subjects[kept.ID(v.scope)], row)
		return err
	}, `SELECT id, scope, reported, outdated, closing, account FROM subject`)
	r.each(func(scan func(...any) error) error {
		v := sealed{version: 1}
		var key entryKey
		var batch kept.ID
		var fields, salt, bytes string
		err := scan(&v.id, &v.scope, &v.category, &key.at, &key.category, &key.purpose, &key.severity, &fields, &batch, &salt, &bytes)
		v.fields, v.severity = strings.Fields(fields), key.severity
		key.scope = v.scope
		if lines := j.entries[key]; len(lines) > 0 {
			v.entry = lines[0] // until it opens
		}
		s.entries[key] = append(s.entries[key], hoarded(v, bytes))
		s.batches[batch] = append(s.batches[batch], batched{v.id, salt, bytes})
		return err
	}, `SELECT id, scope, class, at, category, purpose, severity, fields, batch, salt, envelope FROM entry`)
	r.each(func(scan func(...any) error) error {
		var v sealed
		var id kept.ID
		var bytes string
		err := scan(&id, &v.id, &v.version, &v.scope, &v.category, &bytes)
		v.held = j.holds[id]
		s.held[heldKey{id, version{kept.ID(v.id), v.version}}] = hoarded(v, bytes)
		s.copies[id]++
		return err
	}, `SELECT hold, original, version, scope, category, envelope FROM held`)
}

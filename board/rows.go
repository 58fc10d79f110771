package board

import (
	"slices"
	"strings"

	"kept"
	"kept/kernel"
	"kept/place"
	"kept/policy"
	"kept/realm"
	"kept/register"
	"kept/retention"
)

// key groups what is known: by app of the installation, category, and a word (reason, purpose, kind of fact).
type key struct{ app, category, word string }

// tally is how often something happened.
type tally struct {
	n, rows int64
	last    kept.Time
	late    int64 // microseconds, the largest
	final   int64 // receipts that no copy of the database opens any more
}

func (t *tally) add(u tally) {
	t.n, t.rows, t.final = t.n+u.n, t.rows+u.rows, t.final+u.final
	t.last, t.late = max(t.last, u.last), max(t.late, u.late)
}

// left is something stored: where, since when, and where its installation stands.
type left struct {
	app, category string
	severity      string // of the lines of a log
	scope         kept.Scope
	standing      retention.Standing
	oldest        kept.Time                   // when the oldest row was stored; 0 for a class key
	full          bool                        // of a class key: something lies under it
	anchors       map[string]retention.Anchor // of a single item
	choices       []retention.Choice
	class         string
	brakes        retention.AllBrakes
}

// state is everything the verdicts rest on, at one instant.
type state struct {
	now      kept.Time
	doubted  bool              // nobody knows whether that is the time
	facts    map[key]tally     // word: kind of fact
	credited map[key]tally     // category: kind of fact; word: the promise by which somebody came back or something is held, "" for none
	named    map[string]tally  // refusals by promise
	reads    map[key]tally     // word: purpose
	receipts map[key]tally     // category: with severity, as retention.Class names it; word: reason
	open     map[key]kept.Time // by reason: the oldest receipt that is not yet final
	items    map[key]tally
	fields   map[key][]string // every set of fields that is stored, joined by blanks
	classes  []left           // living class keys
	rows     []left           // oldest item and entry of each scope and category
	single   []left           // items of categories of which something is said
	lines    []line
	heads    []head
	loose    map[key]tally // values stored for no host
	about    map[key]tally // values about a person
	opened   map[key]tally // word: role of the vendor's people

	questions []asked
	market    kept.Time // when the Marketplace was asked last; 0 for never

	attested  map[string]register.Attestation
	published map[string]register.Publication
	probed    map[string]register.Probe

	stood    []place.Standing
	outwards []outward
	holds    []held
	moved    map[string]moved // by app
	underWay []realm.UnderWay
}

func (b *Board) gather(v *kernel.View) (*state, error) {
	s := &state{now: v.Now(), doubted: b.Kernel.Ahead() != 0, facts: map[key]tally{}, credited: map[key]tally{}, named: map[string]tally{}, reads: map[key]tally{}, receipts: map[key]tally{}, open: map[key]kept.Time{},
		items: map[key]tally{}, loose: map[key]tally{}, about: map[key]tally{}, opened: map[key]tally{}, fields: map[key][]string{}, attested: map[string]register.Attestation{},
		published: map[string]register.Publication{}, probed: map[string]register.Probe{}}
	for _, step := range []func(*kernel.View) error{s.readFacts, s.readCredited, s.readRefusals, s.readEntries, s.readReceipts, s.readOpen, s.readItems, s.readLeft,
		s.readStandings, s.readOutwards, s.readLines, s.readHeads, s.readPersons, s.readOpened, s.readHolds, s.readQuestions, s.readMarket, s.readMoves} {
		if err := step(v); err != nil {
			return nil, err
		}
	}
	if err := b.readSaid(v, s); err != nil {
		return nil, err
	}
	return s, b.readRegister(v, s)
}

// asked is an open question about an installation of an app.
type asked struct {
	app          string
	asked        kept.Time
	unsubscribed kept.Time // 0 while its subscription runs
}

func (s *state) readQuestions(v *kernel.View) (err error) {
	s.questions, err = kernel.Query(v, func(scan func(...any) error) (q asked, err error) {
		return q, scan(&q.app, &q.asked, &q.unsubscribed)
	}, `SELECT app, questioned, unsubscribed FROM installation WHERE questioned > 0 AND `+retention.LivesHere(`installation.id`))
	return err
}

// readSaid reads each item of the categories in which a promise counts from what is said of one.
func (b *Board) readSaid(v *kernel.View, s *state) error {
	choices, err := retention.AllChoices(v)
	if err != nil {
		return err
	}
	brakes, err := retention.ReadBrakes(v)
	if err != nil {
		return err
	}
	for _, c := range b.Policy.Categories {
		if !slices.ContainsFunc(b.Policy.Apps, func(a policy.App) bool { return b.tells(a.ID, c.Name) }) {
			continue
		}
		items, err := retention.Everywhere(v, c.Name)
		if err != nil {
			return err
		}
		for _, it := range items {
			s.single = append(s.single, left{app: it.App, category: it.Category, scope: it.Scope, oldest: it.Stored, anchors: it.Anchors, choices: choices[it.Scope], brakes: brakes, class: it.Category})
		}
	}
	return nil
}

func (b *Board) tells(app, category string) bool {
	rules, _ := b.Policy.Rules(app, category)
	return slices.ContainsFunc(policy.Said, rules.Counts)
}

func tallies(v *kernel.View, into map[key]tally, query string, args ...any) error {
	return v.Each(func(scan func(...any) error) error {
		var k key
		var t tally
		if err := scan(&k.app, &k.category, &k.word, &t.n, &t.rows, &t.last, &t.late, &t.final); err != nil {
			return err
		}
		into[k] = t
		return nil
	}, query, args...)
}

func (s *state) readFacts(v *kernel.View) error {
	return tallies(v, s.facts, `SELECT i.app, f.category, f.kind, COUNT(*), 0, MAX(f.at), 0, 0
		FROM fact f JOIN installation i ON i.id = f.scope GROUP BY i.app, f.category, f.kind`)
}

// readCredited credits the promise by which data was found again, or is held.
func (s *state) readCredited(v *kernel.View) error {
	return v.Each(func(scan func(...any) error) error {
		var k key
		var body []byte
		var at kept.Time
		err := scan(&k.app, &k.category, &body, &at)
		if err == nil {
			k.word, err = promiseOf(body)
		}
		t := s.credited[k]
		t.add(tally{n: 1, last: at})
		s.credited[k] = t
		return err
	}, `SELECT i.app, f.kind, f.body, f.at FROM fact f JOIN installation i ON i.id = f.scope WHERE f.kind IN ($1, $2, $3, $4) AND f.body IS NOT NULL`,
		string(kept.FactRescued), string(kept.FactResubscribed), string(kept.FactHeld), string(kept.FactHoldEnded))
}

// readRefusals credits the promise that a refusal named.
func (s *state) readRefusals(v *kernel.View) error {
	return v.Each(func(scan func(...any) error) error {
		var body []byte
		var at kept.Time
		if err := scan(&body, &at); err != nil {
			return err
		}
		promise, err := promiseOf(body)
		if err != nil || promise == "" {
			return err
		}
		t := s.named[promise]
		t.add(tally{n: 1, last: at})
		s.named[promise] = t
		return nil
	}, `SELECT body, at FROM fact WHERE kind IN ($1, $2, $3, $4, $5, $6, $7) AND body IS NOT NULL`,
		string(kept.FactPutRefused), string(kept.FactReadRefused), string(kept.FactLineRefused), string(kept.FactDisclosureRefused), string(kept.FactChoiceRefused), string(kept.FactHoldRefused), string(kept.FactDeleteRefused))
}

// readEntries counts the reads under the policy of today: an earlier one may have allowed something else.
func (s *state) readEntries(v *kernel.View) error {
	since, err := s.policySince(v)
	if err != nil {
		return err
	}
	return tallies(v, s.reads, `SELECT i.app, e.category, e.purpose, COUNT(*), 0, MAX(e.at), 0, 0
		FROM entry e JOIN installation i ON i.id = e.scope WHERE e.kind IN ('read', 'disclosure') AND e.at >= $1
		GROUP BY i.app, e.category, e.purpose`, int64(since))
}

func (s *state) readReceipts(v *kernel.View) error {
	return tallies(v, s.receipts, `SELECT i.app, `+gone+`, r.reason, COUNT(*), SUM(r.rows_gone), MAX(r.unreachable),
			MAX(r.unreachable - r.owed), SUM(CASE WHEN r.unrecoverable > 0 THEN 1 ELSE 0 END)
		FROM receipt r JOIN installation i ON i.id = r.scope GROUP BY i.app, `+gone+`, r.reason`)
}

func (s *state) readOpen(v *kernel.View) error {
	return v.Each(func(scan func(...any) error) error {
		var k key
		var oldest kept.Time
		if err := scan(&k.app, &k.category, &k.word, &oldest); err != nil {
			return err
		}
		s.open[k] = oldest
		return nil
	}, `SELECT i.app, `+gone+`, r.reason, MIN(r.unreachable) FROM receipt r JOIN installation i ON i.id = r.scope
		WHERE r.unrecoverable = 0 GROUP BY i.app, `+gone+`, r.reason`)
}

// opens is when the oldest erasure was that a copy of the database still undoes; 0 for none.
func (s *state) opens(covers func(app, category string) bool, reason string) (oldest kept.Time) {
	for k, at := range s.open {
		if k.word == reason && covers(k.app, k.category) && (oldest == 0 || at < oldest) {
			oldest = at
		}
	}
	return oldest
}

func (s *state) readItems(v *kernel.View) error {
	return v.Each(func(scan func(...any) error) error {
		var k key
		var fields string
		var t tally
		if err := scan(&k.app, &k.category, &fields, &t.n, &t.last); err != nil {
			return err
		}
		sum := s.items[k]
		sum.add(t)
		s.items[k] = sum
		s.fields[k] = append(s.fields[k], fields)
		return nil
	}, `SELECT app, category, fields, COUNT(*), MAX(stored) FROM item GROUP BY app, category, fields`)
}

// ratchet is the class under which an entry e is sealed, gone the one of a receipt r.
const gone = `CASE WHEN r.severity = '' THEN r.category ELSE r.category || '.' || r.severity END`
const ratchet = `CASE WHEN e.severity = '' THEN e.class ELSE e.class || '.' || e.severity END`

// readLeft reads the keys that still open something, and the oldest row that lies under each.
func (s *state) readLeft(v *kernel.View) error {
	choices, err := retention.AllChoices(v)
	if err != nil {
		return err
	}
	brakes, err := retention.ReadBrakes(v)
	if err != nil {
		return err
	}
	standings := map[kept.Scope]retention.Standing{}
	err = v.Each(func(scan func(...any) error) error {
		var scope kept.Scope
		var i retention.Standing
		err := scan(&scope.Installation, &i.App, &i.State, &i.Installed, &i.Uninstalled, &i.Effective, &i.Unsubscribed, &i.Told)
		standings[scope] = i
		return err
	}, `SELECT id, app, state, installed, uninstalled, effective, unsubscribed, told FROM installation`)
	if err != nil {
		return err
	}
	shelves, err := retention.Shelves(v)
	known := map[pile]int{} // in s.rows
	for _, shelf := range shelves {
		standing, there := standings[shelf.Scope]
		if !there { // the vendor's own
			continue
		}
		l := left{app: standing.App, scope: shelf.Scope, class: shelf.Class, standing: standing, choices: choices[shelf.Scope], brakes: brakes}
		l.category, l.severity, _ = strings.Cut(l.class, ".")
		l.full = shelf.Oldest != 0
		s.classes = append(s.classes, l)
		l.oldest = shelf.Oldest
		n, twice := known[pile{l.scope, l.class}]
		switch {
		case !l.full:
		case !twice:
			known[pile{l.scope, l.class}] = len(s.rows)
			s.rows = append(s.rows, l)
		case l.oldest < s.rows[n].oldest:
			s.rows[n] = l
		}
	}
	return err
}

func (b *Board) readRegister(v *kernel.View, s *state) error {
	for _, pr := range b.Policy.Promises {
		var err error
		var found bool
		switch pr.Control {
		case "attest":
			var a register.Attestation
			if a, found, err = register.LastAttestation(v, pr.ID); found {
				s.attested[pr.ID] = a
			}
		case "contact":
			var p register.Probe
			if p, found, err = register.LastProbe(v, pr.ID); found {
				s.probed[pr.ID] = p
			}
		}
		if err != nil {
			return err
		}
	}
	for _, d := range b.Policy.Documents {
		p, found, err := register.LastPublication(v, d.ID)
		if err != nil {
			return err
		}
		if found {
			s.published[d.ID] = p
		}
	}
	return nil
}

// sum adds up what fits: the apps and categories of a promise, and a word ("" for any).
func sum(m map[key]tally, covers func(app, category string) bool, word string) (t tally) {
	for k, u := range m {
		if (word == "" || k.word == word) && covers(k.app, k.category) {
			t.add(u)
		}
	}
	return t
}

// outside counts the fields that are not allowed.
func outside(fields string, allowed []string) (n int64) {
	for _, f := range strings.Fields(fields) {
		if !slices.Contains(allowed, f) {
			n++
		}
	}
	return n
}

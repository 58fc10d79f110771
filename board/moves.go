package board

import (
	"time"

	"kept"
	"kept/kernel"
	"kept/ledger"
	"kept/policy"
	"kept/realm"
)

// moved is what became of the moves of an app's installations to and from servers of other regions.
type moved struct {
	left, arrived, undone tally
	longest               time.Duration // that one was closed
}

func (s *state) readMoves(v *kernel.View) (err error) {
	if s.underWay, err = realm.Moves(v); err != nil {
		return err
	}
	s.moved = map[string]moved{}
	return v.Each(func(scan func(...any) error) error {
		var app string
		var body []byte
		if err := scan(&app, &body); err != nil {
			return err
		}
		f, err := ledger.Decode(body)
		if err != nil {
			return err
		}
		m, one := s.moved[app], tally{n: 1, last: f.At}
		switch {
		case f.Kind == kept.FactMigrationLeft:
			m.left.add(one)
		case f.Kind == kept.FactMigrationArrived:
			m.arrived.add(one)
		case f.Words["step"] == string(realm.Rollback):
			m.undone.add(one)
		}
		m.longest = max(m.longest, time.Duration(f.Counts[realm.Closed])*time.Microsecond)
		s.moved[app] = m
		return nil
	}, `SELECT i.app, f.body FROM fact f JOIN installation i ON i.id = f.scope WHERE f.kind IN ($1, $2, $3) AND f.body IS NOT NULL`,
		string(kept.FactMigrationLeft), string(kept.FactMigrationArrived), string(kept.FactMigrationAsked))
}

// judgeMoves shows what moved between the places of a promise, and says at what risk it is by a move that nobody ends.
func (b *Board) judgeMoves(s *state, pr *policy.Promise, j *Judged) (risk Saying) {
	var all moved
	for app, m := range s.moved {
		if b.Policy.Applies(pr, app) {
			all.left.add(m.left)
			all.arrived.add(m.arrived)
			all.undone.add(m.undone)
			all.longest = max(all.longest, m.longest)
		}
	}
	var open, failed, stuck int64
	var oldest kept.Time
	for _, m := range s.underWay {
		if !b.Policy.Applies(pr, m.App) {
			continue
		}
		if open++; oldest == 0 {
			oldest = m.Since
		}
		failed += m.Failed
		if s.now.Sub(m.Since) > realm.Stuck {
			stuck++
		}
	}
	show := func(e Evidence) {
		if e.Count > 0 {
			e.Link = installations
			j.Evidence = append(j.Evidence, e)
		}
	}
	show(Evidence{Says: Say("installations that moved to a server in another region, with receipts"), Count: all.left.n, Last: all.left.last})
	if all.arrived.n > 0 { // the gate was asked of each of its categories
		j.saw(Evidence{Says: Say("installations that arrived from a server in another region, compared and opened"), Count: all.arrived.n, Last: all.arrived.last, Link: installations})
	}
	show(Evidence{Says: Say("moves that were taken back"), Count: all.undone.n, Last: all.undone.last})
	if all.longest > 0 {
		show(Evidence{Says: Say("longest that a move closed an installation: %s", Length(all.longest)), Count: 1})
	}
	show(Evidence{Says: Say("moves under way, each of which closes an installation"), Count: open, Last: oldest})
	show(Evidence{Says: Say("attempts of theirs that failed, and are made again"), Count: failed, Bad: true})
	show(Evidence{Says: Say("moves that nobody has ended for more than two days"), Count: stuck, Bad: true})
	if stuck > 0 {
		risk = Say("an installation is closed for %s by a move that nobody has ended", Length(s.now.Sub(oldest)))
	}
	return risk
}

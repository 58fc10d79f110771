package board

import (
	"kept"
	"kept/hold"
	"kept/kernel"
	"kept/policy"
	"kept/retention"
)

// holding is where what is held can be looked at.
const holding = "/holds"

// held is an open hold, with the app of its installation.
type held struct {
	hold.Hold
	app string
}

func (s *state) readHolds(v *kernel.View) error {
	list, err := hold.List(v)
	for _, h := range list {
		standing, err := retention.StandingOf(v, kept.Scope{Installation: h.Installation}, "")
		if err != nil {
			return err
		}
		s.holds = append(s.holds, held{h, standing.App})
	}
	return err
}

func (b *Board) judgeHold(s *state, pr *policy.Promise, j *Judged) {
	var placed, ended tally
	for k, t := range s.credited {
		switch {
		case k.word != pr.ID:
		case k.category == string(kept.FactHeld):
			placed.add(t)
		case k.category == string(kept.FactHoldEnded):
			ended.add(t)
		}
	}
	var open, copies, beyond, overdue, orphaned int64
	for _, h := range s.holds {
		if promised, _ := b.Policy.Hold(h.app, h.Reason); promised == nil && b.Policy.Applies(pr, h.app) {
			orphaned++
		}
		if h.Promise != pr.ID {
			continue
		}
		open, copies, beyond = open+1, copies+h.Rows, beyond+h.Beyond
		if s.now.Sub(h.Until) > tickSlack {
			overdue++
		}
	}
	refused := s.named[pr.ID]
	j.saw(Evidence{Says: Say("holds placed, each with a reason, an owner and an end"), Count: placed.n, Last: placed.last, Link: holding})
	j.saw(Evidence{Says: Say("holds that have ended, and what they kept with them"), Count: ended.n, Last: ended.last, Link: holding})
	j.saw(Evidence{Says: Say("holds refused: without a reason that is promised"), Count: refused.n, Last: refused.last, Link: installations})
	j.saw(Evidence{Says: Say("holds now"), Count: open, Link: holding})
	j.saw(Evidence{Says: Say("copies that they keep"), Count: copies, Link: holding})
	j.saw(Evidence{Says: Say("of these, whose original is gone"), Count: beyond, Link: holding})
	j.saw(Evidence{Says: Say("holds that should have ended"), Count: overdue, Bad: true, Link: holding})
	j.saw(Evidence{Says: Say("holds for a reason that is promised no more"), Count: orphaned, Bad: true, Link: holding})
	var broken, risk Saying
	if orphaned > 0 {
		risk = Say("something is held for a reason that the policy names no more")
	}
	if overdue > 0 {
		broken = Say("a hold should have ended, and still keeps something")
	}
	j.decide(broken, risk, Say("nothing was ever held, and no hold was refused"))
}

// beyond counts the copies of categories that holds keep although the original is gone.
func (s *state) beyond(covers func(app, category string) bool) (n int64) {
	for _, h := range s.holds {
		if covers(h.app, h.Category) {
			n += h.Beyond
		}
	}
	return n
}

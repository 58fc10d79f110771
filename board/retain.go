package board

import (
	"maps"
	"slices"
	"strings"
	"time"

	"kept"
	"kept/policy"
)

// reasons are the reasons of receipts that a clock from each anchor leaves.
var reasons = map[string]string{"uninstalled": "uninstalled", "unsubscribed": "unsubscribed", "entry": "aged", "request": "purged"}

func init() {
	for _, event := range policy.Said {
		reasons[event] = event
	}
}

func (b *Board) judgeRetain(s *state, pr *policy.Promise, j *Judged) {
	var broken, risk, waiting Saying
	for _, from := range pr.Events() {
		covers := b.governs(pr, from)
		done := sum(s.receipts, covers, reasons[from])
		if from == "request" { // one item at a time, too
			done.add(sum(s.receipts, covers, "deleted"))
		}
		j.saw(Evidence{Says: Say("erased after %s", Anchor(from)), Count: done.n, Last: done.last, Link: installations})
		j.saw(Evidence{Says: Say("of these, beyond recovery in any copy of the database"), Count: done.final, Link: "/ledger"})
		if slack := max(0, time.Duration(done.late)*time.Microsecond); done.n > 0 {
			late := slack > tickSlack
			j.saw(Evidence{Says: Say("largest lateness: %s", Length(slack)), Count: 1, Last: done.last, Bad: late, Link: installations})
			if late {
				risk = Say("something was erased %s late", Length(slack))
			}
			if slack > overdueBreaks {
				broken = risk
			}
		}
		if oldest := s.opens(covers, reasons[from]); oldest != 0 && s.now.Sub(oldest) > overdueBreaks {
			j.saw(Evidence{Says: Say("erased, but not yet beyond recovery"), Count: 1, Last: oldest, Bad: true, Link: "/ledger"})
			risk = Say("a copy of the database still opens what was erased %s ago: the keys did not turn", Length(s.now.Sub(oldest)))
		}
		if n := s.braked(covers, from); n > 0 {
			j.saw(Evidence{Says: Say("closed, and held up by a brake until somebody says so or a day is over"), Count: n, Bad: true, Link: "/forecast"})
			risk = Say("what has ended is closed, and a brake holds its destruction up")
		}
		if n := s.beyond(covers); n > 0 {
			j.saw(Evidence{Says: Say("copies that a hold keeps beyond the limit"), Count: n, Link: holding})
		}
		e := b.ahead(s, covers, from)
		e.show(j, from)
		if e.overdue > 0 {
			j.saw(Evidence{Says: Say("overdue, the oldest by %s", Length(e.worst)), Count: e.overdue, Bad: true, Link: installations})
			past, waits := e.verdict()
			broken, risk = worse(broken, past), worse(risk, waits)
		}
		if n, oldest := unsaid(s, covers, from); n > 0 {
			j.Evidence = append(j.Evidence, Evidence{Says: Say("stored, and nobody has said yet that its time began: after %s", Anchor(from)), Count: n, Last: oldest, Link: installations})
			waiting = Say("of what is stored nobody has said that its time began, the oldest for %s", Length(s.now.Sub(oldest)))
		}
	}
	if pr.Params["from"].Has("uninstalled") || pr.Params["from"].Has("unsubscribed") {
		if waited := b.unsure(s, pr, j); waited > answerWithin && risk.Empty() {
			risk = Say("nobody has answered for %s whether a customer is still there", Length(waited))
		}
	}
	if _, adjustable := pr.Params["adjustable"]; adjustable {
		covers := b.covers(pr, func(r policy.Rules) bool {
			return slices.ContainsFunc(slices.Collect(maps.Values(r.Graded())), func(r policy.Rules) bool {
				return slices.ContainsFunc(r.Adjust, func(a policy.Adjust) bool { return pr.Params["from"].Has(a.From) })
			})
		})
		chosen, refused := sum(s.facts, covers, string(kept.FactChosen)), s.named[pr.ID]
		j.saw(Evidence{Says: Say("limits chosen by customers, within the bounds"), Count: chosen.n, Last: chosen.last, Link: installations})
		j.saw(Evidence{Says: Say("choices outside the bounds, refused"), Count: refused.n, Last: refused.last, Link: installations})
	}
	if _, least := pr.Params["min"]; least {
		refused := s.named[pr.ID]
		j.saw(Evidence{Says: Say("deletions by the app before the least time, refused"), Count: refused.n, Last: refused.last, Link: installations})
	}
	j.decide(broken, risk, Say("nothing has reached its limit yet"))
	if j.Verdict == kept.Kept && !waiting.Empty() {
		j.Verdict, j.Why = kept.Unproven, waiting
	}
}

// worse is what is said last of those that say anything.
func worse(known, more Saying) Saying {
	if more.Empty() {
		return known
	}
	return more
}

// unsaid counts the items of which an event was never said, and since when the oldest of them is stored.
func unsaid(s *state, covers func(app, class string) bool, event string) (n int64, oldest kept.Time) {
	for _, it := range s.single {
		if _, happened := it.anchors[event]; happened || !slices.Contains(policy.Said, event) || !covers(it.app, it.category) {
			continue
		}
		n++
		if oldest == 0 || it.oldest < oldest {
			oldest = it.oldest
		}
	}
	return n, oldest
}

// governs tells for which apps and classes a promise counts as a limit from an anchor.
func (b *Board) governs(pr *policy.Promise, from string) func(app, class string) bool {
	known := map[[2]string]bool{}
	return func(app, class string) bool {
		k := [2]string{app, class}
		if _, asked := known[k]; !asked {
			category, severity, _ := strings.Cut(class, ".")
			rules, ok := b.Policy.Rules(app, category)
			known[k] = ok && b.Policy.Applies(pr, app) && b.limited(rules.Of(severity), pr, from)
		}
		return known[k]
	}
}

// braked counts what is closed and not destroyed, because a brake is on.
func (s *state) braked(covers func(app, class string) bool, from string) (n int64) {
	for _, l := range s.classes {
		if b := l.brakes.Of(l.scope, l.class, from); b.Reason != "" && b.On(s.now) && covers(l.app, l.class) {
			n++
		}
	}
	return n
}

// answerWithin is how long a question whether an installation is still there may stay open before a promise that runs from
// its end is at risk: a clock that should run may not.
const answerWithin = 30 * 24 * time.Hour

// unsure shows how many installations of a promise somebody is asked about, and says for how long at most.
func (b *Board) unsure(s *state, pr *policy.Promise, j *Judged) (waited time.Duration) {
	var n int64
	var oldest kept.Time
	for _, q := range s.questions {
		runs := q.unsubscribed != 0 && !pr.Params["from"].Has("uninstalled") // whether it is there changes nothing
		if b.Policy.Applies(pr, q.app) && !runs {
			n, waited = n+1, max(waited, s.now.Sub(q.asked))
			oldest = s.now.Add(-waited)
		}
	}
	j.saw(Evidence{Says: Say("installations of which nobody knows whether they are still there"), Count: n, Last: oldest, Bad: true, Link: installations})
	return waited
}

// limited tells whether a promise counts for a category's limit from an anchor.
func (b *Board) limited(r policy.Rules, pr *policy.Promise, from string) bool {
	return slices.ContainsFunc(r.Retain, func(l policy.Limit) bool { return l.From == from && slices.Contains(l.All, pr) }) ||
		slices.ContainsFunc(r.Adjust, func(a policy.Adjust) bool { return a.From == from && a.Promise == pr })
}

// found is the fact of coming back in each way, and what it proves.
var found = map[string]struct {
	fact kept.FactKind
	says Saying
}{
	policy.Reinstall:   {kept.FactRescued, Say("reinstalls in time that found their data again")},
	policy.Resubscribe: {kept.FactResubscribed, Say("subscriptions paid again in time that found their data again")},
}

func (b *Board) judgeRescue(s *state, pr *policy.Promise, j *Judged) {
	covers := func(app, _ string) bool { return b.Policy.Applies(pr, app) }
	for _, on := range pr.Params["on"].Words() {
		var in tally
		for k, t := range s.credited {
			if k.category == string(found[on].fact) && k.word != "" && covers(k.app, "") {
				in.add(t)
			}
		}
		j.saw(Evidence{Says: found[on].says, Count: in.n, Last: in.last, Link: installations})
	}
	exercised := j.Exercised
	late := sum(s.facts, covers, string(kept.FactErasedAll))
	j.saw(Evidence{Says: Say("installations nobody came back for, erased"), Count: late.n, Last: late.last, Link: installations})
	j.Exercised = exercised
	j.decide(Saying{}, Saying{}, Say("nobody came back in time yet"))
}

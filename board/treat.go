package board

import (
	"slices"
	"strings"

	"kept"
	"kept/policy"
	"kept/seal"
)

// judgeLog holds the lines of a log against what may stand in them.
func (b *Board) judgeLog(s *state, pr *policy.Promise, j *Judged) {
	covers := b.covers(pr, func(r policy.Rules) bool { return slices.Contains(r.Log.Promises, pr) })
	records := pr.Params["records"].Words()
	var good, bad tally
	for _, l := range s.lines {
		if !covers(l.app, l.category) {
			continue
		}
		rules, _ := b.Policy.Rules(l.app, l.category)
		switch {
		case !written(rules, l):
			bad.add(l.tally)
		case records == nil || slices.Contains(records, l.record):
			good.add(l.tally)
		}
	}
	refused := s.named[pr.ID]
	j.saw(Evidence{Says: Say("lines, each with what the policy allows"), Count: good.n, Last: good.last, Link: installations})
	j.saw(Evidence{Says: Say("lines refused"), Count: refused.n, Last: refused.last, Link: installations})
	j.saw(Evidence{Says: Say("lines with something nobody promised"), Count: bad.n, Last: bad.last, Bad: true, Link: installations})
	var broken Saying
	if bad.n > 0 {
		broken = Say("a line holds something that no promise names")
	}
	j.decide(broken, Saying{}, Say("no such line was written in the time the journal reaches back"))
}

// written tells whether a line is as the rules want it, as far as it shows in clear.
func written(r policy.Rules, l line) bool {
	for _, name := range strings.Fields(l.fields) {
		f, _ := r.Category.Field(name)
		f.Name = name
		if _, barred := r.Log.Barred(f); barred || !slices.Contains(r.Log.Fields, name) {
			return false
		}
	}
	return r.Log.Records == nil || slices.Contains(r.Log.Records, l.record)
}

// judgeProtect looks at the head of every sealed value there is.
func (b *Board) judgeProtect(s *state, pr *policy.Promise, j *Judged) {
	covers := b.covers(pr, func(r policy.Rules) bool { return slices.Contains(r.Protect, pr) })
	var good, bad tally
	for _, h := range s.heads {
		switch {
		case !covers(h.app, h.category):
		case seal.Shaped(h.head, h.shortest):
			good.add(h.tally)
		default:
			bad.add(h.tally)
		}
	}
	j.saw(Evidence{Says: Say("values sealed with %s", seal.Cipher), Count: good.n, Last: good.last, Link: installations})
	j.saw(Evidence{Says: Say("values that are not sealed"), Count: bad.n, Last: bad.last, Bad: true, Link: installations})
	var broken Saying
	if bad.n > 0 {
		broken = Say("something lies there that is not sealed")
	}
	j.decide(broken, Saying{}, Say("nothing of it is stored now whose seal could be looked at"))
}

func (b *Board) judgeToken(s *state, pr *policy.Promise, j *Judged) {
	covers := b.covers(pr, func(r policy.Rules) bool { return slices.Contains(r.Token, pr) })
	saw := func(says Saying, kind kept.FactKind) (t tally) {
		t = sum(s.facts, covers, string(kind))
		j.saw(Evidence{Says: says, Count: t.n, Last: t.last, Link: installations})
		return t
	}
	var broken Saying
	if pr.Params["scope"].Has("least") {
		saw(Say("secrets stored, each for one host"), kept.FactStored)
		refused := s.named[pr.ID]
		j.saw(Evidence{Says: Say("uses without their host, refused"), Count: refused.n, Last: refused.last, Link: installations})
		loose := sum(s.loose, covers, "")
		j.saw(Evidence{Says: Say("secrets stored for no host"), Count: loose.n, Last: loose.last, Bad: true, Link: installations})
		if loose.n > 0 {
			broken = Say("a secret is stored that is for no certain host")
		}
	}
	if pr.Params["rotate"].Bool() {
		saw(Say("secrets replaced by newer ones"), kept.FactOverwritten)
		var oldest kept.Time
		for _, l := range s.rows {
			if covers(l.app, l.category) && (oldest == 0 || l.oldest < oldest) {
				oldest = l.oldest
			}
		}
		if oldest != 0 {
			j.Evidence = append(j.Evidence, Evidence{Says: Say("the oldest is %s old", Length(s.now.Sub(oldest))), Count: 1, Last: oldest, Link: installations})
		}
	}
	if pr.Params["revoke"].Bool() {
		saw(Say("secrets revoked: erased at once"), kept.FactDeleted)
	}
	j.decide(broken, Saying{}, Say("no secret was kept, replaced or revoked yet"))
}

func (b *Board) judgeAnonymise(s *state, pr *policy.Promise, j *Judged) {
	covers := b.covers(pr, func(r policy.Rules) bool { return slices.Contains(r.Anonymise, pr) })
	stored := sum(s.facts, covers, string(kept.FactStored))
	stored.add(sum(s.facts, covers, string(kept.FactOverwritten)))
	for _, l := range s.lines {
		if covers(l.app, l.category) && l.own {
			stored.add(l.tally)
		}
	}
	var bad int64
	for k, sets := range s.fields {
		if covers(k.app, k.category) {
			rules, _ := b.Policy.Rules(k.app, k.category)
			bad += identified(pr, rules.Category, sets)
		}
	}
	about := sum(s.about, covers, "")
	refused := s.named[pr.ID]
	j.saw(Evidence{Says: Say("values and lines in which nothing was found that names a person"), Count: stored.n, Last: stored.last, Link: installations})
	j.saw(Evidence{Says: Say("values and lines refused"), Count: refused.n, Last: refused.last, Link: installations})
	j.saw(Evidence{Says: Say("stored sets with a field that says who somebody is"), Count: bad, Bad: true, Link: installations})
	j.saw(Evidence{Says: Say("values about a person"), Count: about.n, Last: about.last, Bad: true, Link: installations})
	var broken Saying
	if bad+about.n > 0 {
		broken = Say("something stored says whom it is about")
	}
	j.decide(broken, Saying{}, Say("nothing of it was ever stored"))
}

func (b *Board) judgeAccess(s *state, pr *policy.Promise, j *Judged) {
	if !slices.ContainsFunc(b.Policy.Categories, func(c policy.Category) bool { return policy.Covers(pr.Params["to"], c) }) {
		j.Verdict, j.Why = kept.NoEngine, Say("no engine yet: %s", Term("to="+pr.Params["to"].Word()))
		return
	}
	covers := b.covers(pr, func(r policy.Rules) bool { return slices.Contains(r.Access.Promises, pr) })
	var good, bad tally
	for k, t := range s.opened {
		if !covers(k.app, k.category) {
			continue
		}
		rules, _ := b.Policy.Rules(k.app, k.category)
		if admitted, _ := rules.Access.Admits(kept.Role(k.word)); admitted {
			good.add(t)
		} else {
			bad.add(t)
		}
	}
	refused := s.named[pr.ID]
	j.saw(Evidence{Says: Say("values opened by people whose role may"), Count: good.n, Last: good.last, Link: installations})
	j.saw(Evidence{Says: Say("people of another role, refused"), Count: refused.n, Last: refused.last, Link: installations})
	j.saw(Evidence{Says: Say("values opened by people whose role may not"), Count: bad.n, Last: bad.last, Bad: true, Link: installations})
	var broken Saying
	if bad.n > 0 {
		broken = Say("somebody opened it whose role may not")
	}
	j.decide(broken, Saying{}, Say("nobody of the vendor's people asked for it yet"))
}

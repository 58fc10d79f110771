package board

import (
	"maps"
	"slices"
	"strings"
	"time"

	"kept"
	"kept/ledger"
	"kept/policy"
)

// overdueBreaks is how long destruction may wait behind a closed gate before the promise is broken (FORGETTING: brakes).
// A server that stood still for a minute is not late: its tick is.
const (
	overdueBreaks = 7 * 24 * time.Hour
	tickSlack     = time.Minute
)

// installations is where most evidence can be looked at: the page of who it happened to.
const installations = "/installations"

type judging func(*Board, *state, *policy.Promise, *Judged)

// judgings is how each kind with an engine is judged.
var judgings = map[string]judging{
	"collect":       (*Board).judgeCollect,
	"store-nothing": (*Board).judgeStoreNothing,
	"purpose":       (*Board).judgePurpose,
	"place":         (*Board).judgePlace,
	"recipient":     (*Board).judgeRecipient,
	"disclose":      (*Board).judgeDisclose,
	"no-sale":       (*Board).judgeNoSale,
	"retain":        (*Board).judgeRetain,
	"rescue":        (*Board).judgeRescue,
	"purge":         (*Board).judgePurge,
	"hold":          (*Board).judgeHold,
	"publish":       (*Board).judgePublish,
	"contact":       (*Board).judgeContact,
	"attest":        (*Board).judgeAttest,
	"log":           (*Board).judgeLog,
	"protect":       (*Board).judgeProtect,
	"token":         (*Board).judgeToken,
	"anonymise":     (*Board).judgeAnonymise,
	"access":        (*Board).judgeAccess,
	"information":   func(*Board, *state, *policy.Promise, *Judged) {},
}

func (b *Board) judge(s *state, pr *policy.Promise) Judged {
	j := foresee(b.Policy, pr)
	if j.Verdict == kept.Unproven {
		judgings[pr.Control](b, s, pr, &j)
	}
	return j
}

// foresee is what can be said of a promise before any evidence. It is unproven if evidence decides.
func foresee(p *policy.Policy, pr *policy.Promise) Judged {
	j := Judged{ID: pr.ID, Control: pr.Control, Says: Words(pr), Decision: pr.Decision, Promise: pr}
	_, judged := judgings[pr.Control]
	engine, missing := pr.Engine()
	switch {
	case pr.Control == "information":
		j.Verdict, j.Why = kept.NoVerdict, Say("nothing is promised here")
	case p.Contradicted(pr):
		j.Verdict, j.Why = kept.Contradicted, Say("the text says something else in another place, which is what is kept")
	case !engine || !judged:
		j.Verdict, j.Why = kept.NoEngine, Say("no engine yet: %s", Term(missing))
	default:
		j.Verdict = kept.Unproven
	}
	return j
}

// covers tells which apps and categories a promise governs, by asking the rules that the server itself obeys.
func (b *Board) covers(pr *policy.Promise, in func(policy.Rules) bool) func(app, category string) bool {
	known := map[[2]string]bool{}
	return func(app, category string) bool {
		k := [2]string{app, category}
		if _, asked := known[k]; !asked {
			rules, ok := b.Policy.Rules(app, category)
			known[k] = ok && b.Policy.Applies(pr, app) && in(rules)
		}
		return known[k]
	}
}

func (j *Judged) saw(e Evidence) {
	j.Evidence = append(j.Evidence, e)
	if e.Count > 0 && !e.Bad {
		j.Exercised = max(j.Exercised, e.Last)
	}
}

// decide settles the verdict from the evidence: against it weighs most, then whether it was ever exercised.
func (j *Judged) decide(broken, risk, never Saying) {
	switch {
	case !broken.Empty():
		j.Verdict, j.Why = kept.Broken, broken
	case !risk.Empty():
		j.Verdict, j.Why = kept.AtRisk, risk
	case j.Exercised == 0:
		j.Verdict, j.Why = kept.Unproven, never
	default:
		j.Verdict, j.Why = kept.Kept, Say("exercised, and nothing speaks against it")
	}
}

func (b *Board) judgeCollect(s *state, pr *policy.Promise, j *Judged) {
	covers := b.covers(pr, func(r policy.Rules) bool { return slices.Contains(r.Collect, pr) })
	stored := sum(s.facts, covers, string(kept.FactStored))
	stored.add(sum(s.facts, covers, string(kept.FactOverwritten)))
	refused := sum(s.facts, covers, string(kept.FactPutRefused))
	var bad int64
	for k, sets := range s.fields {
		if rules, ok := b.Policy.Rules(k.app, k.category); ok && covers(k.app, k.category) {
			for _, fields := range sets {
				bad += outside(fields, rules.Fields)
			}
		}
	}
	j.saw(Evidence{Says: Say("values stored, each field among those declared"), Count: stored.n, Last: stored.last, Link: installations})
	j.saw(Evidence{Says: Say("values refused"), Count: refused.n, Last: refused.last, Link: installations})
	j.saw(Evidence{Says: Say("stored sets with a field that is not declared"), Count: bad, Bad: true, Link: installations})
	var broken Saying
	if bad > 0 {
		broken = Say("something stored has a field that is not declared")
	}
	j.decide(broken, b.forgets(s, pr, j, covers), Say("nothing of this category was ever stored"))
}

func (b *Board) judgeStoreNothing(s *state, pr *policy.Promise, j *Judged) {
	covers := b.covers(pr, func(r policy.Rules) bool {
		return slices.Contains(r.StoreNothing, pr) || fieldsNever(pr, r)
	})
	refused := s.named[pr.ID] // a refusal for another reason exercises nothing of this
	var there int64
	fields := pr.Params["fields"].Words()
	for k, sets := range s.fields {
		if !covers(k.app, k.category) {
			continue
		}
		if len(fields) == 0 {
			there += s.items[k].n
			continue
		}
		for _, set := range sets {
			for _, f := range fields {
				if slices.Contains(strings.Fields(set), f) {
					there++
				}
			}
		}
	}
	j.saw(Evidence{Says: Say("attempts to store it, refused"), Count: refused.n, Last: refused.last, Link: installations})
	j.saw(Evidence{Says: Say("items of it in the store"), Count: there, Bad: true, Link: installations})
	var broken Saying
	if there > 0 {
		broken = Say("something is stored that must not be")
	}
	j.decide(broken, Saying{}, Say("nobody ever tried to store it"))
}

func fieldsNever(pr *policy.Promise, r policy.Rules) bool {
	for _, f := range pr.Params["fields"].Words() {
		if slices.Contains(r.Never, f) && slices.Contains(pr.Params["category"].Words(), r.Category.Name) {
			return true
		}
	}
	return false
}

func (b *Board) judgePurpose(s *state, pr *policy.Promise, j *Judged) {
	covers := b.covers(pr, func(r policy.Rules) bool {
		return slices.ContainsFunc(r.Purposes, func(a policy.Allowed) bool { return a.Promise == pr }) ||
			slices.Contains(pr.Params["category"].Words(), r.Category.Name)
	})
	mine := pr.Params["purposes"].Words()
	var bad tally
	for k, t := range s.reads {
		if !covers(k.app, k.category) {
			continue
		}
		rules, _ := b.Policy.Rules(k.app, k.category)
		if !slices.ContainsFunc(rules.Purposes, func(a policy.Allowed) bool { return a.Purpose == k.word || a.Purpose == "*" }) {
			bad.add(t)
		} else if slices.Contains(mine, k.word) || slices.Contains(mine, "*") {
			j.saw(Evidence{Says: Say("reads for %s", k.word), Count: t.n, Last: t.last, Link: installations})
		}
	}
	slices.SortFunc(j.Evidence, func(a, b Evidence) int { return strings.Compare(a.Says.String(), b.Says.String()) })
	refused := s.named[pr.ID]
	j.saw(Evidence{Says: Say("reads for another purpose, refused"), Count: refused.n, Last: refused.last, Link: installations})
	j.saw(Evidence{Says: Say("reads for a purpose nobody promised"), Count: bad.n, Last: bad.last, Bad: true, Link: installations})
	var broken Saying
	if bad.n > 0 {
		broken = Say("something was read for a purpose that no promise names")
	}
	j.decide(broken, Saying{}, Say("nothing of it was read in the time the journal reaches back"))
}

func (b *Board) judgePurge(s *state, pr *policy.Promise, j *Judged) {
	covers := func(app, _ string) bool { return b.Policy.Applies(pr, app) }
	asked := sum(s.facts, covers, string(kept.FactPurgeAsked))
	done := sum(s.receipts, covers, "purged")
	j.saw(Evidence{Says: Say("requests to purge"), Count: asked.n, Last: asked.last, Link: installations})
	j.saw(Evidence{Says: Say("receipts of what was purged"), Count: done.n, Last: done.last, Link: installations})
	j.saw(Evidence{Says: Say("receipts later than the request"), Count: late(done), Bad: true, Link: installations})
	j.Exercised = done.last
	var broken Saying
	if late(done) > 0 {
		broken = Say("a purge took %s", Length(time.Duration(done.late)*time.Microsecond))
	}
	j.decide(broken, Saying{}, Say("nobody asked for a purge yet"))
}

func late(t tally) int64 {
	if time.Duration(t.late)*time.Microsecond > tickSlack {
		return 1
	}
	return 0
}

func (b *Board) judgePublish(s *state, pr *policy.Promise, j *Judged) {
	name := pr.Params["document"].Word()
	doc, ok := b.Policy.Document(name)
	if !ok {
		j.decide(Saying{}, Saying{}, Say("the policy has no document %s whose text this server could publish", name))
		return
	}
	p, published := s.published[name]
	if published {
		j.saw(Evidence{Says: Say("published in version %s", version(p.Version)), Count: 1, Last: p.At, Link: "/documents/" + name})
	}
	text := b.Texts[name]
	var broken, risk Saying
	switch {
	case !published:
	case text == nil:
		risk = Say("its text is not at hand, so nobody is shown it")
	case string(p.Digest) != string(text.Digest[:]):
		broken = Say("the text has changed since it was published")
	case p.Version != doc.Version:
		broken = Say("what is published is version %s, the policy's is %s", version(p.Version), version(doc.Version))
	case pr.Params["version"].Word() != "" && pr.Params["version"].Word() != doc.Version,
		pr.Params["date"].Word() != "" && pr.Params["date"].Word() != doc.Version:
		broken = Say("the text promises another version than the published one")
	case pr.Params["language"].Word() != "" && pr.Params["language"].Word() != doc.Language:
		broken = Say("the text promises another language than the published one")
	}
	j.decide(broken, risk, Say("it was never published through this server"))
}

// version is the day that names a version of a text.
func version(s string) any {
	if at, err := kept.ParseTime(s); err == nil {
		return at
	}
	return s
}

func (b *Board) judgeContact(s *state, pr *policy.Promise, j *Judged) {
	p, probed := s.probed[pr.ID]
	var risk Saying
	if probed && p.Confirmed != 0 {
		j.saw(Evidence{Says: Say("the code that was sent to the address came back"), Count: 1, Last: p.Confirmed, Link: "/ledger"})
		if p.Believed() <= s.now {
			risk = Say("the address was last confirmed on %s", p.Confirmed)
		}
	} else if probed && p.Expires <= s.now {
		j.saw(Evidence{Says: Say("a code that did not come back"), Count: 1, Last: p.Expires, Bad: true, Link: "/ledger"})
		risk = Say("the code sent on %s never came back", p.Sent)
	}
	for _, other := range b.Policy.Promises {
		if other.Control == "contact" && other != pr && b.Policy.Meet(pr, other) && !b.Policy.Contradicted(other) && other.Params["for"].Word() == pr.Params["for"].Word() &&
			other.Params["kind"].Word() == pr.Params["kind"].Word() && other.Params["address"].Word() != pr.Params["address"].Word() {
			risk = Say("the policy names two addresses for %s", pr.Params["for"].Word())
		}
	}
	j.decide(Saying{}, risk, Say("no code ever came back from this address"))
}

func (b *Board) judgeAttest(s *state, pr *policy.Promise, j *Judged) {
	a, ok := s.attested[pr.ID]
	if !ok {
		j.decide(Saying{}, Saying{}, Say("nobody has attested it yet"))
		return
	}
	j.saw(Evidence{Says: Say("attested by %s, until %s", a.Role, a.Expires), Count: 1, Last: a.At, Link: "/ledger"})
	if a.Expires <= s.now {
		j.Verdict, j.Why = kept.AtRisk, Say("the last attestation expired on %s", a.Expires)
		return
	}
	j.Verdict, j.Why = kept.Attested, Say("attested until %s", a.Expires)
}

func promiseOf(fact []byte) (string, error) {
	f, err := ledger.Decode(fact)
	return f.Words["promise"], err
}

// Words says a control and its parameters in one line.
func Words(pr *policy.Promise) string {
	return pr.Control + parameters(pr.Params)
}

func parameters(params map[string]policy.Value) (out string) {
	for _, name := range slices.Sorted(maps.Keys(params)) {
		v := params[name]
		says := strings.Join(v.Words(), ", ")
		if p, ok := v.Period(); ok {
			says = p.Words()
		} else if v.Map() != nil {
			says = "(" + strings.TrimPrefix(parameters(v.Map()), " · ") + ")"
		}
		out += " · " + name + " " + says
	}
	return out
}

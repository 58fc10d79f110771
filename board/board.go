// Package board judges every promise of a policy from state and facts, and shows the evidence. It calls nothing kept
// that was never exercised, and changes nothing.
package board

import (
	"context"
	"sync"

	"kept"
	"kept/coverage"
	"kept/document"
	"kept/installation"
	"kept/kernel"
	"kept/lint"
	"kept/policy"
	"kept/retention"
)

// Board judges one policy against one server's database.
type Board struct {
	Policy    *policy.Policy
	Texts     map[string]*document.Text
	Kernel    *kernel.Kernel
	Ledger    func() Ledger
	Rehearsed Rehearsals

	linted   sync.Once // a policy does not change, and every page asks
	findings []lint.Finding
}

// Ledger is what the last verification of the whole log said.
type Ledger struct {
	Size     int64     `json:"size"`
	Root     string    `json:"root"` // hexadecimal
	Verified bool      `json:"verified"`
	At       kept.Time `json:"at,omitzero"`
	Why      Saying    `json:"why,omitzero"` // what did not verify
}

// Rehearsals says when a story last exercised a promise under this build and policy, by id of the promise.
type Rehearsals map[string]kept.Time

// Evidence is one thing a verdict rests on, with a link to where it can be looked at.
type Evidence struct {
	Says  Saying    `json:"says"`
	Count int64     `json:"count"`
	Last  kept.Time `json:"last,omitzero"`

	From   string    `json:"from,omitempty" doc:"of next and oldest: the event from which that counts"`
	Next   kept.Time `json:"next,omitzero" doc:"when the first of what stands must be gone"`
	Oldest kept.Time `json:"oldest,omitzero" doc:"when that event was, for what stands longest after it"`

	Link string `json:"link,omitempty"` // path in the console
	Bad  bool   `json:"bad,omitempty"`  // it speaks against the promise
}

// When is the instant that the evidence speaks of; 0 for none.
func (e Evidence) When() kept.Time { return max(e.Last, e.Next, e.Oldest) }

// Judged is a promise with its verdict.
type Judged struct {
	ID        string          `json:"id"`
	Control   string          `json:"control"`
	Says      string          `json:"says"` // control and parameters in words
	Verdict   kept.Verdict    `json:"verdict"`
	Why       Saying          `json:"why"`
	Evidence  []Evidence      `json:"evidence"`
	Exercised kept.Time       `json:"exercised,omitzero"`
	Rehearsed kept.Time       `json:"rehearsed,omitzero"`
	Sentences []Place         `json:"sentences,omitempty"`
	Decision  bool            `json:"decision,omitempty"`
	Promise   *policy.Promise `json:"-"`
}

// Place is where a sentence of a promise stands.
type Place struct {
	Document string `json:"document"`
	ID       string `json:"id"`
	Line     int    `json:"line,omitempty"`
}

// Counts is how many promises have which verdict; Unproven leaves out what NoEngine counts.
type Counts struct {
	Kept         int `json:"kept"`
	AtRisk       int `json:"at_risk"`
	Broken       int `json:"broken"`
	Unproven     int `json:"unproven"`
	NoEngine     int `json:"no_engine"`
	Contradicted int `json:"contradicted"`
	Attested     int `json:"attested"`
}

// Verdicts is the whole board at one instant.
type Verdicts struct {
	Vendor    string             `json:"vendor"`
	At        kept.Time          `json:"at"`
	Promises  Counts             `json:"promises"`
	Documents []*coverage.Report `json:"documents"`
	Ledger    Ledger             `json:"ledger"`
	Broken    []string           `json:"broken,omitempty"` // what is broken, in words
	List      []Judged           `json:"list"`
	Findings  []lint.Finding     `json:"findings,omitempty"` // about the policy's structure
	Accounts  []Accounts         `json:"accounts,omitempty" doc:"how apps that store something about people stand with reporting accounts to Atlassian"`
	Earlier   []Earlier          `json:"earlier,omitempty"` // versions before this one that still hold for something, the newest first
}

// Of is the judged promise of that id.
func (v *Verdicts) Of(id string) (Judged, bool) {
	for _, j := range v.List {
		if j.ID == id {
			return j, true
		}
	}
	return Judged{}, false
}

// Judge looks at everything at one instant.
func (b *Board) Judge(ctx context.Context) (*Verdicts, error) {
	b.linted.Do(func() { b.findings = lint.Check(b.Policy) })
	out := &Verdicts{Vendor: b.Policy.Vendor.Name, Ledger: b.Ledger(), Findings: b.findings}
	if !out.Ledger.Verified {
		out.Broken = append(out.Broken, "ledger: "+out.Ledger.Why.String())
	}
	for _, d := range b.Policy.Documents {
		if text := b.Texts[d.ID]; text != nil {
			out.Documents = append(out.Documents, coverage.Cover(b.Policy, d, text))
		} else {
			out.Documents = append(out.Documents, coverage.CoverRefs(b.Policy, d))
		}
	}
	places := placesOf(out.Documents)
	err := b.Kernel.View(ctx, func(v *kernel.View) error {
		s, err := b.gather(v)
		if err != nil {
			return err
		}
		out.At = v.Now()
		for _, pr := range b.Policy.Promises {
			j := b.judge(s, pr)
			j.Sentences, j.Rehearsed = places[pr.ID], b.Rehearsed[pr.ID]
			out.List = append(out.List, j)
			out.count(j)
		}
		if out.Accounts, err = accounts(v); err != nil {
			return err
		}
		for _, a := range out.Accounts {
			if a.Verdict == kept.Broken {
				out.Broken = append(out.Broken, "accounts of "+a.App+": "+a.Why.String())
			}
		}
		return b.earlier(v, s, out)
	})
	return out, err
}

// Foresee is the board of a policy that no server runs: without evidence, so that what evidence decides is unproven.
func Foresee(p *policy.Policy, documents []*coverage.Report) *Verdicts {
	out := &Verdicts{Vendor: p.Vendor.Name, Documents: documents}
	places := placesOf(documents)
	for _, pr := range p.Promises {
		j := foresee(p, pr)
		j.Sentences = places[pr.ID]
		out.List = append(out.List, j)
		out.count(j)
	}
	return out
}

// Gathers says what evidence a server gathers for a promise, and looks at for its verdict; nothing where nothing is judged.
func Gathers(p *policy.Policy, pr *policy.Promise) (out []Saying) {
	b := &Board{Policy: p}
	j := b.judge(&state{}, pr)
	for _, e := range j.Evidence {
		out = append(out, e.Says)
	}
	if by, ok := byPeople[pr.Control]; out == nil && ok && j.Verdict == kept.Unproven {
		out = []Saying{by}
	}
	return out
}

// byPeople is the evidence that only appears when people do something.
var byPeople = map[string]Saying{
	"attest":  Say("somebody's word, until it expires"),
	"publish": Say("the text as this server published it"),
	"contact": Say("a code that came back from the address"),
}

func placesOf(reports []*coverage.Report) map[string][]Place {
	places := map[string][]Place{}
	for _, r := range reports {
		for _, l := range r.List {
			for _, id := range l.Promises {
				places[id] = append(places[id], Place{Document: r.ID, ID: l.ID, Line: l.Line})
			}
		}
	}
	return places
}

func (v *Verdicts) count(j Judged) {
	c := &v.Promises
	switch j.Verdict {
	case kept.Kept:
		c.Kept++
	case kept.AtRisk:
		c.AtRisk++
	case kept.Broken:
		c.Broken++
		v.Broken = append(v.Broken, j.ID+": "+j.Why.String())
	case kept.Unproven:
		c.Unproven++
	case kept.NoEngine:
		c.NoEngine++
	case kept.Contradicted:
		c.Contradicted++
	case kept.Attested:
		c.Attested++
	}
}

// History is one installation as its timeline shows it.
type History struct {
	Installation installation.Installation `json:"installation"`
	Presence     Presence                  `json:"presence"`
	Events       []Event                   `json:"events"`     // what happened, the oldest first
	Categories   []Stay                    `json:"categories"` // what is, was and will be there
	Receipts     []retention.Receipt       `json:"receipts"`
	Choices      []retention.Choice        `json:"choices,omitempty"` // of the customer, within what the policy leaves to it
}

// Event is a fact of the installation in words; facts of single items are counted by day.
type Event struct {
	At    kept.Time     `json:"at"`
	Kind  kept.FactKind `json:"kind"`
	Says  Saying        `json:"says"`
	Count int64         `json:"count"`
	Fact  kept.ID       `json:"fact"` // the last one
}

// Stay is how long something of a category is there.
type Stay struct {
	Category string    `json:"category"`
	Severity string    `json:"severity,omitempty"` // of the lines of a log that have one
	Items    int64     `json:"items"`              // now
	From     kept.Time `json:"from,omitzero"`      // first stored
	Gone     kept.Time `json:"gone,omitzero"`      // last erased as a whole
	Due      kept.Time `json:"due,omitzero"`       // when it will go, as far as a clock runs
	Closed   bool      `json:"closed,omitempty"`   // the gate is closed; destruction waits for the effect
}

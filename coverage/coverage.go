// Package coverage tells for each sentence of a published text what the policy binds it to, and proposes bindings for
// the rest. It never lets a sentence look better than the weakest thing that stands behind it.
package coverage

import (
	"regexp"
	"slices"

	"kept/document"
	"kept/policy"
)

// State is how well a sentence is covered.
type State string

const (
	Enforced     State = "enforced"     // an engine of this build does or judges all that it promises
	NoEngine     State = "no-engine"    // at least one of its promises waits for an engine
	Contradicted State = "contradicted" // the policy says that another sentence is kept instead
	Attested     State = "attested"     // at least one of its promises rests on what people say
	Information  State = "information"  // it promises nothing
	Furniture    State = "furniture"    // a heading, or no part of what the text says
	Unbound      State = "unbound"      // the policy does not know it
	Changed      State = "changed"      // the policy may have known it under other words, or cannot tell it from a twin
	Bare         State = "bare"         // it names a length of time or a cipher, and is bound as information without a reason
)

// Line is one unit of the text.
type Line struct {
	ID       string        `json:"id"`
	Line     int           `json:"line"` // 0 where the text was not at hand
	State    State         `json:"state"`
	Promises []string      `json:"promises"` // ids, in the policy's order; never nil
	Offer    []string      `json:"offer,omitempty"`
	Unit     document.Unit `json:"-"`

	Contradiction *policy.Contradiction `json:"-"` // in which it gave way; nil unless Contradicted
}

// settle gives a sentence that is found its state.
func (l *Line) settle(gaveWay policy.Contradiction, contradicted bool, bound []*policy.Promise) {
	if l.State = stateOf(contradicted, bound); l.State == Contradicted {
		l.Contradiction = &gaveWay
	}
}

// Report is the coverage of one document.
type Report struct {
	ID           string   `json:"id"`
	Language     string   `json:"language"`
	Sentences    int      `json:"sentences"` // units that are neither headings nor furniture
	Enforced     int      `json:"enforced"`
	NoEngine     int      `json:"no_engine"`
	Contradicted int      `json:"contradicted"`
	Attested     int      `json:"attested"`
	Information  int      `json:"information"`
	Furniture    int      `json:"furniture"` // headings too
	Unbound      int      `json:"unbound"`
	Changed      int      `json:"changed"`
	Bare         int      `json:"bare"`
	Lost         []string `json:"lost,omitempty"` // promises with a sentence that the text no longer holds anywhere
	List         []Line   `json:"list,omitempty"` // in order of the text
}

// Percent is the share of sentences that are neither unbound nor changed nor bare; 100 when there are none.
func (r *Report) Percent() float64 {
	if r.Sentences == 0 {
		return 100
	}
	return 100 * float64(r.Sentences-r.Unbound-r.Changed-r.Bare) / float64(r.Sentences)
}

// add appends a line and counts it.
func (r *Report) add(l Line) {
	*map[State]*int{
		Enforced: &r.Enforced, NoEngine: &r.NoEngine, Contradicted: &r.Contradicted, Attested: &r.Attested,
		Information: &r.Information, Furniture: &r.Furniture, Unbound: &r.Unbound, Changed: &r.Changed, Bare: &r.Bare,
	}[l.State]++
	if l.State != Furniture {
		r.Sentences++
	}
	r.List = append(r.List, l)
}

// Cover compares the policy's references to doc with its text. A promise that names no document may mean any: where the
// policy has several, such a reference counts for those that hold its text, and is lost in none.
func Cover(p *policy.Policy, doc policy.Document, t *document.Text) *Report {
	known := map[string]bool{}
	for _, u := range t.Units {
		known[u.ID] = true
	}
	refs, owners := references(p, doc, func(pr *policy.Promise, s policy.Ref) bool {
		return pr.Document != "" || len(p.Documents) < 2 || known[s.ID]
	})
	found := t.Align(refs)
	bound := make([][]*policy.Promise, len(t.Units))
	for k, i := range found.Units {
		if i >= 0 {
			bound[i] = append(bound[i], owners[k])
		}
	}
	r := &Report{ID: doc.ID, Language: t.Language, List: []Line{}}
	offered := make([]bool, len(refs))
	for i, u := range t.Units {
		l := Line{ID: u.ID, Line: u.Line, Unit: u, Promises: idsOf(bound[i])}
		small := u.Kind == document.Heading || u.Kind == document.Furniture
		var offer []*policy.Promise
		for _, k := range found.Offers[i] {
			offer = append(offer, owners[k])
			offered[k] = offered[k] || !small
		}
		if offer != nil {
			l.Offer = idsOf(offer)
		}
		switch {
		case small:
			l.State = Furniture
		case offer != nil:
			l.State = Changed
		default:
			contradiction, contradicted := gaveWay(p, t, i)
			l.settle(contradiction, contradicted, bound[i])
			if l.State == Information && bare(u.Text, bound[i]) {
				l.State = Bare
			}
		}
		r.add(l)
	}
	for k, i := range found.Units {
		if id := owners[k].ID; i < 0 && !offered[k] && !slices.Contains(r.Lost, id) {
			r.Lost = append(r.Lost, id)
		}
	}
	return r
}

// figures are what hardly anybody writes without promising something.
var figures = regexp.MustCompile(`(?i)\baes-?\d{3}|\brsa-?\d{4}|\btls ?v?1\.\d|chacha20`)

// bare tells whether a text names a length of time or a cipher, and nobody says why it promises nothing.
func bare(text string, bound []*policy.Promise) bool {
	_, timed := length(text)
	return (timed || figures.MatchString(text)) && !slices.ContainsFunc(bound, func(pr *policy.Promise) bool { return pr.Because != "" })
}

// CoverRefs is what can be said without the text: the sentences that the policy binds, in its order, without lines.
// Nothing is unbound or changed there, so Percent says nothing.
func CoverRefs(p *policy.Policy, doc policy.Document) *Report {
	refs, owners := references(p, doc, func(*policy.Promise, policy.Ref) bool { return true })
	bound := map[document.Ref][]*policy.Promise{}
	var order []document.Ref
	for k, ref := range refs {
		if bound[ref] == nil {
			order = append(order, ref)
		}
		bound[ref] = append(bound[ref], owners[k])
	}
	r := &Report{ID: doc.ID, Language: doc.Language, List: []Line{}}
	for _, ref := range order {
		l := Line{ID: ref.ID, Promises: idsOf(bound[ref])}
		contradiction, contradicted := p.GaveWay(policy.Ref(ref))
		l.settle(contradiction, contradicted, bound[ref])
		r.add(l)
	}
	return r
}

// references are those of doc in the policy's order, each with its promise.
func references(p *policy.Policy, doc policy.Document, counts func(*policy.Promise, policy.Ref) bool) (refs []document.Ref, owners []*policy.Promise) {
	for _, pr := range p.Promises {
		if pr.Document != "" && pr.Document != doc.ID {
			continue
		}
		for _, s := range pr.Sentences {
			if counts(pr, s) {
				refs, owners = append(refs, document.Ref(s)), append(owners, pr)
			}
		}
	}
	return refs, owners
}

// gaveWay is the contradiction in which the policy keeps another sentence instead of unit i. The text knows which twin
// is meant.
func gaveWay(p *policy.Policy, t *document.Text, i int) (policy.Contradiction, bool) {
	fits := func(s policy.Ref) bool { return t.Fits(document.Ref(s), i) }
	for _, c := range p.Contradictions {
		if !fits(c.Keeps) && slices.ContainsFunc(c.Sentences, fits) {
			return c, true
		}
	}
	return policy.Contradiction{}, false
}

// stateOf is the state of a sentence that is found: the weakest of its promises, for nothing may look better than it is.
// Information beside a promise takes nothing from it.
func stateOf(contradicted bool, bound []*policy.Promise) State {
	if !slices.ContainsFunc(bound, func(pr *policy.Promise) bool { return !pr.Proposed }) {
		return Unbound // what nobody has read accounts for nothing
	}
	if contradicted {
		return Contradicted
	}
	state := Information
	for _, pr := range bound {
		switch ok, _ := pr.Engine(); {
		case pr.Control == "information":
		case !ok:
			return NoEngine
		case pr.Control == "attest":
			state = Attested
		case state == Information:
			state = Enforced
		}
	}
	return state
}

// idsOf names each promise once.
func idsOf(promises []*policy.Promise) []string {
	ids := []string{}
	for _, pr := range promises {
		if !slices.Contains(ids, pr.ID) {
			ids = append(ids, pr.ID)
		}
	}
	return ids
}

// Package diff says control by control how a policy differs from an older one, as somebody sees it whose data it is about:
// what is done with data that was not, and what is promised no longer.
package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"kept/policy"
)

// Effect is what a change means for the people whose data it is.
type Effect string

const (
	Wider    Effect = "wider"    // more is done with data, or less is promised for it
	Narrower Effect = "narrower" // less is done, or more is promised
	Other    Effect = "other"    // neither can be said
)

// Change is one difference.
type Change struct {
	Control  string `json:"control"`
	About    string `json:"about"`
	Effect   Effect `json:"effect"`
	Material bool   `json:"material"` // people must be told before it holds
	Says     string `json:"says"`
	From     string `json:"from,omitempty" doc:"the older value, of a change of one"`
	To       string `json:"to,omitempty" doc:"the value"`
	Old      string `json:"old,omitempty" doc:"where the older policy says so: file:line:column"`
	New      string `json:"new,omitempty" doc:"where the newer policy says so"`
	Reaches  string `json:"retroactive,omitempty" doc:"why it holds also for what was collected before"`
	Message  string `json:"-"` // Says with the blanks {about} and {value}, for other languages
	moved    bool
}

// Value is what fills the blank of a message: one value, or the older and the newer one. unsaid stands for none.
func (c Change) Value(unsaid string) string {
	if !c.moved {
		return c.To
	}
	return cmp.Or(c.From, unsaid) + " → " + cmp.Or(c.To, unsaid)
}

// Filled is a message about this change with its blanks filled.
func (c Change) Filled(message, unsaid string) string {
	return strings.NewReplacer("{about}", c.About, "{value}", c.Value(unsaid)).Replace(message)
}

// Unsaid stands for a value that a policy does not give.
const Unsaid = "nothing said"

// String is a line for people.
func (c Change) String() string {
	mark := map[Effect]string{Wider: "-", Narrower: "+", Other: "~"}[c.Effect] // as a reader weighs it
	notice := ""
	if c.Material {
		notice = ", material"
	}
	if c.Reaches != "" {
		notice += ", also of what was collected before"
	}
	return fmt.Sprintf("%s %s (%s%s)", mark, c.Says, c.Control, notice)
}

// statement is what one promise says of one thing.
type statement struct {
	promise *policy.Promise
	value   string
}

// Compare lists what changed, in the order of the controls, what is wider first. Promises that gave way in a contradiction,
// and proposals that nobody has read, say nothing.
func Compare(older, newer *policy.Policy) (out []Change) {
	for _, f := range facets {
		old, new := f.statements(older), f.statements(newer)
		var changes []Change
		for about, s := range new {
			if was, there := old[about]; !there {
				changes = append(changes, f.change(about, f.added, f.says, statement{}, s))
			} else if was.value != s.value {
				changes = append(changes, f.moved(about, was, s))
			}
		}
		for about, s := range old {
			if _, there := new[about]; !there {
				changes = append(changes, f.change(about, opposite(f.added), f.gone, s, statement{}))
			}
		}
		slices.SortFunc(changes, func(a, b Change) int {
			return cmp.Or(strings.Compare(string(b.Effect), string(a.Effect)), strings.Compare(a.About, b.About))
		})
		out = append(out, changes...)
	}
	for n := range out {
		out[n].Reaches = reaches(newer, out[n].New)
	}
	return out
}

// reaches is why the promise at a place holds also for what was collected before; "" where it does not.
func reaches(p *policy.Policy, at string) string {
	for _, a := range p.Retroactive {
		if pr, known := p.Promise(a.Promise); known && at == pr.At.String() {
			return a.Because
		}
	}
	return ""
}

func opposite(e Effect) Effect {
	switch e {
	case Wider:
		return Narrower
	case Narrower:
		return Wider
	}
	return Other
}

func (f facet) change(about string, effect Effect, message string, was, is statement) Change {
	c := Change{Control: f.control, About: about, Effect: effect, Material: effect == Wider || f.duty && is.promise != nil, Message: message}
	c.moved = was.promise != nil && is.promise != nil
	if c.From = was.value; was.promise != nil {
		c.Old = was.promise.At.String()
	}
	if c.To = is.value; is.promise != nil {
		c.New = is.promise.At.String()
	}
	if is.promise == nil {
		c.From, c.To = "", was.value
	}
	c.Says = c.Filled(message, Unsaid)
	return c
}

// moved is a change of a value: longer or shorter, or just another one.
func (f facet) moved(about string, was, is statement) Change {
	effect := Other
	if a, b, ordered := f.weigh(was.value, is.value); ordered && a != b {
		if effect = f.more; b < a {
			effect = opposite(f.more)
		}
	}
	return f.change(about, effect, f.changes, was, is)
}

// Messages are all that Compare says, with their blanks.
func Messages() (out []string) {
	for _, f := range facets {
		for _, m := range []string{f.says, f.gone, f.changes} {
			if m != "" && !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// statements are what a policy says of one facet, by what it is about; of several the strictest.
func (f facet) statements(p *policy.Policy) map[string]statement {
	out := map[string]statement{}
	for _, pr := range p.Promises {
		if pr.Control != f.control || pr.Proposed || p.Contradicted(pr) {
			continue
		}
		for _, about := range f.about(pr) {
			value := pr.Params[f.value].Word()
			was, said := out[about]
			a, b, ordered := f.weigh(was.value, value)
			if !said || was.value == "" || value != "" && ordered && (f.more == Wider) == (b < a) {
				out[about] = statement{pr, value}
			}
		}
	}
	return out
}

// about are the things that a promise speaks of: each combination of the words of the facet's parameters. One that lacks a
// parameter says nothing of this facet.
func (f facet) about(pr *policy.Promise) []string {
	out := []string{""}
	for _, name := range f.by {
		words := pr.Params[name].Words()
		if words == nil && f.unsaid == "" {
			return nil
		}
		if words == nil {
			words = []string{f.unsaid}
		}
		var next []string
		for _, so := range out {
			for _, w := range words {
				if w == policy.Every {
					w = "everything"
				}
				next = append(next, strings.TrimSpace(so+" "+w))
			}
		}
		out = next
	}
	return out
}

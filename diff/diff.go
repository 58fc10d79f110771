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
	Old      string `json:"old,omitempty" doc:"where the older policy says so: file:line:column"`
	New      string `json:"new,omitempty" doc:"where the newer policy says so"`
}

// String is a line for people.
func (c Change) String() string {
	mark := map[Effect]string{Wider: "-", Narrower: "+", Other: "~"}[c.Effect] // as a reader weighs it
	notice := ""
	if c.Material {
		notice = ", material"
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
				changes = append(changes, f.change(about, f.added, f.says, s.value, statement{}, s))
			} else if was.value != s.value {
				changes = append(changes, f.moved(about, was, s))
			}
		}
		for about, s := range old {
			if _, there := new[about]; !there {
				changes = append(changes, f.change(about, opposite(f.added), f.gone, s.value, s, statement{}))
			}
		}
		slices.SortFunc(changes, func(a, b Change) int {
			return cmp.Or(strings.Compare(string(b.Effect), string(a.Effect)), strings.Compare(a.About, b.About))
		})
		out = append(out, changes...)
	}
	return out
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

func (f facet) change(about string, effect Effect, says, value string, was, is statement) Change {
	c := Change{Control: f.control, About: about, Effect: effect, Material: effect == Wider || f.duty && is.promise != nil}
	c.Says = strings.NewReplacer("{about}", about, "{value}", value).Replace(says)
	if was.promise != nil {
		c.Old = was.promise.At.String()
	}
	if is.promise != nil {
		c.New = is.promise.At.String()
	}
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
	from, to := was.value, is.value
	if from == "" {
		from = "nothing said"
	}
	if to == "" {
		to = "nothing said"
	}
	return f.change(about, effect, f.changes, from+" → "+to, was, is)
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

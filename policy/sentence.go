package policy

import (
	"slices"

	"go.yaml.in/yaml/v4"
)

// sentences visits a list of at least that many references.
func (r *reader) sentences(n *yaml.Node, least int, visit func(Position, Ref)) {
	seen := map[Ref]bool{}
	r.list(n, "`sentences`", func(n *yaml.Node) {
		s, ok := r.sentence(n)
		switch {
		case !ok:
		case seen[s]:
			r.bad(r.at(n), "", "the sentence `%s` stands twice", s.ID)
		default:
			seen[s] = true
			visit(r.at(n), s)
		}
	})
	if n.Kind == yaml.SequenceNode && len(n.Content) < least {
		r.bad(r.at(n), "", "`sentences` needs %d at least", least)
	}
}

// sentence reads an identity, or a mapping that tells twins apart.
func (r *reader) sentence(n *yaml.Node) (s Ref, ok bool) {
	identity := func(dst *string) func(*yaml.Node) {
		return r.shaped("a sentence", dst, sentenceShape, sentenceHint)
	}
	if n.Kind == yaml.MappingNode {
		r.mapping(n, "a sentence",
			key{"id", true, identity(&s.ID)},
			key{"under", false, identity(&s.Under)},
			key{"after", false, identity(&s.After)},
			key{"before", false, identity(&s.Before)},
			key{"section", false, identity(&s.Section)},
		)
	} else {
		identity(&s.ID)(n)
	}
	return s, s.ID != ""
}

func (r *reader) contradiction(n *yaml.Node) {
	c := Contradiction{At: r.at(n)}
	keepsAt := c.At
	r.mapping(n, "a contradiction",
		key{"sentences", true, func(n *yaml.Node) {
			r.sentences(n, 2, func(at Position, s Ref) {
				c.Sentences = append(c.Sentences, s)
				r.later = append(r.later, func() {
					if !slices.ContainsFunc(r.bound[s.ID], s.same) {
						r.bad(at, "bind it under `promises` to what it says", "no promise speaks of the sentence `%s`", s.ID)
					}
				})
			})
		}},
		key{"keeps", true, func(n *yaml.Node) { c.Keeps, _ = r.sentence(n); keepsAt = r.at(n) }},
		key{"because", true, r.text("`because`", &c.Because)},
	)
	if c.Keeps.ID != "" && !slices.ContainsFunc(c.Sentences, c.Keeps.same) {
		r.bad(keepsAt, "keep one of `sentences`", "`keeps` is none of the sentences that contradict each other")
	}
	r.policy.Contradictions = append(r.policy.Contradictions, c)
}

func (r *reader) accepted(n *yaml.Node) {
	a := Accepted{At: r.at(n)}
	r.mapping(n, "an accepted finding",
		key{"finding", true, r.shaped("a finding", &a.Finding, wordShape, "name its rule as `kept check` does, in words joined by hyphens")},
		key{"promise", false, r.shaped("a promise", &a.Promise, wordShape, "name the promise by its id")},
		key{"because", true, r.text("`because`", &a.Because)},
	)
	r.policy.Accepted = append(r.policy.Accepted, a)
}

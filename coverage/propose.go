package coverage

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"kept/document"
	"kept/policy"
)

// Listing shows people the sentences that wait for a binding: line, identity, state, text, and what is offered.
func Listing(r *Report) []byte {
	var b bytes.Buffer
	for _, l := range r.List {
		if l.State != Unbound && l.State != Changed {
			continue
		}
		fmt.Fprintf(&b, "%4d  %s  %-7s  %s\n", l.Line, l.ID, l.State, strings.Join(strings.Fields(l.Unit.Text), " "))
		if l.Offer != nil {
			fmt.Fprintf(&b, "      was it bound to %s?\n", strings.Join(l.Offer, ", "))
		}
	}
	return b.Bytes()
}

// Propose writes a policy file with one stanza for each unbound text; twins share theirs. It holds identities and no
// text, and is a start for a person: a comment says how sure each guess is, what else the sentence may be, and what only a
// person knows; each stanza is marked as proposed, so that it neither counts nor acts before somebody has read it. Empty when
// nothing is unbound. The changed sentences are not in it, because a binding for them exists.
func Propose(p *policy.Policy, doc policy.Document, t *document.Text) []byte {
	var order []string
	unbound := map[string][]int{}
	for i, l := range Cover(p, doc, t).List {
		if l.State == Unbound && len(l.Promises) == 0 {
			if unbound[l.ID] == nil {
				order = append(order, l.ID)
			}
			unbound[l.ID] = append(unbound[l.ID], i)
		}
	}
	if order == nil {
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Proposed bindings of %s. Read each sentence, correct its stanza, then take its\n# `proposed: true` away: until then it neither counts nor acts.\npromises:\n", doc.ID)
	for _, id := range order {
		var lines, refs []string
		for _, i := range unbound[id] {
			lines = append(lines, placeOf(t, i))
			if ref := written(t.RefOf(i)); !slices.Contains(refs, ref) { // twins that nothing tells apart share theirs
				refs = append(refs, ref)
			}
		}
		first := unbound[id][0]
		all := guess(t.Units[first].Text, settingOf(t, first), p.Categories)
		g := all[0]
		fmt.Fprintf(&b, "  # line %s: %s\n  - sentences: [%s]\n", strings.Join(lines, " "), sureness(all), strings.Join(refs, ", "))
		if len(p.Documents) > 1 {
			fmt.Fprintf(&b, "    document: %s\n", doc.ID)
		}
		fmt.Fprintf(&b, "    proposed: true\n    control: %s\n", g.control)
		for _, prm := range g.params {
			fmt.Fprintf(&b, "    %s: %s\n", prm.name, prm.value)
		}
	}
	return b.Bytes()
}

// placeOf is the line of a unit, and which one of several there it is.
func placeOf(t *document.Text, i int) string {
	line, before, all := t.Units[i].Line, 1, 0
	for k, u := range t.Units {
		if u.Line == line {
			all++
			if k < i {
				before++
			}
		}
	}
	if all == 1 {
		return fmt.Sprint(line)
	}
	return fmt.Sprintf("%d (sentence %d of %d)", line, before, all)
}

// sureness says of the first proposal how sure it is, what the others are, and which parameters only a person knows.
func sureness(all []proposal) string {
	says := fmt.Sprintf("%d of 100", all[0].confidence)
	for _, other := range all[1:] {
		says += fmt.Sprintf(", or %s", other.control)
	}
	for _, prm := range all[0].params {
		if prm.value == unknown || prm.value == every {
			says += "; which " + prm.name + "?"
		}
	}
	return says
}

// written is a reference in YAML. Identities are quoted: twelve digits, or digits around an e, would be numbers.
func written(r document.Ref) string {
	if r == (document.Ref{ID: r.ID}) {
		return fmt.Sprintf("%q", r.ID)
	}
	s := fmt.Sprintf("{id: %q", r.ID)
	for _, m := range []struct{ name, value string }{{"under", r.Under}, {"after", r.After}, {"before", r.Before}, {"section", r.Section}} {
		if m.value != "" {
			s += fmt.Sprintf(", %s: %q", m.name, m.value)
		}
	}
	return s + "}"
}

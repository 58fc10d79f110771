package console

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"kept"
	"kept/board"
	"kept/coverage"
	"kept/lint"
	"kept/policy"
)

// Explain says in plain English what one promise is: its words, where the texts say it, its control with parameters,
// whether an engine enforces it, what the structure of the policy says against it, and what it does not reach. The reports
// are of the policy's documents. Error: NotFound for an id that the policy does not have.
func Explain(w io.Writer, p *policy.Policy, reports []*coverage.Report, id string) error {
	v := board.Foresee(p, reports)
	j, known := v.Of(id)
	if !known {
		return kept.Errorf(kept.NotFound, "the policy has no promise %s", id).WithHint("without an id, all of them are listed")
	}
	t := english
	var b strings.Builder
	section := func(title string, lines ...string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "\n%s\n  %s\n", title, strings.Join(lines, "\n  "))
		}
	}
	fmt.Fprintf(&b, "%s\n  %s %s, %s\n", t.phrase(j), j.Control, j.ID, j.Promise.At)
	var says []string
	for _, place := range j.Sentences {
		q := quotedAt(reports, place)
		if q.Text == "" {
			q.Text = "(the text is not at hand)"
		}
		says = append(says, fmt.Sprintf("%s, line %d: %s", place.Document, place.Line, q.Text))
	}
	if j.Promise.Because != "" {
		says = append(says, "because: "+j.Promise.Because)
	}
	section("Where it is said", says...)
	var params []string
	for _, prm := range t.parameters(j) {
		params = append(params, prm.Name+": "+prm.Says)
	}
	section("Parameters", params...)
	section("Enforced", enforcedBy(p, j))
	var evidence []string
	for _, says := range board.Gathers(p, j.Promise) {
		evidence = append(evidence, t.saying(says))
	}
	section("Evidence that a server gathers", evidence...)
	var findings []string
	for _, f := range lint.Check(p) {
		if slices.Contains(f.Promises, id) {
			findings = append(findings, fmt.Sprintf("%s: %s [%s]", f.Severity, f.Says, f.Rule))
			if f.Accepted != "" {
				findings = append(findings, "  accepted: "+f.Accepted)
			}
		}
	}
	section("What the promises say together", findings...)
	reach := unreachedOther
	if says, ok := unreached[j.Control]; ok {
		reach = says
	}
	section("What it does not reach", reach)
	_, err := io.WriteString(w, b.String())
	return err
}

// enforcedBy says whether a promise acts.
func enforcedBy(p *policy.Policy, j board.Judged) string {
	switch ok, missing := j.Promise.Engine(); {
	case j.Promise.Proposed:
		return "no: it is a proposal that nobody has read"
	case p.Contradicted(j.Promise):
		return "no: each of its sentences gave way to another one in a contradiction"
	case !ok:
		return "not yet: this build has no engine for " + missing
	case j.Control == "information":
		return "nothing is promised, so there is nothing to enforce"
	case j.Control == "attest":
		return "no machine can: somebody gives their word, and it expires"
	}
	return "yes; what was done for it stands on the board of a running server, under /promises/" + j.ID
}

// Listing names every promise of a policy with its words.
func Listing(w io.Writer, p *policy.Policy) error {
	for _, j := range board.Foresee(p, nil).List {
		unread := ""
		if j.Promise.Proposed {
			unread = "   (proposed, and read by nobody)"
		}
		if _, err := fmt.Fprintf(w, "%-40s %s%s\n", j.ID, english.phrase(j), unread); err != nil {
			return err
		}
	}
	return nil
}

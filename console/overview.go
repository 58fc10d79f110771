package console

import (
	"fmt"
	"net/url"
	"slices"

	"kept"
	"kept/board"
	"kept/coverage"
	"kept/policy"
)

// segment is a piece of a stacked bar; X, Width and Middle are percentages of it.
type segment struct {
	Verdict          kept.Verdict
	Count            int
	X, Width, Middle string
	Roomy            bool // the count fits inside
}

// thinnest is the least percentage at which a piece can still be seen: one broken promise of five hundred must be.
const thinnest = 1.2

// bar shares a width among counts, the best first, as people read a gauge.
func bar(counts map[kept.Verdict]int) (out []segment) {
	total := 0.0
	for _, v := range ranked {
		if n := counts[v]; n > 0 {
			total += float64(n)
		}
	}
	padded := 0.0
	share := func(n int) float64 { return max(100*float64(n)/total, thinnest) }
	for _, v := range ranked {
		if counts[v] > 0 {
			padded += share(counts[v])
		}
	}
	x := 0.0
	for _, v := range slices.Backward(ranked) {
		if counts[v] == 0 || v == kept.NoVerdict {
			continue
		}
		out, x = place(out, v, counts[v], x, 100*share(counts[v])/padded)
	}
	if n := counts[kept.NoVerdict]; n > 0 { // what promises nothing comes last
		out, _ = place(out, kept.NoVerdict, n, x, 100*share(n)/padded)
	}
	return out
}

func place(to []segment, v kept.Verdict, n int, x, width float64) ([]segment, float64) {
	return append(to, segment{Verdict: v, Count: n, X: percent(x), Width: percent(width), Middle: percent(x + width/2), Roomy: width > 4}), x + width
}

func percent(x float64) string { return fmt.Sprintf("%.2f%%", x) }

// overview is the board as the first page shows it.
type overview struct {
	Board     *board.Verdicts
	Promises  int // of the text, that promise something
	Decisions int
	Sentences int // that promise something
	Bar       []segment
	Counts    map[kept.Verdict]int
	Urgent    []board.Judged // broken or at risk
	Open      []openGroup
	Groups    []group
	Documents []covered
	Apps      []policy.App
	Only      narrowed
}

// narrowed is what the table shows alone; the zero value is everything.
type narrowed struct {
	Verdict kept.Verdict
	App     string // what is promised for all apps is promised for this one, too
}

// Query is the choice as a link carries it.
func (n narrowed) Query() string {
	q := url.Values{}
	for name, value := range map[string]string{"app": n.App, "verdict": string(n.Verdict)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return "/?" + q.Encode() + "#promises"
}

// To and Of are the same choice with another verdict, of another app.
func (n narrowed) To(v kept.Verdict) narrowed { return narrowed{v, n.App} }
func (n narrowed) Of(app string) narrowed     { return narrowed{n.Verdict, app} }

// openGroup is what is neither kept nor in danger, for one kind of reason.
type openGroup struct {
	Verdict kept.Verdict
	List    []board.Judged
}

// group is a topic of the table.
type group struct {
	topic
	List []board.Judged
}

// covered is a document with its sentences counted.
type covered struct {
	*coverage.Report
	Bar    []segment
	Counts map[kept.Verdict]int
	Text   bool // the text is at hand
}

func overviewOf(v *board.Verdicts, p *policy.Policy, only narrowed) overview {
	o := overview{Board: v, Apps: p.Apps, Only: only, Counts: map[kept.Verdict]int{}}
	of := byID(v)
	for _, j := range v.List {
		if j.Verdict == kept.NoVerdict {
			continue
		}
		o.Counts[j.Verdict]++
		if j.Decision {
			o.Decisions++
		} else {
			o.Promises++
		}
	}
	for _, verdict := range []kept.Verdict{kept.Broken, kept.AtRisk} {
		o.Urgent = append(o.Urgent, with(v.List, verdict)...)
	}
	for _, verdict := range []kept.Verdict{kept.Contradicted, kept.Unproven, kept.NoEngine} {
		if list := with(v.List, verdict); list != nil {
			o.Open = append(o.Open, openGroup{verdict, list})
		}
	}
	o.Bar = bar(o.Counts)
	for _, r := range v.Documents {
		d := cover(r, of)
		o.Documents = append(o.Documents, d)
		for verdict, n := range d.Counts {
			if verdict != kept.NoVerdict && verdict != unbound && verdict != changed && verdict != bare {
				o.Sentences += n
			}
		}
	}
	o.Groups = groups(v.List, func(j board.Judged) bool {
		return (only.Verdict == "" || j.Verdict == only.Verdict) && (only.App == "" || p.Applies(j.Promise, only.App))
	})
	return o
}

// Bar is the topic by verdict.
func (g group) Bar() []segment {
	counts := map[kept.Verdict]int{}
	for _, j := range g.List {
		counts[j.Verdict]++
	}
	return bar(counts)
}

func with(list []board.Judged, verdict kept.Verdict) (out []board.Judged) {
	for _, j := range list {
		if j.Verdict == verdict {
			out = append(out, j)
		}
	}
	return out
}

// groups sorts promises that are shown by topic. Information has none.
func groups(list []board.Judged, shown func(board.Judged) bool) (out []group) {
	for _, t := range topics {
		g := group{topic: t}
		for _, j := range list {
			if slices.Contains(t.Kinds, j.Control) && shown(j) {
				g.List = append(g.List, j)
			}
		}
		if g.List != nil {
			out = append(out, g)
		}
	}
	return out
}

func rank(v kept.Verdict) int { return slices.Index(ranked, v) }

func byID(v *board.Verdicts) map[string]board.Judged {
	of := map[string]board.Judged{}
	for _, j := range v.List {
		of[j.ID] = j
	}
	return of
}

func cover(r *coverage.Report, of map[string]board.Judged) covered {
	d := covered{Report: r, Counts: map[kept.Verdict]int{}}
	for _, l := range r.List {
		d.Text = d.Text || l.Unit.Text != ""
		if v, counts := worst(l, of); counts {
			d.Counts[v]++
		}
	}
	d.Bar = bar(d.Counts)
	return d
}

// worst is the verdict of a sentence: nothing looks better than the weakest thing behind it. Furniture has none.
func worst(l coverage.Line, of map[string]board.Judged) (kept.Verdict, bool) {
	verdict := kept.NoVerdict
	switch l.State {
	case coverage.Furniture:
		return "", false
	case coverage.Unbound:
		verdict = unbound
	case coverage.Changed:
		verdict = changed
	case coverage.Bare:
		verdict = bare
	case coverage.Contradicted:
		verdict = kept.Contradicted
	}
	for _, id := range l.Promises {
		if j, ok := of[id]; ok && rank(j.Verdict) < rank(verdict) {
			verdict = j.Verdict
		}
	}
	return verdict, true
}

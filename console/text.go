package console

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"kept"
	"kept/board"
	"kept/coverage"
	"kept/deadline"
	"kept/document"
	"kept/policy"
)

// block is a piece of a text as people read it: a heading, a paragraph, a list, an address, or furniture.
type block struct {
	Kind  string // h2 to h4, p, ul, address, furniture
	Lines [][]unit
}

// unit is a sentence of a block.
type unit struct {
	Line     coverage.Line
	Runs     []run
	Document string
	Language string       // of the text
	Verdict  kept.Verdict // "" where nothing is judged
	Promises []board.Judged
	Perhaps  []board.Judged // promises that the sentence may have had before it changed
	Kept     *quoted        // the sentence that is kept instead, where a page tells which
}

// Anchor is where a link to this sentence leads.
func (u unit) Anchor() string {
	return anchor(board.Place{Document: u.Document, ID: u.Line.ID, Line: u.Line.Line})
}

// anchor names the document too, for a page may hold several.
func anchor(p board.Place) string { return fmt.Sprintf("s-%s-%s-%d", p.Document, p.ID, p.Line) }

// Plain is the text without its marks.
func (u unit) Plain() string {
	var b strings.Builder
	for _, r := range u.Runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

// First is the first word: the mark of the verdict stays beside it at the end of a line.
func (u unit) First() string {
	first, _, _ := strings.Cut(u.Plain(), " ")
	return first
}

// Rest is everything behind the first word, with the blank before it.
func (u unit) Rest() string { return strings.TrimPrefix(u.Plain(), u.First()) }

// run is text of one appearance.
type run struct {
	Text, Link string
	Strong     bool
}

var (
	marks  = regexp.MustCompile(`\[([^\[\]]+)\]\(([^()\s]*)\)|\*\*([^*]+)\*\*|__([^_]+)__`)
	title  = regexp.MustCompile(`^(#{1,6})\s+(.*?)\s*#*$`)
	target = regexp.MustCompile(`^(https?://|mailto:|/p/)`)
)

// runs reads the two marks of Markdown that carry meaning in a policy: links and stress. A target that is neither the
// web nor mail is left out.
func runs(text string) (out []run) {
	for {
		m := marks.FindStringSubmatchIndex(text)
		if m == nil {
			break
		}
		if m[0] > 0 {
			out = append(out, run{Text: text[:m[0]]})
		}
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		r := run{Text: group(1) + group(3) + group(4), Strong: m[2] < 0}
		if link := group(2); target.MatchString(link) {
			r.Link = link
		}
		out, text = append(out, r), text[m[1]:]
	}
	if text != "" {
		out = append(out, run{Text: text})
	}
	return out
}

// blocks puts the units of a text together again, with the verdicts of promises; of may be nil where none are shown.
func blocks(report *coverage.Report, of map[string]board.Judged) (out []block) {
	last := 0
	for _, l := range report.List {
		kind, text := "p", l.Unit.Text
		switch l.Unit.Kind {
		case document.Heading:
			kind, text = heading(text)
		case document.Bullet:
			kind = "ul"
		case document.Label:
			kind = "address"
		case document.Furniture:
			kind = "furniture"
		}
		u := unitOf(report, l, runs(text), of)
		n := len(out) - 1
		switch {
		case n >= 0 && l.Line == last && out[n].Kind == kind:
			end := len(out[n].Lines) - 1
			out[n].Lines[end] = append(out[n].Lines[end], u)
		case n >= 0 && out[n].Kind == kind && (kind == "ul" || kind == "address" && l.Line == last+1):
			out[n].Lines = append(out[n].Lines, []unit{u})
		default:
			out = append(out, block{kind, [][]unit{{u}}})
		}
		last = l.Line
	}
	return out
}

// heading takes the marks away and tells the level below the page's own title.
func heading(text string) (kind, plain string) {
	m := title.FindStringSubmatch(text)
	if m == nil {
		return "h3", strings.Trim(text, "*_ ")
	}
	return fmt.Sprintf("h%d", min(max(len(m[1]), 2), 4)), m[2]
}

func unitOf(r *coverage.Report, l coverage.Line, text []run, of map[string]board.Judged) unit {
	u := unit{Line: l, Runs: text, Document: r.ID, Language: r.Language}
	if of == nil {
		return u
	}
	u.Verdict, _ = worst(l, of)
	u.Promises, u.Perhaps = named(l.Promises, of), named(l.Offer, of)
	slices.SortStableFunc(u.Promises, func(a, b board.Judged) int { return rank(a.Verdict) - rank(b.Verdict) })
	return u
}

func named(ids []string, of map[string]board.Judged) (out []board.Judged) {
	for _, id := range ids {
		if j, ok := of[id]; ok {
			out = append(out, j)
		}
	}
	return out
}

// reading is a document as its page shows it.
type reading struct {
	covered
	Version   kept.Time
	Languages []policy.Document // the same text in all its languages; nil if there is one
	Published kept.Time         // as this very text; 0 if it is not
	Blocks    []block
	Units     []unit // where the text is not at hand
}

// readingOf shows a document; what a contradiction keeps instead may stand in any of all.
func readingOf(v *board.Verdicts, p *policy.Policy, doc policy.Document, r *coverage.Report, all []*coverage.Report, published kept.Time) reading {
	of := byID(v)
	version, _ := kept.ParseTime(doc.Version) // the policy's reader has seen that it is a date
	d := reading{covered: cover(r, of), Version: version, Languages: versions(p, doc), Published: published}
	if d.Text {
		d.Blocks = blocks(r, of)
	} else {
		for _, l := range r.List {
			d.Units = append(d.Units, unitOf(r, l, nil, of))
		}
	}
	d.each(func(u *unit) {
		if u.Line.Contradiction != nil {
			u.Kept = keptBy(u.Line.Contradiction, all)
		}
	})
	return d
}

// each visits the units in order of the text.
func (d reading) each(visit func(*unit)) {
	for _, b := range d.Blocks {
		for _, line := range b.Lines {
			for i := range line {
				visit(&line[i])
			}
		}
	}
	for i := range d.Units {
		visit(&d.Units[i])
	}
}

// quoted is a sentence of a promise where it stands.
type quoted struct {
	board.Place
	Text     string // empty where the text is not at hand
	Language string // of the text
}

// single is a promise as its page shows it.
type single struct {
	board.Judged
	Params    []parameter
	Quotes    []quoted
	Topic     string
	Unreached string
	Owed      *deadline.Deadline // of what is asked now; nil where no answer is owed
}

type parameter struct{ Name, Says string }

func singleOf(t *tongue, j board.Judged, documents []*coverage.Report) single {
	s := single{Judged: j, Unreached: unreachedOther}
	if text, ok := unreached[j.Control]; ok && j.Verdict != kept.NoEngine {
		s.Unreached = text
	}
	for _, topic := range topics {
		if slices.Contains(topic.Kinds, j.Control) {
			s.Topic = topic.Title
		}
	}
	if j.Promise != nil {
		s.Params = t.parameters(j)
	}
	for _, p := range j.Sentences {
		s.Quotes = append(s.Quotes, quotedAt(documents, p))
	}
	return s
}

func quotedAt(documents []*coverage.Report, p board.Place) quoted {
	for _, d := range documents {
		for _, l := range d.List {
			if d.ID == p.Document && l.ID == p.ID && l.Line == p.Line {
				return quoted{p, unitOf(d, l, runs(l.Unit.Text), nil).Plain(), d.Language}
			}
		}
	}
	return quoted{Place: p}
}

package console

import (
	"html/template"
	"io"
	"slices"
	"strings"

	"kept"
	"kept/diff"
	"kept/policy"
)

// effects are the effects in the order in which they are shown, as people read them, and in whose colours.
var effects = []struct {
	Effect        diff.Effect
	Word, Meaning string
	Colour        kept.Verdict
}{
	{diff.Wider, "wider", "more is done with data, or less is promised for it", kept.AtRisk},
	{diff.Narrower, "narrower", "less is done, or more is promised", kept.Kept},
	{diff.Other, "other", "neither can be said", kept.NoVerdict},
}

// differing is what changed, by topic, and how much of which effect there is.
type differing struct {
	Older, Newer string // versions of documents
	Material     int
	Counts       []counted
	Topics       []differingTopic
}

type counted struct {
	Word, Meaning string
	Colour        kept.Verdict
	Count         int
}

type differingTopic struct {
	topic
	Changes []shownChange
}

type shownChange struct {
	diff.Change
	Word   string
	Colour kept.Verdict
	Says   string
}

// Diff writes one page that needs nothing else: how a policy differs from an older one, in the language of the newer one's
// first document.
func Diff(w io.Writer, older, newer *policy.Policy, changes []diff.Change) error {
	style, err := static.ReadFile("static/style.css")
	if err != nil {
		return kept.Errorf(kept.Internal, "the sheet of the page: %w", err)
	}
	t := english
	if len(newer.Documents) > 0 {
		t = tongueOfText(newer.Documents[0].Language)
	}
	f := frame{Bare: true, Vendor: newer.Vendor.Name, Alone: &alone{template.CSS(style)}, Tongue: t, Title: t.say("What changes"),
		Body: differingOf(t, older, newer, changes)}
	page, err := render("diff", f)
	if err != nil {
		return err
	}
	_, err = w.Write(page)
	return err
}

func differingOf(t *tongue, older, newer *policy.Policy, changes []diff.Change) differing {
	d := differing{Older: dated(older), Newer: dated(newer)}
	for _, e := range effects {
		n := 0
		for _, c := range changes {
			if c.Effect == e.Effect {
				n++
			}
		}
		d.Counts = append(d.Counts, counted{e.Word, e.Meaning, e.Colour, n})
	}
	for _, top := range topics {
		in := differingTopic{topic: top}
		for _, e := range effects {
			for _, c := range changes {
				if c.Effect == e.Effect && slices.Contains(top.Kinds, c.Control) {
					in.Changes = append(in.Changes, shownChange{c, e.Word, e.Colour, t.change(c)})
				}
			}
		}
		if in.Changes != nil {
			d.Topics = append(d.Topics, in)
		}
	}
	for _, c := range changes {
		if c.Material {
			d.Material++
		}
	}
	return d
}

// change says a change. Words of the policy's format are said in the language; names of the vendor's stay as they are.
func (t *tongue) change(c diff.Change) string {
	words := strings.Fields(c.About)
	for i, w := range words {
		if said, known := t.words[strings.ReplaceAll(w, "-", " ")]; known {
			words[i] = said
		}
	}
	c.About = strings.Join(words, " ")
	return c.Filled(t.of(c.Message), t.of(diff.Unsaid))
}

// dated are the versions of a policy's documents.
func dated(p *policy.Policy) string {
	var out string
	for _, d := range p.Documents {
		if out != "" {
			out += ", "
		}
		out += d.ID + " " + d.Version
	}
	return out
}

package console

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"slices"

	"kept"
	"kept/board"
	"kept/coverage"
	"kept/policy"
)

// alone is what a page carries along that no server stands behind.
type alone struct{ Style template.CSS }

// Policy lets the page load nothing at all: its one sheet is inside, and known by its hash.
func (a alone) Policy() string {
	sum := sha256.Sum256([]byte(a.Style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'none'; base-uri 'none'"
}

// covering is a document with what stands behind each of its sentences, without evidence.
type covering struct {
	reading
	Topics   []group
	Findings []unit         // what is unbound, changed or contradicted, in order of the text
	Gone     []board.Judged // promises with a sentence that the text no longer holds
}

// coverBody is one document after the other, each in its own language.
type coverBody struct {
	Documents []policy.Document
	Sections  []template.HTML
}

// Cover writes one page that needs nothing else: the texts of a policy, and what it binds each sentence to. The reports,
// one at least, are of the policy's documents; the page speaks the language of the first, and each section its own.
func Cover(w io.Writer, p *policy.Policy, reports []*coverage.Report) error {
	style, err := static.ReadFile("static/style.css")
	if err != nil {
		return kept.Errorf(kept.Internal, "the sheet of the page: %w", err)
	}
	f := frame{Bare: true, Vendor: p.Vendor.Name, Alone: &alone{template.CSS(style)}}
	var body coverBody
	for _, r := range reports {
		doc, _ := p.Document(r.ID)
		t := tongueOfText(r.Language)
		if f.Tongue == nil {
			f.Tongue, f.Title = t, t.say("Coverage of %s", doc.ID)
		}
		var b bytes.Buffer
		if err := pages()[t]["cover"].ExecuteTemplate(&b, "covering", coveringOf(p, doc, r, reports)); err != nil {
			return kept.Errorf(kept.Internal, "the page of document %s: %w", doc.ID, err)
		}
		body.Sections = append(body.Sections, template.HTML(b.String())) // escaped by its own template
		body.Documents = append(body.Documents, doc)
	}
	f.Body = body
	page, err := render("cover", f)
	if err != nil {
		return err
	}
	_, err = w.Write(page)
	return err
}

func coveringOf(p *policy.Policy, doc policy.Document, r *coverage.Report, all []*coverage.Report) covering {
	v := board.Foresee(p, []*coverage.Report{r})
	for i := range v.List {
		if j := &v.List[i]; j.Verdict == kept.Unproven { // nobody looked at the evidence, so nothing is said of it
			j.Verdict = enforced
			if j.Control == "attest" {
				j.Verdict = kept.Attested
			}
		}
	}
	c := covering{reading: readingOf(v, p, doc, r, all, 0), Gone: named(r.Lost, byID(v))}
	c.Topics = groups(v.List, func(j board.Judged) bool {
		return j.Decision || j.Sentences != nil || slices.Contains(r.Lost, j.ID)
	})
	c.each(func(u *unit) {
		if slices.Contains([]kept.Verdict{unbound, changed, bare, kept.Contradicted}, u.Verdict) {
			c.Findings = append(c.Findings, *u)
		}
	})
	return c
}

// keptBy quotes the sentence that a contradiction keeps. Of twins it is one that did not give way.
func keptBy(c *policy.Contradiction, all []*coverage.Report) *quoted {
	for _, r := range all {
		for _, l := range r.List {
			if l.ID == c.Keeps.ID && l.Contradiction == nil {
				q := quotedAt(all, board.Place{Document: r.ID, ID: l.ID, Line: l.Line})
				return &q
			}
		}
	}
	return nil
}

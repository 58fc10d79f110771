package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kept"
	"kept/assembly"
	"kept/console"
	"kept/coverage"
	"kept/document"
	"kept/lint"
	"kept/policy"
)

type checkCmd struct {
	Dir    string `arg:"" type:"path" help:"The policy's folder."`
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Run reads the policy and looks at its structure. What is wrong in it, and nobody accepted, is an error.
func (c checkCmd) Run(e *env) error {
	p, err := policy.Load(c.Dir)
	if err != nil {
		return err
	}
	found := lint.Check(p)
	if c.Format == "json" {
		if err := printJSON(e.out, found); err != nil {
			return err
		}
	} else {
		printCheck(e.out, p, lint.Open(found), len(found))
	}
	if slices.ContainsFunc(lint.Open(found), func(f lint.Finding) bool { return f.Severity == lint.Wrong }) {
		return errFindings
	}
	return nil
}

func printCheck(out io.Writer, p *policy.Policy, open []lint.Finding, all int) {
	engines, unread := 0, 0
	for _, pr := range p.Promises {
		if ok, _ := pr.Engine(); ok {
			engines++
		}
		if pr.Proposed {
			unread++
		}
	}
	for _, f := range open {
		fmt.Fprintln(out, f)
	}
	fmt.Fprintf(out, "%s: %d promises and decisions, %d with an engine; %d categories, %d documents. ",
		p.Vendor.Name, len(p.Promises), engines, len(p.Categories), len(p.Documents))
	if unread > 0 {
		fmt.Fprintf(out, "%d are proposals that nobody has read: they count for nothing. ", unread)
	}
	switch {
	case len(open) > 0:
		fmt.Fprintf(out, "%d findings, %d accepted.\n", len(open), all-len(open))
	case all > 0:
		fmt.Fprintf(out, "Nothing to object to but %d findings that are accepted.\n", all)
	default:
		fmt.Fprintln(out, "Nothing to object to.")
	}
}

// documents are the texts to look at: those beside the policy, and those named on the command line.
type documents struct {
	Document []string `placeholder:"[ID=]FILE" help:"The text of a document, instead of the file that the policy names. The ID may be left out where a policy has one document."`
}

func (d documents) read(p *policy.Policy) (map[string]*document.Text, error) {
	named := map[string]*document.Text{}
	for _, arg := range d.Document {
		id, file, found := strings.Cut(arg, "=")
		if !found {
			if len(p.Documents) != 1 {
				return nil, kept.Errorf(kept.Invalid, "--document %s: which of the policy's %d documents is it?", arg, len(p.Documents)).WithHint("write ID=FILE")
			}
			id, file = p.Documents[0].ID, arg
		}
		doc, ok := p.Document(id)
		if !ok {
			return nil, kept.Errorf(kept.Invalid, "--document %s: the policy has no document %q", arg, id)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, kept.Errorf(kept.Invalid, "--document: %w", err)
		}
		if named[id], err = document.Split(raw, doc.Language); err != nil {
			return nil, err
		}
	}
	rest := *p
	rest.Documents = slices.DeleteFunc(slices.Clone(p.Documents), func(d policy.Document) bool { return named[d.ID] != nil })
	texts, err := assembly.Texts(&rest)
	if err != nil {
		return nil, err
	}
	maps.Copy(texts, named)
	return texts, nil
}

// load reads a policy and its texts.
func (d documents) load(dir string) (*policy.Policy, map[string]*document.Text, error) {
	p, err := policy.Load(dir)
	if err != nil {
		return nil, nil, err
	}
	texts, err := d.read(p)
	return p, texts, err
}

type coverCmd struct {
	Dir string `arg:"" type:"path" help:"The policy's folder."`
	documents
	Format string  `enum:"text,json,html" default:"text" help:"text, json, or html: a page with the text, for people."`
	Out    string  `type:"path" placeholder:"FILE" help:"Where the page of --format html goes."`
	Min    float64 `default:"0" help:"Fail below this percentage of sentences that are neither unbound nor changed nor bare."`
}

func (c coverCmd) Run(e *env) error {
	if (c.Format == "html") != (c.Out != "") {
		return kept.Errorf(kept.Invalid, "--format html and --out FILE go together").WithHint("--format html --out cover.html")
	}
	p, texts, err := c.load(c.Dir)
	if err != nil {
		return err
	}
	var reports []*coverage.Report
	for _, d := range p.Documents {
		switch {
		case texts[d.ID] != nil:
			reports = append(reports, coverage.Cover(p, d, texts[d.ID]))
		case c.Format == "html": // shows what is bound without the text
			reports = append(reports, coverage.CoverRefs(p, d))
		}
	}
	if len(reports) == 0 {
		return kept.Errorf(kept.Invalid, "there is no text to cover").WithHint("name it with --document FILE, or as `file` of the document in the policy")
	}
	switch c.Format {
	case "json":
		err = printJSON(e.out, reports)
	case "html":
		var page bytes.Buffer
		if err = console.Cover(&page, p, reports); err == nil {
			err = replace(c.Out, page.Bytes())
		}
	}
	if err != nil {
		return err
	}
	low := false
	for _, r := range reports {
		low = low || r.Percent() < c.Min
		if c.Format == "text" {
			printCover(e.out, r)
		}
	}
	if low {
		fmt.Fprintf(e.err, "below %g %%\n", c.Min)
		return errFindings
	}
	return nil
}

// replace writes a file whole, or leaves what was there.
func replace(name string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".kept-*")
	if err != nil {
		return kept.Errorf(kept.Invalid, "--out: %w", err).WithHint("the folder must be there, and yours to write to")
	}
	defer os.Remove(file.Name()) // is gone where all went well
	_, err = file.Write(content)
	if err = errors.Join(err, file.Chmod(0o644), file.Close()); err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return kept.Errorf(kept.Invalid, "--out: %w", err)
	}
	return nil
}

func printCover(out io.Writer, r *coverage.Report) {
	fmt.Fprintf(out, "%s (%s): %d sentences, %.1f %% accounted for\n", r.ID, r.Language, r.Sentences, r.Percent())
	fmt.Fprintf(out, "  enforced %d, no engine yet %d, contradicted %d, attested %d, information %d, unbound %d, changed %d, bare %d (and %d headings and furniture)\n",
		r.Enforced, r.NoEngine, r.Contradicted, r.Attested, r.Information, r.Unbound, r.Changed, r.Bare, r.Furniture)
	for _, l := range r.List {
		if slices.Contains([]coverage.State{coverage.Unbound, coverage.Changed, coverage.Bare}, l.State) {
			fmt.Fprintf(out, "  line %d: %s is %s", l.Line, l.ID, l.State)
			if len(l.Offer) > 0 {
				fmt.Fprintf(out, "; perhaps of %s", strings.Join(l.Offer, ", "))
			}
			fmt.Fprintln(out)
		}
	}
}

func printJSON(out io.Writer, x any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(x)
}

type bindCmd struct {
	Dir string `arg:"" type:"path" help:"The policy's folder."`
	documents
}

// Run prints the proposal, to be read and put into a file of the policy, and on standard error which sentence is which.
func (c bindCmd) Run(e *env) error {
	p, texts, err := c.load(c.Dir)
	if err != nil {
		return err
	}
	for _, d := range p.Documents {
		if texts[d.ID] == nil {
			continue
		}
		fmt.Fprintf(e.err, "%s", coverage.Listing(coverage.Cover(p, d, texts[d.ID])))
		fmt.Fprintf(e.out, "%s", coverage.Propose(p, d, texts[d.ID]))
	}
	return nil
}

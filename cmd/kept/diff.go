package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"kept"
	"kept/console"
	"kept/diff"
	"kept/policy"
)

type diffCmd struct {
	Old    string `arg:"" type:"path" help:"The older policy's folder."`
	New    string `arg:"" type:"path" help:"The newer policy's folder."`
	Format string `enum:"text,json,html" default:"text" help:"text, json, or html: one page that needs nothing else."`
	Out    string `type:"path" placeholder:"FILE" help:"Where the page of --format html goes."`
}

// Run lists what changed. A material change, which people must be told of, is a finding.
func (c diffCmd) Run(e *env) error {
	if (c.Format == "html") != (c.Out != "") {
		return kept.Errorf(kept.Invalid, "--format html and --out FILE go together").WithHint("--format html --out changes.html")
	}
	older, err := policy.Load(c.Old)
	if err != nil {
		return err
	}
	newer, err := policy.Load(c.New)
	if err != nil {
		return err
	}
	changes := diff.Compare(older, newer)
	material := slices.ContainsFunc(changes, func(c diff.Change) bool { return c.Material })
	switch {
	case c.Format == "html":
		var page bytes.Buffer
		if err := console.Diff(&page, older, newer, changes); err != nil {
			return err
		}
		if err := os.WriteFile(c.Out, page.Bytes(), 0o644); err != nil {
			return kept.Errorf(kept.Internal, "the page: %w", err)
		}
	case c.Format == "json":
		if changes == nil {
			changes = []diff.Change{}
		}
		if err := printJSON(e.out, changes); err != nil {
			return err
		}
	case changes == nil:
		fmt.Fprintln(e.out, "The two promise the same.")
	default:
		for _, change := range changes {
			fmt.Fprintln(e.out, change)
		}
	}
	if material {
		return errFindings
	}
	return nil
}

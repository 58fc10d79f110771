package main

import (
	"fmt"
	"slices"

	"kept/diff"
	"kept/policy"
)

type diffCmd struct {
	Old    string `arg:"" type:"path" help:"The older policy's folder."`
	New    string `arg:"" type:"path" help:"The newer policy's folder."`
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Run lists what changed. A material change, which people must be told of, is a finding.
func (c diffCmd) Run(e *env) error {
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

package main

import (
	"kept"
	"kept/console"
	"kept/deadline"
	"kept/policy"
)

type deadlinesCmd struct {
	Dir     string `arg:"" type:"path" help:"The policy's folder."`
	Promise string `arg:"" optional:"" help:"The id of one that owes an answer; without it, all that do."`
	From    string `placeholder:"INSTANT" help:"When it was asked, or became known: 2026-01-31 (its beginning in UTC) or 2026-01-31T14:30:00Z; now, if left out."`
	Format  string `enum:"text,json" default:"text" help:"text or json."`
}

// Run says until when answers are owed.
func (c deadlinesCmd) Run(e *env) error {
	p, err := policy.Load(c.Dir)
	if err != nil {
		return err
	}
	from := systemClock{}.Now()
	if c.From != "" {
		if from, err = kept.ParseTime(c.From); err != nil {
			return err
		}
	}
	list, err := deadline.All(p, c.Promise, from)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return printJSON(e.out, map[string]any{"deadlines": list})
	}
	return console.Deadlines(e.out, p, list)
}

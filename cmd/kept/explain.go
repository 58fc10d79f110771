package main

import (
	"kept/console"
	"kept/coverage"
)

type explainCmd struct {
	Dir string `arg:"" type:"path" help:"The policy's folder."`
	ID  string `arg:"" optional:"" help:"Of a promise; without one, all are listed."`
	documents
}

// Run says of one promise what it is, and what becomes of it.
func (c explainCmd) Run(e *env) error {
	p, texts, err := c.load(c.Dir)
	if err != nil {
		return err
	}
	if c.ID == "" {
		return console.Listing(e.out, p)
	}
	var reports []*coverage.Report
	for _, d := range p.Documents {
		if texts[d.ID] != nil {
			reports = append(reports, coverage.Cover(p, d, texts[d.ID]))
		} else {
			reports = append(reports, coverage.CoverRefs(p, d))
		}
	}
	return console.Explain(e.out, p, reports, c.ID)
}

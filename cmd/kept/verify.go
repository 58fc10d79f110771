package main

import (
	"fmt"
	"io"
	"os"

	"kept"
	"kept/ledger"
)

type verifyCmd struct {
	Bundle string `arg:"" help:"The bundle, or - for standard input."`
	Key    string `help:"The verifier key you know from elsewhere; without it the bundle vouches for itself."`
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

func (c verifyCmd) Run(e *env) error {
	from := io.Reader(os.Stdin)
	if c.Bundle != "-" {
		file, err := os.Open(c.Bundle)
		if err != nil {
			return kept.Errorf(kept.Internal, "the bundle: %w", err)
		}
		defer file.Close()
		from = file
	}
	r, err := ledger.Verify(from, c.Key)
	if err != nil {
		fmt.Fprintln(e.err, "NOT VERIFIED:", err)
		return errFindings
	}
	if c.Format == "json" {
		return printJSON(e.out, map[string]any{"verified": r.Unexplained == 0, "size": r.Checkpoint.Size, "root": fmt.Sprintf("%x", r.Checkpoint.Root),
			"at": r.Checkpoint.At, "opened": r.Opened, "closed": r.Closed, "key_known": r.KeyKnown, "facts": r.Kinds, "missing": r.Unexplained})
	}
	fmt.Fprintf(e.out, "verified: %d leaves, %d of them open to you, signed by %s at %s\nroot %x\n", r.Checkpoint.Size, r.Opened, r.Checkpoint.Origin, r.Checkpoint.At, r.Checkpoint.Root)
	if !r.KeyKnown {
		fmt.Fprintln(e.out, "The key came with the bundle. Compare it with one you got elsewhere, and give that with --key:", r.Key)
	}
	if r.Unexplained > 0 {
		fmt.Fprintf(e.err, "NOT COMPLETE: at least %d facts are missing between others\n", r.Unexplained)
		return errFindings
	}
	return nil
}

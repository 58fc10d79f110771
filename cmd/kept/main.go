// Command kept makes a published privacy policy run. See README.md; `kept --help` lists the verbs.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"kept"
	"kept/atlassian"
	"kept/policy"
	"kept/simulate"
)

// Exit codes. (DESIGN: CLI)
const (
	exitGood     = 0
	exitFindings = 1
	exitUsage    = 2
	exitCannot   = 3
)

type cli struct {
	Init      initCmd      `cmd:"" help:"Begin a policy: a folder that check accepts, and a proposal for each sentence of a text."`
	Check     checkCmd     `cmd:"" help:"Check a policy folder: shape, words, references."`
	Cover     coverCmd     `cmd:"" help:"Tell for every sentence of a text what the policy binds it to."`
	Bind      bindCmd      `cmd:"" help:"Propose bindings for the sentences of a text that have none."`
	Rehearse  rehearseCmd  `cmd:"" help:"Run stories against a policy on a server of their own, under a clock of their own."`
	Simulate  simulateCmd  `cmd:"" help:"Live years of customers under a policy, with a judge watching."`
	Stage     stageCmd     `cmd:"" hidden:"" help:"Be the server of a simulation, which tells it on standard input what to do."`
	Explain   explainCmd   `cmd:"" help:"Say of one promise where the text says it, what enforces it, and what it does not reach."`
	Diff      diffCmd      `cmd:"" help:"Tell control by control what a newer policy does that an older one did not, and what it promises no longer."`
	Deadlines deadlinesCmd `cmd:"" help:"Say until when answers are owed: by the promises and by the working days of the vendor's country."`
	Foresee   foreseeCmd   `cmd:"" help:"Tell what will be erased when, and what a policy would end earlier than is foreseen: a dry run."`
	Serve     serveCmd     `cmd:"" help:"Run the server."`
	Verify    verifyCmd    `cmd:"" help:"Verify a bundle of the ledger, offline."`
	Demo      demoCmd      `cmd:"" help:"Live the year that ends now under a policy and show the board."`
	Version   versionCmd   `cmd:"" help:"Print which build this is."`
}

// env is what a command may touch of the world.
type env struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
}

// errFindings ends a command that worked and found something: exit code 1, everything said already.
var errFindings = errors.New("findings")

type versionCmd struct{}

func (versionCmd) Run(e *env) error {
	_, err := fmt.Fprintln(e.out, "kept", build())
	return err
}

// build names this binary by the hash of its bytes: two builds of one name would be two things.
var build = sync.OnceValue(func() string {
	name, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	file, err := os.Open(name)
	if err != nil {
		return "unknown"
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "unknown"
	}
	return "sha256-" + hex.EncodeToString(h.Sum(nil)[:8])
})

type systemClock struct{}

func (systemClock) Now() kept.Time { return kept.TimeOf(time.Now()) }

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("kept"), kong.Writers(out, errOut), kong.Exit(func(code int) { exited = code }),
		kong.Vars{"jwks": atlassian.PublicJWKS, "install_keys": atlassian.PublicInstallKeys, "atlassian": atlassian.PublicAPI, "faults": strings.Join(simulate.Faults, ",")},
		kong.Description("Kept makes a published privacy policy run: it enforces what the text promises and proves it."),
		kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(errOut, "kept:", err)
		return exitCannot
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exitGood
	}
	if err != nil {
		fmt.Fprintln(errOut, "kept:", err)
		return exitUsage
	}
	err = k.Run(&env{ctx: ctx, in: os.Stdin, out: out, err: errOut})
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(errOut, "kept: interrupted")
		return exitCannot
	}
	return report(err, errOut)
}

// report says what went wrong, once, with what to do about it.
func report(err error, out io.Writer) int {
	var problems policy.Problems
	var e *kept.Error
	switch {
	case err == nil:
		return exitGood
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &problems):
		fmt.Fprintln(out, problems.String())
		return exitFindings
	}
	fmt.Fprintln(out, "kept:", err)
	if errors.As(err, &e) && e.Hint != "" {
		fmt.Fprintln(out, "  hint:", e.Hint)
	}
	if kept.KindOf(err) == kept.Invalid && !errors.As(err, new(cannot)) {
		return exitFindings
	}
	return exitCannot
}

// cannot marks what keeps a server from running, whatever its kind: a program that starts it wants to know just that.
type cannot struct{ error }

func (c cannot) Unwrap() error { return c.error }

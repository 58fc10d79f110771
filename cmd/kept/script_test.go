package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kept": main})
}

// TestScripts runs transcripts of the binary: what people type, and what they see.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			e.Setenv("ADDR", listener.Addr().String())
			pipelines, err := filepath.Abs("../../examples/pipelines")
			if err != nil {
				return err
			}
			e.Setenv("PIPELINES", pipelines)
			return listener.Close()
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"http":   httpGet,
			"alter":  alter,
			"append": appendTo,
		},
	})
}

// httpGet is `http STATUS URL [TEXT]`: it asks until something answers, then wants that status and text.
func httpGet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: http STATUS URL [TEXT]")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for range 100_000 { // a process that never answers ends the test by its own time limit
		response, err := client.Get(args[1])
		if err != nil {
			continue
		}
		body, err := io.ReadAll(response.Body)
		ts.Check(err)
		response.Body.Close()
		if got := response.Status[:3]; got != args[0] {
			ts.Fatalf("%s answers %s: %s", args[1], got, body)
		}
		if len(args) > 2 && !strings.Contains(string(body), args[2]) {
			ts.Fatalf("%s does not say %q: %s", args[1], args[2], body)
		}
		return
	}
	ts.Fatalf("%s does not answer", args[1])
}

// alter is `alter FILE OLD NEW`: it replaces what must occur.
func alter(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: alter FILE OLD NEW")
	}
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	if !bytes.Contains(b, []byte(args[1])) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(name, bytes.ReplaceAll(b, []byte(args[1]), []byte(args[2])), 0o600))
}

// appendTo is `append FILE FROM`: it puts the content of one file behind another.
func appendTo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: append FILE FROM")
	}
	b := ts.ReadFile(args[1])
	file, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	_, err = file.WriteString(b)
	ts.Check(err)
	ts.Check(file.Close())
}

package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// progress is a bar on a terminal, and a line now and then elsewhere.
type progress struct {
	out      io.Writer
	terminal bool
	shown    int // tenths, where there is no terminal
}

func newProgress(out io.Writer) *progress {
	file, ok := out.(*os.File)
	p := &progress{out: out, shown: -1}
	if ok {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// Write passes lines through.
func (p *progress) Write(b []byte) (int, error) { return p.out.Write(b) }

const width = 40

func (p *progress) show(day, of int, date string) {
	if p.terminal {
		full := width * day / of
		fmt.Fprintf(p.out, "\r  [%s%s] %3d %%  %-18s", strings.Repeat("#", full), strings.Repeat("·", width-full), 100*day/of, date)
		return
	}
	if tenth := 10 * day / of; tenth > p.shown {
		p.shown = tenth
		fmt.Fprintf(p.out, "  %3d %%  %s\n", 10*tenth, date)
	}
}

func (p *progress) end() {
	if p.terminal {
		fmt.Fprintln(p.out)
	}
}

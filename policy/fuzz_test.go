package policy

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"kept"
)

// FuzzRead: whatever the bytes, the answer is a policy or problems that lie inside the files, and never a panic.
func FuzzRead(f *testing.F) {
	f.Add([]byte(world), []byte("apps: ["))
	for _, name := range []string{"good.txtar", "bad.txtar"} {
		for _, file := range corpus(f, name) {
			f.Add([]byte(world), file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		files := map[string][]byte{"a.yaml": a, "b.yaml": b}
		p, err := Read(files)
		if err == nil {
			whole(t, p)
			return
		}
		var ps Problems
		if !errors.As(err, &ps) || len(ps) == 0 || len(ps) > maxProblems || p != nil {
			t.Fatalf("%T with %d problems", err, len(ps))
		}
		for _, problem := range ps {
			inside(t, files[problem.File], problem)
		}
	})
}

func inside(t *testing.T, b []byte, p Problem) {
	if b == nil {
		t.Fatalf("no such file: %s", p)
	}
	if strings.Contains(p.Message, "\n") || !utf8.ValidString(p.String()) {
		t.Fatalf("not one line of text: %q", p.String())
	}
	if p.Line == 0 {
		return // the file as a whole
	}
	all := lines(b)
	if p.Line < 1 || p.Line > len(all) || p.Column < 1 || p.Column > utf8.RuneCountInString(all[p.Line-1])+1 {
		t.Fatalf("outside of the file: %s", p)
	}
}

// whole checks what every user of a policy relies on.
func whole(t *testing.T, p *Policy) {
	seen := map[string]bool{}
	for _, pr := range p.Promises {
		kind, ok := KindOf(pr.Control)
		if !ok || pr.ID == "" || seen[pr.ID] || pr.Decision == (len(pr.Sentences) > 0) {
			t.Fatalf("promise %q of %q", pr.ID, pr.Control)
		}
		seen[pr.ID] = true
		for name, v := range pr.Params {
			if prm, ok := kind.Param(name); !ok || len(v.Words()) == 0 && v.Map() == nil && !prm.Empty {
				t.Fatalf("%s: parameter %q", pr.ID, name)
			}
		}
		pr.Engine()
	}
	for _, app := range append(ids(p.Apps, func(a App) string { return a.ID }), "") {
		for _, c := range p.Categories {
			if _, ok := p.Rules(app, c.Name); !ok {
				t.Fatalf("no rules for %q in %q", c.Name, app)
			}
		}
		p.Rescue(app, Reinstall, map[string]kept.Time{"uninstalled": 1})
		p.Purge(app)
	}
}

package kept_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// A small house in which nothing is wrong; each case below changes one thing.
const drawing = `
| floor | package | what it is for | may import |
|---|---|---|---|
| words | §kept§ | words | |
| ground | §db§ | opens | §kept§ |
| ground | §seal§ | seals | §kept§ |
| heart | §kernel§ | commits | §kept§ §db§ |
| assembly | §assembly§ | wires | everything below |
| assembly | §board§ | judges | everything below |
| door | §cmd/kept§ | runs | everything below |
| strangers | §client§ | calls | |
| strangers | §apps/one§ | an app | §client§ |

| what | where |
|---|---|
| the clock (§time.Now§, timers) | §cmd§ |
| randomness (§crypto/rand§) | §seal§, §cmd§ |
| environment (§os.Getenv§) | §cmd§ |
`

func smallHouse() fstest.MapFS {
	house := fstest.MapFS{}
	for name, text := range map[string]string{
		"ARCHITECTURE.md":       strings.ReplaceAll(drawing, "§", "`"),
		"kept.go":               "// Package kept is.\npackage kept\nimport _ \"fmt\"",
		"db/db.go":              "// Package db is.\npackage db\nimport _ \"kept\"\nimport _ \"example.org/x\"",
		"db/db_test.go":         "package db\nimport _ \"kept/kernel\"\nimport \"time\"\nvar _ = time.Now",
		"seal/seal.go":          "// Package seal is.\npackage seal\nimport _ \"crypto/rand\"",
		"kernel/kernel.go":      "// Package kernel is.\npackage kernel\nimport _ \"kept/db\"",
		"assembly/assembly.go":  "// Package assembly is.\npackage assembly\nimport _ \"kept/kernel\"\nimport _ \"kept\"",
		"board/board.go":        "// Package board is.\npackage board",
		"cmd/kept/main.go":      "// Command kept is.\npackage main\nimport _ \"kept/assembly\"\nimport \"os\"\nimport clock \"time\"\nvar _, _ = os.Getenv, clock.Now",
		"client/client.go":      "// Package client is.\npackage client\nimport \"net/http\"\nvar _ http.Client",
		"apps/one/main.go":      "// Command one is.\npackage main\nimport _ \"kept/client\"",
		"peers/go.mod":          "module peers",
		"peers/peers.go":        "package peers\nimport _ \"kept/kernel\"",
		"seal/testdata/more.go": "package more",
	} {
		house[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return house
}

func TestTheSmallHouseIsSound(t *testing.T) {
	for _, breach := range inspect(t, smallHouse()) {
		t.Error(breach)
	}
}

func TestEveryBreachIsFound(t *testing.T) {
	long := strings.Repeat("\n", 601)
	for _, c := range []struct{ name, file, text, want string }{
		{"no row", "odd/odd.go", "// Package odd is.\npackage odd", "every package has a row in ARCHITECTURE.md: odd"},
		{"no folder", "board/board.go", "", "a row in ARCHITECTURE.md has a package: board"},
		{"upward", "db/up.go", "package db\nimport _ \"kept/kernel\"", "what its row names: db/up.go:2 imports kept/kernel"},
		{"from the root", "up.go", "package kept\nimport _ \"kept/db\"", "what its row names: up.go:2 imports kept/db"},
		{"neighbour", "board/b.go", "package board\nimport _ \"kept/assembly\"", "what its row names: board/b.go:2 imports kept/assembly"},
		{"lower but not listed", "kernel/k.go", "package kernel\nimport _ \"kept/seal\"", "what its row names: kernel/k.go:2 imports kept/seal"},
		{"unknown", "board/b.go", "package board\nimport _ \"kept/ghost\"", "what its row names: board/b.go:2 imports kept/ghost"},
		{"stranger", "apps/one/x.go", "package main\nimport _ \"kept\"", "a stranger imports client alone: apps/one/x.go:2 imports kept"},
		{"door to stranger", "cmd/kept/x.go", "package main\nimport _ \"kept/client\"", "what its row names: cmd/kept/x.go:2 imports kept/client"},
		{"words with a dependency", "dep.go", "package kept\nimport _ \"example.org/x\"", "standard library alone: dep.go:2 imports example.org/x"},
		{"no comment", "board/board.go", "package board", "exactly one package comment: board has 0"},
		{"two comments", "board/b.go", "// Package board is again.\npackage board", "exactly one package comment: board has 2"},
		{"clock", "kernel/k.go", "package kernel\nimport \"time\"\nvar _ = time.NewTicker", "kernel/k.go:3 uses time.NewTicker"},
		{"clock renamed", "kernel/k.go", "package kernel\nimport clock \"time\"\nvar _ = clock.Since", "kernel/k.go:3 uses time.Since"},
		{"clock without a name", "kernel/k.go", "package kernel\nimport . \"time\"\nvar _ = Now", "imported by name: kernel/k.go:2"},
		{"sleeping test", "kernel/k_test.go", "package kernel\nimport \"time\"\nfunc f() { time.Sleep(1) }", "a test never sleeps: kernel/k_test.go:3"},
		{"randomness", "kernel/k.go", "package kernel\nimport _ \"crypto/rand\"", "kernel/k.go:2 imports crypto/rand"},
		{"environment", "kernel/k.go", "package kernel\nimport \"os\"\nvar _ = os.LookupEnv", "kernel/k.go:3 uses os.LookupEnv"},
		{"client of all, even at the door", "cmd/kept/x.go", "package main\nimport \"net/http\"\nvar _ = http.DefaultClient", "cmd/kept/x.go:3 uses http.DefaultClient"},
		{"long file", "board/b.go", "package board" + long, "at most 600 lines: board/b.go has 601"},
		{"long test", "board/b_test.go", "package board" + long, "at most 600 lines: board/b_test.go has 601"},
		{"all columns in Go", "board/b.go", "package board\nconst q = `SELECT" + " * FROM x`", "spelled out, no SELECT of all: board/b.go:2"},
		{"all columns in SQL", "db/a.sql", "create view x as\nselect\n y." + "* from y;", "spelled out, no SELECT of all: db/a.sql:2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			house := smallHouse()
			house[c.file] = &fstest.MapFile{Data: []byte(c.text)}
			if c.text == "" {
				delete(house, c.file)
			}
			if got := inspect(t, house); len(got) != 1 || !strings.Contains(got[0], c.want) {
				t.Errorf("got %q, want one with %q", got, c.want)
			}
		})
	}
}

func TestGeneratedFilesMayBeLong(t *testing.T) {
	house := smallHouse()
	house["board/b.go"] = &fstest.MapFile{Data: []byte("// Code generated by x. DO NOT EDIT.\n\npackage board" + strings.Repeat("\n", 700))}
	for _, breach := range inspect(t, house) {
		t.Error(breach)
	}
}

func TestCapsHold(t *testing.T) {
	for dir, most := range caps {
		house := smallHouse()
		for _, n := range []string{"a", "b", "c"} {
			house[dir+"/"+n+".go"] = &fstest.MapFile{Data: []byte("package " + dir + strings.Repeat("\n", most/3))}
			house[dir+"/"+n+"_test.go"] = &fstest.MapFile{Data: []byte("package " + dir + strings.Repeat("\n", 500))}
		}
		want := fmt.Sprintf("%s has at most %d lines without tests", dir, most)
		if got := inspect(t, house); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("got %q, want one with %q", got, want)
		}
	}
}

func TestTheDrawingItselfIsChecked(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"upward row", "| opens | `kept` |", "| opens | `kernel` |", "db may not import kernel, which is no lower floor"},
		{"neighbour row", "| seals | `kept` |", "| seals | `db` |", "seal may not import db, which is no lower floor"},
		{"unknown row", "| opens | `kept` |", "| opens | `kept` `ghost` |", "db may import ghost, which has no row"},
		{"two rows", "| ground | `db` |", "| ground | `seal` | x | |\n| ground | `db` |", "seal has two rows"},
		{"stranger with a key", "| an app | `client` |", "| an app | `client` `kept` |", "apps/one is a stranger and may import client alone, not kept"},
		{"stranger with all keys", "| calls | |", "| calls | everything below |", "client is a stranger"},
		{"no seam", "`os.Getenv`", "`os.Setenv`", "no row for `os.Getenv`"},
	} {
		t.Run(c.name, func(t *testing.T) {
			house := smallHouse()
			text := string(house["ARCHITECTURE.md"].Data)
			if !strings.Contains(text, c.old) {
				t.Fatalf("the small house has no %q to change", c.old)
			}
			house["ARCHITECTURE.md"].Data = []byte(strings.Replace(text, c.old, c.new, 1))
			if got := inspect(t, house); !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("got %q, want one with %q", got, c.want)
			}
		})
	}
}

package policy

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

func TestReadHoldsWhatWasWritten(t *testing.T) {
	p, err := Read(map[string][]byte{
		"a.yaml": []byte(world),
		"b.yaml": []byte(`promises:
  - sentences: [9f3a11c2d07e, {id: 1b2c3d4e5f60, under: a0b1c2d3e4f5, section: a0b1c2d3e4f6}]
    document: cloud
    control: retain
    category: [service-credentials, app-config]
    from: uninstalled
    max: P30D
    adjustable: {by: customer-admin, max: P90D}
    hosting: connect
    apps: [portal-sso]
decisions:
  - {id: our-tls, control: transport, min-tls: "1.2", because: the text names no version}
  - control: protect
    category: "*"
    layers: 2
    because: >
      two of them
contradictions:
  - {sentences: [9f3a11c2d07e, 1b2c3d4e5f60], keeps: 9f3a11c2d07e, because: the other one is being corrected}
`),
	})
	if err != nil {
		t.Fatal(err.(Problems).String())
	}
	pr := p.Promises[0]
	period, ok := pr.Params["adjustable"].Map()["max"].Period()
	for what, holds := range map[string]bool{
		"vendor":          p.Vendor == Vendor{"larkspur", "Larkspur Apps GmbH", "DE"},
		"version":         p.Documents[0].Version == "2026-03-01",
		"two hostings":    len(p.Apps[1].Hosting) == 2,
		"secret field":    p.Categories[0].Fields[1] == Field{Name: "api_token", Secret: true},
		"empty field":     len(p.Categories[1].Fields) == 2 && p.Categories[1].Fields[1].Name == "theme",
		"journal":         p.Categories[2].Journal == "reads",
		"recipient":       p.Recipients[0] == Recipient{"aws", "Amazon Web Services", "sub-processor", "US"},
		"context":         pr.Sentences[1] == Ref{ID: "1b2c3d4e5f60", Under: "a0b1c2d3e4f5", Section: "a0b1c2d3e4f6"},
		"document":        pr.Document == "cloud",
		"list":            strings.Join(pr.Params["category"].Words(), " ") == "service-credentials app-config",
		"bounds":          ok && period.Words() == "90 days",
		"hosting":         len(pr.Hosting) == 1 && pr.Hosting[0] == "connect",
		"apps":            len(pr.Apps) == 1,
		"position":        pr.At == Position{"b.yaml", 2, 5},
		"decisions last":  len(p.Promises) == 3 && p.Promises[1].Decision && p.Promises[1].ID == "our-tls",
		"folded reason":   p.Promises[2].Because == "two of them",
		"contradiction":   p.Contradictions[0].Keeps.ID == "9f3a11c2d07e",
		"named lookup":    has(p.Promise("our-tls")) && has(p.App("page-owl")) && has(p.Document("cloud")) && has(p.Recipient("aws")),
		"missing lookup":  !has(p.Promise("none")) && !has(p.Category("none")),
		"field lookup":    has(p.Categories[0].Field("api_token")) && !has(p.Categories[0].Field("email")),
		"number of words": p.Promises[2].Params["layers"].Word() == "2",
	} {
		if !holds {
			t.Error(what)
		}
	}
}

func has[T any](_ T, ok bool) bool { return ok }

// Ids and digests are for ever; these were computed from docs/formats.md by another program.
func TestIdentitiesAreForEver(t *testing.T) {
	p, err := readText(world + `promises:
  - {sentences: [{id: 9f3a11c2d07e, after: 1b2c3d4e5f60}], control: retain, category: app-config, from: entry, max: P30D, hosting: forge}
decisions:
  - {control: protect, category: ["*"], layers: 2, because: "<safe> & sound"}
`)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"retain-c139a9c0", "protect-fb3c2840"} {
		if got := p.Promises[i].ID; got != want {
			t.Errorf("id %s, want %s", got, want)
		}
	}
	two, err := Read(map[string][]byte{"b.yaml": []byte("apps: []\n"), "a.yaml": []byte("kept: 1\nvendor: {id: x, name: X}\ndocuments: []\n")})
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(two.Digest[:]); got != "4513ed891a1c2042add0bba24ced971622452bda83b0784daeb4bbd6ae6fbd06" {
		t.Errorf("digest %s", got)
	}
}

func TestEveryProblemIsReported(t *testing.T) {
	_, err := Read(map[string][]byte{
		"b.yaml": []byte("promises:\n  - {control: retian, sentences: [x]}\n"),
		"a.yaml": []byte(minimal + "appz: []\napps:\n  - {id: a}\n"),
	})
	var ps Problems
	if !errors.As(err, &ps) {
		t.Fatalf("%T", err)
	}
	want := `a.yaml:5:1: unknown key ` + "`appz`" + `
a.yaml:7:5: an app needs ` + "`hosting`" + `
b.yaml:2:15: unknown control ` + "`retian`" + `
b.yaml:2:35: a sentence cannot be ` + "`x`"
	if ps.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", ps.Error(), want)
	}
	if got, want := ps[2].String(), "b.yaml:2:15: unknown control `retian`\n   2 |   - {control: retian, sentences: [x]}\n     |               ^\nhint: did you mean `retain`?"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	_, err = readText(minimal + "apps:\n" + strings.Repeat("  - {}\n", 80))
	if errors.As(err, &ps); len(ps) != maxProblems {
		t.Errorf("%d problems", len(ps))
	}
}

package document

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// shared reads one of the published texts that are judged against; they are no part of the module.
func shared(t testing.TB, pattern string) (name string, raw []byte) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join("..", "..", "shared", "documents", pattern))
	if len(files) != 1 {
		if os.Getenv("KEPT_REQUIRE_SHARED") == "1" {
			t.Fatalf("../shared/documents/%s is required and absent", pattern)
		}
		t.Skipf("../shared/documents/%s is absent: nothing to judge against", pattern)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(files[0]), raw
}

type place struct{ line, start, end int }

// gold is the hand-made table of units: for each document the kind at each place.
func gold(t testing.TB) map[string]map[place]Kind {
	_, raw := shared(t, "sentences.tsv")
	r := csv.NewReader(strings.NewReader(string(raw)))
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string]map[place]Kind{}
	for _, row := range rows[1:] {
		if docs[row[0]] == nil {
			docs[row[0]] = map[place]Kind{}
		}
		line, start, _ := strings.Cut(row[2], ":")
		_, end, _ := strings.Cut(row[3], ":")
		docs[row[0]][place{number(t, line), number(t, start), number(t, end)}] = Kind(row[4])
	}
	return docs
}

func number(t testing.TB, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

type score struct{ units, gold, same, kinds int }

func (s *score) add(o score) {
	s.units, s.gold, s.same, s.kinds = s.units+o.units, s.gold+o.gold, s.same+o.same, s.kinds+o.kinds
}

func (s score) String() string {
	return fmt.Sprintf("precision %.4f recall %.4f kinds %.4f (%d units, %d same of %d)", s.precision(), s.recall(), s.kind(), s.units, s.same, s.gold)
}
func (s score) precision() float64 { return float64(s.same) / float64(s.units) }
func (s score) recall() float64    { return float64(s.same) / float64(s.gold) }
func (s score) kind() float64      { return float64(s.kinds) / float64(s.same) }

func TestPublishedTexts(t *testing.T) {
	languages := map[string]*score{"total": {}, english: {}, german: {}}
	for id, want := range gold(t) {
		name, raw := shared(t, id+"-*.txt")
		text, err := Split(raw, "")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "."+text.Language+".txt") {
			t.Errorf("%s was detected as %s", name, text.Language)
		}
		s := score{units: len(text.Units), gold: len(want)}
		for _, u := range text.Units {
			at := place{u.Line, u.Start, u.End}
			kind, ok := want[at]
			switch {
			case !ok:
				t.Logf("%s %d:%d-%d is no unit of the table", id, at.line, at.start, at.end)
				continue
			case kind == u.Kind:
				s.kinds++
			default:
				t.Logf("%s %d:%d is a %s, was taken for a %s", id, at.line, at.start, kind, u.Kind)
			}
			s.same++
		}
		t.Logf("%s: %v", id, s)
		languages["total"].add(s)
		languages[text.Language].add(s)
	}
	for language, s := range languages {
		t.Logf("%s: %v", language, s)
		if s.precision() < 0.97 || s.recall() < 0.97 || s.kind() < 0.85 {
			t.Errorf("%s: %v; wanted 0.97, 0.97 and 0.85", language, s)
		}
	}
}

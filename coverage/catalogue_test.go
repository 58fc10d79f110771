package coverage

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kept/document"
	"kept/policy"
)

const catalogue = "../../shared/documents/"

// table reads a table of the catalogue of real promises, which lies beside the module.
func table(t *testing.T, name string) (rows []map[string]string) {
	t.Helper()
	b, err := os.ReadFile(catalogue + name)
	if os.IsNotExist(err) && os.Getenv("KEPT_REQUIRE_SHARED") != "1" {
		t.Skipf("%s is not beside the module", catalogue+name)
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	head := strings.Split(lines[0], "\t")
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range strings.Split(line, "\t") {
			row[head[i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// texts are the published ones, by the first three digits of their names.
func texts(t *testing.T) map[string]*document.Text {
	t.Helper()
	files, err := filepath.Glob(catalogue + "0*.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*document.Text{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if out[filepath.Base(f)[:3]], err = document.Split(raw, ""); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// proposed are the proposals for each sentence on lines such as 12, 14-15.
func proposed(t *document.Text, lines string, categories []policy.Category) (out [][]proposal) {
	for part := range strings.SplitSeq(lines, ",") {
		var from, to int
		if n, _ := fmt.Sscanf(part, "%d-%d", &from, &to); n < 2 {
			to = from
		}
		for i, u := range t.Units {
			if u.Line >= from && u.Line <= to && u.Kind != document.Heading && u.Kind != document.Furniture {
				out = append(out, guess(u.Text, settingOf(t, i), categories))
			}
		}
	}
	return out
}

// fits tells whether a row has each parameter that is proposed, but for those that are left to a person.
func fits(p proposal, row map[string]any) bool {
	return !slices.ContainsFunc(p.params, func(prm param) bool {
		value := strings.Trim(prm.value, `"`)
		return prm.value != unknown && prm.value != every && !strings.EqualFold(fmt.Sprint(row[prm.name]), value) &&
			!strings.Contains(fmt.Sprint(row[prm.name])+" ", value+" ") && !strings.Contains(fmt.Sprint(row[prm.name]), value+"]")
	})
}

// The first proposal for one of the sentences on a real promise's lines has its kind in three of five, and says nothing
// wrong about the kinds with figures in them in seven of ten.
func TestGuessesAgainstTheCatalogue(t *testing.T) {
	rows, read := table(t, "promises.tsv"), texts(t)
	var categories []policy.Category
	for _, c := range table(t, "categories.tsv") {
		categories = append(categories, policy.Category{Name: c["category"]})
	}
	figures := []string{"retain", "backup", "protect", "transport", "right", "contact", "recipient", "place"}
	kinds, exact, of := 0, 0, 0
	for _, row := range rows {
		var params map[string]any
		if err := json.Unmarshal([]byte(row["params"]), &params); err != nil {
			t.Fatal(err)
		}
		first, offered, right := false, false, false
		for _, all := range proposed(read[row["document"]], row["lines"], categories) {
			if all[0].control == row["control"] {
				first, offered = true, true
				right = right || fits(all[0], params)
			}
		}
		if first {
			kinds++
		}
		if offered && slices.Contains(figures, row["control"]) {
			of++
			if right {
				exact++
			} else if testing.Verbose() {
				t.Logf("%s: %s", row["id"], row["params"])
			}
		}
	}
	t.Logf("%d of %d rows get their kind first; %d of %d with figures fit", kinds, len(rows), exact, of)
	if kinds*100 < len(rows)*60 {
		t.Errorf("%d of %d rows get their kind", kinds, len(rows))
	}
	if exact*100 < of*70 {
		t.Errorf("of %d rows with figures %d fit", of, exact)
	}
}

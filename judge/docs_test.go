package judge

import (
	"os"
	"strings"
	"testing"
)

func TestThePageNamesEveryRule(t *testing.T) {
	page, err := os.ReadFile("../docs/judge.md")
	if err != nil {
		t.Fatal(err)
	}
	for rule, says := range Rules {
		if !strings.Contains(string(page), "| `"+rule+"` | "+says+" |") {
			t.Errorf("docs/judge.md says something else about %s", rule)
		}
	}
}

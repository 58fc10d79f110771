package peers_test

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kept/policy"
	"kept/stage"
)

// lint reads a description of an API as strictly as redocly.yaml says, and tells the rules that it breaks.
func lint(t *testing.T, description []byte) (broken []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(file, description, 0o600); err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "node_modules/@redocly/cli/bin/cli.js", "lint", file, "--config", "redocly.yaml", "--format", "json")
	node.Env = append(node.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true")
	said, err := node.Output() // an error when anything is broken
	var report struct {
		Problems []struct{ RuleID, Message string }
		Version  string
	}
	if json.Unmarshal(said, &report) != nil || report.Version == "" {
		t.Fatalf("the linter: %v %s", err, said)
	}
	for _, p := range report.Problems {
		broken = append(broken, p.RuleID+": "+p.Message)
	}
	return broken
}

func TestTheDescriptionOfTheAPI(t *testing.T) {
	installed(t, "@redocly/cli")
	p, err := policy.Load("../examples/stories/wren")
	if err != nil {
		t.Fatal(err)
	}
	s, err := stage.Open(t.Context(), stage.Options{Policy: p, Start: now.at, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	response, err := s.HTTP.Get(s.URL + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	description, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if broken := lint(t, description); len(broken) > 0 {
		t.Error(broken)
	}
	flawed := string(description)
	for _, flaw := range [][2]string{{`"summary":"Whether the database answers."`, `"x-summary":""`},
		{`"restricted":true`, `"restricted":"yes"`}, {`"security":[{"appKey":[]}],`, ``}} {
		if !strings.Contains(flawed, flaw[0]) {
			t.Errorf("%s does not stand there", flaw[0])
		}
		flawed = strings.Replace(flawed, flaw[0], flaw[1], 1)
	}
	found := strings.Join(lint(t, []byte(flawed)), "\n")
	for _, rule := range []string{"operation-summary", "no-invalid-media-type-examples", "security-defined"} {
		if !strings.Contains(found, rule) {
			t.Errorf("a flaw under %s is not found: %s", rule, found)
		}
	}
}

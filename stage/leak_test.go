package stage_test

import (
	"encoding/json"
	"os"
	"testing"
)

// leak writes the first epoch key of a key file, raw, into another file.
func leak(t *testing.T, keyFile, to string) {
	t.Helper()
	b, err := os.ReadFile(keyFile)
	must(t, err)
	var f struct {
		Epochs []struct {
			Key []byte `json:"key"`
		} `json:"epochs"`
	}
	must(t, json.Unmarshal(b, &f))
	must(t, os.WriteFile(to, f.Epochs[0].Key, 0o600))
}

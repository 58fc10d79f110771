package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept"
	"kept/policy"
)

func TestMarketplaceAccount(t *testing.T) {
	p, err := policy.Load("../../examples/stories/plover")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "account.json")
	for _, c := range []struct {
		text string
		mode os.FileMode
		ok   bool
	}{
		{`{"developer": "d", "email": "e", "token": "secret-1"}`, 0o600, true},
		{`{"developer": "d", "email": "e", "token": "secret-1", "apps": {"com.example.exporter": "exporter"}}`, 0o400, true},
		{`{"developer": "d", "email": "e", "token": "secret-1"}`, 0o640, false},
		{`{"developer": "d", "email": "e", "token": "secret-1", "apps": {"com.example.other": "other"}}`, 0o600, false},
		{`{"developer": "d", "email": "e"}`, 0o600, false},
		{`{"developer": "d", "email": "e", "token": "secret-1", "more": 1}`, 0o600, false},
		{`secret-1`, 0o600, false},
	} {
		os.Remove(file)
		if err := os.WriteFile(file, []byte(c.text), c.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, c.mode); err != nil {
			t.Fatal(err)
		}
		a, err := marketplaceAccount(file, p)
		if c.ok && (err != nil || a.Token != "secret-1" || a.Apps["com.plover.exporter"] != "exporter") {
			t.Errorf("%s: %+v, %v", c.text, a, err)
		}
		if !c.ok && (kept.KindOf(err) != kept.Invalid || strings.Contains(err.Error(), "secret-1")) {
			t.Errorf("%s: %v", c.text, err)
		}
	}
	if a, err := marketplaceAccount("", p); a != nil || err != nil {
		t.Errorf("without a file: %v, %v", a, err)
	}
}

package policy

import (
	"os"
	"path/filepath"
	"testing"

	"kept"
)

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Load(filepath.Join(dir, "none")); kept.KindOf(err) != kept.NotFound {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := Load(dir); err == nil || err.Error() != ".: the folder holds no policy" {
		t.Errorf("an empty folder: %v", err)
	}
	const head = "kept: 1\nvendor: {id: x, name: X}\ndocuments: [{id: x, language: en, version: 2026-03-01, file: text.md}]\n"
	write("policy.yaml", head)
	write(".hidden.yaml", "not: [a policy")
	write("notes.txt", "nothing of ours")
	if _, err := Load(dir); err == nil || err.Error() != `policy.yaml:3:62: there is no file "text.md"` {
		t.Errorf("a text that is not there: %v", err)
	}
	write("text.md", "We keep nothing.")
	p, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	pure, err := Read(map[string][]byte{"policy.yaml": []byte(head)})
	if err != nil || p.Dir != dir || p.Digest != pure.Digest {
		t.Errorf("folder and bytes are read differently: %v", err)
	}
	write("more.yml", "apps: []")
	if _, err := Load(dir); err == nil || err.Error() != "more.yml: this is no file of a policy" {
		t.Errorf("a file that would be overlooked: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "more.yml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); kept.KindOf(err) != kept.Invalid {
		t.Errorf("a folder named as a file: %v", err)
	}
}

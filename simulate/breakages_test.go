package simulate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// breakageSeeds is within how many seeds a planted breakage must be found.
const breakageSeeds = 3

// TestPlantedBreakagesAreFound builds the server anew with one mistake planted, for each mistake, and wants the judge to
// find it. It takes minutes, so it runs where KEPT_BREAKAGES=1 is set; KEPT_BREAKAGE names a single one.
func TestPlantedBreakagesAreFound(t *testing.T) {
	if os.Getenv("KEPT_BREAKAGES") != "1" {
		t.Skip("every breakage needs a build of its own: set KEPT_BREAKAGES=1")
	}
	patches, err := filepath.Glob("testdata/breakages/*.patch")
	if err != nil || len(patches) < 8 {
		t.Fatalf("%d breakages, %v", len(patches), err)
	}
	for _, patch := range patches {
		name := strings.TrimSuffix(filepath.Base(patch), ".patch")
		if only := os.Getenv("KEPT_BREAKAGE"); only != "" && only != name {
			continue
		}
		t.Run(name, func(t *testing.T) { breakage(t, patch) })
	}
}

// TestBreakagesFit notices a patch that the code has moved away from, without building anything.
func TestBreakagesFit(t *testing.T) {
	patches, err := filepath.Glob("testdata/breakages/*.patch")
	if err != nil || len(patches) == 0 {
		t.Fatal("no breakages", err)
	}
	for _, patch := range patches {
		text, err := os.ReadFile(patch)
		if err != nil {
			t.Fatal(err)
		}
		var code []byte
		var before strings.Builder // a hunk as the code has it
		hunk := func() {
			if !bytes.Contains(code, []byte(before.String())) {
				t.Errorf("%s does not fit any more:\n%s", patch, before.String())
			}
			before.Reset()
		}
		for line := range strings.Lines(string(text)) {
			switch {
			case strings.HasPrefix(line, "--- a/"):
				if code, err = os.ReadFile(filepath.Join("..", strings.TrimSpace(line[6:]))); err != nil {
					t.Fatal(err)
				}
			case strings.HasPrefix(line, "@@"):
				hunk()
			case strings.HasPrefix(line, " "), strings.HasPrefix(line, "-") && !strings.HasPrefix(line, "---"):
				before.WriteString(line[1:])
			}
		}
		hunk()
	}
}

func breakage(t *testing.T, patch string) {
	tree := t.TempDir()
	if err := os.CopyFS(tree, module{os.DirFS("..")}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(patch)
	if err != nil {
		t.Fatal(err)
	}
	run := func(in []byte, name string, args ...string) ([]byte, error) {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Stdin = tree, bytes.NewReader(in)
		return cmd.CombinedOutput()
	}
	if out, err := run(text, "patch", "-p1", "--fuzz=0"); err != nil {
		t.Fatalf("the patch does not fit any more: %v\n%s", err, out)
	}
	if out, err := run(nil, "go", "build", "-o", "broken", "./cmd/kept"); err != nil {
		t.Fatalf("the broken server does not build: %v\n%s", err, out)
	}
	for seed := 1; seed <= breakageSeeds; seed++ {
		for _, policy := range []string{"examples/stories/heron", "examples/larkspur", "examples/stories/plover"} {
			out, err := run(nil, filepath.Join(tree, "broken"), "simulate", policy, "--tries", "0", "--seed", fmt.Sprint(seed))
			var exit *exec.ExitError
			switch {
			case err == nil:
			case errors.As(err, &exit) && exit.ExitCode() == 1 && bytes.Contains(out, []byte("FOUND")):
				_, found, _ := strings.Cut(string(out), "FOUND")
				t.Logf("seed %d, %s:%s", seed, policy, strings.SplitN(found, "\n", 2)[0])
				return
			default:
				t.Fatalf("%v\n%s", err, out)
			}
		}
	}
	t.Errorf("it survives %d seeds of three policies", breakageSeeds)
}

// module is the tree of the module without what no build needs.
type module struct{ fs.FS }

// ReadDir leaves out history, caches and what npm installed.
func (m module) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(m.FS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") || e.Name() == "node_modules" }), err
}

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
	"strconv"
	"strings"
	"sync"
	"testing"

	"kept/db/dbtest"
)

// breakageSeeds is within how many seeds a planted breakage must be found. Most are in the first one; a patch says where others were.
const breakageSeeds = 200

// TestPlantedBreakagesAreFound builds the server anew with one mistake planted, for each mistake, and wants the judge to
// find it; and nothing without one. It takes minutes, so it runs where KEPT_BREAKAGES=1 is set; KEPT_BREAKAGE names a
// single one, KEPT_BREAKAGES_PART=K/N every Nth of them, from the Kth on.
func TestPlantedBreakagesAreFound(t *testing.T) {
	if os.Getenv("KEPT_BREAKAGES") != "1" {
		t.Skip("every breakage needs a build of its own: set KEPT_BREAKAGES=1")
	}
	patches, err := filepath.Glob("testdata/breakages/*.patch")
	if err != nil || len(patches) < 20 {
		t.Fatalf("%d breakages, %v", len(patches), err)
	}
	part, parts := 0, 1
	if text := os.Getenv("KEPT_BREAKAGES_PART"); text != "" {
		if _, err := fmt.Sscanf(text, "%d/%d", &part, &parts); err != nil || parts < 1 {
			t.Fatalf("KEPT_BREAKAGES_PART=%s is not K/N", text)
		}
	}
	under := map[string]bool{}
	for i, patch := range patches {
		name := strings.TrimSuffix(filepath.Base(patch), ".patch")
		text, err := os.ReadFile(patch)
		if err != nil {
			t.Fatal(err)
		}
		policy, onPostgres, known := where(text)
		if only := os.Getenv("KEPT_BREAKAGE"); only != "" && only != name || i%parts != part%parts {
			continue
		}
		under[policy] = true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := build(t, text)
			if onPostgres {
				fresh, _, ok := dbtest.Own(t)
				if !ok {
					t.Skip("it shows on PostgreSQL alone")
				}
				b.more = []string{"--database", fresh()}
			}
			for n := range breakageSeeds {
				seed := (known-1+n)%breakageSeeds + 1
				if found := b.lives(t, policy, seed); found != "" {
					t.Logf("seed %d: %s", seed, found)
					return
				}
			}
			t.Errorf("it survives %d seeds", breakageSeeds)
		})
	}
	whole := sync.OnceValue(func() broken { return build(t, nil) })
	for policy := range under {
		t.Run("none/"+filepath.Base(policy), func(t *testing.T) {
			t.Parallel()
			if found := whole().lives(t, policy, 1); found != "" {
				t.Errorf("without a breakage the judge finds %s", found)
			}
		})
	}
}

// where is the policy under which a breakage shows, as its first line says, whether that is on PostgreSQL alone, and the seed to begin
// with: one in which it was found before.
func where(patch []byte) (policy string, onPostgres bool, seed int) {
	line, _, _ := strings.Cut(string(patch), "\n")
	line, from, _ := strings.Cut(strings.TrimPrefix(line, "under: "), " from seed ")
	policy, onPostgres = strings.CutSuffix(line, " on postgresql")
	seed, err := strconv.Atoi(from)
	if err != nil {
		seed = 1
	}
	return policy, onPostgres, seed
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

// broken is a tree with a server in which a mistake is planted.
type broken struct {
	tree string
	more []string // arguments
}

func (b broken) run(in []byte, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdin = b.tree, bytes.NewReader(in)
	return cmd.CombinedOutput()
}

func build(t *testing.T, patch []byte) broken {
	t.Helper()
	b := broken{tree: t.TempDir()}
	if err := os.CopyFS(b.tree, module{os.DirFS("..")}); err != nil {
		t.Fatal(err)
	}
	if patch != nil {
		if out, err := b.run(patch, "patch", "-p1", "--fuzz=0"); err != nil {
			t.Fatalf("the patch does not fit any more: %v\n%s", err, out)
		}
	}
	// Without their paths packages that no patch touches come from the cache; what a debugger wants takes long to link.
	if out, err := b.run(nil, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", "broken", "./cmd/kept"); err != nil {
		t.Fatalf("the broken server does not build: %v\n%s", err, out)
	}
	return b
}

// lives is what the judge finds in a year of a seed, "" for nothing. A server that cannot go on at all is noticed, too.
func (b broken) lives(t *testing.T, policy string, seed int) string {
	t.Helper()
	args := append([]string{"simulate", policy, "--tries", "0", "--installations", "6", "--seed", fmt.Sprint(seed)}, b.more...)
	out, err := b.run(nil, filepath.Join(b.tree, "broken"), args...)
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit) && exit.ExitCode() == 1 && bytes.Contains(out, []byte("FOUND")):
		_, found, _ := strings.Cut(string(out), "FOUND")
		return strings.TrimSpace(strings.SplitN(found, "\n", 2)[0])
	case errors.As(err, &exit) && exit.ExitCode() == 1 && bytes.Contains(out, []byte("never exercised")): // in one seed alone
	default:
		t.Fatalf("%v\n%s", err, out)
	}
	return ""
}

// module is the tree of the module without what no build needs.
type module struct{ fs.FS }

// ReadDir leaves out history, caches and what npm installed.
func (m module) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(m.FS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") || e.Name() == "node_modules" }), err
}

package story_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept/assembly"
	"kept/db/dbtest"
	"kept/policy"
	"kept/story"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const (
	folder   = "../examples/stories"
	larkspur = "../examples/larkspur" // whose stories name no policy: they are rehearsed under its own
)

func read(t testing.TB, name string) *story.Story {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := story.Parse(name, src)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStories(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(folder, "*.story"))
	own, ownErr := filepath.Glob(filepath.Join(larkspur, "stories", "*.story"))
	if err != nil || ownErr != nil || len(names) == 0 || len(own) == 0 {
		t.Fatal("there are no stories", err, ownErr)
	}
	names = append(names, own...)
	for _, name := range names {
		s := read(t, name)
		t.Run(strings.TrimSuffix(filepath.Base(name), ".story"), func(t *testing.T) {
			t.Parallel()
			t.Run("SQLite", func(t *testing.T) {
				t.Parallel()
				run(t, s, "", "")
			})
			t.Run("PostgreSQL", func(t *testing.T) {
				t.Parallel()
				url, ok := dbtest.Postgres(t)
				another, _ := dbtest.Postgres(t)
				if !ok {
					t.Skip("no PostgreSQL")
				}
				run(t, s, url, another)
			})
		})
	}
}

func run(t *testing.T, s *story.Story, database, another string) {
	t.Helper()
	o := story.Options{Dir: t.TempDir(), Database: database, Another: another, Build: "test"}
	if s.Policy == "" {
		var err error
		if o.Policy, err = policy.Load(larkspur); err != nil {
			t.Fatal(err)
		}
		if o.Texts, err = assembly.Texts(o.Policy); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := story.Run(t.Context(), s, o); err != nil {
		t.Error(err)
	}
}

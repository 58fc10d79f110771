package story_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept"
	"kept/story"
)

const head = "story \"x\"\nat 2026-03-01T10:00Z\n"

func TestWhatAStoryMaySay(t *testing.T) {
	for _, line := range []string{
		"wait 90 days", "wait 1 day", "wait P90D", "wait 2 months", "wait PT30M", "wait 0 seconds",
		"install a on acme", "install a on acme as first paid until 2026-06-01", "install a on acme twice", "reinstall a on acme lost",
		"uninstall a on acme takes effect", "uninstall a on acme paid until 2026-06-01T10:00:00+02:00 twice",
		`acme puts c "n" {a: 1, b: [x, {y: null}], c: "}#"} about "ann" # a comment`, "acme puts c {}", "acme gets c for p",
		"acme's admin purges", "acme's admin purges a b c", "acme's admin lifts the restriction", "officer purges acme",
		"expect refused", "expect refused late under x-1", "expect refused under x-1", "expect items 3", "expect items 0 of c on acme",
		"expect unreadable c", "expect receipt of c unreachable at 2026-05-30T10:00Z", "expect receipt of c on acme unreachable at 2026-05-30 late 2 hours",
		"expect facts item.stored 3", "expect verdict x at-risk", "\ttick", "# nothing", "",
	} {
		if _, err := story.Parse("s", []byte(head+line)); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestWhatIsNoStory(t *testing.T) {
	for _, c := range []struct{ src, wants, hint string }{
		{"", "there is no story", "begin with"},
		{"at 2026-03-01", "s:1: a story begins with its title", "story"},
		{"story \"x\"\ntick", "s:2: a story says first when it begins", "for example"},
		{"story \"x\"\nstory \"y\"", "s:2: a file holds one story", ""},
		{"story \"x\"\npolicy a\npolicy b", "s:3: the policy is named once", ""},
		{head + "policy a", "s:3: the policy is named once", ""},
		{"story x", "expected a text in quotes, but there stands x", "the form is: story TEXT"},
		{"story \"x", "does not end", "close it"},
		{head + "dance", "no statement begins like this", "docs/stories.md"},
		{head + "wait a while", "expected a length of time, such as 90 days or P90D, but there stands a", "wait PERIOD"},
		{head + "wait 3 fortnights", "expected a length of time", ""},
		{head + "wait -3 days", "expected a length of time", ""},
		{head + "wait 9999999999 days", "expected a length of time", ""},
		{head + "at noon", "expected an instant", ""},
		{head + "install a", "expected `on`, but the line ends", "install APP on SITE"},
		{head + "install a on acme paid 3", "expected `until`, but there stands 3", ""},
		{head + "install a on acme thrice", "there stands thrice", ""},
		{head + "acme puts c", "but the line ends", ""},
		{head + "acme puts c {a: 1", "does not end", "close it"},
		{head + "acme puts c {a: *x}", "cannot be read", ""},
		{head + "acme puts c {a: &x 1}", "no anchors", ""},
		{head + "acme puts c {a: 1, a: 2}", "named twice", ""},
		{head + "acme puts c {? {a: 1} : 2}", "named twice, or by no word", ""},
		{head + "expect items -1", "expected a number", ""},
		{head + "expect refused maybe", "there stands maybe", ""},
		{head + "expect facts item.eaten 1", "expected a kind of fact", ""},
		{head + "expect state gone", "expected installed, uninstalled or erased", ""},
		{head + "Acme gets c for p", "no statement begins like this", ""},
		{head + "tick\x00", "no statement begins like this", ""},
		{head + "tick \xff", "UTF-8", ""},
		{head + strings.Repeat("x", 5000), "at most", ""},
	} {
		_, err := story.Parse("s", []byte(c.src))
		e, ok := err.(*kept.Error)
		if !ok || e.Kind != kept.Invalid || !strings.Contains(e.Message, c.wants) || !strings.Contains(e.Hint, c.hint) {
			t.Errorf("%.60q: %v, hint %q; want %q, hint %q", c.src, err, hintOf(e), c.wants, c.hint)
		}
	}
}

func hintOf(e *kept.Error) string {
	if e == nil {
		return ""
	}
	return e.Hint
}

func TestTheLanguageIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/stories.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]bool{}
	for line := range strings.Lines(string(doc)) {
		lines[strings.TrimSpace(line)] = true
	}
	for _, form := range story.Forms() {
		if !lines[form] {
			t.Errorf("docs/stories.md lacks: %s", form)
		}
	}
}

func FuzzParse(f *testing.F) {
	names, _ := filepath.Glob(filepath.Join(folder, "*.story")) // the pattern is right, there is no other error
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Add(head + `acme puts c "n" {a: [1, "}", '{'], b: {c: ~}}`)
	f.Fuzz(func(t *testing.T, src string) {
		s, err := story.Parse("s", []byte(src))
		if err != nil {
			if kept.KindOf(err) != kept.Invalid || !strings.HasPrefix(err.Error(), "s:") {
				t.Fatalf("the error names no place: %v", err)
			}
			return
		}
		again := fmt.Sprintf("story \"%s\"\n", s.Title)
		if s.Policy != "" {
			again += "policy " + s.Policy + "\n"
		}
		for _, step := range s.Steps {
			again += step.Text + "\n"
		}
		back, err := story.Parse("s", []byte(again))
		if err != nil || fmt.Sprint(what(back)) != fmt.Sprint(what(s)) {
			t.Fatalf("read again it says something else: %v\n%v\n%v", err, what(s), what(back))
		}
	})
}

// what a story says, without the places where it says so.
func what(s *story.Story) (out []string) {
	for _, step := range s.Steps {
		out = append(out, step.Says())
	}
	return append(out, s.Title, s.Policy)
}

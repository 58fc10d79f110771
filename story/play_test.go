package story

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept"
	"kept/policy"
	"kept/stage"
)

// scene is a play in the middle of things, for statements one by one.
func scene(t *testing.T, lines ...string) *play {
	t.Helper()
	p, err := policy.Load("../examples/stories/heron")
	if err != nil {
		t.Fatal(err)
	}
	start, err := kept.ParseTime("2026-03-01T08:00Z")
	if err != nil {
		t.Fatal(err)
	}
	st, err := stage.Open(t.Context(), stage.Options{Policy: p, Start: start, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	st.Hoard = stage.NewHoard()
	pl := &play{stage: st, servers: []*stage.Stage{st}}
	for _, line := range lines {
		if err := pl.do(t, line); err != nil {
			t.Fatal(line, err)
		}
	}
	return pl
}

// do runs one statement; a refusal is kept for an expectation, as in a story.
func (p *play) do(t *testing.T, line string) error {
	t.Helper()
	tokens, wrong := split(line)
	if wrong != nil {
		t.Fatal(line, wrong)
	}
	f, a, wrong := recognise(tokens)
	if wrong != nil {
		t.Fatal(line, wrong)
	}
	err := f.run(p, t.Context(), a)
	if !f.expects && errors.As(err, &p.refusal) {
		return nil
	}
	if err == nil && !f.expects {
		err = p.stage.Copy(t.Context())
	}
	return err
}

// An expectation that cannot fail says nothing: each is tried with something else than what is so.
func TestEveryExpectationCanFail(t *testing.T) {
	p := scene(t,
		"install assets-owner on acme",
		`acme puts owner-settings "settings" {visibility: everybody}`,
		`acme puts service-credentials "credentials" {api_token: t-1}`,
		`acme puts draft-notes "one" {text: first}`,
		`acme deletes draft-notes "one"`,
		`acme gets owner-settings "settings" for assets-access`,
		"acme's admin reviews the log for customer-review",
	)
	tried := map[string]bool{}
	for _, c := range []struct{ holds, fails, seen string }{
		{"expect value {visibility: everybody}", "expect value {visibility: admins}", "everybody"},
		{"expect entries 1", "expect entries 2", "seen 1"},
		{"expect items 2", "expect items 3", "seen 2"},
		{"expect rows 1 of owner-settings on acme", "expect rows 0 of owner-settings", "seen 1"},
		{"expect rows 2 of access-log", "expect rows 1 of access-log", "seen 2"},
		{"", "expect unreadable owner-settings", "seen that it opens"},
		{"", "expect unreadable draft-notes", "seen no row"},
		{"expect state installed of acme", "expect state erased", "seen installed"},
		{"expect facts item.stored 3", "expect facts item.stored 0 on acme", "seen 3"},
		{"expect question silence 0", "expect question silence 1", "seen 0"},
		{"expect receipt of draft-notes unreachable at 2026-03-01T08:00Z late 0", "expect receipt of draft-notes unreachable at 2026-03-01T09:00Z", "unreachable at 2026-03-01T08:00:00Z, 0s late"},
		{"", "expect receipt of draft-notes unreachable at 2026-03-01T08:00Z late 1 hour", "0s late"},
		{"", "expect receipt of owner-settings unreachable at 2026-03-01T08:00Z", "seen none"},
		{"expect recoverable draft-notes", "expect unrecoverable draft-notes", "does not say so"},
		{"expect openable 1", "expect openable 0", "seen 1"},
		{"expect openable 1 of owner-settings", "expect openable 0 of owner-settings on acme", "seen 1"},
		{"expect verdict collect-settings kept", "expect verdict collect-settings broken", "exercised"},
		{"", "expect verdict no-such-promise kept", "no promise of that id"},
		{"expect ledger verified", "", ""},
		{"expect foreseen 3 of access-log on 2026-03-31", "expect foreseen 1 of access-log on 2026-04-01", "seen 0"},
		{"expect waiting 0", "expect waiting 1", "seen 0"},
		{"expect tonight 0", "expect tonight 1", "seen 0"},
		{"", "expect deadline of settings-60-days from 2026-01-31T10:00Z until 2026-03-02", "owes nobody an answer"},
		{"", "expect held 1 of owner-settings", "seen 0"},
		{"expect reports 0", "expect reports 1", "seen 0"},
		{"expect subjects 0", "expect subjects 1", "seen 0"},
		{"expect outdated 0", "expect outdated 1", "seen 0"},
		{"", "expect sweep of 3 rows due by 2026-04-01T10:00Z until 2026-04-01T10:00Z", "until"},
		{"", "expect next due 9 of settings-60-days from uninstalled", "seen 0"},
		{"", "expect oldest 9 of settings-60-days from uninstalled", "seen 0"},
		{"", "expect move of acme ready-to-commit", "seen failed"},
		{"", "expect refused", "seen that it was done"},
	} {
		if c.holds != "" {
			if err := p.do(t, c.holds); err != nil {
				t.Errorf("%s: %v", c.holds, err)
			}
		}
		if c.fails != "" {
			tried[formOf(c.fails)] = true
			if err := p.do(t, c.fails); err == nil || !strings.Contains(err.Error(), c.seen) {
				t.Errorf("%s: %v, want %q", c.fails, err, c.seen)
			}
		}
	}
	p.later(t, tried)
}

// later are the expectations that need another state.
func (p *play) later(t *testing.T, tried map[string]bool) {
	t.Helper()
	for _, line := range []string{"wait 1 day", "expect unrecoverable draft-notes"} {
		if err := p.do(t, line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	for _, c := range []struct{ action, fails, seen string }{
		{"", "expect recoverable draft-notes", "seen none"},
		{`acme gets owner-settings "settings" for editing`, "expect refused late", "403"},
		{`acme gets owner-settings "settings" for editing`, "expect refused under collect-settings", "settings-purpose"},
	} {
		if c.action != "" {
			if err := p.do(t, c.action); err != nil {
				t.Fatal(c.action, err)
			}
		}
		tried[formOf(c.fails)] = true
		if err := p.do(t, c.fails); err == nil || !strings.Contains(err.Error(), c.seen) {
			t.Errorf("%s: %v, want %q", c.fails, err, c.seen)
		}
	}
	tried[formOf("expect ledger verified")] = true
	p.tamper(t)
	for i := range forms {
		if forms[i].expects && !tried[forms[i].says] {
			t.Errorf("%s was never seen to fail", forms[i].says)
		}
	}
}

// tamper rewrites a fact behind the server's back, and expects the story to notice.
func (p *play) tamper(t *testing.T) {
	t.Helper()
	if _, err := p.stage.Server.Kernel.DB().Write.ExecContext(t.Context(),
		`UPDATE fact SET kind = kind, body = (SELECT body FROM fact WHERE leaf_index = 1) WHERE leaf_index = 0`); err != nil {
		t.Fatal(err)
	}
	if err := p.do(t, "expect ledger verified"); err == nil {
		t.Error("a rewritten fact was not noticed")
	}
}

func formOf(line string) string {
	tokens, _ := split(line)
	if f, _, err := recognise(tokens); err == nil {
		return f.says
	}
	return ""
}

func TestHowAStoryFails(t *testing.T) {
	const head = "story \"x\"\npolicy heron\nat 2026-03-01T08:00Z\n"
	dir, err := filepath.Abs("../examples/stories")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ src, wants string }{
		{head + "install assets-owner on acme\nacme puts shoe-sizes {size: 44}\ntick", "x.story:5: acme puts shoe-sizes {size: 44}\n    was refused: 403 denied"},
		{head + "install assets-owner on acme\nacme puts shoe-sizes {size: 44}", "x.story:5:"},
		{head + "install assets-owner on acme\nexpect items 1", "x.story:5: expect items 1\n    expected 1 items, seen 0"},
		{head + "at 2026-02-28", "x.story:4: at 2026-02-28\n    2026-02-28T00:00:00Z lies before"},
		{head + "install no-such-app on acme", "no Forge app of that name"},
		{head + "install assets-owner on acme\ninstall assets-owner on acme", "was installed there before"},
		{head + "install assets-owner on acme\ninstall assets-owner on globex as acme", "acme is another installation"},
		{head + "install assets-owner on acme\ninstall assets-owner on globex\nexpect items 0", "must say which"},
		{head + "acme gets owner-settings for assets-access", "nothing was installed under that name"},
		{head + "install assets-owner on acme\nacme gets owner-settings for assets-access", "never put that there"},
		{head + "install assets-owner on acme lost\nexpect items 0", "does not know this installation"},
		{head + "uninstall assets-owner on acme", "never installed on that site"},
		{head + "support confirms it", "there is no probe"},
		{"story \"x\"\nat 2026-03-01", "it was given none"},
		{"story \"x\"\npolicy heron", "nothing happens"},
		{"story \"x\"\npolicy nowhere\nat 2026-03-01", "no policy folder"},
	} {
		s, err := Parse(filepath.Join(dir, "x.story"), []byte(c.src))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Run(t.Context(), s, Options{Dir: t.TempDir()}); err == nil || !strings.Contains(err.Error(), c.wants) {
			t.Errorf("%s:\n%v, want %q", strings.TrimPrefix(c.src, head), err, c.wants)
		}
	}
}

func TestAStoryTellsWhatItExercised(t *testing.T) {
	src, err := os.ReadFile("../examples/stories/what-people-say.story")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse("../examples/stories/what-people-say.story", src)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := Run(t.Context(), s, Options{Dir: t.TempDir()})
	if got := strings.Join(ids, " "); err != nil || got != "officer-named privacy-address published" {
		t.Errorf("exercised %s, %v", got, err)
	}
}

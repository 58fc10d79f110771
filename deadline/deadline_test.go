package deadline_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept"
	"kept/deadline"
	"kept/policy"
)

const world = `kept: 1
vendor: {id: knot, name: Knot Tools GmbH, country: AT}
documents: [{id: web, language: en, version: 2026-01-01}]
apps:
  - {id: notes, hosting: forge-remote}
  - {id: boards, hosting: forge-remote}
categories: {note: {scope: installation, fields: {text: }}}
promises:
  - {id: month, sentences: [aaaaaaaaaaa1], control: right, right: [access, copy], within: P1M, extend: P2M}
  - {id: unsaid, sentences: [aaaaaaaaaaa2], control: right, right: [rectify, withdraw]}
  - {id: hours, sentences: [aaaaaaaaaaa3], control: right, right: rectify, within: PT72H}
  - {id: days, sentences: [aaaaaaaaaaa4], control: right, right: rectify, within: P3D, apps: [notes]}
  - {id: elsewhere, sentences: [aaaaaaaaaaa5], control: right, right: access, within: P1D, surface: website}
  - {id: complaint, sentences: [aaaaaaaaaaa6], control: right, right: [complain, withdraw]}
  - {id: complaint-timed, sentences: [aaaaaaaaaaa7], control: right, right: complain, within: P14D}
  - {id: steps, sentences: [aaaaaaaaaaa8], control: incident, steps: triage}
  - {id: breach, sentences: [aaaaaaaaaaa9], control: incident, notify: authority, within: PT72H}
  - {id: all-gone, sentences: [aaaaaaaaaab1], control: purge, by: customer-admin, scope: installation, within: PT0S}
  - {id: gives-way, sentences: [aaaaaaaaaab2], control: right, right: erase, within: P1D}
  - {id: unread, proposed: true, sentences: [aaaaaaaaaab3], control: right, right: erase, within: P1D}
  - {id: gone, sentences: [aaaaaaaaaab4], control: retain, category: note, from: request, max: P30D}
contradictions:
  - {sentences: [aaaaaaaaaab2, aaaaaaaaaab4], keeps: aaaaaaaaaab4, because: x}
`

func load(t *testing.T, files map[string]string) *policy.Policy {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := policy.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func at(t *testing.T, s string) kept.Time {
	t.Helper()
	from, err := kept.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return from
}

func TestDeadlines(t *testing.T) {
	p := load(t, map[string]string{"policy.yaml": world})
	list, err := deadline.All(p, "", at(t, "2026-04-30T12:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range list {
		line := fmt.Sprintf("%s %s %v %s %s%s", d.Control, d.Promise, d.About, d.Within, d.Due.At, d.Due.Day)
		if d.Law != "" {
			line += " by " + d.Law
		}
		if d.Extended != nil {
			line += " or " + d.Extended.Day
		}
		if d.Sooner != nil {
			line += fmt.Sprint(" sooner ", d.Sooner)
		}
		got = append(got, line)
	}
	want := `right month [access copy] P1M 2026-06-01T22:00:00Z2026-06-01 or 2026-07-30 sooner [elsewhere]
right unsaid [rectify withdraw] P1M 2026-06-01T22:00:00Z2026-06-01 by GDPR 12(3) sooner [hours days]
right hours [rectify] PT72H 2026-05-03T12:00:00Z
right days [rectify] P3D 2026-05-05T22:00:00Z2026-05-05 sooner [hours]
right elsewhere [access] P1D 2026-05-04T22:00:00Z2026-05-04
right complaint-timed [complain] P14D 2026-05-15T22:00:00Z2026-05-15
incident breach [authority] PT72H 2026-05-03T12:00:00Z
purge all-gone [customer-admin] PT0S 2026-04-30T12:00:00Z`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestOnePromise(t *testing.T) {
	p := load(t, map[string]string{"policy.yaml": world})
	list, err := deadline.All(p, "unsaid", at(t, "2026-04-30T12:00:00Z"))
	if err != nil || len(list) != 1 || list[0].Promise != "unsaid" || len(list[0].Sooner) != 2 {
		t.Error(list, err)
	}
	for id, want := range map[string]kept.Kind{"nowhere": kept.NotFound, "gone": kept.Invalid, "gives-way": kept.Invalid, "unread": kept.Invalid,
		"complaint": kept.Invalid, "steps": kept.Invalid} {
		if list, err := deadline.All(p, id, at(t, "2026-04-30")); kept.KindOf(err) != want {
			t.Errorf("%s: %v, %v, want %s", id, list, err, want)
		}
	}
}

// What is asked under an older version is owed under it.
func TestTheVersionInForceCounts(t *testing.T) {
	text := func(more, within string) string {
		return `kept: 1
vendor: {id: knot, name: Knot Tools GmbH, country: AT}
documents: [{id: web, language: en, version: 2026-01-01}]
` + more + "\ndecisions: [{id: answer, control: right, right: access, within: " + within + ", because: x}]\n"
	}
	p := load(t, map[string]string{"policy.yaml": text("effective: 2026-05-01\nearlier: [old]", "PT48H"), "old/policy.yaml": text("effective: 2026-01-01", "PT24H")})
	for from, want := range map[string]string{"2026-04-30T23:59:59Z": "PT24H", "2026-05-01": "PT48H"} {
		list, err := deadline.All(p, "answer", at(t, from))
		if err != nil || list[0].Within != want {
			t.Error(from, list, err)
		}
	}
}

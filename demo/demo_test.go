package demo

import (
	"os"
	"slices"
	"testing"

	"kept"
	"kept/assembly"
	"kept/board"
	"kept/policy"
)

// live is the board at the end of a year under the policy in a folder.
func live(t *testing.T, folder, way string, strangers bool) *board.Verdicts {
	t.Helper()
	t.Parallel() // two years fit beside each other
	if os.Getenv("KEPT_YEARS") != "1" {
		t.Skip("a year takes its time: set KEPT_YEARS=1")
	}
	p, err := policy.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := assembly.Texts(p)
	if err != nil {
		t.Fatal(err)
	}
	until, err := kept.ParseTime("2026-11-25T10:00Z")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Live(t.Context(), Options{Policy: p, Texts: texts, Dir: t.TempDir(), Until: until, Break: way, Strangers: strangers, Progress: func(int, int, string) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	verdicts, err := s.Board.Judge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return verdicts
}

func of(v *board.Verdicts, verdict kept.Verdict) (ids []string) {
	for _, j := range v.List {
		if j.Verdict == verdict {
			ids = append(ids, j.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func TestEachWayToTamperBreaksWhatItTouches(t *testing.T) {
	for way, want := range map[string][]string{
		"ledger":  nil, // no promise breaks: nothing below it deserves trust any more
		"place":   {"stored-in-germany"},
		"purpose": {"read-for-assets-only"},
		// Of the client secret nothing waits to be erased: Connect tells of an uninstall that has taken effect.
		"retention": {"counts-gone-after-uninstall", "settings-180-days-after-subscription",
			"settings-90-days", "sso-config-90-days", "token-gone-at-uninstall"},
	} {
		t.Run(way, func(t *testing.T) {
			v := live(t, "../examples/larkspur", way, false)
			if broken := of(v, kept.Broken); !slices.Equal(broken, want) {
				t.Errorf("broken: %v, want %v", broken, want)
			}
			if alive := of(v, kept.Kept); !slices.Contains(alive, "held-for-law") {
				t.Errorf("held-for-law is not kept; kept are %v", alive)
			}
			if v.Ledger.Verified == (way == "ledger") {
				t.Errorf("the ledger verifies: %t", v.Ledger.Verified)
			}
			if risk := of(v, kept.AtRisk); len(risk) > 0 {
				t.Errorf("at risk: %v", risk)
			}
		})
	}
	for way := range Breaks {
		if way != "ledger" && way != "place" && way != "purpose" && way != "retention" {
			t.Errorf("nobody says what %s breaks", way)
		}
	}
}

func TestStrangersLiveAPublishedPolicy(t *testing.T) {
	v := live(t, "../examples/published/alpha-serve", "", true)
	if bad := append(of(v, kept.Broken), of(v, kept.AtRisk)...); len(bad) > 0 {
		t.Errorf("broken or at risk: %v", bad)
	}
	alive := of(v, kept.Kept)
	for _, id := range []string{"record-add-on-key", "record-180-days", "gone-180-days-after-uninstall", "resubscribe-rescues", "hosted-no-content", "gone-on-request"} {
		if !slices.Contains(alive, id) {
			t.Errorf("%s is not kept; kept are %v", id, alive)
		}
	}
}

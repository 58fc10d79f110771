package document

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// Identities are for ever: these were made once and must not move.
func TestIdentityIsForEver(t *testing.T) {
	for text, want := range map[string]string{
		"We delete your data after 90 days.":        "0dd6508a52e0",
		"Wir löschen „alles“ – auch Ihre E‑Mail.":   "452113b42e5d",
		"- kept in **one** [place](https://a.test)": "e72895c2a285",
		"": "9d2b45b777c5",
	} {
		if got := Identity(text); got != want {
			t.Errorf("%q is now %s, was %s", text, got, want)
		}
	}
}

func TestNormal(t *testing.T) {
	for text, want := range map[string]string{
		"a\u00adb\u200bc\ufeff":               "abc",
		"u\u0308ber":                          "über",
		"„a“ «b» ‹c› ‚d‘ ’":                   `"a" "b" 'c' 'd' '`,
		"a–b—c\u2212d\u2011e…":                "a-b-c-d-e...",
		" a\u00a0 \t\u2028b\n":                "a b",
		"**Note:** _see_ `code` here.":        "Note: see code here.",
		"snake_case and 2*3 and a**b**c":      "snake_case and 2*3 and a**b**c",
		"a*\u2212b":                           "a-b",
		"(*a*), “_b_”":                        `(a), "b"`,
		"[here](#) or [**there**](x y).":      "here or there.",
		"[not a link] (really)":               "[not a link] (really)",
		"##\u00a0Title":                       "Title",
		"#hashtag":                            "#hashtag",
		"####### seven":                       "####### seven",
		"90 days":                             "90 days",
		"https://heron.example/a_b_c?d=*.txt": "https://heron.example/a_b_c?d=.txt",
	} {
		if got := normal(text); got != want {
			t.Errorf("%q became %q, wanted %q", text, got, want)
		}
	}
}

// What an editor or a typesetter changes on its own does not count; what a reader would read differently does.
func TestIdentityIsStable(t *testing.T) {
	variants := map[rune][]string{
		' ':  {" ", "\u00a0", "  ", "\t", " \u202f", "\u2003"},
		'"':  {`"`, "„", "“", "”", "«", "»", "‟"},
		'\'': {"'", "‚", "‘", "’", "‹", "›"},
		'-':  {"-", "\u2010", "\u2011", "–", "—", "\u2015", "\u2212"},
		'a':  {"a", "a\u00ad", "\u200ba", "\ufeffa\u2060"},
		'ü':  {"ü", "u\u0308"},
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune(` "'-aüB9.:*_()[]#`+"`")), 0, 40, -1).Draw(t, "text")
		var other strings.Builder
		for _, r := range text {
			if v := variants[r]; v != nil {
				other.WriteString(rapid.SampledFrom(v).Draw(t, "variant"))
			} else {
				other.WriteRune(r)
			}
		}
		if Identity(text) != Identity(other.String()) || Identity(text) != Identity(norm.NFD.String(text)) {
			t.Fatalf("%q and %q are two identities: %q, %q", text, other.String(), normal(text), normal(other.String()))
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zA-Z0-9.,:;]{1,12}`)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if (a == b) != (Identity(a) == Identity(b)) {
			t.Fatalf("%q and %q share an identity", a, b)
		}
	})
}

package document

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Identity names a unit by its text, for ever: 12 lower-case hexadecimal digits. White space, typographic quotes,
// dashes and Markdown do not count; case, punctuation and digits do. spec: docs/formats.md 1.
func Identity(text string) string {
	sum := sha256.Sum256([]byte("kept/sentence/1\n" + normal(text)))
	return hex.EncodeToString(sum[:6])
}

var (
	link  = regexp.MustCompile(`\[([^\[\]]*)\]\([^()]*\)`)
	plain = strings.NewReplacer(
		"„", `"`, "“", `"`, "”", `"`, "«", `"`, "»", `"`, "‟", `"`,
		"‚", "'", "‘", "'", "’", "'", "‹", "'", "›", "'",
		"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2015", "-", "\u2212", "-",
		"…", "...")
)

// normal is the text whose hash is the identity.
func normal(text string) string {
	text = visible(norm.NFC.String(text))
	text = link.ReplaceAllString(text, "$1")
	text = unmarked(untitled(text))
	return strings.Join(strings.Fields(plain.Replace(text)), " ")
}

// untitled removes the marks of a Markdown heading: one to six, before a blank.
func untitled(text string) string {
	text = strings.TrimSpace(text)
	title := strings.TrimLeft(text, "#")
	if marks := len(text) - len(title); marks == 0 || marks > 6 || title != "" && !unicode.IsSpace(first(title)) {
		return text
	}
	return title
}

// invisible tells the characters that a reader cannot see and an editor may add or lose.
func invisible(r rune) bool {
	return r == '\u00AD' || r >= '\u200B' && r <= '\u200D' || r == '\u2060' || r == '\uFEFF'
}

func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, text)
}

// unmarked removes runs of emphasis and code marks at the edge of a word; marks inside a word, as in a_b, stay.
func unmarked(text string) string {
	runes := []rune(text)
	left := make([]rune, 0, len(runes))
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && mark(runes[j]) {
			j++
		}
		switch {
		case j == i:
			left = append(left, runes[i])
			j++
		case i > 0 && j < len(runes) && !edge(runes[i-1]) && !edge(runes[j]):
			left = append(left, runes[i:j]...)
		}
		i = j
	}
	return string(left)
}

func mark(r rune) bool { return r == '*' || r == '_' || r == '`' }

// edge tells what ends a word. The minus sign counts as the dash it will become, though Unicode calls it a symbol.
func edge(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) || r == '\u2212' }

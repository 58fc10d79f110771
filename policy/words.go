package policy

import (
	"strings"
	"unicode"
)

// quoted is a list for people: `a`, `b` and `c`.
func quoted(words []string) string {
	s := "`" + strings.Join(words, "`, `") + "`"
	if i := strings.LastIndex(s, ", "); i >= 0 {
		s = s[:i] + " and" + s[i+1:]
	}
	return s
}

// clip keeps what is repeated in a message short, on one line, and harmless to a terminal.
func clip(s string) string {
	s = strings.Map(printable, s)
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "..."
	}
	return s
}

func printable(c rune) rune {
	if unicode.IsPrint(c) {
		return c
	}
	return ' '
}

// nearest is the known word that differs from word in a third of its letters at most, or in two; else nothing.
func nearest(word string, known []string) (best string) {
	if len(word) > 64 {
		return ""
	}
	least := max(2, len(word)/3) + 1
	for _, k := range known {
		if d := distance(word, k); d < least && d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance is Levenshtein's, on bytes: the words of a policy are ASCII.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

package document

import (
	"regexp"
	"strings"
	"unicode"
)

// line is one line of a text with the units on it.
type line struct {
	number int
	runes  []rune
	spans  []span
	text   string // from the first unit to the end, invisible characters and emphasis at the ends removed
	form   form
}

// form is what the marks of a line say about it.
type form int

const (
	prose form = iota
	marked
	titled
	row
	decor
)

var (
	listMark = regexp.MustCompile(`^\s*[-*+•◦▪‣·●○■–—](\s|$)`)
	ordered  = regexp.MustCompile(`^\s*\d{1,3}[.)]\s+`)
	fence    = regexp.MustCompile("^\\s*(```|~~~)")
	rule     = regexp.MustCompile(`^\s*(([-*_=]\s*){3,}|\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*)$`)
	table    = regexp.MustCompile(`^\s*\|.*\|\s*$`)
	hash     = regexp.MustCompile(`^\s*#{1,6}\s`)
	spoken   = regexp.MustCompile(`[\p{L}\p{N}]`)
)

// readLines cuts a text into its lines that hold anything. Line ends are always boundaries.
func readLines(text, language string) []line {
	published, raw := strings.Split(text, "\n"), strings.Split(flat(text), "\n")
	var lines []line
	fenced := -1 // the line that closes the open fence; a fence that nothing closes hides nothing
	for n, s := range raw {
		if fence.MatchString(s) {
			for end := n + 1; end < len(raw) && fenced < n; end++ {
				if fence.MatchString(raw[end]) {
					fenced = end
				}
			}
		}
		l := line{number: n + 1, runes: []rune(published[n])}
		from := 0
		switch {
		case n <= fenced || fence.MatchString(s) || rule.MatchString(s):
			l.form = decor
		case table.MatchString(s):
			l.form = row
		case hash.MatchString(s):
			l.form = titled
		case listMark.MatchString(s):
			l.form, from = marked, len([]rune(listMark.FindString(s)))
		case numbered(s):
			l.form, from = marked, len([]rune(ordered.FindString(s)))
		}
		whole := trim(l.runes, span{from, len(l.runes)})
		if whole.from == whole.to {
			continue
		}
		l.text = strings.Trim(strings.TrimSpace(visible(string(l.runes[whole.from:whole.to]))), "*_`")
		if l.form == prose && !spoken.MatchString(l.text) {
			l.form = decor
		}
		l.spans = []span{whole}
		if l.form == prose || l.form == marked {
			l.spans = sentences(l.runes, whole.from, whole.to, language)
		}
		lines = append(lines, l)
	}
	return lines
}

// flat shows marks to patterns: every blank or invisible character but LF is one plain blank, so columns stay.
func flat(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsSpace(r) || invisible(r)) {
			return ' '
		}
		return r
	}, text)
}

// numbered tells an item of a numbered list from a numbered heading, by the line alone, so that an edit elsewhere
// changes nothing here: an item is closed like a sentence or too long for a heading.
func numbered(s string) bool {
	m := ordered.FindString(s)
	rest := strings.TrimSpace(s[len(m):])
	if m == "" || rest == "" {
		return false
	}
	fields := strings.Fields(rest)
	if months[strings.ToLower(strings.Trim(fields[0], ".,"))] {
		return false
	}
	return strings.ContainsAny(rest[len(rest)-1:], ".;!") || len(fields) > longest
}

package document

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a half-open range of code points in a line.
type span struct{ from, to int }

const (
	openers = "\"'“”„‟‘’‚«»‹›([{*_`<•▪◦–—-"
	closers = "\"'“”„‟‘’‚«»‹›)]}*_`>"
)

var (
	linkTail   = regexp.MustCompile(`\]\([^()\s]*\)[*_` + "`" + `]*$`)
	digits     = regexp.MustCompile(`^\d{1,3}$`)
	section    = regexp.MustCompile(`^(\d{1,3}(\.\d{1,3})*|\p{L}|[IVXLC]{1,6}|[ivx]{1,5})$`)
	dotted     = regexp.MustCompile(`^(\p{L}{1,2}\.)+\p{L}{1,2}$`)
	dottedEnds = regexp.MustCompile(`^((\p{Lu}\.)+\p{Lu}|[ap]\.m)$`)
	item       = regexp.MustCompile(`^([a-z]|[ivx]{1,5})\)`)
	product    = regexp.MustCompile(`^\p{Ll}+\p{Lu}`)
	address    = regexp.MustCompile(`^(https?://|[\p{Ll}\d_-]+(\.[\p{Ll}\d_-]+)*(\.|@[\p{Ll}\d_-]+\.)\p{Ll}{2,})`)
)

// sentences cuts text[from:to] into units. Boundaries lie at white space alone: a stop inside a token ends nothing.
func sentences(text []rune, from, to int, language string) []span {
	tokens := tokensOf(text, from, to)
	if len(tokens) == 0 {
		return nil
	}
	word := make([]string, len(tokens))
	next := make([]string, len(tokens)) // the next word with something to say; marks that open a sentence are passed over
	for i := len(tokens) - 1; i >= 0; i-- {
		word[i] = visible(string(text[tokens[i].from:tokens[i].to]))
		if i > 0 {
			if next[i-1] = strings.TrimLeft(word[i], openers); next[i-1] == "" {
				next[i-1] = next[i]
			}
		}
	}
	var spans []span
	first := 0
	for i := range tokens {
		if i+1 == len(tokens) || ends(word[first:i+1], next[i], language) {
			spans = append(spans, span{tokens[first].from, tokens[i].to})
			first = i + 1
		}
	}
	return spans
}

// tokensOf are the pieces between white space, without invisible characters at their edges.
func tokensOf(text []rune, from, to int) (tokens []span) {
	for i := from; i < to; {
		j := i
		for j < to && !unicode.IsSpace(text[j]) {
			j++
		}
		s := trim(text, span{i, j})
		if s.from < s.to {
			tokens = append(tokens, s)
		}
		i = j + 1
	}
	return tokens
}

// trim takes blanks and invisible characters from both ends.
func trim(text []rune, s span) span {
	blank := func(r rune) bool { return unicode.IsSpace(r) || invisible(r) }
	for s.from < s.to && blank(text[s.from]) {
		s.from++
	}
	for s.to > s.from && blank(text[s.to-1]) {
		s.to--
	}
	return s
}

// ends tells whether the last of the unit's words so far closes a sentence, before next.
func ends(unit []string, next, language string) bool {
	last := unit[len(unit)-1]
	bare := strings.TrimRight(linkTail.ReplaceAllString(last, ""), closers)
	core := strings.TrimRight(bare, ".!?")
	stop := bare[len(core):]
	enclosed := len(bare) < len(last)                                                    // the stop stands inside a bracket or quote
	firm := strings.TrimRight(core, closers) != core                                     // the stop stands behind one
	firm = firm && len(strings.TrimLeft(strings.TrimRight(core, closers), openers)) >= 3 // which encloses more than a number or letter
	begins := opens(next) || firm && opensLower(next)
	if stop == "" || !begins {
		return false
	}
	if stop != "." {
		return true
	}
	core = strings.ToLower(strings.TrimLeft(core, openers))
	before := ""
	if len(unit) > 1 {
		before = strings.ToLower(unit[len(unit)-2])
	}
	starter := opens(next) && starters[strings.ToLower(strings.TrimRight(next, ".,:;!?"+closers))]
	switch {
	case section.MatchString(core) && (len(unit) == 1 || len(unit) == 2 && sections[before] || strings.HasSuffix(before, ":") || strings.HasSuffix(before, ";")):
		return false // numbers what follows
	case digits.MatchString(core):
		if months[strings.ToLower(strings.TrimRight(next, ".,;"))] || unicode.IsDigit(first(next)) {
			return false
		}
		return language == english || len(core) > 2 || starter
	case utf8.RuneCountInString(core) == 1:
		return starter && !(len(strings.TrimLeft(before, openers)) == 2 && strings.HasSuffix(before, "."))
	case dotted.MatchString(core):
		original := strings.TrimLeft(strings.TrimRight(bare, "."), openers)
		return starter && dottedEnds.MatchString(original)
	case inner[core]:
		return false
	case closing[core]:
		return starter
	case open[core]:
		return !enclosed || starter
	}
	return true
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// opens tells whether a sentence may begin with word: a capital, a digit, a paragraph or currency sign, the mark of an
// item, or a name that is written small (a product with an inner capital, a domain).
func opens(word string) bool {
	r := first(word)
	switch {
	case word == "":
		return false
	case unicode.IsLetter(r) && !unicode.IsLower(r), unicode.IsDigit(r), r == '§', unicode.Is(unicode.Sc, r):
		return true
	}
	return item.MatchString(word) || product.MatchString(word) || address.MatchString(word) && !dotted.MatchString(strings.TrimRight(word, ".,:;"))
}

func opensLower(word string) bool { return unicode.IsLower(first(word)) }

package document

import (
	"regexp"
	"strings"
	"unicode"
)

// longest is how many words a line without a full stop may have and still be a heading.
const longest = 12

var (
	navigation = regexp.MustCompile(`(?i)^(skip|jump|go|back|zurück|springe|zum) (to|zum|zur|nach)?\s*(the )?(start|end|top|main|content|navigation|metadata|anfang|ende|inhalt|oben)\b` +
		`|^(no labels|print|table of contents|inhaltsverzeichnis)$` +
		`|^you are (viewing|here|not logged in)\b|\bpage history\b|^view (the )?(current|page)\b` +
		`|^[«‹<←].*[»›>→]$|^©|^\(c\) |^copyright \d|\ball rights reserved\b`)
	reachable = regexp.MustCompile(`^(<?(https?://|www\.|mailto:)\S+>?|<?[^\s@]+@[^\s@]+\.\p{L}+>?|(\+|\(?0)[\d\s()/.-]{5,})$`)
	value     = regexp.MustCompile(`^([^:.!?]{1,60}):\s+(.+)$`)
	valuable  = regexp.MustCompile(`\d|@|://|www\.`)
	company   = regexp.MustCompile(`\b(GmbH|AG|UG|KG|OHG|SE|Inc|Ltd|LLC|LLP|Corp|Corporation|Limited|B\.?V|S\.?A|Pty|Oy|AB|PLC)\b\.?,?$`)
	street    = regexp.MustCompile(`^\d{1,5}[a-zA-Z]? \p{Lu}.*,$|^\d{1,5} .*\b(Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard|Blvd|Way|Square)\b|\p{L}+(straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|Straße|Weg|Platz|Allee)\s\d+|^\p{Lu}[\p{L}.-]+ \d{1,4}\s?[a-z]?(\s?[-–]\s?\d{1,4}\s?[a-z]?)?,?$`)
	postcode  = regexp.MustCompile(`^([A-Z]{1,2}-)?\d{4,5} \p{Lu}[\p{L} .()/-]+,?$|\b[A-Z]{2} \d{5}(-\d{4})?\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b`)
	clauseEnd = regexp.MustCompile(`^\p{Ll}+(ern|eln|en)$`)
	third     = regexp.MustCompile(`^\p{Ll}{2,}t$`)
	listing   = regexp.MustCompile(`(?i)\b(following|folgende[nmrs]?)\b`)
	runIn     = regexp.MustCompile(`^[^:.!?]{1,50}:\s+\S`)
)

// kindsOf is the kind of each line; all units of a line have one. spec: docs/sentences.md, kinds.
func kindsOf(lines []line) []Kind {
	kinds := make([]Kind, len(lines))
	series := none
	for i, l := range lines {
		adjacent := i > 0 && lines[i-1].number == l.number-1
		if !adjacent || l.form != prose {
			series = none
		}
		if i+1 < len(lines) && lines[i+1].form == decor && lines[i+1].number == l.number+1 && strings.HasPrefix(lines[i+1].text, "===") && l.form == prose {
			l.form = titled
		}
		kinds[i] = l.kind()
		if belongs(l, kinds[i], series) {
			kinds[i] = Bullet
			continue
		}
		series = none
		if strings.HasSuffix(l.text, ":") && l.form == prose {
			series = opened
			if listing.MatchString(l.text) {
				series = announced
			}
		}
	}
	addresses(lines, kinds)
	return kinds
}

// series is what a line ending in a colon opens for the unmarked lines right below it.
type series int

const (
	none      series = iota
	opened           // items that look like some
	announced        // items, because the opener says that some follow
)

func belongs(l line, kind Kind, s series) bool {
	if s == none || l.form != prose || kind == Heading && !unicode.IsLower(first(l.text)) || kind == Furniture {
		return false
	}
	small := unicode.IsLower(first(l.text)) && !opens(l.text)
	return s == announced && kind != Label || small || strings.HasSuffix(l.text, ";") || runIn.MatchString(l.text)
}

// kind is what the line says about itself.
func (l line) kind() Kind {
	count := len(strings.Fields(l.text))
	switch {
	case l.form == decor || count <= longest && navigation.MatchString(l.text):
		return Furniture
	case l.form == titled:
		return Heading
	case l.form == marked:
		return Bullet
	case l.form == row:
		return Label
	case len(l.spans) > 1:
		return Sentence
	case strings.HasSuffix(l.text, ":"):
		if clause(l.text) {
			return Sentence
		}
		return Label
	case located(l.text):
		return Label
	case ended(l.text):
		return Sentence
	case named(l.text):
		return Label
	case count > longest:
		return Sentence
	}
	return Heading
}

// ended tells a closing full stop, with brackets and quotes behind it.
func ended(text string) bool {
	text = strings.TrimRight(text, closers)
	return text != "" && strings.ContainsAny(text[len(text)-1:], ".!;")
}

// located tells a line of an address or a bare way to reach somebody.
func located(text string) bool {
	return reachable.MatchString(text) || len(strings.Fields(text)) <= 6 && (street.MatchString(text) || postcode.MatchString(text))
}

// named tells a name with a value: "Phone: +49 …".
func named(text string) bool {
	m := value.FindStringSubmatch(text)
	return m != nil && len(strings.Fields(m[1])) <= 5 && len(strings.Fields(m[2])) <= 8 && (valuable.MatchString(m[2]) || company.MatchString(m[2]))
}

// clause tells a lead-in with a finite verb from a name, both ending in a colon.
func clause(text string) bool {
	fields := strings.Fields(strings.TrimRight(text, ":"))
	for i, w := range fields {
		w = strings.TrimRight(strings.TrimLeft(w, openers+","), closers+",")
		low := strings.ToLower(w)
		if verbs[low] || i > 0 && third.MatchString(w) && !notVerbs[low] && !strings.HasSuffix(low, "ent") {
			return true
		}
	}
	if len(fields) == 0 {
		return false
	}
	last := fields[len(fields)-1]
	return clauseEnd.MatchString(last) && !strings.Contains(text, ",")
}

// addresses lets the lines around a street or postcode be part of the address: a company above, a country below.
func addresses(lines []line, kinds []Kind) {
	short := func(i int) bool {
		return kinds[i] == Heading && lines[i].form == prose && len(strings.Fields(lines[i].text)) <= 4
	}
	for i := range lines {
		if kinds[i] != Label || !(street.MatchString(lines[i].text) || postcode.MatchString(lines[i].text)) {
			continue
		}
		if i > 0 && lines[i-1].number == lines[i].number-1 && short(i-1) && company.MatchString(lines[i-1].text) {
			kinds[i-1] = Label
		}
		if i+1 < len(lines) && lines[i+1].number == lines[i].number+1 && short(i+1) && len(strings.Fields(lines[i+1].text)) <= 2 && !unicode.IsDigit(first(lines[i+1].text)) {
			kinds[i+1] = Label
		}
	}
}

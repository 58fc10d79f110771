// Package document splits a published text into sentences with lasting identities, and finds them again after an edit.
// It keeps no text and refuses to guess: what more than one place fits is in doubt, and is told apart by a person.
package document

import (
	"bytes"
	"crypto/sha256"
	"unicode/utf8"

	"kept"
)

// Kind says what a unit is in its text.
type Kind string

const (
	Sentence  Kind = "sentence"  // says something by itself; also a lead-in with a verb
	Heading   Kind = "heading"   // stands alone above what it names
	Bullet    Kind = "bullet"    // an item of a list
	Label     Kind = "label"     // a name with a value, a contact, a line of an address, a row of a table
	Furniture Kind = "furniture" // navigation, rules, code: no part of what the text says
)

// Limit is the longest text that is split, in bytes.
const Limit = 1 << 20

// Unit is the smallest piece of a text that a promise can be bound to.
type Unit struct {
	ID         string // 12 hexadecimal digits, see Identity
	Line       int    // from 1; lines end at LF
	Start, End int    // columns in Unicode code points from 1, End inclusive
	Text       string // as published, between the columns
	Kind       Kind
	Under      string // identity of the heading above, "" if there is none
}

// Text is one published text in one language.
type Text struct {
	Language string // en or de
	Units    []Unit // in order of the text
	Digest   [32]byte

	full []Ref            // for each unit its whole context
	near []string         // for each unit the nearest one before it whose text occurs once, furniture apart
	at   map[string][]int // units by identity, ascending
}

// Split cuts raw into units by the rules of docs/sentences.md. An empty language is detected by its commonest words.
// It fails with Invalid for bytes that are not UTF-8, hold NUL or exceed Limit, and for a language other than en and de.
func Split(raw []byte, language string) (*Text, error) {
	switch {
	case len(raw) > Limit:
		return nil, kept.Errorf(kept.Invalid, "the text is longer than %d bytes", Limit).WithHint("publish it as several documents")
	case !utf8.Valid(raw):
		return nil, kept.Errorf(kept.Invalid, "the text is not UTF-8").WithHint("save it as UTF-8")
	case bytes.IndexByte(raw, 0) >= 0:
		return nil, kept.Errorf(kept.Invalid, "the text holds a NUL byte").WithHint("save it as plain text or Markdown, without a word processor's format")
	}
	if language == "" {
		language = detect(string(raw))
	}
	if language != english && language != german {
		return nil, kept.Errorf(kept.Invalid, "texts are split in the languages en and de").WithHint("declare language: en or language: de")
	}
	t := &Text{Language: language, Digest: sha256.Sum256(raw)}
	lines := readLines(string(raw), language)
	for i, kind := range kindsOf(lines) {
		for _, s := range lines[i].spans {
			text := string(lines[i].runes[s.from:s.to])
			t.Units = append(t.Units, Unit{ID: Identity(text), Line: lines[i].number, Start: s.from + 1, End: s.to, Text: text, Kind: kind})
		}
	}
	t.index()
	return t, nil
}

// index notes for every unit the headings above and its neighbours.
func (t *Text) index() {
	t.full, t.at = make([]Ref, len(t.Units)), make(map[string][]int, len(t.Units))
	heading, last := "", -1
	for i := range t.Units {
		u := &t.Units[i]
		u.Under = heading
		t.full[i] = Ref{ID: u.ID, Under: heading}
		t.at[u.ID] = append(t.at[u.ID], i)
		if last >= 0 {
			t.full[i].After = t.Units[last].ID
		}
		if u.Kind == Furniture {
			continue
		}
		for j := max(last, 0); j < i; j++ { // the unit before, and the furniture since
			t.full[j].Before = u.ID
		}
		last = i
		if u.Kind == Heading {
			heading = u.ID
		}
	}
	section, near := "", ""
	for i, u := range t.Units {
		t.full[i].Section = section
		t.near = append(t.near, near)
		if len(t.at[u.ID]) > 1 || u.Kind == Furniture {
			continue
		}
		near = u.ID
		if u.Kind == Heading {
			section = u.ID
		}
	}
}

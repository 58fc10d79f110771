// Package story reads and runs plain-text scenarios: what happens to a server when, and what must then be so. A story is
// for people who answer for a policy, and what it says is checked against a whole server under a clock of its own. It
// refuses a line that it does not understand, and it never runs against real data.
package story

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"kept"
)

// Story is a parsed scenario.
type Story struct {
	File   string // as given to Parse; errors name it
	Title  string
	Policy string // folder of the policy, relative to the file; empty for the one the story is run under
	Steps  []Step
}

// Step is one statement.
type Step struct {
	Line int
	Text string // as written, without blanks at the ends

	form *form
	args args
}

// Says is the step as it was understood: its form and what fills it.
func (s Step) Says() string { return fmt.Sprint(s.form.says, map[string]any(s.args)) }

const (
	maxFile = 256 << 10
	maxLine = 4 << 10
)

// Parse reads a story. Errors: Invalid, with file, line and what was expected.
func Parse(name string, src []byte) (*Story, error) {
	if len(src) > maxFile {
		return nil, kept.Errorf(kept.Invalid, "%s: a story has at most %d bytes", name, maxFile)
	}
	s := &Story{File: name}
	line := 0
	for text := range strings.Lines(string(src)) {
		line++
		if err := s.line(line, strings.TrimRight(text, "\r\n")); err != nil {
			return nil, err
		}
	}
	if s.Title == "" {
		return nil, kept.Errorf(kept.Invalid, "%s: there is no story in it", name).WithHint(`begin with: story "what it is about"`)
	}
	return s, nil
}

func (s *Story) line(n int, text string) error {
	if len(text) > maxLine || !utf8.ValidString(text) {
		return s.wrong(n, text, "a line is UTF-8 and has at most %d bytes", maxLine)
	}
	tokens, err := split(text)
	if err != nil {
		return s.wrong(n, text, "%s", err.Message).WithHint("%s", err.Hint)
	}
	if len(tokens) == 0 {
		return nil
	}
	f, a, err := recognise(tokens)
	if err != nil {
		return s.wrong(n, text, "%s", err.Message).WithHint("%s", err.Hint)
	}
	step := Step{Line: n, Text: strings.TrimSpace(text), form: f, args: a}
	switch {
	case f.says == titleForm && s.Title == "":
		s.Title = word(a, "TEXT")
	case f.says == titleForm:
		return s.wrong(n, text, "a file holds one story")
	case s.Title == "":
		return s.wrong(n, text, "a story begins with its title").WithHint(`write first: story "what it is about"`)
	case f.says == policyForm && (s.Policy != "" || len(s.Steps) > 0):
		return s.wrong(n, text, "the policy is named once, right after the title")
	case f.says == policyForm:
		s.Policy = word(a, "FOLDER")
	case len(s.Steps) == 0 && f.says != atForm:
		return s.wrong(n, text, "a story says first when it begins").WithHint("for example: at 2026-03-01T10:00Z")
	default:
		s.Steps = append(s.Steps, step)
	}
	return nil
}

// excerpts are cut, so that one bad line does not fill a screen.
const excerpt = 80

func (s *Story) wrong(n int, text, format string, args ...any) *kept.Error {
	says := fmt.Sprintf(format, args...)
	text = strings.ToValidUTF8(strings.TrimSpace(text), "?")
	if r := []rune(text); len(r) > excerpt {
		text = string(r[:excerpt]) + "…"
	}
	return kept.Errorf(kept.Invalid, "%s:%d: %s\n    %s", s.File, n, says, text)
}

package policy

import (
	"fmt"
	"strings"
)

// Position is a place in a file of the policy; line and column count from 1, columns in characters. The zero line
// stands for the file, or the folder, as a whole.
type Position struct {
	File         string
	Line, Column int
}

// String is file:line:column.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Problem is one thing that is wrong with a policy.
type Problem struct {
	Position
	Message string
	Excerpt string // the line and a caret below the column; empty where there is no line
	Hint    string // what to do; may be empty
}

// Error is "file:line:column: message".
func (p Problem) Error() string { return p.Position.String() + ": " + p.Message }

// String is the message with excerpt and hint, over several lines.
func (p Problem) String() string {
	s := p.Error()
	if p.Excerpt != "" {
		s += "\n" + p.Excerpt
	}
	if p.Hint != "" {
		s += "\nhint: " + p.Hint
	}
	return s
}

// Problems is everything that is wrong with a policy, in order of file and line, 50 at most.
type Problems []Problem

// Error is one line per problem.
func (ps Problems) Error() string { return join(ps, Problem.Error, "\n") }

// String shows every problem with its excerpt and hint.
func (ps Problems) String() string { return join(ps, Problem.String, "\n\n") }

func join(ps Problems, show func(Problem) string, between string) string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = show(p)
	}
	return strings.Join(lines, between)
}

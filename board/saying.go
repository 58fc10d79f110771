package board

import (
	"fmt"
	"strings"
	"time"

	"kept"
)

// Saying is what the board says: a message in English, and what fills its blanks. Whoever shows it in another language
// looks the message up and fills the same blanks; in JSON it is the English text.
type Saying struct {
	Message string
	Of      []any // words of the policy, a kept.Time for a day, a Length, a Term, an Anchor, an error in English
}

// Length is a distance of time, said in its largest unit alone.
type Length time.Duration

// Term is a word of the policy's format, or one of its parameters with a word: "from=ticket-closed".
type Term string

// Anchor is the event from which a clock runs, as the policy names it.
type Anchor string

// Say is a saying; the zero Saying says nothing.
func Say(message string, of ...any) Saying { return Saying{message, of} }

// String says it in English.
func (s Saying) String() string { return fmt.Sprintf(s.Message, s.filled()...) }

func (s Saying) filled() []any {
	out := make([]any, len(s.Of))
	for i, v := range s.Of {
		if at, ok := v.(kept.Time); ok {
			v = at.Std().Format(time.DateOnly)
		}
		out[i] = v
	}
	return out
}

// Empty tells whether nothing is said.
func (s Saying) Empty() bool { return s.Message == "" }

// MarshalText writes the English text.
func (s Saying) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the English text back, which says all and has no parts any more.
func (s *Saying) UnmarshalText(text []byte) error {
	*s = Saying{Message: strings.ReplaceAll(string(text), "%", "%%")}
	return nil
}

// Unit is the largest unit of a length, in English and in the singular, and how many of it there are.
func (l Length) Unit() (n int64, unit string) {
	switch d := time.Duration(l); {
	case d >= 48*time.Hour:
		return int64(d / (24 * time.Hour)), "day"
	case d >= 2*time.Hour:
		return int64(d / time.Hour), "hour"
	case d >= 2*time.Minute:
		return int64(d / time.Minute), "minute"
	default:
		return int64(d / time.Second), "second"
	}
}

// String says the length in English.
func (l Length) String() string {
	n, unit := l.Unit()
	return fmt.Sprintf("%d %ss", n, unit)
}

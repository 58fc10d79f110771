package kept

import (
	"errors"
	"fmt"
)

// Kind says what a caller can do about an error.
type Kind string

const (
	Invalid  Kind = "invalid"   // the request is wrong; asking again changes nothing
	NotFound Kind = "not-found" // there is no such thing for this caller
	Conflict Kind = "conflict"  // the state has moved; look again
	Held     Kind = "held"      // a hold stands in the way
	Denied   Kind = "denied"    // a veto of the gate
	Late     Kind = "late"      // a limit in time has passed
	Internal Kind = "internal"  // ours; the caller learns nothing more
)

// Error is an error with a kind and, where an operator can act, a hint.
// Neither message nor hint ever holds a stored value or a person's name.
type Error struct {
	Kind    Kind
	Message string
	Hint    string
	Promise string         // id of the promise that refused, or that would have to exist, when there is one
	Lines   map[int]*Error // why single lines of what was handed in together were refused, by index from 0
	cause   error
}

// Errorf makes an error; a %w verb keeps its cause.
func Errorf(kind Kind, format string, args ...any) *Error {
	e := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Message: e.Error(), cause: errors.Unwrap(e)}
}

// WithHint says what to do.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// Under names the promise that decided.
func (e *Error) Under(promise string) *Error {
	e.Promise = promise
	return e
}

// Error is the message without the hint.
func (e *Error) Error() string { return e.Message }

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf is the kind of the first Error in err's chain; Internal if there is none, "" for nil.
func KindOf(err error) Kind {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Kind
	default:
		return Internal
	}
}

// PanicWords says of a recovered panic what may be said: the text of a runtime error, of anything else its type alone,
// since the value might hold data.
func PanicWords(p any) string {
	if e, ok := p.(interface{ RuntimeError() }); ok {
		return fmt.Sprint(e)
	}
	return fmt.Sprintf("%T", p)
}

package client

import (
	"context"
	"net/http"
)

// Line is one line of a log of the app's own.
type Line struct {
	Category string         `json:"category"`           // the log
	Record   string         `json:"record"`             // which kind of event, in the policy's word
	Severity string         `json:"severity,omitempty"` // debug, info, notice, warning, error, critical, alert or emergency
	Actor    string         `json:"actor,omitempty"`    // who did it: a role, or the Atlassian account id of a person
	Account  string         `json:"account,omitempty"`  // Atlassian account id of the person it is about
	Fields   map[string]any `json:"fields,omitempty"`
}

// Log writes a line, sealed and kept as long as the policy says. Errors: 403, naming the promise, for what the policy
// does not let into the log.
func (i *Installation) Log(ctx context.Context, line Line) error {
	return i.call(ctx, http.MethodPost, "/v1/entries", line, nil)
}

// AtOnce is how many lines LogAll writes at once.
const AtOnce = 256

// LogAll writes lines in their order, 256 at once, and of these all or none. It returns how many are written, so that after
// an error the rest can be sent again: Error.Lines says what is wrong with which of lines[n:].
func (i *Installation) LogAll(ctx context.Context, lines []Line) (n int, err error) {
	for n < len(lines) {
		some := lines[n:min(n+AtOnce, len(lines))]
		if err := i.call(ctx, http.MethodPost, "/v1/entries/bulk", map[string][]Line{"entries": some}, nil); err != nil {
			return n, err
		}
		n += len(some)
	}
	return n, nil
}

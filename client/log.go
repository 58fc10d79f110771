package client

import (
	"context"
	"net/http"
)

// Line is one line of a log of the app's own.
type Line struct {
	Category string         `json:"category"`          // the log
	Record   string         `json:"record"`            // which kind of event, in the policy's word
	Account  string         `json:"account,omitempty"` // Atlassian account id of the person it is about
	Fields   map[string]any `json:"fields,omitempty"`
}

// Log writes a line, sealed and kept as long as the policy says. Errors: 403, naming the promise, for what the policy
// does not let into the log.
func (i *Installation) Log(ctx context.Context, line Line) error {
	return i.call(ctx, http.MethodPost, "/v1/entries", line, nil)
}

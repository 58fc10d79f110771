package client

import (
	"context"
	"net/http"
)

// Outcome is what came of reporting accounts.
type Outcome struct {
	Accounts int `json:"accounts"` // that Atlassian was asked about
	Closed   int `json:"closed"`   // of these; what was about them is erased, or waits, closed, until an officer says so
	Erased   int `json:"erased"`   // of the closed ones; those that do not wait
	Updated  int `json:"updated"`  // of these; what is about them has to be stored anew
}

// Report hands in a token of the app's, the one that came with a scheduled trigger or one of OAuth 2.0, with which Kept reports
// to Atlassian the accounts whose cycle is over. Errors: 403 where Atlassian refuses the token, 500 where it does not answer.
func (c *Client) Report(ctx context.Context, token string) (out Outcome, err error) {
	err = c.repeated(ctx, request{method: http.MethodPost, path: "/v1/reports", bearer: c.key, body: map[string]string{"token": token}}, &out)
	return out, err
}

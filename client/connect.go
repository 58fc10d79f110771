package client

import "context"

// ConnectCall is a request that an app of Connect received from the product, or from a page of its own.
type ConnectCall struct {
	Token  string // as it came: in Authorization behind the word JWT, in the query as jwt, or from AP.context.getToken
	Method string // of the request; with Path, empty for a token of AP.context.getToken, which belongs to no request
	Path   string // path and query of the request, as they were received; jwt may stay in
}

// Connect trades the token of a Connect request for the app's own role in the installation it came from. A token can be
// traded once, and proves no administrator. Errors: 403 for one that is not valid or for another request, 409 for one
// that was issued before an uninstall.
func (c *Client) Connect(ctx context.Context, call ConnectCall) (*Installation, error) {
	return c.as(ctx, map[string]string{"connect_token": call.Token, "method": call.Method, "path": call.Path})
}

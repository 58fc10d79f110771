package api

import (
	"context"
	"net/http"

	"kept"
	"kept/access"
	"kept/connect"
)

// Invocation is what an app's back end hands in to act for an installation: a token of Forge or one of Connect.
type Invocation struct {
	Token string    `json:"invocation_token,omitempty" doc:"the Forge invocation token that the back end received, unused"`
	Role  kept.Role `json:"role,omitempty" enum:"app-runtime,customer-admin" default:"app-runtime"`
	OAuth string    `json:"oauth_token,omitempty" doc:"x-forge-oauth-user, which proves an administrator; it is not stored"`

	Connect string `json:"connect_token,omitempty" doc:"instead: the Connect token that the back end received, unused"`
	Method  string `json:"method,omitempty" doc:"of the request that it came with; left out, with path, for a context token"`
	Path    string `json:"path,omitempty" doc:"path and query of that request, as they were received"`
}

type invocation struct{ Body Invocation }

func (f *face) credentials() {
	add(f, operation{id: "issue-credential", method: http.MethodPost, path: "/v1/credentials", by: appKey, answer: http.StatusCreated, secret: true,
		says: "Trade a token of Atlassian's for a credential of the installation it came from."}, f.issue)
}

func (f *face) issue(ctx context.Context, c *call, in *invocation) (*body[access.Credential], error) {
	b := in.Body
	if (b.Token == "") == (b.Connect == "") {
		return nil, kept.Errorf(kept.Invalid, "one token is traded at a time").WithHint("either invocation_token of Forge, or connect_token")
	}
	if b.Token != "" {
		issued, err := f.Server.Access.Issue(ctx, c.app, access.Handed{Token: b.Token, Role: b.Role, OAuth: b.OAuth})
		return answerOf(issued), err
	}
	if (b.Method == "") != (b.Path == "") {
		return nil, kept.Errorf(kept.Invalid, "a Connect token comes with the method and the path of its request, or is a context token and comes with neither").WithHint("hand in both as the request had them, or none")
	}
	issued, err := f.Server.Access.IssueConnect(ctx, c.app, access.HandedCall{Token: b.Connect, Role: b.Role,
		Request: connect.Request{Method: b.Method, Target: b.Path}})
	return answerOf(issued), err
}

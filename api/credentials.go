package api

import (
	"context"
	"net/http"

	"kept"
	"kept/access"
)

// Invocation is what an app's back end hands in to act for an installation.
type Invocation struct {
	Token string    `json:"invocation_token" doc:"the Forge invocation token that the back end received, unused"`
	Role  kept.Role `json:"role,omitempty" enum:"app-runtime,customer-admin" default:"app-runtime"`
	OAuth string    `json:"oauth_token,omitempty" doc:"x-forge-oauth-user, which proves an administrator; it is not stored"`
}

type invocation struct{ Body Invocation }

func (f *face) credentials() {
	add(f, operation{id: "issue-credential", method: http.MethodPost, path: "/v1/credentials", by: appKey, answer: http.StatusCreated, secret: true,
		says: "Trade an invocation token for a credential of the installation it came from."}, f.issue)
}

func (f *face) issue(ctx context.Context, c *call, in *invocation) (*body[access.Credential], error) {
	issued, err := f.Server.Access.Issue(ctx, c.app, access.Handed{Token: in.Body.Token, Role: in.Body.Role, OAuth: in.Body.OAuth})
	return answerOf(issued), err
}

package api

import (
	"context"
	"net/http"

	"kept/kernel"
	"kept/reporting"
)

// Bearer is a token of the app's with which Atlassian can be asked about accounts.
type Bearer struct {
	Token string `json:"token" minLength:"1" maxLength:"8192" doc:"an access token of OAuth 2.0 (3LO) with the scope report:personal-data, or the app's system token of Forge; it is used at once and never stored"`
}

type bearer struct{ Body Bearer }

func (f *face) reporting() {
	add(f, operation{id: "report-accounts", method: http.MethodPost, path: "/v1/reports", by: appKey,
		says: "Report the accounts whose cycle is over, with a token of the app's, and do what Atlassian answers."}, f.report)
}

func (f *face) report(ctx context.Context, c *call, in *bearer) (*body[reporting.Outcome], error) {
	err := f.Server.Kernel.Do(ctx, c.actor, func(tx *kernel.Tx) error {
		reporting.Called(tx, c.app)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out, err := f.Server.Reporting.Ask(context.WithoutCancel(ctx), c.app, in.Body.Token)
	return answerOf(out), err
}

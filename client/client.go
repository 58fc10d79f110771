// Package client is how the back end of an app speaks with its vendor's Kept server. It keeps nothing, follows no
// redirect, and repeats a call only where repeating does nothing twice.
package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Client speaks for one app. Safe for concurrent use.
type Client struct {
	base, key string
	http      http.Client
}

// New speaks with the server at baseURL under an app's key, through h; give h a timeout.
func New(baseURL, appKey string, h *http.Client) *Client {
	c := &Client{base: strings.TrimSuffix(baseURL, "/"), key: appKey, http: *h}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// Format keeps the key out of whatever prints a Client.
func (c *Client) Format(s fmt.State, _ rune) { io.WriteString(s, "(client of "+c.base+")") }

// Roles of a credential.
const (
	AppRuntime    = "app-runtime"    // the app itself: stores, reads, deletes
	CustomerAdmin = "customer-admin" // an administrator of the customer: purges, restricts
)

// Installation acts for one installation until its credential expires. Safe for concurrent use.
type Installation struct {
	ID      string
	Role    string
	Expires time.Time

	client *Client
	secret string
}

// Format keeps the credential out of whatever prints an Installation.
func (i *Installation) Format(s fmt.State, _ rune) {
	io.WriteString(s, "("+i.Role+" of "+i.ID+")")
}

// Installation trades the invocation token of a request for the app's own role in the installation it came from. A
// token can be traded once. Errors: 403 for one that is not valid.
func (c *Client) Installation(ctx context.Context, invocationToken string) (*Installation, error) {
	return c.as(ctx, map[string]string{"invocation_token": invocationToken})
}

// Admin trades the invocation token of a user's request, with the user's x-forge-oauth-user token, for the role of an
// administrator. Errors: 403 unless the product says that the user is one.
func (c *Client) Admin(ctx context.Context, invocationToken, oauthToken string) (*Installation, error) {
	return c.as(ctx, map[string]string{"invocation_token": invocationToken, "role": CustomerAdmin, "oauth_token": oauthToken})
}

func (c *Client) as(ctx context.Context, handed map[string]string) (*Installation, error) {
	return c.trade(ctx, "/v1/credentials", handed)
}

func (c *Client) trade(ctx context.Context, path string, handed any) (*Installation, error) {
	var got struct {
		Credential   string    `json:"credential"`
		Installation string    `json:"installation"`
		Role         string    `json:"role"`
		Expires      time.Time `json:"expires"`
	}
	// Not repeated: a secret is shown once, and a token is used up.
	if err := c.once(ctx, request{method: http.MethodPost, path: path, bearer: c.key, body: handed}, &got); err != nil {
		return nil, err
	}
	return &Installation{ID: got.Installation, Role: got.Role, Expires: got.Expires, client: c, secret: got.Credential}, nil
}

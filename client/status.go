package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Status is how an installation stands. Instants that have not come are zero.
type Status struct {
	Installation struct {
		ID           string    `json:"id"`
		State        string    `json:"state"` // installed, suspended, uninstalled, erased
		Installed    time.Time `json:"installed"`
		Uninstalled  time.Time `json:"uninstalled"`
		Unsubscribed time.Time `json:"unsubscribed"` // the end of the subscription
		Restricted   time.Time `json:"restricted"`
	} `json:"installation"`
	Categories []Stay    `json:"categories"`
	Receipts   []Receipt `json:"receipts"`
}

// Stay is how long something of a category is there.
type Stay struct {
	Category string    `json:"category"`
	Items    int64     `json:"items"`
	From     time.Time `json:"from"`
	Due      time.Time `json:"due"` // when it will go, as far as a clock runs
	Gone     time.Time `json:"gone"`
}

// Receipt says since when something is gone.
type Receipt struct {
	ID            string    `json:"id"`
	Fact          string    `json:"fact"` // empty while lines of its day still go
	Category      string    `json:"category"`
	Reason        string    `json:"reason"`
	Unreachable   time.Time `json:"unreachable"`
	Unrecoverable time.Time `json:"unrecoverable"`
}

// Status tells what is there, when it will go, and what went.
func (i *Installation) Status(ctx context.Context) (out Status, err error) {
	err = i.call(ctx, http.MethodGet, "/v1/installation", nil, &out)
	return out, err
}

// Receipt is one receipt of an erasure, such as Delete and Purge name.
func (i *Installation) Receipt(ctx context.Context, id string) (out Receipt, err error) {
	err = i.call(ctx, http.MethodGet, "/v1/installation/receipts/"+url.PathEscape(id), nil, &out)
	return out, err
}

// Purge erases at once the named categories, or all that the policy's promise names. For CustomerAdmin. It returns the
// ids of the receipts of what there was.
func (i *Installation) Purge(ctx context.Context, categories ...string) ([]string, error) {
	var got struct {
		Receipts []string `json:"receipts"`
	}
	err := i.call(ctx, http.MethodPost, "/v1/installation/purge", map[string][]string{"categories": categories}, &got)
	return got.Receipts, err
}

// Restrict restricts processing, or lifts the restriction. For CustomerAdmin.
func (i *Installation) Restrict(ctx context.Context, restricted bool) error {
	return i.call(ctx, http.MethodPut, "/v1/installation/restriction", map[string]bool{"restricted": restricted}, nil)
}

// Keep chooses how long a category is kept after an event (entry, uninstalled, unsubscribed), within what the policy leaves to
// the customer; an empty max takes the choice back. For CustomerAdmin.
func (i *Installation) Keep(ctx context.Context, category, from, max string) error {
	return i.call(ctx, http.MethodPut, "/v1/installation/retention", map[string]string{"category": category, "from": from, "max": max}, nil)
}

// Bundle writes the ledger as `kept verify` reads it, with the own facts open.
func (i *Installation) Bundle(ctx context.Context, to io.Writer) error {
	response, err := i.client.send(ctx, request{method: http.MethodGet, path: "/v1/installation/ledger", bearer: i.secret})
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(to, response.Body)
	return err
}

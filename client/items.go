package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// Item is a value to store.
type Item struct {
	Category string `json:"category"`
	Name     string `json:"name,omitempty"`    // what has the name is overwritten; not for Overwrite
	Subject  string `json:"subject,omitempty"` // Atlassian account id of the person it is about
	Group    string `json:"group,omitempty"`   // the job, ticket or the like that it belongs to
	Host     string `json:"host,omitempty"`    // the one host against which a token may be used
	Value    any    `json:"value"`             // a struct or map whose fields the policy allows
}

// Stored is the receipt of a put or a deletion.
type Stored struct {
	Item    string `json:"item"`
	Version int64  `json:"version"`
	Fact    string `json:"fact"`    // what the ledger proves it with
	Receipt string `json:"receipt"` // of a deletion
}

// Meta is what is known of an item without opening it.
type Meta struct {
	ID       string    `json:"id"`
	Category string    `json:"category"`
	Fields   []string  `json:"fields"`
	Version  int64     `json:"version"`
	Stored   time.Time `json:"stored"`
}

func (i *Installation) call(ctx context.Context, method, path string, body, answer any) error {
	return i.client.repeated(ctx, request{method: method, path: path, bearer: i.secret, body: body}, answer)
}

// Put stores a value, or overwrites the one of that name. Errors: 403, naming the promise, for what the policy does not
// allow.
func (i *Installation) Put(ctx context.Context, item Item) (out Stored, err error) {
	err = i.call(ctx, http.MethodPost, "/v1/items", item, &out)
	return out, err
}

// Overwrite replaces the value of an item; the old one opens no more.
func (i *Installation) Overwrite(ctx context.Context, id string, item Item) (out Stored, err error) {
	err = i.call(ctx, http.MethodPut, "/v1/items/"+url.PathEscape(id), item, &out)
	return out, err
}

// Get opens an item for a purpose of the policy and reads its value into the given pointer.
func (i *Installation) Get(ctx context.Context, id, purpose string, value any) (Meta, error) {
	return i.GetFor(ctx, id, Use{Purpose: purpose}, value)
}

// Use is what an item is opened for.
type Use struct {
	Purpose string
	Host    string // against which a token is to be used; the one it was stored for
}

// GetFor opens an item as Get does. Errors: 403, naming the promise, for a token that was stored for another host.
func (i *Installation) GetFor(ctx context.Context, id string, use Use, value any) (Meta, error) {
	query := url.Values{"purpose": {use.Purpose}}
	if use.Host != "" {
		query.Set("host", use.Host)
	}
	return i.read(ctx, id, query, value)
}

// Disclosure is a read for somebody outside.
type Disclosure struct {
	Purpose   string // of the policy, as for Get
	Recipient string // one that the policy declares, and a promise names
	For       string // the function for which that promise lets the recipient have it
}

// Disclose opens an item to hand it to a recipient, and reads its value into the given pointer. Errors: 403, naming the
// promise, for a recipient, function or region that the policy does not allow; then nothing may be handed out.
func (i *Installation) Disclose(ctx context.Context, id string, d Disclosure, value any) (Meta, error) {
	if d.Recipient == "" {
		return Meta{}, errors.New("kept: a disclosure names its recipient")
	}
	return i.read(ctx, id, url.Values{"purpose": {d.Purpose}, "recipient": {d.Recipient}, "for": {d.For}}, value)
}

func (i *Installation) read(ctx context.Context, id string, query url.Values, value any) (Meta, error) {
	var got struct {
		Meta
		Value json.RawMessage `json:"value"`
	}
	if err := i.call(ctx, http.MethodGet, "/v1/items/"+url.PathEscape(id)+"?"+query.Encode(), nil, &got); err != nil {
		return Meta{}, err
	}
	return got.Meta, json.Unmarshal(got.Value, value)
}

// List tells what is stored of a category, or of all with "", the oldest first.
func (i *Installation) List(ctx context.Context, category string) ([]Meta, error) {
	var got struct {
		Items []Meta `json:"items"`
	}
	err := i.call(ctx, http.MethodGet, "/v1/items?category="+url.QueryEscape(category), nil, &got)
	return got.Items, err
}

// Outdated lists what is stored about people whose data has changed since, as Atlassian says. Store it anew, or it goes at the
// end of the cycle.
func (i *Installation) Outdated(ctx context.Context) ([]Meta, error) {
	var got struct {
		Items []Meta `json:"items"`
	}
	err := i.call(ctx, http.MethodGet, "/v1/items?outdated=true", nil, &got)
	return got.Items, err
}

// Delete erases an item at once.
func (i *Installation) Delete(ctx context.Context, id string) (out Stored, err error) {
	err = i.call(ctx, http.MethodDelete, "/v1/items/"+url.PathEscape(id), nil, &out)
	return out, err
}

// Event is what happened to an item, or to all items of a group that were there then.
type Event struct {
	Event string    `json:"event"`          // as in the policy: need-ended, job-end, ticket-closed, last-use …
	Item  string    `json:"item,omitempty"` // or
	Group string    `json:"group,omitempty"`
	At    time.Time `json:"at,omitzero"`    // now without it; never before the item was stored
	Back  bool      `json:"back,omitempty"` // it is taken back: the ticket is open again, the record needed after all
}

// Say tells what happened, from which the time of an item counts, and learns of how many items it counts. It may be told
// twice, and in any order. Errors: 403 where no promise counts from it.
func (i *Installation) Say(ctx context.Context, e Event) (items int, err error) {
	var got struct {
		Items int `json:"items"`
	}
	err = i.call(ctx, http.MethodPost, "/v1/events", e, &got)
	return got.Items, err
}

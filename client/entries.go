package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// Entry is one line of the journal: somebody read something, handed it out, or the app wrote it.
type Entry struct {
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"` // read, disclosure or log
	Role     string    `json:"role"`
	Category string    `json:"category"`
	Purpose  string    `json:"purpose"` // of a read
	Item     string    `json:"item"`

	Recipient string `json:"recipient"` // of a disclosure
	For       string `json:"for"`

	Record   string          `json:"record"` // of a line of the app's, as what follows
	Severity string          `json:"severity"`
	Actor    string          `json:"actor"`
	Account  string          `json:"account"`
	Fields   json.RawMessage `json:"fields"`
}

// Entries are the lines of the log of reads, read for a purpose. For CustomerAdmin.
func (i *Installation) Entries(ctx context.Context, purpose string) ([]Entry, error) {
	return i.EntriesOf(ctx, "", purpose)
}

// EntriesOf are the lines of one log, read for a purpose: of those that the app wrote, also for AppRuntime.
func (i *Installation) EntriesOf(ctx context.Context, category, purpose string) ([]Entry, error) {
	var got struct {
		Entries []Entry `json:"entries"`
	}
	path := "/v1/installation/entries?purpose=" + url.QueryEscape(purpose) + "&category=" + url.QueryEscape(category)
	err := i.call(ctx, http.MethodGet, path, nil, &got)
	return got.Entries, err
}

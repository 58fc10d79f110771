package api

import (
	"context"
	"net/http"

	"kept"
	"kept/journal"
)

// NewEntry is a line for a log.
type NewEntry struct {
	Category string         `json:"category" doc:"which log"`
	Record   string         `json:"record" maxLength:"64" doc:"what is written down: a word that the policy names"`
	Account  string         `json:"account,omitempty" maxLength:"256" doc:"Atlassian account id of the person it is about"`
	Fields   journal.Fields `json:"fields,omitempty" doc:"what the line says, each any JSON"`
}

// Entered is the receipt of a line.
type Entered struct {
	Entry kept.ID `json:"entry"`
}

// Entries are lines of the journal.
type Entries struct {
	Entries []journal.Line `json:"entries"`
}

type (
	newEntry   struct{ Body NewEntry }
	askEntries struct {
		Purpose  string `query:"purpose" required:"true" maxLength:"64" doc:"What the entries are read for; the policy must allow it for their category."`
		Category string `query:"category" doc:"which log; without it the log of reads, which is for the admin alone"`
	}
)

func (f *face) entries() {
	add(f, operation{id: "log-entry", method: http.MethodPost, path: "/v1/entries", by: ofInstalled, roles: []kept.Role{kept.AppRuntime}, answer: http.StatusCreated,
		says: "Write a line in a log that the policy promises."}, f.enter)
	add(f, operation{id: "own-entries", method: http.MethodGet, path: "/v1/installation/entries", by: ofInstalled,
		roles: []kept.Role{kept.AppRuntime, kept.CustomerAdmin}, says: "The lines of one log; who read what, and for which purpose."}, f.review)
}

func (f *face) enter(ctx context.Context, c *call, in *newEntry) (*body[Entered], error) {
	b := in.Body
	id, err := f.Server.Journal.Log(ctx, c.actor, journal.Writing{Category: b.Category, Record: b.Record, Account: b.Account, Fields: b.Fields})
	return answerOf(Entered{id}), err
}

func (f *face) review(ctx context.Context, c *call, in *askEntries) (*body[Entries], error) {
	lines, err := f.Server.Journal.Review(ctx, c.actor, in.Purpose, in.Category)
	return answerOf(Entries{orEmpty(lines)}), err
}

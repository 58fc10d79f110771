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
	Severity string         `json:"severity,omitempty" enum:"debug,info,notice,warning,error,critical,alert,emergency" doc:"of RFC 5424; how long the line is kept may depend on it"`
	Actor    string         `json:"actor,omitempty" maxLength:"256" doc:"who did it: a role, or the Atlassian account id of a person"`
	Account  string         `json:"account,omitempty" maxLength:"256" doc:"Atlassian account id of the person it is about"`
	Fields   journal.Fields `json:"fields,omitempty" doc:"what the line says, each any JSON"`
}

// Entered is the receipt of a line.
type Entered struct {
	Entry kept.ID `json:"entry"`
}

// NewEntries are lines for logs: all of them are written, or none.
type NewEntries struct {
	Entries []NewEntry `json:"entries" minItems:"1" maxItems:"256"`
}

// EnteredAll is the receipt of lines.
type EnteredAll struct {
	Entries []kept.ID `json:"entries" doc:"ids of the lines, in the order in which they were sent"`
}

// Entries are lines of the journal.
type Entries struct {
	Entries []journal.Line `json:"entries"`
}

type (
	newEntry   struct{ Body NewEntry }
	newEntries struct{ Body NewEntries }
	askEntries struct {
		Purpose  string `query:"purpose" required:"true" maxLength:"64" doc:"What the entries are read for; the policy must allow it for their category."`
		Category string `query:"category" doc:"which log; without it the log of reads, which is for the admin alone"`
	}
)

func (f *face) entries() {
	add(f, operation{id: "log-entry", method: http.MethodPost, path: "/v1/entries", by: ofInstalled, roles: []kept.Role{kept.AppRuntime}, answer: http.StatusCreated,
		says: "Write a line in a log that the policy promises."}, f.enter)
	add(f, operation{id: "log-entries", method: http.MethodPost, path: "/v1/entries/bulk", by: ofInstalled, roles: []kept.Role{kept.AppRuntime}, answer: http.StatusCreated,
		says: "Write up to 256 lines, all of them or none."}, f.enterAll)
	add(f, operation{id: "own-entries", method: http.MethodGet, path: "/v1/installation/entries", by: ofInstalled,
		roles: []kept.Role{kept.AppRuntime, kept.CustomerAdmin}, says: "The lines of one log; who read what, and for which purpose."}, f.review)
}

func (f *face) enter(ctx context.Context, c *call, in *newEntry) (*body[Entered], error) {
	ids, err := f.Server.Journal.Log(ctx, c.actor, in.Body.writing())
	if err != nil {
		return nil, err
	}
	return answerOf(Entered{ids[0]}), nil
}

func (f *face) enterAll(ctx context.Context, c *call, in *newEntries) (*body[EnteredAll], error) {
	lines := make([]journal.Writing, len(in.Body.Entries))
	for i, e := range in.Body.Entries {
		lines[i] = e.writing()
	}
	ids, err := f.Server.Journal.Log(ctx, c.actor, lines...)
	return answerOf(EnteredAll{ids}), err
}

func (e NewEntry) writing() journal.Writing {
	return journal.Writing{Category: e.Category, Record: e.Record, Severity: e.Severity, Actor: e.Actor, Account: e.Account, Fields: e.Fields}
}

func (f *face) review(ctx context.Context, c *call, in *askEntries) (*body[Entries], error) {
	lines, err := f.Server.Journal.Review(ctx, c.actor, in.Purpose, in.Category)
	return answerOf(Entries{orEmpty(lines)}), err
}

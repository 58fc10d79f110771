package api

import (
	"context"
	"net/http"

	"kept"
	"kept/deadline"
	"kept/gate"
)

// DeadlineList says when answers are due to what was asked, or became known, at an instant.
type DeadlineList struct {
	Deadlines []deadline.Deadline `json:"deadlines"`
}

type askDeadlines struct {
	Promise string `query:"promise" doc:"one promise alone; without it, all that owe an answer"`
	From    string `query:"from" doc:"when it was asked, or became known: an instant, or a day's beginning in UTC; without it, now"`
}

func (f *face) deadlines() {
	add(f, operation{id: "deadlines", method: http.MethodGet, path: "/v1/deadlines", by: ofStaff, roles: kept.Staff,
		says: "Until when answers are owed, by the policy's promises and the calendar of the vendor's country."}, f.owed)
}

func (f *face) owed(ctx context.Context, c *call, in *askDeadlines) (*body[DeadlineList], error) {
	if err := f.ask(ctx, question(c, gate.Inspect, kept.VendorScope)); err != nil {
		return nil, err
	}
	from := f.Server.Kernel.Now()
	if in.From != "" {
		var err error
		if from, err = kept.ParseTime(in.From); err != nil {
			return nil, kept.Errorf(kept.Invalid, "`from` is not an instant").WithHint("write it as 2026-03-01 or 2026-03-01T10:00:00Z")
		}
	}
	list, err := deadline.All(f.Server.Announced(), in.Promise, from)
	return answerOf(DeadlineList{list}), err
}

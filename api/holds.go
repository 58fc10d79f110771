package api

import (
	"context"
	"net/http"

	"kept"
	"kept/gate"
	"kept/hold"
	"kept/kernel"
)

// HoldAsked says what is kept beyond its limit, why, and until when.
type HoldAsked struct {
	Installation string    `json:"installation"`
	Category     string    `json:"category"`
	Reason       string    `json:"reason,omitempty" doc:"one that a promise names"`
	Until        string    `json:"until,omitempty" doc:"an instant or a date within 366 days: the hold ends then, unless it is renewed before"`
	Rows         []kept.ID `json:"rows,omitempty" maxItems:"256" doc:"items or entries by id; none: all of the category that fit the rest"`
	About        string    `json:"about,omitempty" doc:"Atlassian account id of the person they are about"`
	From         string    `json:"from,omitempty" doc:"stored or written at or after this instant"`
	To           string    `json:"to,omitempty" doc:"stored or written at or before this instant"`
}

// HoldEnd is another end of a hold.
type HoldEnd struct {
	Until string `json:"until"`
}

// HoldList is the open holds, those that end first before the others.
type HoldList struct {
	Holds []hold.Hold `json:"holds"`
}

// HoldReleased is the receipt of what a hold kept.
type HoldReleased struct {
	Receipt kept.ID `json:"receipt"`
}

type (
	askHold struct{ Body HoldAsked }
	oneHold struct {
		Hold string `path:"hold"`
	}
	askRenew struct {
		Hold string `path:"hold"`
		Body HoldEnd
	}
	oneHeld struct {
		Hold string `path:"hold"`
		Row  string `path:"row"`
	}
)

func (f *face) holds() {
	officer := func(id, method, path, says string) operation {
		return operation{id: id, method: method, path: path, says: says, by: ofStaff, roles: []kept.Role{kept.Officer}}
	}
	place := officer("place-hold", http.MethodPost, "/v1/holds", "Keep what is there of a category beyond its limit, for a reason, until an end.")
	place.answer = http.StatusCreated
	list := officer("holds", http.MethodGet, "/v1/holds", "The open holds.")
	list.roles = kept.Staff
	add(f, place, f.placeHold)
	add(f, list, f.listHolds)
	add(f, officer("renew-hold", http.MethodPut, "/v1/holds/{hold}", "Let a hold end at another time."), f.renewHold)
	add(f, officer("release-hold", http.MethodDelete, "/v1/holds/{hold}", "End a hold now: what is past its limit goes in the same sweep."), f.releaseHold)
	add(f, officer("open-held", http.MethodGet, "/v1/holds/{hold}/rows/{row}", "Open one copy that a hold keeps."), f.openHeld)
}

func (f *face) placeHold(ctx context.Context, c *call, in *askHold) (*body[hold.Hold], error) {
	b := in.Body
	id, err := kept.ParseID("ins", b.Installation)
	if err != nil {
		return nil, err
	}
	a := hold.Asked{Installation: id, Category: b.Category, Reason: b.Reason, Rows: b.Rows, About: b.About}
	for into, said := range map[*kept.Time]string{&a.Until: b.Until, &a.From: b.From, &a.To: b.To} {
		if *into, err = instant(said); err != nil {
			return nil, err
		}
	}
	h, err := f.Server.Holds.Place(ctx, c.actor, a)
	return answerOf(h), err
}

// instant reads one that may be left out. What was written is the caller's, so the error does not repeat it.
func instant(said string) (kept.Time, error) {
	if said == "" {
		return 0, nil
	}
	t, err := kept.ParseTime(said)
	if err != nil {
		return 0, kept.Errorf(kept.Invalid, "what should be an instant is none").WithHint("write it as 2026-03-01 or 2026-03-01T10:00:00Z")
	}
	return t, nil
}

func (f *face) listHolds(ctx context.Context, c *call, _ *empty) (*body[HoldList], error) {
	var list []hold.Hold
	err := f.look(ctx, question(c, gate.Inspect, kept.VendorScope), func(v *kernel.View) (err error) {
		list, err = hold.List(v)
		return err
	})
	return answerOf(HoldList{orEmpty(list)}), err
}

func (f *face) renewHold(ctx context.Context, c *call, in *askRenew) (*body[hold.Hold], error) {
	id, err := kept.ParseID("hol", in.Hold)
	if err != nil {
		return nil, err
	}
	until, err := instant(in.Body.Until)
	if err != nil {
		return nil, err
	}
	h, err := f.Server.Holds.Renew(ctx, c.actor, id, until)
	return answerOf(h), err
}

func (f *face) releaseHold(ctx context.Context, c *call, in *oneHold) (*body[HoldReleased], error) {
	id, err := kept.ParseID("hol", in.Hold)
	if err != nil {
		return nil, err
	}
	receipt, err := f.Server.Holds.Release(ctx, c.actor, id)
	return answerOf(HoldReleased{receipt}), err
}

func (f *face) openHeld(ctx context.Context, c *call, in *oneHeld) (*body[hold.Held], error) {
	id, err := kept.ParseID("hol", in.Hold)
	if err != nil {
		return nil, err
	}
	h, err := f.Server.Holds.Open(ctx, c.actor, id, kept.ID(in.Row))
	return answerOf(h), err
}

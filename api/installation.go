package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kept"
	"kept/board"
	"kept/gate"
	"kept/installation"
	"kept/kernel"
	"kept/retention"
)

// Own is an installation as its app and its customer's admin see it.
type Own struct {
	Installation installation.Installation `json:"installation"`
	Categories   []board.Stay              `json:"categories" doc:"what is there, and when it will go"`
	Receipts     []retention.Receipt       `json:"receipts" doc:"what went"`
	Choices      []retention.Choice        `json:"choices,omitempty" doc:"how long the customer wants something kept"`
}

// Keeping says how long a category is kept after an event.
type Keeping struct {
	Category string `json:"category"`
	From     string `json:"from" enum:"entry,last-use,process-end,job-end,delivered,ticket-closed,need-ended,uninstalled,unsubscribed,consent-withdrawn,incident-known,posted" doc:"the event"`
	Max      string `json:"max,omitempty" doc:"ISO 8601, within what the policy leaves to the customer; left out, the policy's own limit holds again"`
}

// Purge says what to erase.
type Purge struct {
	Categories []string `json:"categories,omitempty" doc:"none: all that the promise names"`
}

// Purged are the receipts of what there was.
type Purged struct {
	Receipts []kept.ID `json:"receipts"`
}

// Restriction says whether processing is restricted.
type Restriction struct {
	Restricted bool `json:"restricted"`
}

type (
	askPurge    struct{ Body *Purge }
	askRestrict struct{ Body Restriction }
	askKeeping  struct{ Body Keeping }
	oneReceipt  struct {
		Receipt string `path:"receipt"`
	}
)

func (f *face) installation() {
	own := []kept.Role{kept.AppRuntime, kept.CustomerAdmin}
	admin := []kept.Role{kept.CustomerAdmin}
	add(f, operation{id: "own-installation", method: http.MethodGet, path: "/v1/installation", by: ofInstalled, roles: own,
		says: "The own installation: state, what is there and when it goes, receipts."}, f.own)
	add(f, operation{id: "own-receipt", method: http.MethodGet, path: "/v1/installation/receipts/{receipt}", by: ofInstalled, roles: own,
		says: "One receipt of an erasure."}, f.receipt)
	add(f, operation{id: "own-ledger", method: http.MethodGet, path: "/v1/installation/ledger", by: ofInstalled, roles: own,
		says: "The ledger as JSON lines, with the openings of the own facts: what `kept verify` reads."}, f.ownLedger)
	add(f, operation{id: "own-purge", method: http.MethodPost, path: "/v1/installation/purge", by: ofInstalled, roles: admin,
		says: "Erase at once what belongs to the installation."}, f.ownPurge)
	add(f, operation{id: "own-restriction", method: http.MethodPut, path: "/v1/installation/restriction", by: ofInstalled, roles: admin,
		says: "Restrict processing, or lift the restriction."}, f.ownRestriction)
	add(f, operation{id: "own-retention", method: http.MethodPut, path: "/v1/installation/retention", by: ofInstalled, roles: admin,
		says: "Choose how long a category is kept, within the bounds of the policy; it holds at once, also for what is there."}, f.choose)
}

// question is what the gate is asked about an installation or, with the zero scope, about the vendor.
func question(c *call, verb gate.Verb, scope kept.Scope) gate.Question {
	return gate.Question{Actor: c.actor, Verb: verb, Scope: scope, App: c.app}
}

func (c *call) scope() kept.Scope { return kept.Scope{Installation: c.actor.Installation} }

// look reads after the gate was asked.
func (f *face) look(ctx context.Context, q gate.Question, fn func(*kernel.View) error) error {
	return f.Server.Kernel.View(ctx, func(v *kernel.View) error {
		if err := f.Server.Gate.Ask(v, q); err != nil {
			return err
		}
		return fn(v)
	})
}

// act changes after the gate was asked, in one transaction.
func (f *face) act(ctx context.Context, q gate.Question, fn func(*kernel.Tx) error) error {
	return f.Server.Kernel.Do(ctx, q.Actor, func(tx *kernel.Tx) error {
		if err := f.Server.Gate.Ask(&tx.View, q); err != nil {
			return err
		}
		return fn(tx)
	})
}

// ask asks the gate alone.
func (f *face) ask(ctx context.Context, q gate.Question) error {
	return f.look(ctx, q, func(*kernel.View) error { return nil })
}

func (f *face) own(ctx context.Context, c *call, _ *empty) (*body[Own], error) {
	if err := f.ask(ctx, question(c, gate.Status, c.scope())); err != nil {
		return nil, err
	}
	h, err := f.Board.History(ctx, c.actor.Installation)
	return answerOf(Own{h.Installation, orEmpty(h.Categories), orEmpty(h.Receipts), h.Choices}), err
}

func (f *face) choose(ctx context.Context, c *call, in *askKeeping) (*body[Keeping], error) {
	choice := retention.Choice{Category: in.Body.Category, From: in.Body.From, Max: in.Body.Max}
	scope := c.scope()
	q := question(c, gate.Choose, scope)
	err := f.act(ctx, q, func(tx *kernel.Tx) error { return f.Server.Retention.Choose(tx, scope, choice) })
	if gate.Refused(err) {
		err = f.Server.Retention.NoteRefusal(ctx, c.actor, scope, choice, err)
	}
	return answerOf(in.Body), err
}

func (f *face) receipt(ctx context.Context, c *call, in *oneReceipt) (*body[retention.Receipt], error) {
	id, err := kept.ParseID("rcp", in.Receipt)
	if err != nil {
		return nil, err
	}
	var rc retention.Receipt
	err = f.look(ctx, question(c, gate.Status, c.scope()), func(v *kernel.View) (err error) {
		rc, err = retention.ReceiptOf(v, c.scope(), id)
		return err
	})
	return answerOf(rc), err
}

func (f *face) ownLedger(ctx context.Context, c *call, _ *empty) (*huma.StreamResponse, error) {
	scope := c.scope()
	return f.bundle(ctx, question(c, gate.Status, scope), &scope)
}

func (f *face) ownPurge(ctx context.Context, c *call, in *askPurge) (*body[Purged], error) {
	return f.purge(ctx, c, c.actor.Installation, in.Body)
}

func (f *face) purge(ctx context.Context, c *call, id kept.ID, asked *Purge) (*body[Purged], error) {
	var categories []string
	if asked != nil {
		categories = asked.Categories
	}
	var receipts []kept.ID
	err := f.act(ctx, question(c, gate.Purge, kept.Scope{Installation: id}), func(tx *kernel.Tx) (err error) {
		receipts, err = f.Server.Installations.Purge(tx, id, categories)
		return err
	})
	return answerOf(Purged{orEmpty(receipts)}), err
}

func (f *face) ownRestriction(ctx context.Context, c *call, in *askRestrict) (*body[installation.Installation], error) {
	return f.restrict(ctx, c, c.actor.Installation, in.Body)
}

func (f *face) restrict(ctx context.Context, c *call, id kept.ID, asked Restriction) (*body[installation.Installation], error) {
	var i installation.Installation
	err := f.act(ctx, question(c, gate.Limit, kept.Scope{Installation: id}), func(tx *kernel.Tx) (err error) {
		i, err = f.Server.Installations.Restrict(tx, id, asked.Restricted)
		return err
	})
	return answerOf(i), err
}

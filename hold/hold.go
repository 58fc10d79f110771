// Package hold keeps copies of items and entries beyond their limit, for a reason that the policy names, on somebody's word
// and until a day. A copy lies under its hold's own key, so erasure never waits for a hold, and a hold on three entries
// keeps three. It refuses a hold without a promised reason, without an end, or on what is not there.
package hold

import (
	"context"
	"encoding/json"
	"time"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/keys"
	"kept/policy"
	"kept/retention"
	"kept/seal"
)

const (
	dueEnd  = "hold.end"  // hold: its last instant
	dueCopy = "hold.copy" // hold: more rows to copy than one transaction took
)

// Holds places, renews and releases holds. Safe for concurrent use.
type Holds struct {
	k         *kernel.Kernel
	policy    *policy.Policy
	keys      *keys.Keys
	gate      *gate.Gate
	retention *retention.Retention
}

// New wires holds to the one road of erasure, which lets them copy first, and to the gate.
func New(k *kernel.Kernel, p *policy.Policy, ks *keys.Keys, g *gate.Gate, r *retention.Retention) *Holds {
	h := &Holds{k: k, policy: p, keys: ks, gate: g, retention: r}
	r.Register(retention.Holder{Name: "hold", Reclaim: reclaim, Age: keepsAge})
	r.OnErasing(h.spare)
	k.OnDestroying(dueEnd, h.endDue)
	k.On(dueCopy, h.copyDue)
	g.Register("hold", h.promised)
	return h
}

// Hold is what is kept, why, on whose word and until when.
type Hold struct {
	ID           kept.ID   `json:"id"`
	Installation kept.ID   `json:"installation"`
	Category     string    `json:"category"`
	Reason       string    `json:"reason"`
	Promise      string    `json:"promise"` // by which the reason counts
	Owner        kept.ID   `json:"owner"`   // of the vendor's people: who placed it
	Since        kept.Time `json:"since"`
	Until        kept.Time `json:"until"`   // it ends then, unless it is renewed before
	Rows         int64     `json:"rows"`    // copies so far
	Beyond       int64     `json:"beyond"`  // of these, whose original is gone: they go when it ends
	Copying      bool      `json:"copying"` // more rows are still to be copied; nothing of them can go before

	unit   kept.ID
	last   kept.ID
	sought []byte
}

// Asked is a hold as somebody wants it.
type Asked struct {
	Installation kept.ID
	Category     string
	Reason       string
	Until        kept.Time
	Rows         []kept.ID // items or entries; none for all of the category that fit the rest
	About        string    // Atlassian account id of the person they are about; empty for anybody
	From, To     kept.Time // when they were stored or written; 0 for no matter
}

func (h Hold) scope() kept.Scope { return kept.Scope{Installation: h.Installation} }

// Place keeps what is there now of a category of an installation, or those rows of it that are named, until the hold ends.
// What comes later is not in it. Errors: Denied without a reason that a promise names; Invalid without an end; NotFound
// where nothing fits, or something named is gone.
func (h *Holds) Place(ctx context.Context, actor kept.Actor, a Asked) (out Hold, err error) {
	scope := kept.Scope{Installation: a.Installation}
	err = h.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		s, err := retention.StandingOf(&tx.View, scope, tx.ForUpdate())
		if err != nil {
			return err
		}
		if err := h.gate.Ask(&tx.View, gate.Question{Actor: actor, Verb: gate.Hold, Scope: scope, App: s.App, Reason: a.Reason}); err != nil {
			return err
		}
		if err := check(a, tx.Now()); err != nil {
			return err
		}
		if !h.retention.Knows(a.Category) {
			return kept.Errorf(kept.Invalid, "the policy declares no category of that name").WithHint("its `categories` name all there are")
		}
		pr, _ := h.policy.Hold(s.App, a.Reason)
		out, err = h.place(tx, pr.ID, a)
		return err
	})
	return out, h.note(ctx, actor, scope, a.Reason, err)
}

func (h *Holds) place(tx *kernel.Tx, promise string, a Asked) (Hold, error) {
	o := Hold{ID: tx.NewID("hol"), Installation: a.Installation, Category: a.Category, Reason: a.Reason, Promise: promise,
		Owner: tx.Actor.Staff, Since: tx.Now(), Until: a.Until}
	class, err := h.keys.Class(tx, o.scope(), retention.HeldClass, false)
	if err != nil {
		return o, err
	}
	units, err := h.keys.NewUnits(tx, o.scope(), "hold")
	if err != nil {
		return o, err
	}
	under := []seal.Key{class, units[0]}
	o.unit = units[0].Ref().ID
	s := retention.Sought{Scope: o.scope(), Category: a.Category, Rows: a.Rows, About: a.About, From: a.From, To: o.Since}
	if a.To != 0 {
		s.To = min(s.To, a.To)
	}
	for o.Copying = true; o.Copying && o.Rows == 0; { // whether there is anything at all has to be known now
		if err := h.copy(tx, &o, under, s, chunk); err != nil {
			return o, err
		}
	}
	if o.Rows == 0 || int(o.Rows) < len(a.Rows) {
		return o, kept.Errorf(kept.NotFound, "nothing of this category is there to be held, or not all that was named").
			WithHint("what is gone is gone for good; ids are those of items and entries of this installation, and of one category")
	}
	plain, err := json.Marshal(s)
	if err != nil {
		return o, kept.Errorf(kept.Internal, "what a hold is of: %w", err)
	}
	if o.sought, err = seal.Seal(under, o.ad(), plain); err != nil {
		return o, err
	}
	insert(tx, o)
	tx.Due(dueEnd, string(o.ID), o.Until)
	if o.Copying {
		tx.Due(dueCopy, string(o.ID), tx.Now())
	}
	tx.Record(o.fact(tx, kept.FactHeld, map[string]int64{"rows": o.Rows, "days": days(o.Until.Sub(o.Since))}))
	return o, nil
}

func days(d time.Duration) int64 { return int64((d + 24*time.Hour - 1) / (24 * time.Hour)) }

func (h Hold) fact(tx *kernel.Tx, kind kept.FactKind, counts map[string]int64) kept.Fact {
	refs := map[string]kept.ID{"hold": h.ID}
	if tx.Actor.Staff != "" {
		refs["staff"] = tx.Actor.Staff
	}
	return kept.Fact{Kind: kind, Scope: h.scope(), Category: h.Category, Refs: refs, Counts: counts,
		Words: map[string]string{"reason": h.Reason, "promise": h.Promise}}
}

// Renew moves the end of a hold, sooner or later. Errors: Denied when its reason is promised no more.
func (h *Holds) Renew(ctx context.Context, actor kept.Actor, id kept.ID, until kept.Time) (out Hold, err error) {
	err = h.with(ctx, actor, id, gate.Hold, func(tx *kernel.Tx, o Hold) error {
		if err := checkEnd(until, tx.Now()); err != nil {
			return err
		}
		o.Until, out = until, o
		out.Until = until
		tx.ExecOne(`UPDATE hold SET until = $1 WHERE id = $2`, int64(until), string(id))
		tx.Due(dueEnd, string(id), until)
		tx.Record(o.fact(tx, kept.FactHoldRenewed, map[string]int64{"days": days(until.Sub(tx.Now()))}))
		return nil
	})
	return out, err
}

// Release ends a hold now: what is past its limit goes in the same sweep. It returns the receipt.
func (h *Holds) Release(ctx context.Context, actor kept.Actor, id kept.ID) (receipt kept.ID, err error) {
	err = h.with(ctx, actor, id, gate.LetGo, func(tx *kernel.Tx, o Hold) (err error) {
		receipt, err = h.end(tx, o, tx.Now())
		return err
	})
	return receipt, err
}

// with does something with an open hold, its installation's row locked.
func (h *Holds) with(ctx context.Context, actor kept.Actor, id kept.ID, verb gate.Verb, fn func(*kernel.Tx, Hold) error) error {
	var o Hold
	err := h.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		var s retention.Standing
		var err error
		if o, s, err = lock(tx, id); err != nil {
			return err
		}
		if err := h.gate.Ask(&tx.View, gate.Question{Actor: actor, Verb: verb, Scope: o.scope(), App: s.App, Reason: o.Reason}); err != nil {
			return err
		}
		return fn(tx, o)
	})
	return h.note(ctx, actor, o.scope(), o.Reason, err)
}

// end destroys the hold's key and lets its copies go. With the last hold of a scope goes the class that they share.
func (h *Holds) end(tx *kernel.Tx, o Hold, owed kept.Time) (receipt kept.ID, err error) {
	others, err := othersIn(&tx.View, o)
	if err != nil {
		return "", err
	}
	tx.Record(o.fact(tx, kept.FactHoldEnded, map[string]int64{"rows": o.Rows, "beyond": o.Beyond}))
	tx.ExecOne(`DELETE FROM hold WHERE id = $1`, string(o.ID))
	tx.Clear(dueEnd, string(o.ID))
	tx.Clear(dueCopy, string(o.ID))
	if others == 0 {
		if _, err := h.keys.DestroyClass(tx, o.scope(), retention.HeldClass); err != nil {
			return "", err
		}
	}
	return h.retention.EndHold(tx, retention.Act{Scope: o.scope(), Category: o.Category, Promise: o.Promise, Anchor: o.Since, Owed: owed}, o.unit)
}

func (h *Holds) endDue(ctx context.Context, d kernel.Due) error {
	return h.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		o, _, err := lock(tx, kept.ID(d.Ref))
		if err != nil {
			return err
		}
		if o.Until > tx.Now() {
			tx.Derived()
			tx.Again(d, o.Until)
			return nil
		}
		tx.Done(d)
		_, err = h.end(tx, o, o.Until)
		return err
	})
}

// note leaves a fact of a refusal: that a control stands in the way is its evidence.
func (h *Holds) note(ctx context.Context, actor kept.Actor, scope kept.Scope, reason string, err error) error {
	if !gate.Refused(err) || scope == kept.VendorScope {
		return err
	}
	fact := kept.Fact{Kind: kept.FactHoldRefused, Scope: scope, Words: map[string]string{}}
	if h.knows(reason) {
		fact.Words["reason"] = reason
	}
	return gate.Note(ctx, h.k, actor, fact, err)
}

// Held is one copy, opened.
type Held struct {
	Original kept.ID         `json:"original"`
	Version  int64           `json:"version"`
	Category string          `json:"category"`
	At       kept.Time       `json:"at"` // when it was stored or written
	Value    json.RawMessage `json:"value"`
}

// Open opens one copy that a hold keeps, and leaves a fact. Errors: NotFound when the hold has ended or does not keep it.
func (h *Holds) Open(ctx context.Context, actor kept.Actor, id, original kept.ID) (out Held, err error) {
	err = h.with(ctx, actor, id, gate.Consult, func(tx *kernel.Tx, o Hold) error {
		c, err := findCopy(&tx.View, id, original)
		if err != nil {
			return err
		}
		plain, err := h.keys.Open(&tx.View, o.scope(), c.ad(o), c.envelope)
		if err != nil {
			return err
		}
		f := o.fact(tx, kept.FactHeldOpened, nil)
		f.Refs["item"] = original
		tx.Record(f)
		out = Held{Original: original, Version: c.version, Category: o.Category, At: c.at, Value: plain}
		return nil
	})
	return out, err
}

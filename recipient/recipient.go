// Package recipient decides who outside receives anything: nobody whom no promise names, nobody for another function, and
// nobody as a sale. It also records what people disclose, and refuses a case that the policy does not name.
package recipient

import (
	"context"

	"kept"
	"kept/gate"
	"kept/installation"
	"kept/kernel"
	"kept/policy"
)

// Recipients stand in the way of what goes out. Safe for concurrent use.
type Recipients struct {
	k      *kernel.Kernel
	policy *policy.Policy
	gate   *gate.Gate
}

// New wires the recipients to the gate.
func New(k *kernel.Kernel, p *policy.Policy, g *gate.Gate) *Recipients {
	r := &Recipients{k: k, policy: p, gate: g}
	g.Register("recipient", r.veto)
	return r
}

// veto is the engine of recipient, disclose and no-sale.
func (r *Recipients) veto(_ *kernel.View, q gate.Question) error {
	switch {
	case q.Verb == gate.Reveal:
		return mayReveal(r.policy, q)
	case q.Verb == gate.Read && (q.Recipient != "" || q.For != ""):
		return mayReceiveSince(r.policy, q)
	}
	return nil
}

// Disclosure is what people handed out, or are about to.
type Disclosure struct {
	Installation kept.ID  // whose data it is; empty for the vendor's own
	Recipient    string   // a declared one; empty where none is declared
	Case         string   // a case of `disclose`
	Categories   []string // declared ones, one at least
}

// Record writes a disclosure down, one fact for each category. A refused case leaves a fact too. Errors: Denied for a case
// that no promise names, Invalid for what the policy does not declare.
func (r *Recipients) Record(ctx context.Context, actor kept.Actor, d Disclosure) (facts []kept.ID, err error) {
	if err := check(r.policy, d); err != nil {
		return nil, err
	}
	err = r.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		facts = nil
		q := gate.Question{Actor: actor, Verb: gate.Reveal, Scope: kept.Scope{Installation: d.Installation}, Recipient: d.Recipient, Case: d.Case}
		if d.Installation != "" {
			i, err := installation.Get(&tx.View, d.Installation)
			if err != nil {
				return err
			}
			q.App = i.App
		}
		if err := r.gate.Ask(&tx.View, q); err != nil {
			return err
		}
		facts = record(tx, kept.FactDisclosure, d, map[string]string{"case": d.Case})
		return nil
	})
	if e, ok := err.(*kept.Error); ok && e.Kind == kept.Denied && actor.Role == kept.Officer {
		words := map[string]string{}
		if e.Promise != "" {
			words["promise"] = e.Promise
		}
		if failed := r.k.Do(ctx, actor, func(tx *kernel.Tx) error { record(tx, kept.FactDisclosureRefused, d, words); return nil }); failed != nil {
			return nil, failed
		}
	}
	return facts, err
}

// record leaves the facts of a disclosure; a case that no promise names is the caller's word and stays out.
func record(tx *kernel.Tx, kind kept.FactKind, d Disclosure, words map[string]string) (facts []kept.ID) {
	if d.Recipient != "" {
		words["recipient"] = d.Recipient
	}
	for _, c := range d.Categories {
		facts = append(facts, tx.Record(kept.Fact{Kind: kind, Scope: kept.Scope{Installation: d.Installation}, Category: c, Words: words,
			Refs: map[string]kept.ID{"staff": tx.Actor.Staff}}))
	}
	return facts
}

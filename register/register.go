// Package register keeps what people say was done: attestations, publications of documents, probes of contact
// addresses. It believes nobody for longer than the policy says, and no probe without the code that was sent.
package register

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"time"

	"kept"
	"kept/document"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
)

const (
	attestedFor  = 365 * 24 * time.Hour // where the text names no interval
	probeLife    = 14 * 24 * time.Hour  // a code that is not handed back in time proves nothing
	confirmedFor = 180 * 24 * time.Hour // how long a confirmed address is believed
)

// Register keeps attestations, publications and probes. Safe for concurrent use.
type Register struct {
	k      *kernel.Kernel
	policy *policy.Policy
	gate   *gate.Gate
}

// New wires the register to the gate.
func New(k *kernel.Kernel, p *policy.Policy, g *gate.Gate) *Register {
	return &Register{k: k, policy: p, gate: g}
}

func (r *Register) ask(tx *kernel.Tx, verb gate.Verb) error {
	return r.gate.Ask(&tx.View, gate.Question{Actor: tx.Actor, Verb: verb, Scope: kept.VendorScope})
}

func (r *Register) promise(id, control string) (*policy.Promise, error) {
	pr, ok := r.policy.Promise(id)
	if !ok || pr.Control != control {
		return nil, kept.Errorf(kept.NotFound, "the policy has no promise of that id with control: %s", control)
	}
	return pr, nil
}

// Attestation is somebody's word that a promise only people can keep was kept.
type Attestation struct {
	ID      kept.ID   `json:"id"`
	Promise string    `json:"promise"`
	Staff   kept.ID   `json:"staff"`
	Role    kept.Role `json:"role"`
	At      kept.Time `json:"at"`
	Expires kept.Time `json:"expires"`
	Fact    kept.ID   `json:"fact"`
}

// Attest records the word of an officer; it expires after the promise's `every`, else after a year.
func (r *Register) Attest(ctx context.Context, actor kept.Actor, promise string) (a Attestation, err error) {
	pr, err := r.promise(promise, "attest")
	if err != nil {
		return a, err
	}
	err = r.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := r.ask(tx, gate.Testify); err != nil {
			return err
		}
		a = Attestation{ID: tx.NewID("att"), Promise: promise, Staff: actor.Staff, Role: actor.Role, At: tx.Now(), Expires: tx.Now().Add(attestedFor)}
		if every, ok := pr.Params["every"].Period(); ok {
			a.Expires = every.From(tx.Now())
		}
		a.Fact = tx.Record(kept.Fact{Kind: kept.FactAttested, Words: map[string]string{"promise": promise},
			Refs: map[string]kept.ID{"attestation": a.ID, "staff": actor.Staff}})
		insertAttestation(tx, a)
		return nil
	})
	return a, err
}

// Publication says that a version of a document is the public one since an instant.
type Publication struct {
	ID       kept.ID   `json:"id"`
	Document string    `json:"document"`
	Version  string    `json:"version"`
	Digest   []byte    `json:"digest"` // SHA-256 of the text
	At       kept.Time `json:"at"`
	Fact     kept.ID   `json:"fact"`
}

// Publish makes the text of the policy's version of a document public: from now on the server shows it to everybody.
func (r *Register) Publish(ctx context.Context, actor kept.Actor, doc policy.Document, text *document.Text) (p Publication, err error) {
	err = r.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := r.ask(tx, gate.Testify); err != nil {
			return err
		}
		p = Publication{ID: tx.NewID("pub"), Document: doc.ID, Version: doc.Version, Digest: text.Digest[:], At: tx.Now()}
		p.Fact = tx.Record(kept.Fact{Kind: kept.FactPublished, Words: map[string]string{"document": doc.ID, "version": doc.Version, "language": doc.Language},
			Refs: map[string]kept.ID{"publication": p.ID}, Hashes: map[string][32]byte{"text": text.Digest}})
		insertPublication(tx, p)
		return nil
	})
	return p, err
}

// Probe is one try to find out whether somebody reads a contact address.
type Probe struct {
	ID        kept.ID   `json:"id"`
	Promise   string    `json:"promise"`
	Sent      kept.Time `json:"sent"`
	Expires   kept.Time `json:"expires"`
	Confirmed kept.Time `json:"confirmed,omitzero"`
	Fact      kept.ID   `json:"fact"`
}

// Probe draws a code for a contact; the officer sends it to the address, and whoever reads there hands it back.
func (r *Register) Probe(ctx context.Context, actor kept.Actor, promise string) (p Probe, code string, err error) {
	if _, err := r.promise(promise, "contact"); err != nil {
		return p, "", err
	}
	err = r.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := r.ask(tx, gate.Testify); err != nil {
			return err
		}
		var b [10]byte
		tx.Random(b[:])
		code = base32.StdEncoding.EncodeToString(b[:])
		p = Probe{ID: tx.NewID("prb"), Promise: promise, Sent: tx.Now(), Expires: tx.Now().Add(probeLife)}
		p.Fact = tx.Record(kept.Fact{Kind: kept.FactProbed, Words: map[string]string{"promise": promise}, Refs: map[string]kept.ID{"probe": p.ID}})
		insertProbe(tx, p, digest(code))
		return nil
	})
	return p, code, err
}

// Confirm hands a code back. Errors: NotFound for a wrong one, Late for one that expired.
func (r *Register) Confirm(ctx context.Context, actor kept.Actor, probe kept.ID, code string) (p Probe, err error) {
	err = r.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := r.ask(tx, gate.Redeem); err != nil {
			return err
		}
		var want []byte
		p, want, err = findProbe(&tx.View, probe)
		switch {
		case err != nil:
			return err
		case !hmac.Equal(want, digest(code)):
			return kept.Errorf(kept.NotFound, "no probe of that id has that code")
		case p.Expires <= tx.Now():
			return kept.Errorf(kept.Late, "the code came back too late").WithHint("probe the address again")
		case p.Confirmed != 0:
			tx.Derived()
			return nil
		}
		p.Confirmed = tx.Now()
		p.Fact = tx.Record(kept.Fact{Kind: kept.FactConfirmed, Words: map[string]string{"promise": p.Promise}, Refs: map[string]kept.ID{"probe": p.ID}})
		confirm(tx, p)
		return nil
	})
	return p, err
}

// Believed is until when a confirmed probe counts.
func (p Probe) Believed() kept.Time { return p.Confirmed.Add(confirmedFor) }

func digest(code string) []byte {
	h := sha256.Sum256([]byte(code))
	return h[:]
}

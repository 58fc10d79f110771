package api

import (
	"context"
	"net/http"

	"kept"
	"kept/installation"
	"kept/recipient"
	"kept/register"
)

// OfPromise names a promise.
type OfPromise struct {
	Promise string `json:"promise"`
}

// OfDocument names a document.
type OfDocument struct {
	Document string `json:"document"`
}

// ProbeSent is a probe with the code to send to the address.
type ProbeSent struct {
	Probe register.Probe `json:"probe"`
	Code  string         `json:"code" doc:"shown this once"`
}

// ProbeCode is a code that came back.
type ProbeCode struct {
	Code string `json:"code"`
}

// Disclosure is what people hand out.
type Disclosure struct {
	Installation string   `json:"installation,omitempty" doc:"whose data it is; the vendor's own without it"`
	Recipient    string   `json:"recipient,omitempty" doc:"a recipient that the policy declares"`
	Case         string   `json:"case" doc:"a case that a promise names"`
	Categories   []string `json:"categories" minItems:"1"`
}

// Disclosed are the facts of a disclosure, one for each category.
type Disclosed struct {
	Facts []kept.ID `json:"facts"`
}

type (
	ofDisclosure struct{ Body Disclosure }
	ofPromise    struct{ Body OfPromise }
	ofDocument   struct{ Body OfDocument }
	staffPurge   struct {
		Installation string `path:"installation"`
		Body         *Purge
	}
	staffRestrict struct {
		Installation string `path:"installation"`
		Body         Restriction
	}
	confirmation struct {
		Probe string `path:"probe"`
		Body  ProbeCode
	}
)

func (f *face) testify() {
	officer := func(id, path, says string) operation {
		return operation{id: id, method: http.MethodPost, path: path, says: says, by: ofStaff, roles: []kept.Role{kept.Officer}, answer: http.StatusCreated}
	}
	purge := officer("purge", "/v1/installations/{installation}/purge", "Erase at once what belongs to an installation, because its customer asked.")
	purge.answer = http.StatusOK
	add(f, purge, f.staffPurge)
	restrict := officer("restriction", "/v1/installations/{installation}/restriction", "Restrict processing in an installation, or lift the restriction, because somebody asked.")
	restrict.method, restrict.answer = http.MethodPut, http.StatusOK
	add(f, restrict, f.staffRestrict)
	add(f, officer("attest", "/v1/attestations", "Say that a promise only people can keep was kept."), f.attest)
	add(f, officer("publish", "/v1/publications", "Make the policy's version of a document the public one."), f.publish)
	add(f, shown(officer("probe", "/v1/probes", "Draw a code to send to a contact address.")), f.probe)
	add(f, officer("record-disclosure", "/v1/disclosures", "Say that people handed something out; a case that no promise names is refused."), f.disclose)
	confirm := officer("confirm-probe", "/v1/probes/{probe}/confirmation", "Hand the code of a probe back.")
	confirm.roles, confirm.answer = []kept.Role{kept.Officer, kept.Support}, http.StatusOK
	add(f, confirm, f.confirm)
}

func (f *face) staffPurge(ctx context.Context, c *call, in *staffPurge) (*body[Purged], error) {
	id, err := kept.ParseID("ins", in.Installation)
	if err != nil {
		return nil, err
	}
	return f.purge(ctx, c, id, in.Body)
}

func (f *face) staffRestrict(ctx context.Context, c *call, in *staffRestrict) (*body[installation.Installation], error) {
	id, err := kept.ParseID("ins", in.Installation)
	if err != nil {
		return nil, err
	}
	return f.restrict(ctx, c, id, in.Body)
}

func (f *face) attest(ctx context.Context, c *call, in *ofPromise) (*body[register.Attestation], error) {
	a, err := f.Server.Register.Attest(ctx, c.actor, in.Body.Promise)
	return answerOf(a), err
}

func (f *face) publish(ctx context.Context, c *call, in *ofDocument) (*body[register.Publication], error) {
	doc, ok := f.Server.Policy.Document(in.Body.Document)
	if !ok {
		return nil, kept.Errorf(kept.NotFound, "the policy has no such document")
	}
	text := f.Server.Texts[doc.ID]
	if text == nil {
		return nil, kept.Errorf(kept.Conflict, "the text of the document is not at hand").WithHint("name it as `file` in the policy, and start again")
	}
	p, err := f.Server.Register.Publish(ctx, c.actor, doc, text)
	return answerOf(p), err
}

func (f *face) probe(ctx context.Context, c *call, in *ofPromise) (*body[ProbeSent], error) {
	p, code, err := f.Server.Register.Probe(ctx, c.actor, in.Body.Promise)
	return answerOf(ProbeSent{p, code}), err
}

func (f *face) confirm(ctx context.Context, c *call, in *confirmation) (*body[register.Probe], error) {
	id, err := kept.ParseID("prb", in.Probe)
	if err != nil {
		return nil, err
	}
	p, err := f.Server.Register.Confirm(ctx, c.actor, id, in.Body.Code)
	return answerOf(p), err
}

func (f *face) disclose(ctx context.Context, c *call, in *ofDisclosure) (*body[Disclosed], error) {
	d := recipient.Disclosure{Recipient: in.Body.Recipient, Case: in.Body.Case, Categories: in.Body.Categories}
	if in.Body.Installation != "" {
		id, err := kept.ParseID("ins", in.Body.Installation)
		if err != nil {
			return nil, err
		}
		d.Installation = id
	}
	facts, err := f.Server.Recipients.Record(ctx, c.actor, d)
	return answerOf(Disclosed{facts}), err
}

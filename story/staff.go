package story

import (
	"context"
	"net/http"

	"kept"
)

// probed is the contact probe of which a story speaks as it.
type probed struct {
	Probe struct {
		ID kept.ID `json:"id"`
	} `json:"probe"`
	Code string `json:"code"`
}

// staff lets one of the vendor's people post something.
func (p *play) staff(ctx context.Context, role kept.Role, path string, body, answer any) error {
	bearer, err := p.stage.As(ctx, role)
	if err != nil {
		return err
	}
	return p.stage.Call(ctx, http.MethodPost, path, bearer, body, answer)
}

func (p *play) turn(ctx context.Context, _ args) error {
	return p.staff(ctx, kept.Operator, "/v1/epochs", nil, nil)
}

func (p *play) officerPurges(ctx context.Context, a args) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	id, err := p.installation(ctx, t)
	if err != nil {
		return err
	}
	return p.staff(ctx, kept.Officer, "/v1/installations/"+string(id)+"/purge", nil, nil)
}

func (p *play) officerRestricts(ctx context.Context, a args) error {
	return p.officerLimits(ctx, a, true)
}

func (p *play) officerLifts(ctx context.Context, a args) error { return p.officerLimits(ctx, a, false) }

func (p *play) officerLimits(ctx context.Context, a args, restricted bool) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	id, err := p.installation(ctx, t)
	if err != nil {
		return err
	}
	bearer, err := p.stage.As(ctx, kept.Officer)
	if err != nil {
		return err
	}
	return p.stage.Call(ctx, http.MethodPut, "/v1/installations/"+string(id)+"/restriction", bearer, map[string]bool{"restricted": restricted}, nil)
}

func (p *play) officerDiscloses(ctx context.Context, a args) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	id, err := p.installation(ctx, t)
	if err != nil {
		return err
	}
	return p.staff(ctx, kept.Officer, "/v1/disclosures", map[string]any{"installation": id, "recipient": word(a, "RECIPIENT"),
		"case": word(a, "CASE"), "categories": []string{word(a, "CATEGORY")}}, nil)
}

func (p *play) attest(ctx context.Context, a args) error {
	return p.staff(ctx, kept.Officer, "/v1/attestations", map[string]string{"promise": word(a, "PROMISE")}, nil)
}

func (p *play) publish(ctx context.Context, a args) error {
	return p.staff(ctx, kept.Officer, "/v1/publications", map[string]string{"document": word(a, "DOCUMENT")}, nil)
}

func (p *play) probe(ctx context.Context, a args) error {
	return p.staff(ctx, kept.Officer, "/v1/probes", map[string]string{"promise": word(a, "PROMISE")}, &p.probed)
}

func (p *play) confirm(ctx context.Context, _ args) error {
	if p.probed.Code == "" {
		return kept.Errorf(kept.Invalid, "there is no probe to confirm").WithHint("first: officer probes PROMISE")
	}
	return p.staff(ctx, kept.Support, "/v1/probes/"+string(p.probed.Probe.ID)+"/confirmation", map[string]string{"code": p.probed.Code}, nil)
}

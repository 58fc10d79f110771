package story

import (
	"context"
	"encoding/json"
	"net/http"

	"kept"
	"kept/hold"
	"kept/kernel"
)

// holdKey is how a story speaks of a hold: by installation and category, the last one placed.
func holdKey(a args) string { return word(a, "NAME") + "/" + word(a, "CATEGORY") }

func (p *play) holds(ctx context.Context, a args) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	id, err := p.installation(ctx, t)
	if err != nil {
		return err
	}
	body := map[string]any{"installation": id, "category": word(a, "CATEGORY"), "reason": word(a, "REASON"), "about": word(a, "ACCOUNT")}
	if until, said := a["TIME"].(kept.Time); said {
		body["until"] = until.String()
	}
	if day, said := a["DAY"].(kept.Time); said {
		body["from"], body["to"] = day.String(), kept.StartOfDay(day.Day()+1).Add(-1).String()
	}
	if has(a, "TEXT") {
		item, known := t.items[itemKey(a)]
		if !known {
			return kept.Errorf(kept.Invalid, "the story never put that there")
		}
		body["rows"] = []kept.ID{item}
	}
	var placed hold.Hold
	if err := p.staff(ctx, kept.Officer, "/v1/holds", body, &placed); err != nil {
		return err
	}
	p.held[holdKey(a)] = placed.ID
	return nil
}

// ofHold does something with the hold that a line speaks of.
func (p *play) ofHold(ctx context.Context, a args, method, further string, body, answer any) error {
	id, known := p.held[holdKey(a)]
	if !known {
		return kept.Errorf(kept.Invalid, "the story never placed that hold").WithHint("first: officer holds CATEGORY of NAME for REASON until TIME")
	}
	bearer, err := p.stage.As(ctx, kept.Officer)
	if err != nil {
		return err
	}
	return p.stage.Call(ctx, method, "/v1/holds/"+string(id)+further, bearer, body, answer)
}

func (p *play) letsGo(ctx context.Context, a args) error {
	return p.ofHold(ctx, a, http.MethodDelete, "", nil, nil)
}

func (p *play) renews(ctx context.Context, a args) error {
	return p.ofHold(ctx, a, http.MethodPut, "", map[string]string{"until": a["TIME"].(kept.Time).String()}, nil)
}

// opensHeld opens the oldest copy that a hold keeps.
func (p *play) opensHeld(ctx context.Context, a args) error {
	var row kept.ID
	err := p.stage.Server.Kernel.View(ctx, func(v *kernel.View) error {
		_, err := v.Row(`SELECT original FROM held WHERE hold = $1 ORDER BY at, original LIMIT 1`, string(p.held[holdKey(a)])).Scan(&row)
		return err
	})
	if err != nil {
		return err
	}
	var got struct {
		Value json.RawMessage `json:"value"`
	}
	p.value = ""
	err = p.ofHold(ctx, a, http.MethodGet, "/rows/"+string(row), nil, &got)
	p.value = string(got.Value)
	return err
}

// copies counts the copies that holds keep, gone or not with their original.
func (p *play) copies(ctx context.Context, a args) error {
	within, err := p.within(ctx, a)
	if err != nil {
		return err
	}
	n, err := p.tally(ctx, within, `SELECT scope, COUNT(*) FROM held WHERE category = $1 GROUP BY scope`, word(a, "CATEGORY"))
	if err != nil {
		return err
	}
	return counted(a, n, "copies")
}

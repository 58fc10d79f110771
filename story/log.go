package story

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"kept"
	"kept/kernel"
)

func (p *play) logs(ctx context.Context, a args) error {
	body := map[string]any{"category": word(a, "CATEGORY"), "record": word(a, "RECORD")}
	if has(a, "SEVERITY") {
		body["severity"] = word(a, "SEVERITY")
	}
	if has(a, "VALUE") {
		body["fields"] = json.RawMessage(word(a, "VALUE"))
	}
	for slot, property := range map[string]string{"ACTOR": "actor", "ACCOUNT": "account"} {
		if has(a, slot) {
			body[property] = word(a, slot)
		}
	}
	if n, many := a["N"].(int); many {
		return p.logAll(ctx, a, slices.Repeat([]map[string]any{body}, n))
	}
	return p.call(ctx, a, kept.AppRuntime, http.MethodPost, "/v1/entries", body, nil)
}

// logsTogether writes a line of each record in one call.
func (p *play) logsTogether(ctx context.Context, a args) error {
	var lines []map[string]any
	for _, record := range a["RECORD"].([]string) {
		lines = append(lines, map[string]any{"category": word(a, "CATEGORY"), "record": record})
	}
	return p.logAll(ctx, a, lines)
}

func (p *play) logAll(ctx context.Context, a args, lines []map[string]any) error {
	return p.call(ctx, a, kept.AppRuntime, http.MethodPost, "/v1/entries/bulk", map[string]any{"entries": lines}, nil)
}

func (p *play) reviews(ctx context.Context, a args) error {
	return p.review(ctx, a, kept.CustomerAdmin)
}

func (p *play) appReviews(ctx context.Context, a args) error {
	return p.review(ctx, a, kept.AppRuntime)
}

// review reads a log, without a category that of reads, whose lines have no fields. Of an app's own log, what was read
// last is the last line's fields.
func (p *play) review(ctx context.Context, a args, role kept.Role) error {
	var log struct {
		Entries []struct {
			Fields json.RawMessage `json:"fields"`
		} `json:"entries"`
	}
	path := "/v1/installation/entries?purpose=" + url.QueryEscape(word(a, "PURPOSE")) + "&category=" + url.QueryEscape(word(a, "CATEGORY"))
	err := p.call(ctx, a, role, http.MethodGet, path, nil, &log)
	p.reviewed = len(log.Entries)
	if !has(a, "CATEGORY") {
		return err
	}
	p.value = ""
	if p.reviewed > 0 {
		p.value = string(log.Entries[p.reviewed-1].Fields)
	}
	return err
}

// staffReads lets one of the vendor's people open a customer's item.
func (p *play) staffReads(ctx context.Context, a args) error {
	t, id, err := p.current(ctx, a)
	if err != nil {
		return err
	}
	item, known := t.items[itemKey(a)]
	if !known { // the server may have taken it in by itself
		if item, err = p.youngest(ctx, id, word(a, "CATEGORY")); err != nil {
			return err
		}
	}
	bearer, err := p.stage.As(ctx, kept.Role(word(a, "STAFF")))
	if err != nil {
		return err
	}
	var got struct {
		Value json.RawMessage `json:"value"`
	}
	path := "/v1/installations/" + string(id) + "/items/" + string(item) + "?purpose=" + url.QueryEscape(word(a, "PURPOSE"))
	err = p.stage.Call(ctx, http.MethodGet, path, bearer, nil, &got)
	p.value = string(got.Value)
	return err
}

// youngest is the item of a category that was stored last.
func (p *play) youngest(ctx context.Context, in kept.ID, category string) (item kept.ID, err error) {
	err = p.stage.Server.Kernel.View(ctx, func(v *kernel.View) error {
		found, err := v.Row(`SELECT id FROM item WHERE scope = $1 AND category = $2 ORDER BY stored DESC, id LIMIT 1`, string(in), category).Scan(&item)
		if err == nil && !found {
			err = kept.Errorf(kept.Invalid, "nobody ever put that there")
		}
		return err
	})
	return item, err
}

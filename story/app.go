package story

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"kept"
	"kept/atlassian/fake"
)

// bearer is a credential of a tenant in a role; an expired one is renewed with a token, as the app would do, which
// proves to the server that the installation lives.
func (p *play) bearer(ctx context.Context, t *tenant, role kept.Role) (string, error) {
	if c := t.credentials[role]; c.Expires > p.stage.Clock.Now() {
		return c.Secret, nil
	}
	key, path, body := t.key, "/v1/instances/credential", map[string]string{"role": string(role)}
	if t.server == "" {
		var err error
		if key, err = p.stage.AppKey(ctx, t.app); err != nil {
			return "", err
		}
		path = "/v1/credentials"
	}
	switch {
	case t.server != "":
	case t.fake == nil || t.through:
		body["connect_token"] = p.stage.Fake.CallToken(t.connect, http.MethodGet, "/page?project=KEY")
		body["method"], body["path"] = http.MethodGet, "/page?project=KEY"
	case role == kept.CustomerAdmin:
		body["invocation_token"] = p.stage.Fake.Token(t.fake, fake.Page(t.fake, t.admin))
		body["oauth_token"] = p.stage.Fake.OAuth(t.admin)
	default:
		body["invocation_token"] = p.stage.Fake.Token(t.fake)
	}
	var c credential
	if err := p.stage.Call(ctx, http.MethodPost, path, key, body, &c); err != nil {
		return "", err
	}
	t.credentials[role] = c
	return c.Secret, nil
}

func (p *play) shows(ctx context.Context, a args) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	if has(a, "through") && t.connect == nil {
		return notOfConnect()
	}
	t.paid(a)
	t.through = has(a, "through")
	delete(t.credentials, kept.AppRuntime)
	_, err = p.bearer(ctx, t, kept.AppRuntime)
	return err
}

func (p *play) call(ctx context.Context, a args, role kept.Role, method, path string, body, answer any) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	bearer, err := p.bearer(ctx, t, role)
	if err != nil {
		return err
	}
	return p.stage.Call(ctx, method, path, bearer, body, answer)
}

func (p *play) puts(ctx context.Context, a args) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	body := map[string]any{"category": word(a, "CATEGORY"), "value": json.RawMessage(word(a, "VALUE"))}
	if has(a, "TEXT") {
		body["name"] = word(a, "TEXT")
	}
	if has(a, "ACCOUNT") {
		body["subject"] = word(a, "ACCOUNT")
	}
	if has(a, "HOST") {
		body["host"] = word(a, "HOST")
	}
	if has(a, "GROUP") {
		body["group"] = word(a, "GROUP")
	}
	var stored struct {
		Item kept.ID `json:"item"`
	}
	if err := p.call(ctx, a, kept.AppRuntime, http.MethodPost, "/v1/items", body, &stored); err != nil {
		return err
	}
	t.items[itemKey(a)] = stored.Item
	return nil
}

// itemKey is how a story speaks of an item: by category and name, or without a name the last one put of the category.
func itemKey(a args) string { return word(a, "CATEGORY") + "/" + word(a, "TEXT") }

func (p *play) item(a args) (string, error) {
	t, err := p.named(a)
	if err != nil {
		return "", err
	}
	id, known := t.items[itemKey(a)]
	if !known {
		return "", kept.Errorf(kept.Invalid, "the story never put that there")
	}
	return "/v1/items/" + string(id), nil
}

func (p *play) gets(ctx context.Context, a args) error {
	return p.opens(ctx, a, url.Values{"purpose": {word(a, "PURPOSE")}, "host": {word(a, "HOST")}})
}

func (p *play) discloses(ctx context.Context, a args) error {
	return p.opens(ctx, a, url.Values{"purpose": {word(a, "PURPOSE")}, "recipient": {word(a, "RECIPIENT")}, "for": {word(a, "FUNCTION")}})
}

func (p *play) opens(ctx context.Context, a args, query url.Values) error {
	path, err := p.item(a)
	if err != nil {
		return err
	}
	var got struct {
		Value json.RawMessage `json:"value"`
	}
	p.value = ""
	err = p.call(ctx, a, kept.AppRuntime, http.MethodGet, path+"?"+query.Encode(), nil, &got)
	p.value = string(got.Value)
	return err
}

func (p *play) deletes(ctx context.Context, a args) error {
	return p.deletesAs(ctx, a, kept.AppRuntime)
}

func (p *play) adminDeletes(ctx context.Context, a args) error {
	return p.deletesAs(ctx, a, kept.CustomerAdmin)
}

func (p *play) deletesAs(ctx context.Context, a args, role kept.Role) error {
	path, err := p.item(a)
	if err != nil {
		return err
	}
	return p.call(ctx, a, role, http.MethodDelete, path, nil, nil)
}

func (p *play) adminPurges(ctx context.Context, a args) error {
	body := map[string]any{}
	if list, some := a["CATEGORY"].([]string); some {
		body["categories"] = list
	}
	return p.call(ctx, a, kept.CustomerAdmin, http.MethodPost, "/v1/installation/purge", body, nil)
}

func (p *play) restricts(ctx context.Context, a args) error { return p.restrict(ctx, a, true) }

func (p *play) lifts(ctx context.Context, a args) error { return p.restrict(ctx, a, false) }

// keeps chooses how long something is kept, or leaves it to the policy again.
func (p *play) keeps(ctx context.Context, a args) error {
	body := map[string]string{"category": word(a, "CATEGORY"), "from": word(a, "EVENT")}
	if wanted, ok := a["PERIOD"].(kept.Period); ok {
		body["max"] = wanted.String()
	}
	return p.call(ctx, a, kept.CustomerAdmin, http.MethodPut, "/v1/installation/retention", body, nil)
}

func (p *play) happens(ctx context.Context, a args) error { return p.says(ctx, a, false) }

func (p *play) unhappens(ctx context.Context, a args) error { return p.says(ctx, a, true) }

// says tells of an item or a group what happened to it, or takes that back.
func (p *play) says(ctx context.Context, a args, back bool) error {
	body := map[string]any{"event": word(a, "SAID"), "back": back}
	if has(a, "GROUP") {
		body["group"] = word(a, "GROUP")
	} else {
		path, err := p.item(a)
		if err != nil {
			return err
		}
		body["item"] = strings.TrimPrefix(path, "/v1/items/")
	}
	if at, there := a["TIME"].(kept.Time); there {
		body["at"] = at
	}
	return p.call(ctx, a, kept.AppRuntime, http.MethodPost, "/v1/events", body, nil)
}

func (p *play) restrict(ctx context.Context, a args, restricted bool) error {
	return p.call(ctx, a, kept.CustomerAdmin, http.MethodPut, "/v1/installation/restriction", map[string]bool{"restricted": restricted}, nil)
}

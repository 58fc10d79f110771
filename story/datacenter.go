package story

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"kept"
)

// enrol lets support make a code for a host, and the host use it: for the first time, or again.
func (p *play) enrol(ctx context.Context, a args) error {
	server := word(a, "SERVER")
	i := slices.IndexFunc(p.tenants, func(t *tenant) bool { return t.app == word(a, "APP") && t.server == server })
	var t *tenant
	var err error
	if i >= 0 {
		t = p.tenants[i]
	} else if t, err = p.newTenant(a, strings.ToLower(server)); err != nil {
		return err
	}
	var made struct {
		Code string `json:"code"`
	}
	if err := p.staff(ctx, kept.Support, "/v1/apps/"+t.app+"/enrolments", map[string]string{"server": server}, &made); err != nil {
		return err
	}
	var got struct {
		Key string `json:"key"`
	}
	if err := p.stage.Call(ctx, http.MethodPost, "/v1/instances", "", map[string]string{"code": made.Code, "server": server, "licence": t.licence()}, &got); err != nil {
		return err
	}
	t.server, t.key, t.credentials = server, got.Key, map[kept.Role]credential{}
	if i < 0 {
		p.tenants = append(p.tenants, t)
	}
	return nil
}

func (p *play) hostLeaves(ctx context.Context, a args) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	if t.server == "" {
		return kept.Errorf(kept.Invalid, "this installation is on no host").WithHint("first: enrol APP on SERVER as NAME")
	}
	clear(t.credentials) // of what follows, everything asks with the key
	return p.stage.Call(ctx, http.MethodDelete, "/v1/instances", t.key, nil, nil)
}

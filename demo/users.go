package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"kept"
	supportdesk "kept/apps/support-desk"
	"kept/client"
	"kept/policy"
)

// user is who uses an app of the example at one customer's.
type user interface {
	site
	use(ctx context.Context) error
}

// userOf is nil for an app that nobody wrote: then strangers do what its policy lets them.
func (y *year) userOf(app policy.App, name, key string) user {
	if y.Strangers {
		return nil
	}
	kept := client.New(y.URL, key, y.HTTP)
	switch app.ID {
	case "pdf-exporter":
		return &reader{&forgeSite{year: y, app: app, client: kept, where: y.Fake.NewSite(name), admin: y.Fake.NewAccount()}}
	case "portal-sso":
		email := "somebody@" + name + ".example"
		y.people[email] = y.Fake.NewAccount()
		return &visitor{&connectSite{year: y, app: app, client: kept, where: y.Fake.NewSite(name)}, email}
	case "support-desk":
		return y.newHost(app, name)
	}
	return nil
}

// reader exports a page as a PDF.
type reader struct{ *forgeSite }

func (r *reader) use(ctx context.Context) error {
	out, err := r.call(ctx, http.MethodPost, r.pdf+"/export", bearer(r.Fake.Token(r.there)),
		`{"title":"Release notes","lang":"en","blocks":[{"heading":"What is new","text":"Nothing that anybody would miss."}]}`)
	if err == nil && !strings.HasPrefix(out.text, "%PDF-") {
		err = kept.Errorf(kept.Internal, "what was exported is no PDF")
	}
	return err
}

// members are whom the portal knows, by address.
type members map[string]string

// Admit is the portal of every customer.
func (m members) Admit(_ context.Context, _, _, email string) (string, error) {
	account, known := m[email]
	if !known {
		return "", errors.New("nobody of that address")
	}
	return account, nil
}

// visitor logs in to a customer's portal.
type visitor struct {
	*connectSite
	email string
}

var (
	passField    = regexp.MustCompile(`name="pass" value="([^"]+)"`)
	providerLink = regexp.MustCompile(`id="provider" href="([^"]+)"`)
)

// opens is how the product opens a page of the app; of what it says the part that the browser goes on with.
func (v *visitor) opens(ctx context.Context, path string, query url.Values, part *regexp.Regexp) (string, *page, error) {
	target := path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	query.Set("jwt", v.Fake.CallToken(v.there, http.MethodGet, target))
	out, err := v.call(ctx, http.MethodGet, v.portal+path+"?"+query.Encode(), nil, "")
	if err != nil {
		return "", nil, err
	}
	if found := part.FindStringSubmatch(out.text); found != nil {
		return html.UnescapeString(found[1]), out, nil
	}
	return "", out, nil
}

// tells is how a page of the app speaks with its back end.
func (v *visitor) tells(ctx context.Context, path string, body map[string]string, cookies []*http.Cookie) error {
	b, err := json.Marshal(body)
	if err != nil {
		return kept.Errorf(kept.Internal, "body: %w", err)
	}
	header := http.Header{"Authorization": {"JWT " + v.Fake.ContextToken(v.there, v.people[v.email])}, "Content-Type": {"application/json"}}
	for _, c := range cookies {
		header.Add("Cookie", c.Name+"="+c.Value)
	}
	_, err = v.call(ctx, http.MethodPost, v.portal+path, header, string(b))
	return err
}

func (v *visitor) use(ctx context.Context) error {
	at := func() url.Values { return url.Values{"xdm_e": {v.where.URL}} }
	address, out, err := v.opens(ctx, "/login", at(), providerLink)
	if err == nil && address == "" {
		if err = v.save(ctx); err == nil {
			address, out, err = v.opens(ctx, "/login", at(), providerLink)
		}
	}
	if err != nil {
		return err
	}
	sent, err := v.call(ctx, http.MethodGet, address+"&login_hint="+url.QueryEscape(v.email), nil, "")
	if err != nil {
		return err
	}
	back, err := url.Parse(sent.header.Get("Location"))
	if err != nil {
		return kept.Errorf(kept.Internal, "the provider sends nowhere: %w", err)
	}
	q := back.Query()
	return v.tells(ctx, "/login/finish", map[string]string{"code": q.Get("code"), "state": q.Get("state"), "iss": q.Get("iss")}, out.cookies)
}

// save is what an administrator does once, and again after somebody had it erased.
func (v *visitor) save(ctx context.Context) error {
	return v.settings(ctx, "/settings", map[string]string{"issuer": v.login.issuer, "client_id": portalClient, "client_secret": portalSecret,
		"api_token": "demo-token-of-" + v.where.CloudID, "host": strings.TrimPrefix(v.where.URL, "https://")})
}

func (v *visitor) renew(ctx context.Context) error { return v.save(ctx) }

func (v *visitor) revoke(ctx context.Context) error {
	return v.settings(ctx, "/settings/delete", map[string]string{})
}

// settings is what the settings page sends, with the pass that it was given.
func (v *visitor) settings(ctx context.Context, path string, body map[string]string) (err error) {
	if body["pass"], _, err = v.opens(ctx, "/settings", url.Values{}, passField); err != nil {
		return err
	}
	return v.tells(ctx, path, body, nil)
}

// host is a customer's own server with Support Desk on it. Nobody hears of it before somebody there sends a bundle.
type host struct {
	*hostSite
	desk    *supportdesk.App
	answers string
	keyFile string
}

func (y *year) newHost(app policy.App, name string) user {
	y.hosts++
	h := &host{hostSite: &hostSite{year: y, app: app, server: fmt.Sprintf("BEXM-PLE0-0000-%04d", y.hosts)}, keyFile: filepath.Join(y.Dir, "hosts", name, "key")}
	h.desk = supportdesk.New(supportdesk.Options{Vendor: y.URL, Server: h.server, KeyFile: h.keyFile, HTTP: y.HTTP,
		Console: func() string { return "WARN the queue is slow" },
		Who:     func(*http.Request) (string, bool) { return "JIRAUSER10100", true }})
	return h
}

func (h *host) arrive(context.Context) error { return nil }

func (h *host) depart(ctx context.Context) error { return h.desk.Uninstalled(ctx) }

func (h *host) enter(ctx context.Context) (*client.Installation, error) {
	key, err := os.ReadFile(h.keyFile)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "the key of a host: %w", err)
	}
	return client.NewInstance(h.URL, strings.TrimSpace(string(key)), h.HTTP).Runtime(ctx)
}

// use sends a bundle if the vendor has none. The first one needs a code that the vendor's support gives over the phone.
func (h *host) use(ctx context.Context) (err error) {
	if h.answers == "" {
		if h.answers, err = h.serve(h.desk.Handler()); err != nil {
			return err
		}
	}
	sent, err := h.call(ctx, http.MethodGet, h.answers+"/support/sent", nil, "")
	if err != nil || strings.Contains(sent.text, "Withdraw") {
		return err
	}
	form := url.Values{"problem_description": {"Tickets open slowly"}, "console_log": {"WARN the queue is slow"}}
	if _, err := os.Stat(h.keyFile); err != nil {
		code, err := h.code(ctx)
		if err != nil {
			return err
		}
		form.Set("code", code)
	}
	_, err = h.call(ctx, http.MethodPost, h.answers+"/support/send", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form.Encode())
	return err
}

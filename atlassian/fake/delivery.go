package fake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"kept"
)

// Delivery is one attempt to tell a remote about an installation (atlassian: forge events reference, life cycle), or a
// Connect app about a tenant.
// Nothing is sent until Send; sending it twice is a doubled delivery, never sending it a lost one.
type Delivery struct {
	Event        Event
	Installation *Installation // of Forge, or
	Tenant       *Tenant       // of Connect
	Path         string        // of the endpoint, below the remote's base
	Attempt      int           // from 1
	Options      []Option
	System       string // the app's token that comes with it; empty for none

	body object
	fake *Atlassian
}

// Event says what is told.
type Event string

const (
	Installed    Event = "avi:forge:installed:app"
	Upgraded     Event = "avi:forge:upgraded:app"
	PreUninstall Event = "preUninstall" // a module, not an event: tried once, by somebody who does not wait for it
)

const maxAttempts = 4

// Installed tells that account installed the app. path is the route of the manifest's endpoint.
func (a *Atlassian) Installed(in *Installation, account, path string) *Delivery {
	body := a.event(in, Installed)
	body["installerAccountId"] = account
	return &Delivery{Event: Installed, Installation: in, Path: path, Attempt: 1, body: body, fake: a}
}

// Upgraded tells that account took the major version that the installation now has.
func (a *Atlassian) Upgraded(in *Installation, account, path string) *Delivery {
	body := a.event(in, Upgraded)
	body["upgraderAccountId"] = account
	body["permissions"] = object{"scopes": []string{"read:app-system-token"}, "external": object{"fetch": object{"backend": []string{}}}}
	return &Delivery{Event: Upgraded, Installation: in, Path: path, Attempt: 1, body: body, fake: a}
}

func (a *Atlassian) event(in *Installation, e Event) object {
	return object{
		"id":          in.ID,
		"app":         object{"id": in.App[len(appPrefix):], "version": in.Version},
		"environment": object{"id": in.Environment},
		"context":     "ari:cloud:jira::site/" + in.Site.CloudID,
		"eventType":   string(e),
	}
}

// PreUninstall tells that an admin uninstalls the app. There is no principal, and no second attempt.
func (a *Atlassian) PreUninstall(in *Installation, moduleKey, path string) *Delivery {
	a.mu.Lock()
	token := fmt.Sprintf("%x", a.draw(16))
	a.mu.Unlock()
	return &Delivery{Event: PreUninstall, Installation: in, Path: path, Attempt: 1, fake: a, body: object{
		"context": object{"cloudId": in.Site.CloudID, "moduleKey": moduleKey}, "contextToken": token,
	}}
}

// Retry is the next attempt after one that failed, 60 seconds later by Atlassian's clock and with a new token; nil when
// there is none. reason is INVALID_REMOTE_INVOCATION_ERROR, TIMEOUT_ERROR or INVALID_FORGE_INVOCATION_TOKEN.
func (d *Delivery) Retry(reason string) *Delivery {
	if d.Event == PreUninstall || d.Tenant != nil || d.Attempt == maxAttempts {
		return nil
	}
	next := d.Saying("retryContext", object{"retryData": nil, "retryCount": d.Attempt, "retryReason": reason})
	next.Attempt++
	return next
}

// Saying is the delivery with another member in its body, for bodies that contradict their token.
func (d *Delivery) Saying(name string, value any) *Delivery {
	next := *d
	next.body = maps.Clone(d.body)
	next.body[name] = value
	return &next
}

// Request is the attempt as an HTTP request to the remote at base, with a token issued now.
func (d *Delivery) Request(ctx context.Context, base string) (*http.Request, error) {
	b, err := json.Marshal(d.body)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "the body of a delivery can't be written")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(base, "/")+d.Path, bytes.NewReader(b))
	if err != nil {
		return nil, kept.Errorf(kept.Invalid, "the remote's address is malformed")
	}
	r.Header.Set("Content-Type", "application/json")
	if d.Tenant != nil {
		r.Header.Set("Authorization", "JWT "+d.fake.CallbackToken(d.Tenant, d.Path, d.Options...))
		return r, nil
	}
	r.Header.Set("Authorization", "Bearer "+d.fake.Token(d.Installation, d.Options...))
	if d.System != "" {
		r.Header.Set("X-Forge-Oauth-System", d.System)
	}
	r.Header.Set("X-B3-Traceid", d.fake.trace(16))
	r.Header.Set("X-B3-Spanid", d.fake.trace(8))
	return r, nil
}

func (a *Atlassian) trace(n int) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return fmt.Sprintf("%x", a.draw(n))
}

// Send makes the request with client and returns the answer's status. Like Atlassian it follows no redirect.
// Errors: Internal, when there is no answer.
func (d *Delivery) Send(ctx context.Context, client *http.Client, base string) (int, error) {
	r, err := d.Request(ctx, base)
	if err != nil {
		return 0, err
	}
	still := *client
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := still.Do(r)
	if err != nil {
		return 0, kept.Errorf(kept.Internal, "the remote does not answer: %w", err)
	}
	return response.StatusCode, response.Body.Close()
}

// Faults says how often in a hundred a delivery suffers each fate.
type Faults struct{ Lost, Doubled, Reordered int }

// Suffer is what arrives of deliveries sent in this order, and in which order.
func (a *Atlassian) Suffer(sent []*Delivery, faults Faults) []*Delivery {
	a.mu.Lock()
	defer a.mu.Unlock()
	strikes := func(percent int) bool {
		b := a.draw(2)
		return (int(b[0])<<8|int(b[1]))%100 < percent
	}
	var arrived []*Delivery
	for _, d := range sent {
		if strikes(faults.Lost) {
			continue
		}
		arrived = append(arrived, d)
		if strikes(faults.Doubled) {
			arrived = append(arrived, d)
		}
	}
	for i := len(arrived) - 1; i > 0; i-- {
		if strikes(faults.Reordered) {
			arrived[i-1], arrived[i] = arrived[i], arrived[i-1]
		}
	}
	return arrived
}

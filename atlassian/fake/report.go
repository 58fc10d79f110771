package fake

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kept"
)

// SitesPath is where the sites lie that apps of Connect call.
const SitesPath = "/site"

// Reports is where accounts are reported: at the API, and at each site for apps of Connect.
const Reports Endpoint = "reports"

const (
	reportPath  = "/app/report-accounts/"
	sitePath    = SitesPath + "/"
	connectPath = "/rest/atlassian-connect/latest/report-accounts"
	mostReports = 90
	systemLife  = 2 * time.Hour
)

// Report is one call in which accounts were reported, and what was answered.
type Report struct {
	At       kept.Time
	App      string // whose token it came with: as System was told, or the key of a Connect app's descriptor
	Accounts []Reported
	Status   int
	Closed   []string
	Updated  []string
	Cycle    string        // as the answer says
	Wait     time.Duration // of an answer that puts it off
}

// Reported is an account as it was reported.
type Reported struct {
	ID        string
	Retrieved kept.Time
}

// reports is what the fake knows of accounts.
type reports struct {
	calls   []Report
	closed  map[string]bool
	all     bool // every account is called closed
	changed map[string]kept.Time
	system  map[string]system // by token
	cycle   string            // said with each answer
	busy    int               // calls that are still to be put off
	wait    time.Duration     // for so long
}

// system is what a token of an app's is good for.
type system struct {
	app   string
	until kept.Time
}

// System is the token of an app that comes with a scheduled trigger, or one of its tokens of OAuth: opaque, for two hours.
func (a *Atlassian) System(app string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	token := fmt.Sprintf("fake-system-%x", a.draw(16))
	a.reports.system[token] = system{app, a.clock.Now().Add(systemLife)}
	return token
}

// Close closes an account: whoever reports it is told to erase what is about it.
func (a *Atlassian) Close(account string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reports.closed[account] = true
}

// CloseAll says of everybody that the account is closed, or no longer does.
func (a *Atlassian) CloseAll(closed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reports.all = closed
}

// Change changes the data of an account: whoever retrieved it before is told so.
func (a *Atlassian) Change(account string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reports.changed[account] = a.clock.Now()
}

// Cycle says another period with each answer, such as P3D; empty for none.
func (a *Atlassian) Cycle(period string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reports.cycle = period
}

// Busy puts the next calls off.
func (a *Atlassian) Busy(calls int, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reports.busy, a.reports.wait = calls, wait
}

// Reported are the calls since somebody asked.
func (a *Atlassian) Reported() []Report {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := a.reports.calls
	a.reports.calls = nil
	return out
}

// Scheduled is a scheduled trigger of an installation, with a token of its app's.
func (a *Atlassian) Scheduled(in *Installation, path string) *Delivery {
	return &Delivery{Event: "scheduledTrigger", Installation: in, Path: path, Attempt: 1, fake: a, System: a.System(in.App), body: object{
		"context": object{"cloudId": in.Site.CloudID, "moduleKey": "daily"},
	}}
}

// report answers a call. An answer also speaks of an account that nobody asked about, and of one in a way that nobody knows.
func (a *Atlassian) report(w http.ResponseWriter, r *http.Request, site string) {
	var body struct {
		Accounts []struct {
			ID      string    `json:"accountId"`
			Updated time.Time `json:"updatedAt"`
		} `json:"accounts"`
	}
	err := json.NewDecoder(r.Body).Decode(&body)
	a.mu.Lock()
	defer a.mu.Unlock()
	call := Report{At: a.clock.Now(), Status: http.StatusNoContent, Cycle: a.reports.cycle}
	app, known := a.caller(r, site)
	call.App = app
	statuses := []object{{"accountId": "somebody:else", "status": "closed"}}
	for _, b := range body.Accounts {
		call.Accounts = append(call.Accounts, Reported{b.ID, kept.TimeOf(b.Updated)})
		switch {
		case a.reports.all || a.reports.closed[b.ID]:
			call.Closed = append(call.Closed, b.ID)
			statuses = append(statuses, object{"accountId": b.ID, "status": "updated"}, object{"accountId": b.ID, "status": "closed"})
		case a.reports.changed[b.ID] > kept.TimeOf(b.Updated):
			call.Updated = append(call.Updated, b.ID)
			statuses = append(statuses, object{"accountId": b.ID, "status": "updated"})
		default:
			statuses = append(statuses, object{"accountId": b.ID, "status": "fine"})
		}
	}
	if len(call.Closed)+len(call.Updated) > 0 {
		call.Status = http.StatusOK
	}
	switch {
	case !known:
		call.Status = http.StatusUnauthorized
	case err != nil, len(body.Accounts) == 0, len(body.Accounts) > mostReports:
		call.Status = http.StatusBadRequest
	case a.reports.busy > 0:
		a.reports.busy--
		call.Wait = a.reports.wait
		call.Status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", strconv.Itoa(int(a.reports.wait/time.Second)))
	}
	if call.Status >= 300 {
		call.Closed, call.Updated = nil, nil
	}
	a.reports.calls = append(a.reports.calls, call)
	if a.reports.cycle != "" {
		w.Header().Set("Cycle-Period", a.reports.cycle)
	}
	switch call.Status {
	case http.StatusOK:
		answer(w, object{"accounts": statuses})
	case http.StatusBadRequest:
		w.WriteHeader(call.Status)
		json.NewEncoder(w).Encode(object{"errorType": "INVALID", "errorMessage": "that can't be read"}) // the caller is gone when this fails
	default:
		w.WriteHeader(call.Status)
	}
}

// caller is the app whose token a call comes with, at a site one that the tenant's app signed; known is false for none that is
// good. The lock is held.
func (a *Atlassian) caller(r *http.Request, site string) (app string, known bool) {
	authorization := r.Header.Get("Authorization")
	if site == "" {
		token, found := strings.CutPrefix(authorization, "Bearer ")
		s, given := a.reports.system[token]
		return s.app, found && given && a.clock.Now() < s.until
	}
	token, _ := strings.CutPrefix(authorization, "JWT ")
	signed, signature, _ := cutLast(token, ".")
	_, encoded, _ := strings.Cut(signed, ".")
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	var claims struct {
		Issuer  string `json:"iss"`
		Hash    string `json:"qsh"`
		Expires int64  `json:"exp"`
	}
	if err != nil || json.Unmarshal(raw, &claims) != nil || claims.Expires <= a.clock.Now().Std().Unix() || claims.Hash != queryHash(http.MethodPost, connectPath) {
		return claims.Issuer, false
	}
	for _, t := range a.tenants {
		mac := hmac.New(sha256.New, []byte(t.Secret))
		mac.Write([]byte(signed))
		if t.Site.CloudID == site && t.App == claims.Issuer && base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) == signature {
			return t.App, true
		}
	}
	return claims.Issuer, false
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

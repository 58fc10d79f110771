package api_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/reporting"
)

// A person with a marker is stored, reported and closed; the marker goes to Atlassian, and nowhere else.
func TestAccountsAreReportedAndTheTokenIsForgotten(t *testing.T) {
	w := newWorld(t, "")
	key := w.appKey("assets-owner")
	in := w.install("assets-owner", "acme")
	runtime, _ := w.credential(key, in, kept.AppRuntime)
	account := "655362:" + marker
	w.call("POST", "/v1/items", runtime, object{"category": "owner-settings", "subject": account, "value": object{"visibility": "all"}})
	w.call("POST", "/v1/entries", runtime, object{"category": "app-log", "record": "login", "account": account, "fields": object{"what": "x"}})
	for _, nobody := range []string{"unknown", "unidentified", "ann@acme.example", strings.Repeat("a", 129)} {
		if out := w.send(request{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": "owner-settings", "subject": nobody, "value": object{"visibility": "all"}}}); out.Code != 400 {
			t.Errorf("stored about %q: %d %s", nobody, out.Code, out.Body)
		}
	}
	w.clock.advance(8 * 24 * time.Hour)

	trigger := func(system string) request {
		return request{method: "POST", path: "/forge/assets-owner/scheduled", bearer: w.fake.Token(in), body: object{}, header: map[string]string{"X-Forge-Oauth-System": system}}
	}
	if out := w.send(trigger("")); out.Code != 400 || !strings.Contains(out.Body.String(), "appSystemToken") {
		t.Errorf("without the app's token: %d %s", out.Code, out.Body)
	}
	if out := w.send(trigger(marker + "-token")); out.Code != 403 {
		t.Errorf("with a token that Atlassian refuses: %d %s", out.Code, out.Body)
	}
	w.fake.Be(fake.Reports, fake.Failing)
	if out := w.send(trigger(w.fake.System("assets-owner"))); out.Code != 500 {
		t.Errorf("while Atlassian answers none: %d %s", out.Code, out.Body)
	}
	w.fake.Be(fake.Reports, fake.Well)
	w.fake.Reported()
	again := trigger(w.fake.System("assets-owner"))
	if out := w.send(again); out.Code != 204 {
		t.Fatalf("%d %s", out.Code, out.Body)
	}
	if out := w.send(again); out.Code != 401 {
		t.Errorf("the same trigger again: %d", out.Code)
	}
	calls := w.fake.Reported()
	if len(calls) != 1 || len(calls[0].Accounts) != 1 || calls[0].Accounts[0].ID != account {
		t.Fatalf("reported %v", calls)
	}

	w.clock.advance(7 * 24 * time.Hour)
	w.fake.Close(account)
	token := w.fake.System("assets-owner")
	if out := w.call("POST", "/v1/reports", key, object{"token": token}); out["accounts"] != 1.0 || out["closed"] != 1.0 {
		t.Errorf("%v", out)
	}
	w.must(w.server.Tick(t.Context()))
	for _, table := range []string{"item", "subject", `entry WHERE subject <> '' OR second <> ''`} {
		if n := w.number(`SELECT COUNT(*) FROM ` + table); n != 0 {
			t.Errorf("%d rows left of %s", n, table)
		}
	}

	files, err := filepath.Glob(filepath.Join(w.data, "*"))
	w.must(err)
	texts := map[string]string{"the log": w.log.String()}
	for _, file := range files {
		b, err := os.ReadFile(file)
		w.must(err)
		texts[filepath.Base(file)] = string(b)
	}
	for name, text := range texts {
		for _, secret := range []string{marker, token, "fake-system-"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %s", name, secret)
			}
		}
	}
}

// slow is a way to Atlassian on which time passes: so much in each call, and when calls are used up, as long as anybody waits.
type slow struct {
	w     *world
	way   http.RoundTripper
	takes time.Duration
	calls int
	waits []time.Duration // of calls that hung
}

// RoundTrip lets no time of the machine's pass.
func (s *slow) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.calls--; s.calls < 0 {
		wait := time.Hour
		if _, bounded := r.Context().Deadline(); bounded {
			wait = s.w.server.Atlassian.Hurried.Timeout
		}
		s.w.clock.advance(wait)
		s.waits = append(s.waits, wait)
		return nil, context.DeadlineExceeded
	}
	s.w.clock.advance(s.takes)
	return s.way.RoundTrip(r)
}

// Forge waits five seconds for the answer to a scheduled trigger, also while Atlassian answers late, and then hangs.
func TestATriggerIsAnsweredBeforeForgeGivesUp(t *testing.T) {
	for _, c := range []struct {
		says  string
		takes time.Duration
		calls int // that Atlassian answers, the one for the key set among them
		asked int // about how many, of 200
	}{
		{"it hangs at once", 0, 0, 0},
		{"the key set comes late, then it hangs", 1400 * time.Millisecond, 1, 0},
		{"it answers in seven tenths of a second, and hangs at the last moment", 700 * time.Millisecond, 3, 180},
		{"each answer is as late as may be", 1499 * time.Millisecond, 9, 180},
	} {
		w := newWorld(t, "")
		in := w.install("assets-owner", "acme")
		runtime, _ := w.credential(w.appKey("assets-owner"), in, kept.AppRuntime)
		for n := range 200 {
			w.call("POST", "/v1/items", runtime, object{"category": "owner-settings", "subject": fmt.Sprint("person-", n), "value": object{"visibility": "all"}})
		}
		w.clock.advance(8 * 24 * time.Hour)
		s := &slow{w: w, way: w.server.Atlassian.HTTP.Transport, takes: c.takes, calls: c.calls}
		w.server.Atlassian.Hurried = &http.Client{Timeout: reporting.Patience, Transport: s}
		begun := w.clock.Now()
		out := w.send(request{method: "POST", path: "/forge/assets-owner/scheduled", bearer: w.fake.Token(in), body: object{}, header: map[string]string{"X-Forge-Oauth-System": w.fake.System("assets-owner")}})
		asked := 0
		for _, call := range w.fake.Reported() {
			asked += len(call.Accounts)
		}
		if took := w.clock.Now().Sub(begun); took >= 5*time.Second || asked != c.asked {
			t.Errorf("%s: %d after %s, asked about %d; it hung for %v", c.says, out.Code, took, asked, s.waits)
		}
		if failed := out.Code >= 400; failed != (len(s.waits) > 0) {
			t.Errorf("%s: %d %s", c.says, out.Code, out.Body)
		}
	}
}

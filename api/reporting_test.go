package api_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/atlassian/fake"
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

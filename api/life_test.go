package api_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/db/dbtest"
	"kept/ledger"
)

// One installation's life, on both engines.
func TestALife(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { live(t, "") })
	t.Run("PostgreSQL", func(t *testing.T) {
		url, ok := dbtest.Postgres(t)
		if !ok {
			t.Skip("no PostgreSQL here")
		}
		live(t, url)
	})
}

func live(t *testing.T, database string) {
	w := newWorld(t, database)
	key, in := w.appKey("assets-owner"), w.install("assets-owner", "acme")
	w.deliver(w.fake.Installed(in, w.fake.NewAccount(), "/forge/assets-owner/installed"), 200)
	w.deliver(w.fake.Installed(in, w.fake.NewAccount(), "/forge/assets-owner/installed").Retry("TIMEOUT_ERROR"), 200)
	if n := w.number(`SELECT COUNT(*) FROM fact WHERE kind = 'installation.installed'`); n != 1 {
		t.Errorf("two deliveries made %d installations", n)
	}
	app, id := w.credential(key, in, kept.AppRuntime)
	admin, same := w.credential(key, in, kept.CustomerAdmin)
	if id != same {
		t.Errorf("two installations for one: %s %s", id, same)
	}

	put := object{"category": "owner-settings", "name": "settings", "subject": "655362:ada", "value": object{"admin_email": "ada@acme.example"}}
	item := w.call("POST", "/v1/items", app, put)["item"].(string)
	put["value"] = object{"admin_email": "bo@acme.example"}
	if again := w.call("POST", "/v1/items", app, put); again["item"] != item || again["version"] != 2.0 {
		t.Errorf("the name did not find its item: %v", again)
	}
	w.call("PUT", "/v1/items/"+item, app, object{"category": "owner-settings", "value": object{"visibility": []string{"all"}}})
	read := w.call("GET", "/v1/items/"+item+"?purpose=assets-access", app, nil)
	if value := read["value"].(object); len(value) != 1 || value["visibility"] == nil || read["version"] != 3.0 {
		t.Errorf("read %v", read)
	}
	if items := w.call("GET", "/v1/items?category=owner-settings", app, nil)["items"].([]any); len(items) != 1 {
		t.Errorf("listed %v", items)
	}
	gone := w.call("DELETE", "/v1/items/"+item, app, nil)
	receipt := w.call("GET", "/v1/installation/receipts/"+gone["receipt"].(string), admin, nil)
	if receipt["reason"] != "deleted" || receipt["unreachable"] == nil {
		t.Errorf("receipt %v", receipt)
	}
	if entries := w.call("GET", "/v1/installation/entries?purpose=security", admin, nil)["entries"].([]any); len(entries) == 0 {
		t.Errorf("entries %v", entries)
	}

	w.call("POST", "/v1/items", app, put)
	w.call("PUT", "/v1/installation/restriction", admin, object{"restricted": true})
	w.refused(request{method: "POST", path: "/v1/items", bearer: app, body: put}, 403, "restricted")
	w.call("PUT", "/v1/installation/restriction", admin, object{"restricted": false})
	if receipts := w.call("POST", "/v1/installation/purge", admin, object{"categories": []string{"owner-settings"}})["receipts"].([]any); len(receipts) != 1 {
		t.Errorf("purged with receipts %v", receipts)
	}
	w.refused(request{method: "POST", path: "/v1/items", bearer: app, body: object{"category": "owner-settings", "value": object{"shoe_size": 40}}}, 403, "allowed: admin_email, visibility")

	w.call("POST", "/v1/items", app, put)
	w.deliver(w.fake.PreUninstall(in, "leaving", "/forge/assets-owner/pre-uninstall"), 204)
	w.refused(request{method: "POST", path: "/v1/items", bearer: app, body: put}, 403, "uninstalled")
	own := w.call("GET", "/v1/installation", app, nil)
	if stay := own["categories"].([]any)[0].(object); stay["due"] == nil {
		t.Errorf("no clock runs: %v", own)
	}
	w.ledgers(app)
}

// ledgers verifies what the server shows of its ledger: all of it, and only own facts opened.
func (w *world) ledgers(app string) {
	w.t.Helper()
	w.must(w.server.Tick(w.t.Context()))
	key := strings.TrimSpace(w.send(request{method: "GET", path: "/v1/ledger/key"}).Body.String())
	checkpoint := w.send(request{method: "GET", path: "/v1/ledger/checkpoint"})
	if _, err := ledger.Open(key, checkpoint.Body.Bytes()); err != nil {
		w.t.Error(err)
	}
	count := func(path, bearer string) (leaves, openings int) {
		out := w.send(request{method: "GET", path: path, bearer: bearer})
		if _, err := ledger.Verify(bytes.NewReader(out.Body.Bytes()), key); err != nil {
			w.t.Errorf("%s: %v", path, err)
		}
		return strings.Count(out.Body.String(), `"leaf":`), strings.Count(out.Body.String(), `"fact":`)
	}
	auditor := w.hire(kept.Auditor, "auditor")
	all, opened := count("/v1/ledger", auditor)
	own, ownOpened := count("/v1/installation/ledger", app)
	if all != opened || own != all || ownOpened == 0 || ownOpened >= all {
		w.t.Errorf("of %d facts the auditor opens %d; of %d the app opens %d", all, opened, own, ownOpened)
	}
}

func (w *world) deliver(d *fake.Delivery, want int) {
	w.t.Helper()
	r, err := d.Request(w.t.Context(), "http://kept.example")
	w.must(err)
	out := w.serve(r)
	if out.Code != want {
		w.t.Errorf("%s: %d %s, want %d", d.Path, out.Code, out.Body, want)
	}
}

// refused sends what must be refused with this status and these words.
func (w *world) refused(r request, want int, words string) {
	w.t.Helper()
	out := w.send(r)
	if out.Code != want || !strings.Contains(out.Body.String(), words) || out.Header().Get("Content-Type") != "application/problem+json" {
		w.t.Errorf("%s %s: %d %s (%s), want %d with %q", r.method, r.path, out.Code, out.Body, out.Header().Get("Content-Type"), want, words)
	}
}

func TestForgeDeliveries(t *testing.T) {
	w := newWorld(t, "")
	in, other := w.install("assets-owner", "acme"), w.install("assets-owner", "bolt")
	const path = "/forge/assets-owner/installed"
	installed := func() *fake.Delivery { return w.fake.Installed(in, w.fake.NewAccount(), path) }
	for _, c := range []struct {
		name string
		d    *fake.Delivery
		want int
	}{
		{"as documented", installed(), 200},
		{"with a context it has no words for", installed().Saying("context", "ari:cloud:bitbucket::workspace/x"), 200},
		{"with members nobody knows", installed().Saying("name", object{"more": 1}), 200},
		{"of another installation", installed().Saying("id", other.ID), 403},
		{"of another site", installed().Saying("context", "ari:cloud:jira::site/"+other.Site.CloudID), 403},
		{"of another page", installed().Saying("context", object{"cloudId": other.Site.CloudID}), 403},
		{"of another app", installed().Saying("app", object{"id": w.apps["page-owl"]}), 403},
		{"of another environment", installed().Saying("environment", object{"id": other.ID}), 403},
		{"with an id that is none", installed().Saying("id", "acme"), 400},
		{"with an id that is a number", installed().Saying("id", 7), 400},
		{"with a context that is a number", installed().Saying("context", 7), 400},
		{"to an unknown app", w.fake.Installed(in, w.fake.NewAccount(), "/forge/nobody/installed"), 404},
		{"to another app", w.fake.Installed(in, w.fake.NewAccount(), "/forge/page-owl/installed"), 401},
		{"upgraded", w.fake.Upgraded(in, w.fake.NewAccount(), "/forge/assets-owner/upgraded"), 200},
		{"leaving, unknown", w.fake.PreUninstall(other, "x", "/forge/assets-owner/pre-uninstall"), 204},
		{"leaving with another site", w.fake.PreUninstall(in, "x", "/forge/assets-owner/pre-uninstall").Saying("context", object{"cloudId": other.Site.CloudID}), 403},
		{"leaving", w.fake.PreUninstall(in, "x", "/forge/assets-owner/pre-uninstall"), 204},
		{"leaving again", w.fake.PreUninstall(in, "x", "/forge/assets-owner/pre-uninstall"), 204},
	} {
		t.Run(c.name, func(t *testing.T) { w.t = t; w.deliver(c.d, c.want) })
	}
	w.t = t
	if n := w.number(`SELECT COUNT(*) FROM installation`); n != 1 {
		t.Errorf("%d installations", n)
	}
	token := w.fake.Token(in)
	if out := w.send(request{method: "POST", path: path, bearer: token, body: object{}}); out.Code != 200 {
		t.Errorf("first use: %d", out.Code)
	}
	w.refused(request{method: "POST", path: path, bearer: token, body: object{}}, 401, "used before")
	w.clock.advance(time.Minute)
	w.refused(request{method: "POST", path: path, bearer: token, body: object{}}, 401, "not valid")
	w.refused(request{method: "POST", path: path, bearer: w.fake.Token(in), body: "{"}, 400, "does not fit")
}

package api_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept"
	"kept/atlassian/fake"
	"kept/kernel"
)

const marker = "xq7marker"

// planted is a request full of markers, whose answer may show them only if it is a value's own reader.
func (s *scene) planted() (all []request) {
	runtime, admin, key := s.bearer("app-runtime"), s.bearer("customer-admin"), s.bearer("the app key")
	operator, officer := s.bearer("operator"), s.bearer("officer")
	value := object{"admin_email": marker + "@acme.example", "visibility": []any{object{marker: marker}}}
	in := s.install("assets-owner", marker)
	// The right credential, and something wrong with what is sent: a marker in each field, and a wrong shape around it.
	all = []request{
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": "owner-settings", "name": marker, "subject": "655362:" + marker, "value": value}},
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": marker, "value": value}},
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": "owner-settings", "value": object{marker: marker}}},
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": "owner-settings", "value": object{}, marker: marker}},
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": []string{marker}, "name": object{marker: 1}, "value": marker}},
		{method: "POST", path: "/v1/items", bearer: runtime, body: `{"category": ` + marker},
		{method: "POST", path: "/v1/items", bearer: runtime, body: `"` + marker + `"`},
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": "owner-settings", "name": strings.Repeat(marker, 100), "value": value}},
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": "owner-settings", "value": object{"admin_email": strings.Repeat(marker, 20000)}}},
		{method: "POST", path: "/v1/items", bearer: runtime, body: strings.Repeat(marker, 1<<18)},
		{method: "PUT", path: "/v1/items/" + s.params["item"], bearer: runtime, body: object{"category": "owner-settings", "subject": marker, "value": value}},
		{method: "PUT", path: "/v1/items/" + s.params["item"], bearer: runtime, body: object{"category": marker, "value": value}},
		{method: "PUT", path: "/v1/items/" + marker, bearer: runtime, body: object{"category": "owner-settings", "value": value}},
		{method: "GET", path: "/v1/items/" + s.params["item"] + "?purpose=assets-access&" + marker + "=" + marker, bearer: runtime},
		{method: "GET", path: "/v1/items/" + s.params["item"] + "?purpose=" + marker, bearer: runtime},
		{method: "GET", path: "/v1/items?category=" + marker, bearer: runtime},
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": "service-credentials", "host": marker + ".example", "value": object{"api_token": marker}}},
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": "service-credentials", "host": "https://" + marker, "value": object{"api_token": marker}}},
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": "figures", "subject": marker, "value": object{"note": marker}}},
		{method: "POST", path: "/v1/items", bearer: runtime, body: object{"category": "figures", "value": object{"note": marker + "@acme.example"}}},
		{method: "GET", path: "/v1/items/" + s.params["item"] + "?host=" + marker + ".example&purpose=security", bearer: runtime},
		{method: "POST", path: "/v1/entries", bearer: runtime, body: object{"category": "app-log", "record": "login", "account": "655362:" + marker, "fields": object{"what": marker}}},
		{method: "POST", path: "/v1/entries", bearer: runtime, body: object{"category": "app-log", "record": "login", "fields": object{"email": marker + "@acme.example"}}},
		{method: "POST", path: "/v1/entries", bearer: runtime, body: object{"category": "app-log", "record": marker, "fields": object{marker: marker}}},
		{method: "POST", path: "/v1/entries", bearer: runtime, body: object{"category": marker, "record": marker}},
		{method: "POST", path: "/v1/entries", bearer: runtime, body: object{"category": "app-log", "record": " " + marker, "fields": marker}},
		{method: "POST", path: "/v1/entries/bulk", bearer: runtime, body: object{"entries": []object{{"category": "app-log", "record": "login", "actor": marker}, {"category": "app-log", "record": marker}}}},
		{method: "POST", path: "/v1/entries/bulk", bearer: runtime, body: object{"entries": []object{{"category": marker, "record": marker}, {"category": marker, "record": marker + " "}}}},
		{method: "POST", path: "/v1/entries/bulk", bearer: runtime, body: object{"entries": []any{marker, object{marker: marker}}}},
		{method: "GET", path: "/v1/installation/entries?purpose=security&category=" + marker, bearer: runtime},
		{method: "GET", path: "/v1/installations/" + s.params["installation"] + "/items/" + s.params["item"] + "?purpose=" + marker, bearer: officer},
		{method: "GET", path: "/v1/installations/" + s.params["installation"] + "/items?category=" + marker, bearer: officer},
		{method: "GET", path: "/v1/installations/" + marker + "/items/" + marker + "?purpose=assets-access", bearer: operator},
		{method: "DELETE", path: "/v1/items/" + marker, bearer: runtime},
		{method: "GET", path: "/v1/installation/receipts/" + marker, bearer: admin},
		{method: "GET", path: "/v1/installation/entries?purpose=" + marker, bearer: admin},
		{method: "POST", path: "/v1/installation/purge", bearer: admin, body: object{"categories": []string{marker}}},
		{method: "PUT", path: "/v1/installation/restriction", bearer: admin, body: object{"restricted": marker}},
		{method: "PUT", path: "/v1/installation/retention", bearer: admin, body: object{"category": marker, "from": "entry", "max": marker}},
		{method: "PUT", path: "/v1/installation/retention", bearer: admin, body: object{"category": "owner-settings", "from": marker}},
		{method: "POST", path: "/v1/credentials", bearer: key, body: object{"invocation_token": marker, "role": marker, "oauth_token": marker}},
		{method: "POST", path: "/v1/credentials", bearer: key, body: object{"invocation_token": marker + "." + marker + "." + marker}},
		{method: "POST", path: "/v1/credentials", bearer: key, body: object{"invocation_token": s.fake.Token(in, fake.Page(in, marker)), "role": "customer-admin", "oauth_token": marker}},
		{method: "POST", path: "/v1/credentials", bearer: marker, body: object{"invocation_token": marker}},
		{method: "POST", path: "/v1/sessions", body: object{"login": marker, "password": marker}},
		{method: "POST", path: "/v1/sessions", body: object{"login": "operator", "password": marker}},
		{method: "POST", path: "/v1/sessions", body: object{"login": []string{marker}, "password": 7, marker: marker}},
		{method: "POST", path: "/v1/staff", bearer: operator, body: object{"login": marker + "@vendor.example", "role": "support"}},
		{method: "POST", path: "/v1/staff", bearer: operator, body: object{"login": marker + " ", "role": "support"}},
		{method: "POST", path: "/v1/staff", bearer: operator, body: object{"login": marker, "role": marker}},
		{method: "POST", path: "/v1/password", bearer: officer, body: object{"old": marker, "new": marker + marker}},
		{method: "POST", path: "/v1/password", bearer: officer, body: object{"old": "a password of officer", "new": "now " + marker + marker}},
		{method: "POST", path: "/v1/apps/" + marker + "/keys", bearer: operator},
		{method: "DELETE", path: "/v1/app-keys/" + marker, bearer: operator},
		{method: "POST", path: "/v1/installations/" + marker + "/effect", bearer: operator},
		{method: "POST", path: "/v1/installations/" + s.params["installation"] + "/purge", bearer: officer, body: object{"categories": []string{marker}}},
		{method: "POST", path: "/v1/holds", bearer: officer, body: object{"installation": s.params["installation"], "category": marker, "reason": marker, "until": marker, "about": marker, "rows": []string{marker}}},
		{method: "POST", path: "/v1/holds", bearer: officer, body: object{"installation": s.params["installation"], "category": marker, "reason": "incident", "until": "2026-05-01"}},
		{method: "POST", path: "/v1/holds", bearer: officer, body: object{"installation": s.params["installation"], "category": "owner-settings", "reason": "incident", "until": "2026-05-01", "about": marker}},
		{method: "POST", path: "/v1/holds", bearer: officer, body: object{"installation": s.params["installation"], "category": "owner-settings", "reason": marker, "until": "2026-05-01"}},
		{method: "PUT", path: "/v1/holds/" + marker, bearer: officer, body: object{"until": marker}},
		{method: "DELETE", path: "/v1/holds/" + marker, bearer: officer},
		{method: "GET", path: "/v1/holds/" + s.params["hold"] + "/rows/" + marker, bearer: officer},
		{method: "POST", path: "/v1/attestations", bearer: officer, body: object{"promise": marker}},
		{method: "POST", path: "/v1/publications", bearer: officer, body: object{"document": marker}},
		{method: "POST", path: "/v1/probes", bearer: officer, body: object{"promise": marker}},
		{method: "POST", path: "/v1/probes/" + s.params["probe"] + "/confirmation", bearer: officer, body: object{"code": marker}},
		{method: "POST", path: "/forge/assets-owner/installed", bearer: s.fake.Token(in, fake.Page(in, marker)), body: object{"id": in.ID, "installerAccountId": marker, "app": object{"name": marker}}},
		{method: "POST", path: "/forge/assets-owner/upgraded", bearer: s.fake.Token(in), body: object{"id": marker}},
		{method: "POST", path: "/forge/assets-owner/pre-uninstall", bearer: s.fake.Token(in), body: object{"context": object{"cloudId": marker}, "contextToken": marker}},
		{method: "POST", path: "/connect/portal-sso/installed", bearer: "JWT " + s.fake.CallbackToken(s.tenant, "/connect/portal-sso/installed"),
			body: object{"key": s.tenant.App, "clientKey": s.tenant.ClientKey, "eventType": "installed", "productType": "jira", "sharedSecret": marker + s.tenant.Secret,
				"baseUrl": "https://" + marker + ".example", "displayUrl": marker, "description": marker, "accountId": marker, "serviceEntitlementNumber": marker}},
		{method: "POST", path: "/connect/portal-sso/installed", bearer: "JWT " + s.fake.CallbackToken(s.tenant, "/connect/portal-sso/installed"),
			body: object{"key": marker, "clientKey": marker, "eventType": marker, "productType": "jira", "sharedSecret": marker}},
		{method: "POST", path: "/connect/portal-sso/installed", bearer: "JWT " + s.fake.CallbackToken(s.tenant, "/connect/portal-sso/installed"),
			body: object{"key": 7, "clientKey": []string{marker}, "productType": marker, "sharedSecret": object{marker: marker}, "installationId": marker}},
		{method: "POST", path: "/connect/" + marker + "/uninstalled?jwt=" + marker, bearer: "JWT " + marker, body: marker},
		{method: "POST", path: "/v1/credentials", bearer: key, body: object{"connect_token": marker, "method": marker, "path": "/" + marker}},
		{method: "POST", path: "/v1/credentials", bearer: key, body: object{"connect_token": s.fake.ContextToken(s.tenant, marker), "role": marker}},
		{method: "POST", path: "/v1/apps/" + marker + "/enrolments", bearer: operator, body: object{"server": marker}},
		{method: "POST", path: "/v1/apps/support-desk/enrolments", bearer: operator, body: object{"server": marker, marker: marker}},
		{method: "POST", path: "/v1/instances", body: object{"code": marker, "server": marker}},
		{method: "POST", path: "/v1/instances", body: object{"code": marker, "server": "BXXX-0000-0000-0000"}},
		{method: "POST", path: "/v1/instances/credential", bearer: s.bearer("an instance's key"), body: object{"role": marker}},
		{method: "POST", path: "/forge/assets-owner/scheduled", bearer: s.fake.Token(in), body: object{"context": object{"cloudId": in.Site.CloudID}, marker: marker}},
		{method: "POST", path: "/v1/reports", bearer: key, body: object{"token": marker}},
		{method: "POST", path: "/v1/reports", bearer: key, body: object{"token": object{marker: marker}}},
		{method: "GET", path: "/v1/items?outdated=" + marker, bearer: runtime},
		{method: "POST", path: "/forge/" + marker + "/installed", bearer: marker, body: marker},
		{method: marker, path: "/v1/items/" + marker},
		{method: "GET", path: "/v1/" + marker + "/../" + marker + "?" + marker},
		{method: "GET", path: "/" + marker},
	}
	for _, path := range []string{"board", "documents/" + marker, "promises/" + marker, "installations", "installations/" + marker, "ledger", "facts/" + marker, "app-keys"} {
		all = append(all, request{method: "GET", path: "/v1/" + path, bearer: operator})
	}
	// Every operation with nothing but a marker as credential, key and body.
	for _, o := range s.operations() {
		r := s.request(o)
		r.bearer, r.body = marker, object{marker: marker}
		all = append(all, r)
	}
	return all
}

func (s *scene) bearer(name string) string {
	s.t.Helper()
	for _, c := range s.shown {
		if c.name == name {
			return c.bearer
		}
	}
	s.t.Fatalf("no credential is called %q", name)
	return ""
}

func TestNoMarkerComesOut(t *testing.T) {
	s := setScene(t)
	done := 0
	for i, r := range s.planted() {
		r.header = map[string]string{"User-Agent": marker, "Referer": "https://" + marker, "Cookie": marker + "=" + marker, "X-Forge-Oauth-User": marker, "X-Forge-Oauth-System": marker}
		if i%2 == 0 {
			r.header["Idempotency-Key"] = fmt.Sprint(marker, i)
		}
		out := s.send(r)
		if out.Code < 300 {
			done++
		}
		reader := out.Code == 200 && strings.HasSuffix(strings.Split(r.path, "&")[0], "?purpose=assets-access")
		if said := out.Body.String() + fmt.Sprint(out.Header()); strings.Contains(strings.ToLower(said), marker) && !reader {
			t.Errorf("%s %s answers %d %s", r.method, r.path, out.Code, said)
		}
	}
	if done < 10 {
		t.Errorf("only %d requests succeeded: markers went nowhere", done)
	}
	s.must(s.server.Tick(t.Context()))

	for name, text := range map[string]string{
		"log": s.log.String(), "requests to Atlassian": s.asked.String(), "metrics": s.send(request{method: "GET", path: "/metrics"}).Body.String(),
	} {
		if text == "" {
			t.Errorf("there is no %s", name)
		}
		if at := strings.Index(strings.ToLower(text), marker); at >= 0 {
			t.Errorf("%s: …%s…", name, text[max(0, at-200):min(len(text), at+100)])
		}
	}
	s.must(s.server.Kernel.View(t.Context(), func(v *kernel.View) error {
		return v.Each(func(scan func(...any) error) error {
			var body []byte
			if err := scan(&body); err != nil {
				return err
			}
			if strings.Contains(string(body), marker) {
				t.Errorf("a fact holds it: %s", body)
			}
			return nil
		}, `SELECT body FROM fact`)
	}))
	readable := false
	files, err := filepath.Glob(filepath.Join(s.data, "*"))
	s.must(err)
	for _, file := range files {
		b, err := os.ReadFile(file)
		s.must(err)
		readable = readable || strings.Contains(string(b), "owner-settings")
		if strings.Contains(strings.ToLower(string(b)), marker) {
			t.Errorf("%s holds it in clear text", filepath.Base(file))
		}
	}
	if !readable {
		t.Error("the files do not even hold what stands there in clear text")
	}
}

// One line for each request, with nothing in it but what the list says.
func TestTheAccessLog(t *testing.T) {
	w := newWorld(t, "")
	bearer := w.hire(kept.Auditor, "auditor")
	before := len(w.log.String())
	w.send(request{method: "GET", path: "/v1/facts/fct_aaaaaaaaaaaaaaaaaaaaaaaaaa?x=y", bearer: bearer})
	lines := strings.Split(strings.TrimSpace(w.log.String()[before:]), "\n")
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil || len(lines) != 1 {
		t.Fatalf("%q", lines)
	}
	if line["route"] != "GET /v1/facts/{fact}" || line["status"] != 404.0 || line["role"] != "auditor" || line["method"] != "GET" {
		t.Errorf("%v", line)
	}
	for name := range line {
		if !strings.Contains(" time level msg request method route status duration role ", " "+name+" ") {
			t.Errorf("the line says %s", name)
		}
	}
}

package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/kernel"
)

// described is an operation as the OpenAPI document tells it.
type described struct {
	id, method, path string
	scheme           string
	roles            []string
	body             bool
}

// operations reads the document that everybody may read.
func (w *world) operations() (list []described) {
	w.t.Helper()
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			ID       string `json:"operationId"`
			Security *[]map[string][]string
			Roles    []string `json:"x-kept-roles"`
			Body     any      `json:"requestBody"`
		}
	}
	w.must(json.Unmarshal(w.send(request{method: "GET", path: "/openapi.json"}).Body.Bytes(), &doc))
	if doc.OpenAPI != "3.1.0" {
		w.t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
	for path, methods := range doc.Paths {
		for method, o := range methods {
			d := described{id: o.ID, method: strings.ToUpper(method), path: path, roles: o.Roles, body: o.Body != nil}
			if len(o.Roles) == 0 || o.Security == nil || len(*o.Security) > 1 {
				w.t.Errorf("%s %s declares no roles or no one scheme", d.method, path)
				continue
			}
			for _, s := range *o.Security {
				for d.scheme = range s {
				}
			}
			if (d.scheme == "") != slices.Equal(o.Roles, []string{"anyone"}) {
				w.t.Errorf("%s is for %v under %q", d.id, o.Roles, d.scheme)
			}
			list = append(list, d)
		}
	}
	return list
}

// scene is a server on which every operation has something to work on, and every credential that somebody may try.
type scene struct {
	*world
	shown  []shown
	params map[string]string
	bodies map[string]any // by operation
	hooks  map[string]func(r *request)
	tenant *fake.Tenant // of Connect
	hosts  int          // that asked for a code
}

// lifecycle is the body of a callback about the scene's tenant.
func (s *scene) lifecycle(event string) object {
	return object{"key": s.tenant.App, "clientKey": s.tenant.ClientKey, "eventType": event, "productType": "jira", "sharedSecret": s.tenant.Secret}
}

// shown is a credential with what it is really good for.
type shown struct {
	name, bearer string
	scheme, role string // of a valid one
	foreign      bool   // of another installation or app than the one in the paths
}

func setScene(t *testing.T) *scene {
	w := newWorld(t, "")
	s := &scene{world: w, hooks: map[string]func(*request){}}
	ctx := t.Context()

	// What has run out by the time of the test.
	revoked := w.appKey("page-owl")
	stale := w.install("assets-owner", "stale")
	key := w.appKey("assets-owner")
	staleRuntime, _ := w.credential(key, stale, kept.AppRuntime)
	staleAdmin, _ := w.credential(key, stale, kept.CustomerAdmin)
	staleToken := w.fake.Token(stale)
	orphan, _ := w.credential(revoked, w.install("page-owl", "orphan"), kept.AppRuntime)
	staleSession := w.hire(kept.Operator, "early")
	var revokedID kept.ID
	w.must(w.server.Kernel.View(ctx, func(v *kernel.View) error {
		list, err := w.server.Access.AppKeys(v)
		revokedID = list[0].ID
		return err
	}))
	w.must(w.server.Access.RevokeAppKey(ctx, w.boss(), revokedID))
	w.clock.advance(13 * time.Hour)

	// What is good, here or elsewhere.
	otherKey := w.appKey("page-owl")
	in := w.install("assets-owner", "acme")
	runtime, id := w.credential(key, in, kept.AppRuntime)
	admin, _ := w.credential(key, in, kept.CustomerAdmin)
	neighbour, _ := w.credential(key, w.install("assets-owner", "bolt"), kept.AppRuntime)
	neighbourAdmin, _ := w.credential(key, w.install("assets-owner", "cork"), kept.CustomerAdmin)
	otherApp, _ := w.credential(otherKey, w.install("page-owl", "acme-owl"), kept.AppRuntime)
	s.shown = []shown{
		{name: "none"},
		{name: "garbage", bearer: "kept_ins_garbage"},
		{name: "a revoked app key", bearer: revoked},
		{name: "a credential of a revoked app", bearer: orphan},
		{name: "an expired app-runtime", bearer: staleRuntime},
		{name: "an expired customer-admin", bearer: staleAdmin},
		{name: "an expired session", bearer: staleSession},
		{name: "an expired Forge token", bearer: staleToken},
		{name: "a forged Forge token", bearer: w.fake.Token(in, fake.Forged())},
		{name: "another app's Forge token", bearer: w.fake.Token(w.install("page-owl", "elsewhere"))},
		{name: "the app key", bearer: key, scheme: "appKey", role: "app"},
		{name: "another app's key", bearer: otherKey, scheme: "appKey", role: "app", foreign: true},
		{name: "app-runtime", bearer: runtime, scheme: "installation", role: "app-runtime"},
		{name: "customer-admin", bearer: admin, scheme: "installation", role: "customer-admin"},
		{name: "another installation's app-runtime", bearer: neighbour, scheme: "installation", role: "app-runtime", foreign: true},
		{name: "another installation's customer-admin", bearer: neighbourAdmin, scheme: "installation", role: "customer-admin", foreign: true},
		{name: "another app's app-runtime", bearer: otherApp, scheme: "installation", role: "app-runtime", foreign: true},
	}
	for _, role := range kept.Staff {
		s.shown = append(s.shown, shown{name: string(role), bearer: w.hire(role, string(role)), scheme: "staff", role: string(role)})
	}
	_, password, err := w.server.Access.CreateStaff(ctx, w.boss(), "newcomer", kept.Operator)
	w.must(err)
	left := w.hire(kept.Operator, "left")
	w.call("DELETE", "/v1/sessions", left, nil)
	s.shown = append(s.shown,
		shown{name: "a session before the first password was changed", bearer: w.login("newcomer", password), scheme: "staff", role: "newcomer"},
		shown{name: "a session after logout", bearer: left})

	// What the paths name.
	value := func(category, field string) object { return object{"category": category, "value": object{field: "x"}} }
	item := w.call("POST", "/v1/items", runtime, value("owner-settings", "visibility"))
	lost := w.call("POST", "/v1/items", runtime, value("owner-settings", "visibility"))["item"].(string)
	receipt := w.call("DELETE", "/v1/items/"+lost, runtime, nil)["receipt"].(string)
	leaving := w.install("assets-owner", "leaving")
	_, leavingID := w.credential(key, leaving, kept.AppRuntime)
	w.call("POST", "/forge/assets-owner/pre-uninstall", w.fake.Token(leaving), object{})
	spare, _, err := w.server.Access.CreateAppKey(ctx, w.boss(), "page-owl")
	w.must(err)
	officer := kept.Actor{Role: kept.Officer, Staff: w.boss().Staff}
	probe, code, err := w.server.Register.Probe(ctx, officer, "reach-us")
	w.must(err)
	w.must(w.server.Tick(ctx))
	s.tenant = w.fake.ConnectApp("com.larkspur.sso", "https://sso.larkspur.example/app", w.fake.NewSite("tenant"))
	for _, bad := range []struct {
		name   string
		option fake.Option
	}{
		{"an expired callback's token", fake.Expired(time.Hour)}, {"a forged callback's token", fake.Forged()},
		{"another app's callback's token", fake.With("aud", "https://other.example")}, {"a callback's token in HS256", fake.Keyed([]byte(s.tenant.Secret))},
		{"an unsigned callback's token", fake.AlgNone()}, {"a context token", fake.With("qsh", "context-qsh")},
	} {
		s.shown = append(s.shown, shown{name: bad.name, bearer: "JWT " + w.fake.CallbackToken(s.tenant, "/connect/portal-sso/installed", bad.option)})
	}
	gone := w.host("BGNE-0000-0000-0000")
	w.call("DELETE", "/v1/instances", gone, nil)
	lostKey := w.host("BLST-0000-0000-0000")
	w.host("BLST-0000-0000-0000")
	hostKey := w.host("BKPT-0000-0000-0000")
	hostRuntime := w.call("POST", "/v1/instances/credential", hostKey, nil)["credential"].(string)
	s.shown = append(s.shown,
		shown{name: "the key of a host that left", bearer: gone},
		shown{name: "a key that was replaced", bearer: lostKey},
		shown{name: "an instance's key", bearer: hostKey, scheme: "instanceKey", role: "instance"},
		shown{name: "an instance's app-runtime", bearer: hostRuntime, scheme: "installation", role: "app-runtime", foreign: true},
		shown{name: "an enrolment code", bearer: w.code("")})
	s.shown = append(s.shown, shown{name: "a callback's token as a bearer's", bearer: w.fake.CallbackToken(s.tenant, "/connect/portal-sso/installed")})
	held := w.call("POST", "/v1/holds", w.hire(kept.Officer, "holder"), object{"installation": string(id), "category": "owner-settings", "reason": "incident", "until": "2026-06-01", "rows": []any{item["item"]}})
	s.params = map[string]string{"hold": held["id"].(string), "row": item["item"].(string), "app": "assets-owner", "item": item["item"].(string), "receipt": receipt, "installation": string(id),
		"key": string(spare), "document": "cloud", "promise": "trained", "fact": item["fact"].(string), "probe": string(probe.ID)}
	s.bodies = map[string]any{
		"forge-installed": object{"id": in.ID}, "forge-upgraded": object{"id": in.ID}, "forge-scheduled": object{}, "report-accounts": object{"token": "refused"}, "forge-pre-uninstall": object{"context": object{"cloudId": in.Site.CloudID}},
		"connect-installed": s.lifecycle("installed"), "connect-uninstalled": s.lifecycle("uninstalled"),
		"log-entry":   object{"category": "app-log", "record": "login"},
		"say-event":   object{"event": "need-ended", "group": "nothing"},
		"log-entries": object{"entries": []object{{"category": "app-log", "record": "login"}, {"category": "app-log", "record": "login"}}},
		"put-item":    value("service-credentials", "api_token"), "overwrite-item": value("owner-settings", "visibility"),
		"own-purge": object{"categories": []string{"owner-settings"}}, "own-restriction": object{"restricted": false}, "restriction": object{"restricted": false},
		"own-retention": object{"category": "owner-settings", "from": "uninstalled", "max": "P30D"},
		"open-session":  object{"login": "nobody", "password": "guessed"}, "change-password": object{"old": "a password of operator", "new": "another password"},
		"create-staff": object{"login": "late", "role": "support"}, "purge": object{},
		"attest": object{"promise": "trained"}, "publish": object{"document": "cloud"}, "probe": object{"promise": "reach-us"},
		"confirm-probe": object{"code": code}, "issue-credential": nil, "presence": object{"answer": "gone"},
		"record-disclosure": object{"installation": string(id), "case": "legal-duty", "categories": []string{"owner-settings"}},
		"release":           object{"reason": "unforeseen"},
		"create-enrolment":  object{"server": "BNEW-0000-0000-0000"}, "enrol": nil, "instance-credential": object{"role": "customer-admin"},
		"place-hold": object{"installation": string(id), "category": "owner-settings", "reason": "incident", "until": "2026-05-01"}, "renew-hold": object{"until": "2026-07-01"},
	}
	s.hooks["release"] = func(*request) { s.brake() }
	arriving := []kept.ID{w.server.Kernel.NewID("ins"), w.server.Kernel.NewID("ins"), w.server.Kernel.NewID("ins")}
	for _, id := range arriving {
		w.call("POST", "/v1/arrivals/"+string(id), peerSecret, object{"number": 57500, "stands": []string{"us-west-2"}})
	}
	s.shown = append(s.shown, shown{name: "another server", bearer: peerSecret, scheme: "peer", role: "peer"}, shown{name: "a server of another vendor", bearer: "kept_peer_secret"})
	nothing := sha256.Sum256(nil)
	s.bodies["take-cargo"] = object{"table": "choice", "rows": []any{}}
	s.bodies["complete-arrival"] = object{"policy": hex.EncodeToString(w.server.Policy.Digest[:]), "digest": hex.EncodeToString(nothing[:]), "counts": object{"item": 0}}
	for id, path := range map[string]string{"expect-arrival": "", "take-cargo": "/cargo", "complete-arrival": "/complete"} {
		s.hooks[id] = func(r *request) { r.path = "/v1/arrivals/" + string(arriving[0]) + path }
	}
	for _, id := range arriving[1:] { // what lives has to be an installation
		row := []any{id, in.App, "e-1", "elsewhere", id, kept.Installed, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, "PRODUCTION", "", 0}
		written, err := json.Marshal(row)
		w.must(err)
		digest := sha256.Sum256(append([]byte("installation"), written...))
		w.call("POST", "/v1/arrivals/"+string(id)+"/cargo", peerSecret, object{"table": "installation", "rows": [][]any{row}})
		w.call("POST", "/v1/arrivals/"+string(id)+"/complete", peerSecret, object{"policy": hex.EncodeToString(w.server.Policy.Digest[:]), "digest": hex.EncodeToString(digest[:]), "counts": object{"installation": 1}})
	}
	w.call("POST", "/v1/arrivals/"+string(arriving[2])+"/commit", peerSecret, nil)
	s.bodies["expect-arrival"] = object{"number": 57500, "stands": []string{"us-west-2"}}
	s.bodies["return-arrival"] = object{"stands": []string{"us-west-2"}}
	s.hooks["return-arrival"] = func(r *request) { r.path = "/v1/arrivals/" + string(arriving[2]) + "/return" }
	s.hooks["commit-arrival"] = func(r *request) { r.path = "/v1/arrivals/" + string(arriving[1]) + "/commit" }
	s.hooks["abandon-arrival"] = func(r *request) { r.path = "/v1/arrivals/" + string(w.server.Kernel.NewID("ins")) }
	for _, step := range []string{"schedule", "start", "commit", "rollback"} {
		s.bodies["migration-"+step] = object{"migrationId": 57500, "location": "DE"}
	}
	s.hooks["migration-status"] = func(r *request) { r.path += "?migrationId=57500" }
	s.hooks["create-enrolment"] = func(r *request) { r.path = "/v1/apps/support-desk/enrolments" }
	s.hooks["enrol"] = func(r *request) {
		s.hosts++
		r.body = object{"code": w.code(""), "server": fmt.Sprintf("BNEW-0000-0000-%04d", s.hosts)}
	}
	s.hooks["issue-credential"] = func(r *request) { r.body = object{"invocation_token": w.fake.Token(in)} }
	for _, event := range []string{"installed", "uninstalled"} {
		s.hooks["connect-"+event] = func(r *request) { r.path = "/connect/portal-sso/" + event }
	}
	s.hooks["forge-scheduled"] = func(r *request) {
		r.header = map[string]string{"X-Forge-Oauth-System": w.fake.System(w.apps["assets-owner"])}
	}
	s.hooks["report-accounts"] = func(r *request) { r.body = object{"token": w.fake.System(w.apps["assets-owner"])} }
	s.hooks["effect"] = func(r *request) { r.path = "/v1/installations/" + string(leavingID) + "/effect" }
	s.hooks["presence"] = func(r *request) { r.path = "/v1/installations/" + string(leavingID) + "/presence" }
	s.hooks["own-entries"] = func(r *request) { r.path += "?purpose=security&category=app-log" }
	s.hooks["read-item"] = func(r *request) { r.path += "?purpose=assets-access" }
	s.hooks["read-item-of"] = s.hooks["read-item"]
	return s
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// request is one that would succeed, but for its bearer.
func (s *scene) request(o described) request {
	s.t.Helper()
	r := request{method: o.method, path: placeholder.ReplaceAllStringFunc(o.path, func(p string) string {
		value, known := s.params[strings.Trim(p, "{}")]
		if !known {
			s.t.Fatalf("%s: no value for %s; a new parameter needs one here", o.id, p)
		}
		return value
	})}
	body, known := s.bodies[o.id]
	if o.body && !known {
		s.t.Fatalf("%s: no body; a new operation needs one here", o.id)
	}
	r.body = body
	if hook := s.hooks[o.id]; hook != nil {
		hook(&r)
	}
	return r
}

// may tells whether a credential is good for an operation, by what the document declares.
func (c shown) may(o described) bool {
	if c.scheme != o.scheme {
		return false
	}
	if c.role == "newcomer" {
		return o.id == "change-password" || o.id == "close-session"
	}
	return slices.Contains(o.roles, c.role)
}

// brake holds something up, so that it can be released.
func (s *scene) brake() {
	s.must(s.server.Kernel.Do(s.t.Context(), kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		tx.Exec(`INSERT INTO brake (scope, class, due, reason, since, until, was) VALUES ('', 'owner-settings', 'retention.erase', 'unforeseen', 1, 0, 0) ON CONFLICT (scope, class, due) DO UPDATE SET until = 0`)
		return nil
	}))
}

// elsewhere tells whether the operation is about something of the first installation or app.
func (o described) elsewhere() bool {
	return strings.Contains(o.path, "{item}") || strings.Contains(o.path, "{receipt}") || o.id == "issue-credential"
}

// state is all that an operation could change; that somebody was refused may be recorded.
func (s *scene) state() (out []int64) {
	s.t.Helper()
	for _, query := range []string{
		`SELECT COUNT(*) FROM fact WHERE kind NOT IN ('item.refused', 'read.refused', 'entry.refused', 'disclosure.refused', 'hold.refused')`,
		`SELECT COALESCE(SUM(version), 0) FROM item`, `SELECT COALESCE(SUM(effective + restricted + uninstalled + seen), 0) FROM installation`,
		`SELECT COALESCE(SUM(revoked), 0) FROM app_key`, `SELECT COALESCE(SUM(must_change), 0) FROM staff`, `SELECT COALESCE(SUM(confirmed), 0) FROM probe`, `SELECT COALESCE(SUM(until), 0) FROM hold`,
	} {
		out = append(out, s.number(query))
	}
	for _, table := range []string{"installation", "item", "subject", "entry", "receipt", "app_key", "credential", "seen_token", "enrolment", "instance", "connect_tenant", "connect_secret", "staff", "session",
		"reply", "attestation", "publication", "probe", "hold", "held", "node", "question", "epoch", "migration", "class_key", "unit_key", "due"} {
		out = append(out, s.number(`SELECT COUNT(*) FROM `+table))
	}
	return out
}

func TestEveryWrongCredentialIsRefusedEverywhere(t *testing.T) {
	s := setScene(t)
	operations, tried := s.operations(), 0
	before := s.state()
	for _, o := range operations {
		if o.scheme == "" {
			continue
		}
		for _, c := range s.shown {
			if c.may(o) && !(c.foreign && o.elsewhere()) {
				continue
			}
			r := s.request(o)
			r.bearer, r.header = c.bearer, map[string]string{"Idempotency-Key": "tried"}
			if c.bearer == "" || c.may(o) { // whoever is known may keep a key
				r.header = nil
			}
			out := s.send(r)
			tried++
			if known := c.scheme == o.scheme; out.Code != 401 && (!known || out.Code != 403 && out.Code != 404) {
				t.Errorf("%s with %s: %d %s", o.id, c.name, out.Code, out.Body)
			}
			if (out.Code == 401) != (out.Header().Get("WWW-Authenticate") != "") {
				t.Errorf("%s with %s: %d, WWW-Authenticate %q", o.id, c.name, out.Code, out.Header().Get("WWW-Authenticate"))
			}
			if after := s.state(); !slices.Equal(before, after) {
				t.Fatalf("%s with %s changed something: %v, was %v", o.id, c.name, after, before)
			}
		}
	}
	if len(operations) < 40 || tried < 700 {
		t.Errorf("%d operations, %d tries: where are the others?", len(operations), tried)
	}
}

// moving takes the steps before one.
func (s *scene) moving(in *fake.Installation, step string) {
	s.credential(s.appKey("assets-owner"), in, kept.AppRuntime)
	for _, before := range map[string][]string{"start": {"schedule"}, "commit": {"schedule", "start"}}[step] {
		s.call("POST", "/forge/assets-owner/migration/"+before, s.fake.Token(in), s.bodies["migration-"+before])
	}
}

// What the test above refuses would succeed with the right credential, so it was refused for the credential alone.
func TestEveryRightCredentialIsGood(t *testing.T) {
	s := setScene(t)
	operations := s.operations()
	last := []string{"release-hold", "purge", "own-purge", "delete-item", "turn-epoch", "revoke-app-key", "change-password", "close-session", "leave"}
	slices.SortFunc(operations, func(a, b described) int {
		if d := slices.Index(last, a.id) - slices.Index(last, b.id); d != 0 {
			return d
		}
		return strings.Compare(a.id, b.id)
	})
	for _, o := range operations {
		if o.id == "open-session" {
			continue
		}
		done := false
		for _, c := range s.shown {
			if o.scheme == "forgeToken" {
				in := s.install("assets-owner", "fresh")
				if step, moves := strings.CutPrefix(o.id, "migration-"); moves {
					s.moving(in, step)
				} else {
					s.bodies[o.id] = object{}
				}
				c = shown{name: "a Forge token", scheme: o.scheme, role: "atlassian", bearer: s.fake.Token(in)}
			}
			if event, ok := strings.CutPrefix(o.id, "connect-"); ok {
				c = shown{name: "a callback's token", scheme: o.scheme, role: "atlassian", bearer: "JWT " + s.fake.CallbackToken(s.tenant, "/connect/portal-sso/"+event)}
			}
			if !c.may(o) || c.foreign || o.scheme == "" && c.bearer != "" || done && o.method != http.MethodGet || c.role == "newcomer" {
				continue
			}
			done = true
			r := s.request(o)
			r.bearer = c.bearer
			if out := s.send(r); out.Code >= 300 {
				t.Errorf("%s with %s: %d %s", o.id, c.name, out.Code, out.Body)
			}
		}
		if !done && o.scheme != "" {
			t.Errorf("nobody may %s", o.id)
		}
	}
}

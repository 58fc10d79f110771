package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kept"
	"kept/api"
	"kept/assembly"
	"kept/atlassian"
	"kept/atlassian/fake"
	"kept/board"
	"kept/db/dbtest"
	"kept/document"
	"kept/kernel"
	"kept/policy"
	"kept/realm"
)

const peerSecret = "kept_peer_secret_of_this_test_alone"

func TestMain(m *testing.M) { dbtest.Main(m) }

const policyText = `kept: 1
vendor: {id: larkspur, name: Larkspur Apps GmbH}
documents: [{id: cloud, language: en, version: 2026-03-01}]
apps:
  - {id: assets-owner, hosting: forge-remote, forge: "%s"}
  - {id: page-owl, hosting: forge-remote, forge: "%s"}
  - {id: portal-sso, hosting: [connect, forge-remote], connect: com.larkspur.sso, base: "https://sso.larkspur.example/app", forge: "%s"}
  - {id: support-desk, hosting: datacenter}
categories:
  owner-settings: {scope: installation, subject: customer-admin, fields: {admin_email: {}, visibility: {}}}
  service-credentials: {scope: installation, subject: customer-admin, fields: {api_token: {secret: true}}}
  access-log: {scope: installation, subject: customer-user, journal: reads}
  app-log: {scope: installation, subject: end-user, fields: {what: {}, email: {fides: user.contact.email}}}
  figures: {scope: installation, fields: {note: {}}}
decisions:
  - {id: collect-settings, because: a test, control: collect, category: [owner-settings, service-credentials]}
  - {id: use, because: a test, control: purpose, category: [owner-settings, service-credentials], purposes: assets-access}
  - {id: review, because: a test, control: purpose, category: access-log, purposes: security}
  - {id: gone, because: a test, control: retain, category: [owner-settings, service-credentials], from: uninstalled, max: P90D}
  - {id: theirs, because: a test, control: retain, category: owner-settings, from: uninstalled, adjustable: {by: customer-admin}}
  - {id: logged, because: a test, control: log, category: app-log, records: [login], fields: [what], never: email}
  - {id: log-ends, because: a test, control: retain, category: [app-log, figures], from: entry, max: P30D}
  - {id: log-read, because: a test, control: purpose, category: [app-log, figures], purposes: security}
  - {id: counted, because: a test, control: collect, category: figures}
  - {id: nobody-counted, because: a test, control: anonymise, category: figures}
  - {id: our-people, because: a test, control: access, who: vendor-staff, to: owner-settings, condition: role}
  - {id: purge, because: a test, control: purge, by: customer-admin, scope: installation}
  - {id: kept-for, because: a test, control: hold, reasons: incident}
  - {id: cases, because: a test, control: disclose, only: legal-duty}
  - {id: trained, because: a test, control: attest, what: training}
  - {id: reach-us, because: a test, control: contact, for: privacy, address: privacy@larkspur.example}
`

type clock struct {
	mu sync.Mutex
	at kept.Time
}

func (c *clock) Now() kept.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// dice are the same in every run, and safe for concurrent use.
type dice struct {
	mu  sync.Mutex
	src *rand.ChaCha8
}

func (d *dice) Read(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.src.Read(b)
}

func newDice(seed byte) *dice { return &dice{src: rand.NewChaCha8([32]byte{seed})} }

// shared is a buffer that many may write.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// world is a whole server and its Atlassian, without a port.
type world struct {
	t       *testing.T
	clock   *clock
	fake    *fake.Atlassian
	apps    map[string]string // ARI by id
	server  *assembly.Server
	handler http.Handler
	log     shared
	asked   shared // URLs that Atlassian was asked
	data    string
	answers sync.Map // method, path and status of each
}

// newWorld starts it; edits are replacements in the policy.
func newWorld(t *testing.T, database string, edits ...[2]string) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{at: 1_772_500_000_000_000}, data: t.TempDir()}
	w.fake = fake.New(w.clock, newDice(1))
	product := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		io.WriteString(&w.asked, r.URL.String()+"\n")
		w.fake.ServeHTTP(out, r)
	}))
	t.Cleanup(product.Close)
	w.fake.API = product.URL
	w.apps = map[string]string{"assets-owner": w.fake.NewApp(), "page-owl": w.fake.NewApp(), "portal-sso": w.fake.NewApp()}
	text := policyText
	for _, e := range edits {
		text = strings.Replace(text, e[0], e[1], 1)
	}
	p, err := policy.Read(map[string][]byte{"policy.yaml": fmt.Appendf(nil, text, w.apps["assets-owner"], w.apps["page-owl"], w.apps["portal-sso"])})
	w.must(err)
	published, err := document.Split([]byte("# Privacy\n\nWe keep little.\n"), "en")
	w.must(err)
	log := slog.New(slog.NewJSONHandler(&w.log, nil))
	w.server, err = assembly.Start(t.Context(), assembly.Options{PasswordRounds: 1000, Region: "de", Peers: realm.Peers{At: map[string]string{"US": "https://us.kept.example"}, Secret: peerSecret, HTTP: http.DefaultClient},
		Policy: p, Texts: map[string]*document.Text{"cloud": published}, Data: w.data, Database: database,
		Keys: filepath.Join(t.TempDir(), "kept.keys"), Clock: w.clock, Random: newDice(2), Log: log, Build: "test",
		Atlassian: &atlassian.Client{HTTP: product.Client(), Clock: w.clock, JWKS: product.URL + fake.KeySetPath, InstallKeys: product.URL + fake.InstallKeysPath, API: product.URL},
	})
	w.must(err)
	t.Cleanup(func() { w.server.Close() })
	b := &board.Board{Policy: p, Texts: w.server.Texts, Kernel: w.server.Kernel, Ledger: func() board.Ledger { return board.Ledger{Verified: true} }}
	w.handler = api.New(api.Options{Server: w.server, Board: b, Verify: func(context.Context) error { return nil }})
	t.Cleanup(w.everyAnswerIsDeclared)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// request is one call; the zero bearer sends none.
type request struct {
	method, path, bearer string
	body                 any // JSON; a string is sent as it is
	header               map[string]string
}

func (w *world) send(r request) *httptest.ResponseRecorder {
	w.t.Helper()
	var sent io.Reader
	switch b := r.body.(type) {
	case nil:
	case string:
		sent = strings.NewReader(b)
	default:
		j, err := json.Marshal(b)
		w.must(err)
		sent = bytes.NewReader(j)
	}
	in := httptest.NewRequestWithContext(w.t.Context(), r.method, r.path, sent)
	if strings.HasPrefix(r.bearer, "JWT ") { // the word that Connect has in place of Bearer
		in.Header.Set("Authorization", r.bearer)
	} else if r.bearer != "" {
		in.Header.Set("Authorization", "Bearer "+r.bearer)
	}
	for name, value := range r.header {
		in.Header.Set(name, value)
	}
	return w.serve(in)
}

func (w *world) serve(in *http.Request) *httptest.ResponseRecorder {
	out := httptest.NewRecorder()
	w.handler.ServeHTTP(out, in)
	var p api.Problem
	if out.Code >= 400 && json.Unmarshal(out.Body.Bytes(), &p) == nil && p.Hint == "" && p.Kind != kept.NotFound {
		w.t.Errorf("%s %s: %d %q does not say what to do", in.Method, in.URL.Path, out.Code, p.Detail)
	}
	if in.Method != "GET" || in.URL.Path != "/openapi.json" {
		w.answers.Store(in.Method+" "+in.URL.Path+" "+strconv.Itoa(out.Code), true)
	}
	return out
}

// call sends what must succeed and reads the answer.
func (w *world) call(method, path, bearer string, body any) map[string]any {
	w.t.Helper()
	out := w.send(request{method: method, path: path, bearer: bearer, body: body})
	if out.Code >= 300 {
		w.t.Fatalf("%s %s: %d %s", method, path, out.Code, out.Body)
	}
	answer := map[string]any{}
	if out.Body.Len() > 0 {
		w.must(json.Unmarshal(out.Body.Bytes(), &answer))
	}
	return answer
}

// hire makes an account with a password of its own and logs it in.
func (w *world) hire(role kept.Role, login string) (bearer string) {
	w.t.Helper()
	_, password, err := w.server.Access.CreateStaff(w.t.Context(), w.boss(), login, role)
	w.must(err)
	bearer = w.login(login, password)
	w.call("POST", "/v1/password", bearer, object{"old": password, "new": "a password of " + login})
	return bearer
}

func (w *world) login(login, password string) string {
	w.t.Helper()
	return w.call("POST", "/v1/sessions", "", object{"login": login, "password": password})["session"].(string)
}

// boss is an operator whom nobody hired.
func (w *world) boss() kept.Actor {
	return kept.Actor{Role: kept.Operator, Staff: "stf_" + kept.ID(strings.Repeat("a", 26))}
}

type object = map[string]any

func (w *world) appKey(app string) string {
	w.t.Helper()
	_, key, err := w.server.Access.CreateAppKey(w.t.Context(), w.boss(), app)
	w.must(err)
	return key
}

func (w *world) install(app, site string) *fake.Installation {
	return w.fake.Install(w.apps[app], "PRODUCTION", w.fake.NewSite(site))
}

// credential trades a fresh invocation token in.
func (w *world) credential(key string, in *fake.Installation, role kept.Role) (bearer string, id kept.ID) {
	w.t.Helper()
	body := object{"invocation_token": w.fake.Token(in)}
	if role == kept.CustomerAdmin {
		account := w.fake.NewAccount()
		w.fake.SetAdmin(in.Site, account, true)
		body = object{"invocation_token": w.fake.Token(in, fake.Page(in, account)), "role": role, "oauth_token": w.fake.OAuth(account)}
	}
	c := w.call("POST", "/v1/credentials", key, body)
	return c["credential"].(string), kept.ID(c["installation"].(string))
}

// number asks the database for one.
func (w *world) number(query string) (n int64) {
	w.t.Helper()
	w.must(w.server.Kernel.View(w.t.Context(), func(v *kernel.View) error {
		_, err := v.Row(query).Scan(&n)
		return err
	}))
	return n
}

package fake_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"kept"
	"kept/atlassian/fake"
)

type clock kept.Time

func (c clock) Now() kept.Time { return kept.Time(c) }

func newFake(seed byte) *fake.Atlassian {
	return fake.New(clock(1700000000000000), rand.NewChaCha8([32]byte{seed}))
}

func TestTheSameSeedPlaysTheSame(t *testing.T) {
	play := func(seed byte) string {
		a := newFake(seed)
		in := a.Install(a.NewApp(), "PRODUCTION", a.NewSite("one"))
		return a.Token(in, fake.Page(in, a.NewAccount())) + a.OAuth(a.NewAccount())
	}
	if first, again := play(1), play(1); first != again {
		t.Error("one seed plays two plays")
	}
	if play(1) == play(2) {
		t.Error("two seeds play one play")
	}
}

func TestAReinstallIsAnotherInstallation(t *testing.T) {
	a := newFake(1)
	app, site := a.NewApp(), a.NewSite("one")
	first, second := a.Install(app, "PRODUCTION", site), a.Install(app, "PRODUCTION", site)
	if first.ID == second.ID || first.Environment != second.Environment || first.Site != second.Site {
		t.Errorf("%+v %+v", first, second)
	}
	if dev := a.Install(app, "DEVELOPMENT", site); dev.Environment == first.Environment || dev.License != nil {
		t.Errorf("%+v", dev)
	}
}

// remote is a vendor's server that notes what it is told.
type remote struct {
	status int
	paths  []string
	tokens []string
	bodies []map[string]any
}

func (r *remote) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	b, _ := io.ReadAll(q.Body)
	var body map[string]any
	if q.Method != http.MethodPost || json.Unmarshal(b, &body) != nil || q.Header.Get("X-B3-Traceid") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.paths = append(r.paths, q.URL.Path)
	r.tokens = append(r.tokens, strings.TrimPrefix(q.Header.Get("Authorization"), "Bearer "))
	r.bodies = append(r.bodies, body)
	if r.status == http.StatusFound {
		http.Redirect(w, q, "/elsewhere", r.status)
		return
	}
	w.WriteHeader(r.status)
}

func TestDeliveries(t *testing.T) {
	a := newFake(1)
	site, who := a.NewSite("one"), a.NewAccount()
	in := a.Install(a.NewApp(), "PRODUCTION", site)
	r := &remote{status: 503}
	server := httptest.NewServer(r)
	defer server.Close()

	attempts := 0
	for d := a.Installed(in, who, "/forge/installed"); d != nil; d = d.Retry("INVALID_REMOTE_INVOCATION_ERROR") {
		attempts++
		if status, err := d.Send(t.Context(), server.Client(), server.URL+"/"); err != nil || status != 503 || d.Attempt != attempts {
			t.Fatal(status, err, d.Attempt)
		}
	}
	if attempts != 4 || r.paths[3] != "/forge/installed" || r.tokens[0] == r.tokens[1] {
		t.Errorf("%d attempts, %v", attempts, r.paths)
	}
	if b := r.bodies[0]; b["id"] != in.ID || b["installerAccountId"] != who || b["retryContext"] != nil || b["eventType"] != "avi:forge:installed:app" {
		t.Errorf("%v", b)
	}
	if again, _ := r.bodies[3]["retryContext"].(map[string]any); again["retryCount"] != 3.0 || again["retryReason"] != "INVALID_REMOTE_INVOCATION_ERROR" {
		t.Errorf("%v", r.bodies[3])
	}

	*r = remote{status: 302}
	in.Version = "2.0.0"
	if status, err := a.Upgraded(in, who, "/u").Send(t.Context(), server.Client(), server.URL); err != nil || status != 302 {
		t.Errorf("a redirect: %d %v", status, err)
	}
	if len(r.paths) != 1 || r.bodies[0]["app"].(map[string]any)["version"] != "2.0.0" || r.bodies[0]["permissions"] == nil {
		t.Errorf("%v %v", r.paths, r.bodies)
	}

	*r = remote{status: 500}
	d := a.PreUninstall(in, "before-uninstall", "/p")
	if status, err := d.Send(t.Context(), server.Client(), server.URL); err != nil || status != 500 || d.Retry("TIMEOUT_ERROR") != nil {
		t.Errorf("%d %v, retried %v", status, err, d.Retry("TIMEOUT_ERROR") != nil)
	}
	context, _ := r.bodies[0]["context"].(map[string]any)
	if context["cloudId"] != site.CloudID || context["moduleKey"] != "before-uninstall" || r.bodies[0]["contextToken"] == "" || len(r.bodies[0]) != 2 {
		t.Errorf("%v", r.bodies[0])
	}
	liar := d.Saying("context", map[string]any{"cloudId": "another"})
	if _, err := liar.Send(t.Context(), server.Client(), server.URL); err != nil || fmt.Sprint(r.bodies[1]["context"]) != "map[cloudId:another]" {
		t.Errorf("%v %v", r.bodies, err)
	}
	server.Close()
	if _, err := d.Send(t.Context(), server.Client(), server.URL); err == nil {
		t.Error("a dead remote answers")
	}
}

func TestFates(t *testing.T) {
	var sent []*fake.Delivery
	for i := range 200 {
		sent = append(sent, &fake.Delivery{Attempt: i})
	}
	suffer := func(f fake.Faults) []*fake.Delivery { return newFake(7).Suffer(sent, f) }
	if !slices.Equal(suffer(fake.Faults{}), sent) {
		t.Error("no faults change something")
	}
	if len(suffer(fake.Faults{Lost: 100})) != 0 || len(suffer(fake.Faults{Doubled: 100})) != 400 {
		t.Error("a sure fate spares some")
	}
	some := suffer(fake.Faults{Lost: 20, Doubled: 20, Reordered: 20})
	if !slices.Equal(some, suffer(fake.Faults{Lost: 20, Doubled: 20, Reordered: 20})) {
		t.Error("one seed, two fates")
	}
	if slices.IsSortedFunc(some, func(a, b *fake.Delivery) int { return a.Attempt - b.Attempt }) || len(some) == 200 {
		t.Error("nothing was lost, doubled or reordered")
	}
}

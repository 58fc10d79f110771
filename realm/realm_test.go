package realm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/db/dbtest"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
	"kept/realm"
	"kept/retention"
	"kept/stage"
)

// TestMain is also the process in which a server runs that is to be killed.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "stage" {
		if err := stage.Child(context.Background(), os.Stdin, os.Stdout, os.Stderr); err != nil {
			os.Exit(1)
		}
		return
	}
	dbtest.Main(m)
}

const (
	app    = "assets-owner"
	secret = "one secret that both of the servers know"
)

// world is two servers of one vendor, in two regions, and a site that one of them has.
type world struct {
	*testing.T
	here, there *stage.Stage
	site        *fake.Installation
	id          kept.ID
	items       map[string]kept.ID
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func newWorld(t *testing.T, database func() string) *world {
	t.Helper()
	p, err := policy.Load("../examples/stories/heron")
	w := &world{T: t, items: map[string]kept.ID{}}
	w.must(err)
	start, _ := kept.ParseTime("2026-03-01T10:00:00Z")
	open := func(region string) *stage.Stage {
		s, err := stage.Open(t.Context(), stage.Options{Policy: p, Start: start, Dir: t.TempDir(), Database: database(), Region: region, Build: "test"})
		w.must(err)
		t.Cleanup(func() { s.Close() })
		return s
	}
	w.here, w.there = open("us-west-2"), open("eu-central-1")
	for s, peers := range map[*stage.Stage]map[string]string{w.here: {"EU": w.there.URL}, w.there: {"US": w.here.URL}} {
		s.Peers = realm.Peers{At: peers, Secret: secret, HTTP: s.HTTP}
		w.must(s.Restart(t.Context()))
	}
	declared, _ := p.App(app)
	w.site = w.here.Fake.Install(declared.Forge, "PRODUCTION", w.here.Fake.NewSite("acme"))
	for category, field := range map[string]string{"service-credentials": "api_token", "draft-notes": "text", "owner-settings": "columns"} {
		var stored struct{ Item kept.ID }
		w.must(w.here.Call(t.Context(), http.MethodPost, "/v1/items", w.bearer(w.here), map[string]any{"category": category, "name": "main",
			"subject": "655362:fern", "value": map[string]string{field: "kept-marker-" + category}}, &stored))
		w.items[category] = stored.Item
	}
	w.read(w.here, "draft-notes", "editing", "") // leaves an entry
	return w
}

// bearer is a fresh credential of the app at a server.
func (w *world) bearer(s *stage.Stage) string {
	w.Helper()
	key, err := s.AppKey(w.Context(), app)
	w.must(err)
	var issued struct {
		Credential   string
		Installation kept.ID
	}
	w.must(s.Call(w.Context(), http.MethodPost, "/v1/credentials", key, map[string]string{"invocation_token": s.Fake.Token(w.site)}, &issued))
	w.id = issued.Installation
	return issued.Credential
}

// read opens a value, or is refused as kind.
func (w *world) read(s *stage.Stage, category, purpose string, kind kept.Kind) {
	w.Helper()
	var got struct{ Value map[string]string }
	err := s.Call(w.Context(), http.MethodGet, "/v1/items/"+string(w.items[category])+"?purpose="+purpose, w.bearer(s), nil, &got)
	problem, refused := err.(*stage.Problem)
	switch {
	case kind == "" && err != nil:
		w.Fatalf("%s does not open: %v", category, err)
	case kind == "" && len(got.Value) != 1:
		w.Fatalf("%s is %v", category, got.Value)
	case kind != "" && (!refused || problem.Kind != kind):
		w.Fatalf("%s: %v, want %s", category, err, kind)
	}
}

// step is what Atlassian asks for; it gives the status and the code of the answer.
func (w *world) step(s *stage.Stage, method, step string, body map[string]any) string {
	w.Helper()
	b, err := json.Marshal(body)
	w.must(err)
	r, err := http.NewRequestWithContext(w.Context(), method, s.URL+"/forge/"+app+"/migration/"+step, bytes.NewReader(b))
	w.must(err)
	r.Header.Set("Authorization", "Bearer "+s.Fake.Token(w.site))
	r.Header.Set("Content-Type", "application/json")
	response, err := s.HTTP.Do(r)
	w.must(err)
	defer response.Body.Close()
	var said struct{ Status, ErrorResponseCode any }
	_ = json.NewDecoder(response.Body).Decode(&said) // 204 has none
	out := fmt.Sprint(response.StatusCode)
	if word, is := said.Status.(string); is {
		out += " " + word
	}
	if said.ErrorResponseCode != nil {
		out += fmt.Sprint(" ", said.ErrorResponseCode)
	}
	return out
}

func (w *world) asks(s *stage.Stage, step, want string) {
	w.Helper()
	body, method := map[string]any{"migrationId": 57500, "startTime": 1, "endTime": 2}, http.MethodPost
	switch step {
	case "schedule":
		body["location"] = "EU"
	case "status?migrationId=57500":
		method = http.MethodGet
	}
	if got := w.step(s, method, step, body); got != want {
		w.Fatalf("%s: %s, want %s", step, got, want)
	}
}

const status = "status?migrationId=57500"

func (w *world) number(s *stage.Stage, query string, args ...any) (n int) {
	w.Helper()
	w.must(s.Server.Kernel.View(w.Context(), func(v *kernel.View) error {
		_, err := v.Row(query, args...).Scan(&n)
		return err
	}))
	return n
}

// openable counts the copies that an adversary at a server opens although nothing is stored there any more.
func (w *world) openable(s *stage.Stage) int {
	w.Helper()
	ring, err := s.Ring()
	w.must(err)
	n, err := s.Hoard.Openable(ring, func(stage.Copy) bool { return true })
	w.must(err)
	return n
}

// pass moves both clocks on.
func (w *world) pass(d time.Duration) {
	w.Helper()
	for _, s := range []*stage.Stage{w.here, w.there} {
		w.must(s.MoveTo(w.Context(), s.Clock.Now().Add(d)))
	}
}

func each(t *testing.T, fn func(w *world)) {
	t.Run("SQLite", func(t *testing.T) { fn(newWorld(t, func() string { return "" })) })
	t.Run("PostgreSQL", func(t *testing.T) {
		if _, ok := dbtest.Postgres(t); !ok {
			t.Skip("no PostgreSQL")
		}
		fn(newWorld(t, func() string { url, _ := dbtest.Postgres(t); return url }))
	})
}

func TestAnInstallationMovesWithItsClocks(t *testing.T) {
	each(t, func(w *world) {
		w.here.Hoard = stage.NewHoard()
		w.pass(time.Hour)
		w.asks(w.here, "start", "409 E0001")
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, status, "200 failed E0001")
		w.read(w.here, "draft-notes", "editing", "")
		w.asks(w.here, "start", "204")
		w.asks(w.here, "start", "204")
		w.asks(w.here, status, "200 in-progress")
		w.asks(w.here, "commit", "409 E9999")
		w.read(w.here, "draft-notes", "editing", kept.Denied)
		w.must(w.here.Tick(w.Context()))
		w.asks(w.here, status, "200 ready-to-commit")
		w.read(w.here, "draft-notes", "editing", kept.Denied)
		w.read(w.there, "draft-notes", "editing", kept.Denied)
		w.must(w.here.Restart(w.Context()))

		w.asks(w.here, "commit", "204")
		w.asks(w.here, "commit", "204")
		w.must(w.here.Tick(w.Context()))
		old := w.id
		if n := w.number(w.there, `SELECT COUNT(*) FROM entry`); n != 2 {
			w.Errorf("%d lines have arrived, want 2", n)
		}
		w.read(w.there, "draft-notes", "editing", "")
		w.read(w.there, "service-credentials", "assets-access", "")
		if w.id != old {
			w.Errorf("%s became %s", old, w.id)
		}
		w.pass(25 * time.Hour) // an epoch turns
		if n := w.number(w.here, `SELECT COUNT(*) FROM item`) + w.number(w.here, `SELECT COUNT(*) FROM class_key WHERE scope = $1`, string(old)); n != 0 {
			w.Errorf("%d rows and keys are left behind", n)
		}
		if n := w.openable(w.here); n != 0 {
			w.Errorf("%d copies open where it was", n)
		}
		if n := w.number(w.here, `SELECT COUNT(*) FROM receipt WHERE reason = 'moved' AND unrecoverable > 0`); n != 4 {
			w.Errorf("%d receipts are final, want 4: three categories and the log", n)
		}
		// Thirty days run from when the note was stored, over there, too.
		w.pass(28*24*time.Hour + 21*time.Hour)
		w.read(w.there, "draft-notes", "editing", "")
		w.pass(2 * time.Hour)
		w.read(w.there, "draft-notes", "editing", kept.NotFound)
		if n := w.number(w.there, `SELECT COUNT(*) FROM item WHERE category = 'draft-notes'`); n != 0 {
			w.Error("a draft outlived its thirty days")
		}
		w.read(w.there, "owner-settings", "assets-access", "")
		for _, s := range []*stage.Stage{w.here, w.there} {
			w.must(s.Verify(w.Context()))
			if l := s.Board.Ledger(); !l.Verified {
				w.Error(l.Why)
			}
		}
	})
}

func TestAMoveIsTakenBackAtAnyTime(t *testing.T) {
	each(t, func(w *world) {
		w.there.Hoard = stage.NewHoard()
		w.asks(w.here, "rollback", "204") // of nothing
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "rollback", "204")
		w.asks(w.here, "start", "409 E0001")
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "start", "204")
		w.must(w.here.Tick(w.Context()))
		w.must(w.there.Copy(w.Context()))
		if n := w.number(w.there, `SELECT COUNT(*) FROM item`); n != 3 {
			w.Fatalf("%d items were copied", n)
		}
		w.asks(w.here, "rollback", "204")
		w.read(w.here, "draft-notes", "editing", "") // at once
		w.asks(w.here, "rollback", "204")
		w.must(w.here.Tick(w.Context()))
		if n := w.number(w.there, `SELECT COUNT(*) FROM item`) + w.number(w.there, `SELECT COUNT(*) FROM class_key`) + w.number(w.there, `SELECT COUNT(*) FROM installation`); n != 0 {
			w.Errorf("%d rows of the copy are left", n)
		}
		w.pass(25 * time.Hour)
		if n := w.openable(w.there); n != 0 {
			w.Errorf("%d copies open where it never lived", n)
		}
		w.asks(w.here, status, "200 failed E0001")
		w.read(w.here, "owner-settings", "assets-access", "")
	})
}

func TestAMoveWaitsForTheOtherServer(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	w.asks(w.here, "schedule", "204")
	w.asks(w.here, "start", "204")
	w.here.Peers.At["EU"] = "http://127.0.0.1:1"
	w.must(w.here.Restart(w.Context()))
	w.must(w.here.Tick(w.Context()))
	w.asks(w.here, status, "200 in-progress")
	w.here.Peers.At["EU"] = w.there.URL
	w.must(w.here.Restart(w.Context()))
	w.pass(time.Hour)
	w.asks(w.here, status, "200 ready-to-commit")
	w.asks(w.here, "commit", "204")
	w.pass(time.Hour)
	w.read(w.there, "owner-settings", "assets-access", "")
}

// What changed at the source since it was copied is what arrives.
func TestAnUninstallDuringTheMoveArrives(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	w.asks(w.here, "schedule", "204")
	w.asks(w.here, "start", "204")
	w.must(w.here.Tick(w.Context()))
	if _, err := w.here.Fake.PreUninstall(w.site, "gone", "/forge/"+app+"/pre-uninstall").Send(t.Context(), w.here.HTTP, w.here.URL); err != nil {
		t.Fatal(err)
	}
	w.asks(w.here, "commit", "204")
	w.must(w.here.Tick(w.Context()))
	if n := w.number(w.there, `SELECT COUNT(*) FROM installation WHERE state = 'uninstalled'`); n != 1 {
		t.Error("the uninstall stayed behind")
	}
	w.pass(200 * 24 * time.Hour)
	if n := w.number(w.there, `SELECT COUNT(*) FROM item`); n != 0 {
		t.Errorf("%d items outlived the uninstall", n)
	}
}

// losing lets the answer of one call get lost, after it was done or before.
type losing struct {
	http.RoundTripper
	nth, calls int
	before     bool
}

func (l *losing) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.calls++; l.calls == l.nth && l.before {
		return nil, http.ErrHandlerTimeout
	}
	response, err := l.RoundTripper.RoundTrip(r)
	if l.calls == l.nth && err == nil {
		response.Body.Close()
		return nil, http.ErrHandlerTimeout
	}
	return response, err
}

// Whichever call fails, and whether the other server heard it or not: in the end all of it is there once, and nothing is here.
func TestAnyCallMayGetLost(t *testing.T) {
	for nth, done := 1, false; !done; nth++ {
		for _, before := range []bool{true, false} {
			t.Run(fmt.Sprint(nth, before), func(t *testing.T) {
				w := newWorld(t, func() string { return "" })
				loses := &losing{RoundTripper: w.here.HTTP.Transport, nth: nth, before: before}
				w.here.Peers.HTTP = &http.Client{Transport: loses}
				w.must(w.here.Restart(t.Context()))
				w.asks(w.here, "schedule", "204")
				w.asks(w.here, "start", "204")
				w.must(w.here.Tick(t.Context()))
				w.pass(time.Hour)
				w.asks(w.here, status, "200 ready-to-commit")
				w.asks(w.here, "commit", "204")
				w.must(w.here.Tick(t.Context()))
				w.pass(time.Hour)
				w.read(w.there, "owner-settings", "assets-access", "")
				w.read(w.there, "service-credentials", "assets-access", "")
				if n := w.number(w.here, `SELECT COUNT(*) FROM item`) + w.number(w.here, `SELECT COUNT(*) FROM installation WHERE state <> 'erased'`); n != 0 {
					t.Errorf("%d rows are left", n)
				}
				if n := w.number(w.there, `SELECT COUNT(*) FROM item`); n != 3 {
					t.Errorf("%d items have arrived", n)
				}
				done = loses.calls < nth
			})
		}
	}
}

func TestBothServersRunOnePolicy(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	other := *w.there.Policy
	other.Digest[0] ^= 1
	w.there.Policy = &other
	w.must(w.there.Restart(t.Context()))
	w.asks(w.here, "schedule", "204")
	w.asks(w.here, "start", "204")
	w.pass(time.Hour)
	w.asks(w.here, status, "200 in-progress")
	w.asks(w.here, "rollback", "204")
	w.read(w.here, "owner-settings", "assets-access", "")
}

// What arrives anew before a commit, and is refused, does not live, and is not destroyed where it was.
func TestWhatWasRefusedDoesNotLive(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	w.asks(w.here, "schedule", "204")
	w.asks(w.here, "start", "204")
	w.must(w.here.Tick(t.Context()))
	w.asks(w.here, status, "200 ready-to-commit")
	right := w.there.Policy
	other := *right
	other.Digest[0] ^= 1
	w.there.Policy = &other
	w.must(w.there.Restart(t.Context()))
	w.exec(w.here, `UPDATE installation SET paid_until = 7`)
	w.asks(w.here, "commit", "204")
	w.pass(time.Hour)
	if n := w.number(w.here, `SELECT COUNT(*) FROM item`); n != 3 {
		t.Errorf("%d items are left where it was, want 3", n)
	}
	if n := w.number(w.there, `SELECT COUNT(*) FROM fact WHERE kind = 'migration.arrived'`); n != 0 {
		t.Error("a copy lives that was refused")
	}
	w.there.Policy = right
	w.must(w.there.Restart(t.Context()))
	w.pass(2 * time.Hour)
	w.read(w.there, "owner-settings", "assets-access", "")
}

// A copy that nobody asks to live goes by itself.
func TestRegionsThatNobodyServes(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	at := func(location string) map[string]any { return map[string]any{"migrationId": 7, "location": location} }
	if got := w.step(w.here, http.MethodPost, "schedule", at("AU")); got != "409 E0002" {
		t.Error(got)
	}
	// Where the server stands already nothing has to move.
	for _, step := range []string{"schedule", "start", "commit", "commit"} {
		if got := w.step(w.here, http.MethodPost, step, at("US")); got != "204" {
			t.Error(step, got)
		}
	}
	w.must(w.here.Tick(t.Context()))
	w.read(w.here, "owner-settings", "assets-access", "")
	// The other server has no such installation, and says so.
	if got := w.step(w.there, http.MethodPost, "schedule", at("US")); got != "409 E9999" {
		t.Error(got)
	}
}

func (w *world) exec(s *stage.Stage, query string, args ...any) {
	w.Helper()
	w.must(s.Server.Kernel.Do(w.Context(), kept.TheClock, func(tx *kernel.Tx) error {
		tx.Exec(query, args...)
		tx.Derived()
		return nil
	}))
}

// What was said of items travels with them, and so does a brake: what waits here waits there.
func TestWhatWasSaidTravelsAndSoDoesABrake(t *testing.T) {
	each(t, func(w *world) {
		item := string(w.items["owner-settings"])
		w.exec(w.here, `UPDATE item SET grouped = $1 WHERE id = $2`, []byte{1, 2}, item)
		for _, at := range []int64{5, 7} {
			w.exec(w.here, `INSERT INTO anchor (item, event, at, back, told) VALUES ($1, 'ticket-closed', $2, 0, 9)`, item, at)
		}
		w.exec(w.here, `INSERT INTO brake (scope, class, due, reason, since, until, was) VALUES ($1, 'draft-notes', 'retention.age', $2, 1, 0, 0)`,
			string(w.id), retention.Unforeseen)
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "start", "204")
		w.must(w.here.Tick(w.Context()))
		release := func() error {
			return w.there.Server.Kernel.Do(w.Context(), kept.TheClock, func(tx *kernel.Tx) error {
				_, err := w.there.Server.Retention.Release(tx, retention.Unforeseen)
				return err
			})
		}
		if err := release(); kept.KindOf(err) != kept.NotFound {
			w.Errorf("a brake is released where but a copy of it lies: %v", err)
		}
		w.asks(w.here, "commit", "204")
		w.must(w.here.Tick(w.Context()))
		w.pass(time.Hour)
		const count = `SELECT (SELECT COUNT(*) FROM anchor) * 100 + (SELECT COUNT(*) FROM item WHERE grouped IS NOT NULL) * 10 + (SELECT COUNT(*) FROM brake)`
		if n := w.number(w.here, count); n != 0 {
			w.Errorf("%d are left behind: anchors, grouped items, brakes", n)
		}
		if n := w.number(w.there, count); n != 211 {
			w.Errorf("%d have arrived, want 211: anchors, grouped items, brakes", n)
		}
		w.pass(31 * 24 * time.Hour)
		drafts := func(want int) {
			w.Helper()
			if n := w.number(w.there, `SELECT COUNT(*) FROM item WHERE category = 'draft-notes'`); n != want {
				w.Errorf("%d drafts are there, want %d", n, want)
			}
		}
		drafts(1)
		if n := w.number(w.there, `SELECT COUNT(*) FROM fact WHERE kind = 'alarm.raised'`); n == 0 {
			w.Error("nobody is warned of the brake")
		}
		w.must(release())
		w.pass(time.Hour)
		drafts(0)
	})
}

func TestNothingMovesThatAHoldKeeps(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	place := func() {
		w.exec(w.here, `INSERT INTO hold (id, scope, category, reason, promise, staff, unit, since, until, copied, last, sought)
			VALUES ('hol_1', $1, 'draft-notes', 'incident', 'p', 's', 'u', 1, 2, 1, '', $2)`, string(w.id), []byte{})
	}
	release := func() { w.exec(w.here, `DELETE FROM hold`) }
	place()
	w.asks(w.here, "schedule", "409 E9999")
	release()
	w.asks(w.here, "schedule", "204")
	place()
	w.asks(w.here, "start", "409 E9999")
	w.read(w.here, "draft-notes", "editing", "") // it is not closed
	release()
	w.asks(w.here, "start", "204")
	err := w.here.Server.Kernel.View(t.Context(), func(v *kernel.View) error {
		return w.here.Server.Gate.Ask(v, gate.Question{Verb: gate.Hold, Scope: kept.Scope{Installation: w.id}, App: app, Reason: "incident"})
	})
	if kept.KindOf(err) != kept.Denied {
		t.Error("a hold may be placed while everything moves")
	}
}

// A row may name nothing but the installation that it comes with.
func TestNothingArrivesForAnother(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	arriving := "/v1/arrivals/" + string(w.here.Server.Kernel.NewID("ins"))
	w.must(w.here.Call(t.Context(), http.MethodPost, arriving, secret, realm.Origin{Stands: []string{"eu-central-1"}}, nil))
	for table, row := range map[string][]any{
		"anchor": {w.items["owner-settings"], "ticket-closed", 1, 0, 1},
		"choice": {w.id, "draft-notes", "entry", "P1D", 1},
	} {
		err := w.here.Call(t.Context(), http.MethodPost, arriving+"/cargo", secret, map[string]any{"table": table, "rows": []any{row}}, nil)
		if problem, is := err.(*stage.Problem); !is || problem.Kind != kept.Invalid {
			t.Errorf("a row of %s about another installation: %v", table, err)
		}
	}
}

func TestOnlyAPeerSendsAnything(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	for _, shown := range []string{"", "kept", secret + "x"} {
		err := w.there.Call(t.Context(), http.MethodPost, "/v1/arrivals/"+string(w.id), shown, nil, nil)
		if problem, is := err.(*stage.Problem); !is || problem.Status != http.StatusUnauthorized {
			t.Errorf("%q: %v", shown, err)
		}
	}
	call := func(path string, body any) error {
		return w.here.Call(t.Context(), http.MethodPost, "/v1/arrivals/"+string(w.id)+path, secret, body, nil)
	}
	if problem, is := call("", realm.Origin{Stands: []string{"eu-central-1"}}).(*stage.Problem); !is || problem.Kind != kept.Conflict {
		t.Error("an installation that lives here is overwritten")
	}
	if problem, is := call("/cargo", map[string]any{"table": "item", "rows": []any{}}).(*stage.Problem); !is || problem.Kind != kept.Conflict {
		t.Error("rows are added to an installation that lives here")
	}
}

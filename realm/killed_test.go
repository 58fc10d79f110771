package realm_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/db"
	"kept/db/dbtest"
	"kept/policy"
	"kept/realm"
	"kept/stage"
)

// apart is two servers of one vendor, each in a process of its own.
type apart struct {
	*testing.T
	here, there *stage.Apart
	hoards      map[*stage.Apart]*stage.Hoard
	sites       int
	moved       map[kept.ID]bool // whether it went; false where it was taken back
	died        map[string]int
}

// parcel is a site with three values, that is on its way.
type parcel struct {
	site  *fake.Installation
	id    kept.ID
	items map[string]kept.ID
}

var stored = map[string]string{"service-credentials": "api_token", "draft-notes": "text", "owner-settings": "columns"}

func newApart(t *testing.T, database func() string) *apart {
	t.Helper()
	p, err := policy.Load("../examples/stories/heron")
	a := &apart{T: t, hoards: map[*stage.Apart]*stage.Hoard{}, moved: map[kept.ID]bool{}, died: map[string]int{}}
	a.must(err)
	start, _ := kept.ParseTime("2026-03-01T10:00:00Z")
	open := func(region string) (s *stage.Apart, door string) {
		s, err := stage.OpenApart(t.Context(), stage.Options{Policy: p, Start: start, Dir: t.TempDir(), Database: database(), Region: region, Build: "test"},
			io.Discard, func() *exec.Cmd { return exec.Command(os.Args[0], "stage") })
		a.must(err)
		t.Cleanup(func() { s.Close() })
		door, err = s.Door()
		a.must(err)
		a.hoards[s] = stage.NewHoard()
		return s, door
	}
	here, hereDoor := open("us-west-2")
	there, thereDoor := open("eu-central-1")
	a.here, a.there = here, there
	for s, at := range map[*stage.Apart]map[string]string{here: {"EU": thereDoor}, there: {"US": hereDoor}} {
		s.Peers = realm.Peers{At: at, Secret: secret}
		s.Stop()
		a.must(s.Start(0))
		_, err := s.AppKey(t.Context(), app)
		a.must(err)
	}
	return a
}

func (a *apart) must(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

// pack is a new site at the one server, with something in it.
func (a *apart) pack() *parcel {
	a.Helper()
	declared, _ := a.here.Policy.App(app)
	a.sites++
	p := &parcel{site: a.here.Fake.Install(declared.Forge, "PRODUCTION", a.here.Fake.NewSite(fmt.Sprintf("acme-%d", a.sites))), items: map[string]kept.ID{}}
	bearer := a.bearer(a.here, p)
	for category, field := range stored {
		var answer struct{ Item kept.ID }
		a.must(a.here.Call(a.Context(), http.MethodPost, "/v1/items", bearer, map[string]any{"category": category, "name": "main",
			"subject": "655362:fern", "value": map[string]string{field: "kept-marker-" + category}}, &answer))
		p.items[category] = answer.Item
	}
	a.must(a.here.Call(a.Context(), http.MethodGet, "/v1/items/"+string(p.items["draft-notes"])+"?purpose=editing", bearer, nil, nil)) // a line
	return p
}

func (a *apart) bearer(s *stage.Apart, p *parcel) string {
	a.Helper()
	key, err := s.AppKey(a.Context(), app)
	a.must(err)
	var issued struct {
		Credential   string
		Installation kept.ID
	}
	a.must(s.Call(a.Context(), http.MethodPost, "/v1/credentials", key, map[string]string{"invocation_token": s.Fake.Token(p.site)}, &issued))
	p.id = issued.Installation
	return issued.Credential
}

// asks is a hook call of Atlassian's, which calls again where the server died of it.
func (a *apart) asks(p *parcel, step string) (status string, err error) {
	a.Helper()
	var answer struct{ Status string }
	path, body, method := "/forge/"+app+"/migration/"+step, map[string]any{"migrationId": 7}, http.MethodPost
	switch step {
	case "schedule":
		body["location"] = "EU"
	case "status":
		path, body, method = path+"?migrationId=7", nil, http.MethodGet
	}
	for {
		var sent any
		if body != nil {
			sent = body
		}
		err := a.here.Call(a.Context(), method, path, a.here.Fake.Token(p.site), sent, &answer)
		if !errors.Is(err, stage.ErrDead) {
			return answer.Status, err
		}
		a.died["asked"]++
		a.must(a.here.Start(0))
	}
}

// pass moves both clocks on, and begins whatever server has died.
func (a *apart) pass(d time.Duration) {
	a.Helper()
	for _, s := range []*stage.Apart{a.here, a.there} {
		a.must(s.Clock.Set(s.Clock.Now().Add(d)))
		a.alive(s)
	}
	for _, s := range []*stage.Apart{a.here, a.there} {
		for _, err := s.Tick(); err != nil; _, err = s.Tick() {
			if !errors.Is(err, stage.ErrDead) {
				a.Fatal(err)
			}
			a.alive(s)
		}
	}
}

// alive lets a server live that has died, and tells whether it had.
func (a *apart) alive(s *stage.Apart) (died bool) {
	a.Helper()
	died, err := s.Fell()
	a.must(err)
	if died {
		a.must(s.Start(0))
	}
	return died
}

// until lets time pass, as long as it takes.
func (a *apart) until(what string, done func() bool) {
	a.Helper()
	for range 40 {
		if a.pass(10 * time.Minute); done() {
			return
		}
	}
	a.Fatalf("after hours it is not %s", what)
}

func (a *apart) number(s *stage.Apart, query string, args ...any) (n int) {
	a.Helper()
	eye, err := db.Look(s.Data(), s.Database)
	a.must(err)
	defer eye.Close()
	a.must(eye.QueryRowContext(a.Context(), query, args...).Scan(&n))
	return n
}

func (a *apart) look() {
	a.Helper()
	for s, h := range a.hoards {
		a.must(h.Look(a.Context(), s.Options))
	}
}

const (
	openRows = `SELECT (SELECT COUNT(*) FROM item WHERE scope = $1) + (SELECT COUNT(*) FROM entry WHERE scope = $1) + (SELECT COUNT(*) FROM class_key WHERE scope = $1)
		+ (SELECT COUNT(*) FROM cohort_key WHERE scope = $1) + (SELECT COUNT(*) FROM installation WHERE id = $1 AND state <> 'erased')`
	lines = `SELECT COUNT(*) FROM entry WHERE scope = $1`
)

// lives wants all of it to be at the one server, open, and nothing at the other.
func (a *apart) lives(p *parcel, at, not *stage.Apart) {
	a.Helper()
	before := p.id
	if n := a.number(not, openRows, string(before)); n != 0 {
		a.Errorf("%d rows are where it does not live", n)
	}
	if n := a.number(at, lines, string(before)); n != 1 {
		a.Errorf("%d lines are there, want 1", n)
	}
	bearer := a.bearer(at, p)
	if p.id != before {
		a.Fatalf("%s became %s", before, p.id)
	}
	purposes := map[string]string{"service-credentials": "assets-access", "draft-notes": "editing", "owner-settings": "assets-access"}
	for category, field := range stored {
		var got struct{ Value map[string]string }
		err := at.Call(a.Context(), http.MethodGet, "/v1/items/"+string(p.items[category])+"?purpose="+purposes[category], bearer, nil, &got)
		if err != nil || !maps.Equal(got.Value, map[string]string{field: "kept-marker-" + category}) {
			a.Fatalf("%s is %v, %v", category, got.Value, err)
		}
	}
}

// move moves a site, or takes that back, and kills a server in one of the steps. It tells whether that one died.
func (a *apart) move(step string, of *stage.Apart, doom int64, back bool) (died bool) {
	a.Helper()
	p := a.pack()
	ready := func() bool {
		status, err := a.asks(p, "status")
		return err == nil && status == "ready-to-commit"
	}
	doomed := func(at string, what func()) {
		if at != step {
			what()
			return
		}
		started := a.died["asked"]
		a.must(of.Doom(doom))
		what()
		if died = died || a.alive(of) || a.died["asked"] > started; !died {
			a.must(of.Doom(0))
		}
	}
	ask := func(step string) {
		if _, err := a.asks(p, step); err != nil {
			a.Fatal(step, err)
		}
	}
	tick := func() {
		if _, err := a.here.Tick(); err != nil && !errors.Is(err, stage.ErrDead) {
			a.Fatal(err)
		} else if errors.Is(err, stage.ErrDead) {
			died = true
			a.must(a.here.Start(0))
		}
	}
	ask("schedule")
	doomed("start", func() { ask("start") })
	doomed("copy", tick)
	a.look()
	if !back {
		a.until("ready", ready)
	}
	last := "commit"
	if back {
		last = "rollback"
	}
	doomed(last, func() { ask(last) })
	a.look()
	doomed(map[bool]string{false: "leave", true: "undo"}[back], tick)
	if back {
		a.until("undone", func() bool {
			return a.number(a.here, `SELECT COUNT(*) FROM migration WHERE installation = $1 AND state = 'undone'`, string(p.id)) == 1
		})
		a.lives(p, a.here, a.there)
	} else {
		a.until("left", func() bool {
			return a.number(a.here, `SELECT COUNT(*) FROM migration WHERE installation = $1 AND state = 'left'`, string(p.id)) == 1
		})
		a.lives(p, a.there, a.here)
	}
	a.moved[p.id] = !back
	if died {
		a.died[step+map[bool]string{true: ", here", false: ", there"}[of == a.here]]++
	}
	return died
}

// nothingOpens lets both epochs turn, and tries every copy there ever was where its installation does not live.
func (a *apart) nothingOpens() {
	a.Helper()
	a.look()
	for range 5 {
		a.pass(6 * time.Hour)
	}
	a.look()
	for s, h := range a.hoards {
		ring, err := s.Ring()
		a.must(err)
		for _, left := range []bool{true, false} {
			n, err := h.Openable(ring, func(c stage.Copy) bool {
				went, known := a.moved[kept.ID(c.Scope)]
				return known && ((went == (s == a.here)) == left)
			})
			a.must(err)
			switch {
			case left && n > 0:
				a.Errorf("%d copies open where it does not live", n)
			case !left && n < 3:
				a.Errorf("%d copies open where something lives: this test sees nothing", n)
			}
		}
	}
	for id := range a.moved {
		if n := a.number(a.here, `SELECT COUNT(*) FROM receipt WHERE scope = $1 AND reason = 'moved' AND unrecoverable > 0`, string(id)); a.moved[id] && n != 4 {
			a.Errorf("%d receipts of %s are final, want 4: three categories and the log", n, id)
		}
	}
}

// every kills at each instant that there is, but for some of the later draws.
func (a *apart) every() {
	for _, c := range []struct {
		step   string
		of     *stage.Apart
		way    int64 // 1 at draws, -1 before answers
		stride int64
		back   bool
	}{
		{"start", a.here, 1, 1, false}, {"start", a.here, -1, 1, false}, {"copy", a.here, 1, 1, false}, {"copy", a.there, 1, 4, false}, {"copy", a.there, -1, 2, false},
		{"commit", a.here, 1, 1, false}, {"commit", a.here, -1, 1, false}, {"leave", a.here, 1, 2, false}, {"leave", a.there, 1, 1, false}, {"leave", a.there, -1, 1, false},
		{"copy", a.here, 1, 2, true}, {"copy", a.there, 1, 12, true}, {"rollback", a.here, 1, 1, true}, {"rollback", a.here, -1, 1, true}, {"undo", a.there, 1, 1, true}, {"undo", a.there, -1, 1, true},
	} {
		for n := int64(1); a.move(c.step, c.of, c.way*n, c.back) && !a.Failed(); {
			n += c.stride
		}
	}
}

// Wherever a server is killed, and whichever: in the end exactly one of the two has all of it, and at the other nothing opens.
func TestAServerIsKilledInTheMiddleOfAMove(t *testing.T) {
	a := newApart(t, func() string { return "" })
	a.every()
	a.nothingOpens()
	t.Log(a.sites, "moves; killed in", a.died)
	for _, where := range []string{"copy, here", "copy, there", "leave, here", "leave, there", "undo, there"} {
		if a.died[where] == 0 {
			t.Errorf("nobody was killed in %s", where)
		}
	}
}

func TestAServerIsKilledInTheMiddleOfAMoveOnPostgreSQL(t *testing.T) {
	if _, ok := dbtest.Postgres(t); !ok {
		t.Skip("no PostgreSQL")
	}
	a := newApart(t, func() string { url, _ := dbtest.Postgres(t); return url })
	for _, died := range []bool{a.move("copy", a.there, 9, false), a.move("copy", a.there, -2, true), a.move("leave", a.here, 2, false), a.move("leave", a.there, -1, false), a.move("undo", a.there, 1, true)} {
		if !died {
			t.Error("nobody was killed")
		}
	}
	a.nothingOpens()
}

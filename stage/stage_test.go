package stage_test

import (
	"context"
	"errors"
	"testing"

	"kept"
	"kept/atlassian/fake"
	"kept/policy"
	"kept/seal"
	"kept/stage"
)

const app = "portal-sso"

func at(t *testing.T, s string) kept.Time {
	t.Helper()
	instant, err := kept.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

func open(t *testing.T) *stage.Stage {
	t.Helper()
	p, err := policy.Load("../examples/stories/larkspur")
	if err != nil {
		t.Fatal(err)
	}
	s, err := stage.Open(context.Background(), stage.Options{Policy: p, Start: at(t, "2026-03-01T09:00Z"), Dir: t.TempDir(), Build: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tenant is an installation with a credential.
func tenant(t *testing.T, s *stage.Stage) (in *fake.Installation, credential string) {
	t.Helper()
	declared, _ := s.Policy.App(app)
	in = s.Fake.Install(declared.Forge, "PRODUCTION", s.Fake.NewSite("acme"))
	status, err := s.Fake.Installed(in, s.Fake.NewAccount(), "/forge/"+app+"/installed").Send(t.Context(), s.HTTP, s.URL)
	if err != nil || status >= 300 {
		t.Fatal(status, err)
	}
	key, err := s.AppKey(t.Context(), app)
	must(t, err)
	var issued struct {
		Credential string `json:"credential"`
	}
	must(t, s.Call(t.Context(), "POST", "/v1/credentials", key, map[string]string{"invocation_token": s.Fake.Token(in)}, &issued))
	return in, issued.Credential
}

type object = map[string]any

func TestPeopleAndAppsAreLetInAsTheClockMoves(t *testing.T) {
	s := open(t)
	for _, role := range []kept.Role{kept.Auditor, kept.Operator} {
		bearer, err := s.As(t.Context(), role)
		must(t, err)
		must(t, s.Call(t.Context(), "GET", "/v1/board", bearer, nil, nil))
	}
	old, err := s.As(t.Context(), kept.Auditor)
	must(t, err)
	must(t, s.MoveTo(t.Context(), at(t, "2026-03-02T09:00Z")))
	fresh, err := s.As(t.Context(), kept.Auditor)
	must(t, err)
	if fresh == old {
		t.Error("a session of twelve hours was still handed out a day later")
	}
	must(t, s.Call(t.Context(), "GET", "/v1/board", fresh, nil, nil))
	var p *stage.Problem
	if err := s.Call(t.Context(), "POST", "/v1/epochs", fresh, nil, nil); !errors.As(err, &p) || p.Status != 403 || p.Kind != kept.Denied {
		t.Errorf("an auditor turned the epoch: %v", err)
	}
}

func TestARestartKeepsDataAndAddress(t *testing.T) {
	s := open(t)
	_, credential := tenant(t, s)
	var stored struct {
		Item kept.ID `json:"item"`
	}
	must(t, s.Call(t.Context(), "POST", "/v1/items", credential, object{"category": "app-config", "value": object{"entity_id": "okta"}}, &stored))
	before := s.Server
	must(t, s.Restart(t.Context()))
	if s.Server == before {
		t.Fatal("the server is the same one")
	}
	var read struct {
		Value map[string]string `json:"value"`
	}
	must(t, s.Call(t.Context(), "GET", "/v1/items/"+string(stored.Item)+"?purpose=sign-in", credential, nil, &read))
	if read.Value["entity_id"] != "okta" {
		t.Errorf("read %v", read.Value)
	}
	must(t, s.Verify(t.Context()))
	if l := s.Board.Ledger(); !l.Verified || l.Size == 0 {
		t.Errorf("the ledger: %+v", l)
	}
}

func all(stage.Copy) bool { return true }

func TestTheHoardOpensUntilTheEpochTurned(t *testing.T) {
	s := open(t)
	s.Hoard = stage.NewHoard()
	_, credential := tenant(t, s)
	var stored struct {
		Item kept.ID `json:"item"`
	}
	for _, name := range []string{"kept", "deleted"} {
		must(t, s.Call(t.Context(), "POST", "/v1/items", credential, object{"category": "app-config", "name": name, "value": object{"entity_id": name}}, &stored))
	}
	must(t, s.Tick(t.Context()))
	must(t, s.Call(t.Context(), "DELETE", "/v1/items/"+string(stored.Item), credential, nil, nil))
	must(t, s.Tick(t.Context()))
	old, err := s.Ring()
	must(t, err)
	gone := func(c stage.Copy) bool { return !s.Hoard.Stored(c) }
	expect := func(when string, ring *seal.Ring, erased func(stage.Copy) bool, want int) {
		t.Helper()
		if n, err := s.Hoard.Openable(ring, erased); err != nil || n != want {
			t.Errorf("%s: %d copies open, %v, want %d", when, n, err, want)
		}
	}
	expect("before the turn", old, gone, 1)
	expect("before the turn", old, all, 2)

	must(t, s.MoveTo(t.Context(), at(t, "2026-03-02T09:30Z"))) // the daily turn
	now, err := s.Ring()
	must(t, err)
	expect("after the turn", now, gone, 0)
	expect("after the turn", now, all, 1)
	expect("with the old key file", old, gone, 1)
	if n, err := s.Hoard.Traces(s); err != nil || n != 0 {
		t.Errorf("%d traces of dead epoch keys, %v", n, err)
	}
}

func TestTheHoardFindsAKeptKey(t *testing.T) {
	s := open(t)
	s.Hoard = stage.NewHoard()
	must(t, s.Copy(t.Context()))
	leak(t, s.KeyFile(), s.Dir+"/data/forgotten")
	if n, err := s.Hoard.Traces(s); err != nil || n != 0 {
		t.Errorf("%d traces of a key in use, %v", n, err)
	}
	must(t, s.MoveTo(t.Context(), at(t, "2026-03-02T09:30Z")))
	if n, err := s.Hoard.Traces(s); err != nil || n != 1 {
		t.Errorf("%d traces of a key that was copied, %v, want 1", n, err)
	}
}

func TestTheClockNeverGoesBack(t *testing.T) {
	c := stage.NewClock(1000)
	if err := c.Set(999); kept.KindOf(err) != kept.Invalid || c.Now() != 1000 {
		t.Errorf("%v, %v", c.Now(), err)
	}
	machine := kept.Time(5)
	c.Run(func() kept.Time { return machine })
	machine = 12
	if c.Now() != 1007 {
		t.Errorf("a running clock shows %d, want 1007", c.Now())
	}
	must(t, c.Set(2000))
	machine = 13
	if c.Now() != 2001 {
		t.Errorf("a running clock that was moved shows %d, want 2001", c.Now())
	}
}

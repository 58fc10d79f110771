package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kept"
	"kept/api"
	"kept/board"
)

func TestWhatIsNoOperation(t *testing.T) {
	w := newWorld(t, "")
	for _, c := range []struct {
		request
		want  int
		words string
	}{
		{request{method: "GET", path: "/v1/nothing"}, 404, "no such route"},
		{request{method: "GET", path: "/v1/items/"}, 404, "no such route"},
		{request{method: "GET", path: "/v1//items"}, 404, "no such route"},
		{request{method: "GET", path: "/v1/installation/../items"}, 404, "no such route"},
		{request{method: "GET", path: "/v1"}, 404, "no such route"},
		{request{method: "GET", path: "/"}, 404, "no such route"}, // without a console
		{request{method: "CONNECT", path: "/v1/items"}, 404, "no such route"},
		{request{method: "PATCH", path: "/v1/items"}, 405, "method"},
		{request{method: "GET", path: "/v1/password"}, 405, "method"},
		{request{method: "POST", path: "/v1/sessions", body: strings.Repeat("x", 1<<20+1)}, 413, "large"},
		{request{method: "POST", path: "/v1/sessions"}, 400, "body"},
		{request{method: "POST", path: "/v1/sessions", body: "{}", header: map[string]string{"Content-Type": "text/plain"}}, 415, "fit"},
		{request{method: "POST", path: "/v1/sessions", body: object{"login": 1}}, 400, "body.login: expected string"},
	} {
		w.refused(c.request, c.want, c.words)
	}
	if allow := w.send(request{method: "PATCH", path: "/v1/items"}).Header().Get("Allow"); allow != "GET, HEAD, POST" {
		t.Errorf("Allow: %s", allow)
	}
}

// What a parser says of a number it cannot hold is the number.
func TestNoNumberIsEchoed(t *testing.T) {
	w := newWorld(t, "")
	if out := w.send(request{method: "POST", path: "/v1/sessions", body: `{"login": "a", "password": 9e98765432}`}); out.Code != 400 || strings.Contains(out.Body.String(), "98765432") {
		t.Errorf("%d %s", out.Code, out.Body)
	}
}

// A body without a length is cut off, too.
func TestALongBodyOfUnknownLength(t *testing.T) {
	w := newWorld(t, "")
	bearer := w.hire(kept.Operator, "operator")
	for _, header := range []map[string]string{nil, {"Idempotency-Key": "k"}} {
		in, err := http.NewRequest("POST", "http://kept.example/v1/staff", endless{})
		w.must(err)
		in.Header.Set("Authorization", "Bearer "+bearer)
		for name, value := range header {
			in.Header.Set(name, value)
		}
		out := w.serve(in)
		if out.Code != 413 {
			t.Errorf("%v: %d %s", header, out.Code, out.Body)
		}
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

func TestAPanicIsAProblem(t *testing.T) {
	w := newWorld(t, "")
	w.handler = api.New(api.Options{Server: w.server, Board: &board.Board{}, Console: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic("ada@acme.example")
	})})
	w.refused(request{method: "GET", path: "/anything"}, 500, "something broke here")
	if log := w.log.String(); strings.Contains(log, "ada@") || strings.Count(log, `"msg":"panic"`) != 1 {
		t.Errorf("log: %s", log)
	}
}

func TestWhatIsOursStaysOpaque(t *testing.T) {
	w := newWorld(t, "")
	w.must(w.server.Close())
	out := w.send(request{method: "GET", path: "/healthz"})
	if out.Code != 500 || strings.Contains(out.Body.String(), "sql") {
		t.Errorf("%d %s", out.Code, out.Body)
	}
	id := out.Header().Get("Kept-Request")
	if log := w.log.String(); id == "" || strings.Count(log, `"msg":"failed"`) != 1 || strings.Count(log, id) != 2 {
		t.Errorf("request %s in the log: %s", id, log)
	}
}

func TestALoginTellsNothing(t *testing.T) {
	w := newWorld(t, "")
	w.hire(kept.Support, "known")
	guess := func(login string) string {
		out := w.send(request{method: "POST", path: "/v1/sessions", body: object{"login": login, "password": "guessed"}})
		if out.Code != 401 {
			t.Errorf("%d", out.Code)
		}
		return out.Body.String()
	}
	unknown := guess("unknown")
	for i := range 7 { // from the sixth on it is locked
		if known := guess("known"); known != unknown {
			t.Fatalf("guess %d: %s, of an unknown login %s", i, known, unknown)
		}
	}
}

func TestAskingAgainDoesNothingTwice(t *testing.T) {
	w := newWorld(t, "")
	key := w.appKey("assets-owner")
	runtime, _ := w.credential(key, w.install("assets-owner", "acme"), kept.AppRuntime)
	other, _ := w.credential(key, w.install("assets-owner", "bolt"), kept.AppRuntime)
	put := func(bearer, key, value string) request {
		return request{method: "POST", path: "/v1/items", bearer: bearer, header: map[string]string{"Idempotency-Key": key},
			body: object{"category": "owner-settings", "value": object{"visibility": value}}}
	}
	items := func() int64 { return w.number(`SELECT COUNT(*) FROM item`) }
	first := w.send(put(runtime, "one", "all"))
	again := w.send(put(runtime, "one", "all"))
	if first.Code != 201 || again.Code != 201 || first.Body.String() != again.Body.String() || items() != 1 {
		t.Errorf("%d %s, again %d %s, %d items", first.Code, first.Body, again.Code, again.Body, items())
	}
	if first.Header().Get("Idempotent-Replayed") != "" || again.Header().Get("Idempotent-Replayed") != "true" || again.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%v %v", first.Header(), again.Header())
	}
	w.refused(put(runtime, "one", "none"), 409, "another request")
	for _, r := range []request{put(runtime, "two", "all"), put(other, "one", "all")} {
		if out := w.send(r); out.Code != 201 || out.Header().Get("Idempotent-Replayed") != "" {
			t.Errorf("%d %v", out.Code, out.Header())
		}
	}
	w.refused(put(runtime, "a b", "all"), 400, "visible")
	w.refused(put(runtime, strings.Repeat("a", 129), "all"), 400, "visible")

	// What was refused may be asked again.
	bad := put(runtime, "three", "all")
	bad.body = object{"category": "nothing-of-it", "value": object{"a": 1}}
	w.refused(bad, 403, "declares no such category")
	w.refused(bad, 403, "declares no such category")
	if out := w.send(put(runtime, "three", "all")); out.Code != 201 {
		t.Errorf("a key of a refused request is used up: %d", out.Code)
	}

	// A secret is never kept.
	boss := w.hire(kept.Operator, "operator")
	make := request{method: "POST", path: "/v1/apps/assets-owner/keys", bearer: boss, header: map[string]string{"Idempotency-Key": "k"}}
	if out := w.send(make); out.Code != 201 {
		t.Fatalf("%d %s", out.Code, out.Body)
	}
	w.refused(make, 409, "shown once")
	if n := w.number(`SELECT COUNT(*) FROM reply WHERE body IS NOT NULL`); n != 4 {
		t.Errorf("%d answers are kept", n)
	}

	// A day later a key is fresh; who shows it then has a newer credential anyway, a session alone lasts longer.
	w.clock.advance(24 * time.Hour)
	w.must(w.server.Tick(t.Context()))
	if n := w.number(`SELECT COUNT(*) FROM reply`); n != 0 {
		t.Errorf("%d answers are still kept", n)
	}
}

func TestOneOfManyAtOnceDoesIt(t *testing.T) {
	w := newWorld(t, "")
	runtime, _ := w.credential(w.appKey("assets-owner"), w.install("assets-owner", "acme"), kept.AppRuntime)
	var all sync.WaitGroup
	codes := make([]int, 16)
	for i := range codes {
		all.Go(func() {
			codes[i] = w.send(request{method: "POST", path: "/v1/items", bearer: runtime, header: map[string]string{"Idempotency-Key": "one"},
				body: object{"category": "owner-settings", "value": object{"visibility": "all"}}}).Code
		})
	}
	all.Wait()
	for _, code := range codes {
		if code != 201 && code != 409 {
			t.Errorf("%v", codes)
		}
	}
	if n := w.number(`SELECT COUNT(*) FROM item`); n != 1 {
		t.Errorf("%d items", n)
	}
}

// Nobody knows how far it came, so nobody does it again by accident.
func TestAKeyOfWhatBrokeStaysTaken(t *testing.T) {
	w := newWorld(t, "")
	boss := w.hire(kept.Operator, "operator")
	w.handler = api.New(api.Options{Server: w.server, Board: &board.Board{}, Verify: func(context.Context) error { panic("halfway") }})
	verify := request{method: "POST", path: "/v1/ledger/verification", bearer: boss, header: map[string]string{"Idempotency-Key": "k"}}
	w.refused(verify, 500, "something broke here")
	w.refused(verify, 409, "has not come to its end")
	w.handler = api.New(api.Options{Server: w.server, Board: &board.Board{}, Verify: func(context.Context) error { return kept.Errorf(kept.Internal, "halfway") }})
	verify.header = map[string]string{"Idempotency-Key": "l"}
	w.refused(verify, 500, "something broke here")
	w.refused(verify, 409, "has not come to its end")
}

func TestMetricsHaveRoutesAndNoIDs(t *testing.T) {
	w := newWorld(t, "")
	w.send(request{method: "GET", path: "/v1/items/itm_aaaaaaaaaaaaaaaaaaaaaaaaaa?purpose=x", bearer: "wrong"})
	w.send(request{method: "GET", path: "/v1/made-up"})
	text := w.send(request{method: "GET", path: "/metrics"}).Body.String()
	for _, line := range []string{
		`kept_http_requests_total{route="GET /v1/items/{item}",status="4xx"} 1`, `kept_http_requests_total{route="none",status="4xx"} 1`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
}

// To Forge a redirect is a failure that nobody sees, and a console behind the API is fond of redirects.
func TestNothingOfTheAPIRedirects(t *testing.T) {
	w := newWorld(t, "")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pages/{page}", func(http.ResponseWriter, *http.Request) {})
	face := api.New(api.Options{Server: w.server, Board: &board.Board{}, Console: mux})
	for _, path := range []string{"//forge/assets-owner/installed", "/forge//assets-owner/installed", "/forge/assets-owner/installed/", "/pages/../v1/items", "//v1/items", "/v1/./items"} {
		out := httptest.NewRecorder()
		in := httptest.NewRequest("POST", "http://kept.example", nil)
		in.URL.Path = path
		face.ServeHTTP(out, in)
		if out.Code != http.StatusNotFound {
			t.Errorf("%s is answered with %d", path, out.Code)
		}
	}
}

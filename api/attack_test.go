package api_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kept"
)

// Many guesses at the same time are counted one by one: five are looked at, the others meet the lock.
func TestGuessingInParallelIsNoFaster(t *testing.T) {
	w := newWorld(t, "")
	w.hire(kept.Officer, "ada")
	var done sync.WaitGroup
	for range 40 {
		done.Go(func() {
			w.send(request{method: "POST", path: "/v1/sessions", body: object{"login": "ada", "password": "a wrong guess"}})
		})
	}
	done.Wait()
	if n := w.number(`SELECT MAX(failures) FROM staff`); n != 5 {
		t.Errorf("%d guesses were looked at, want 5", n)
	}
	right := request{method: "POST", path: "/v1/sessions", body: object{"login": "ada", "password": "a password of ada"}}
	if out := w.send(right); out.Code != http.StatusUnauthorized {
		t.Errorf("the locked account answers %d", out.Code)
	}
	w.clock.advance(2 * time.Minute)
	if out := w.send(right); out.Code != http.StatusCreated {
		t.Errorf("after the lock: %d", out.Code)
	}
	if n := w.number(`SELECT MAX(failures) FROM staff`); n != 0 {
		t.Errorf("%d failures are left after a login", n)
	}
}

// A policy may allow a category for every purpose; the purpose is still a word, and never text of the app's own.
func TestAPurposeIsNoPlaceForText(t *testing.T) {
	w := newWorld(t, "", [2]string{"purposes: assets-access", `purposes: "*"`})
	bearer, _ := w.credential(w.appKey("assets-owner"), w.install("assets-owner", "acme"), kept.AppRuntime)
	item := w.call("POST", "/v1/items", bearer, object{"category": "owner-settings", "value": object{"visibility": "all"}})["item"].(string)
	for purpose, want := range map[string]int{
		"assets-access": http.StatusOK, "ada%40example.com": http.StatusBadRequest, "Ada%20Lovelace": http.StatusBadRequest,
		"%00": http.StatusBadRequest, strings.Repeat("a", 65): http.StatusBadRequest,
	} {
		if out := w.send(request{method: "GET", path: "/v1/items/" + item + "?purpose=" + purpose, bearer: bearer}); out.Code != want {
			t.Errorf("%s: %d %s", purpose, out.Code, out.Body)
		}
	}
}

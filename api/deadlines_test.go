package api_test

import (
	"net/http"
	"testing"

	"kept"
)

func TestDeadlinesOverHTTP(t *testing.T) {
	w := newWorld(t, "")
	officer := w.hire(kept.Officer, "officer")
	for query, want := range map[string]int{"": 200, "?from=2026-01-31": 200, "?promise=nowhere": 404, "?promise=trained": 400, "?from=yesterday": 400} {
		if got := w.send(request{method: "GET", path: "/v1/deadlines" + query, bearer: officer}); got.Code != want {
			t.Errorf("%q: %d %s, want %d", query, got.Code, got.Body, want)
		}
	}
	if got := w.send(request{method: "GET", path: "/v1/deadlines", bearer: w.appKey("assets-owner")}); got.Code != http.StatusUnauthorized {
		t.Errorf("an app learned of deadlines: %d", got.Code)
	}
}

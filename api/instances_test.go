package api_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kept/db/dbtest"
	"kept/kernel"
)

// code is a fresh one of support-desk, for a server or with "" for any new one.
func (w *world) code(server string) string {
	w.t.Helper()
	e, err := w.server.Access.CreateEnrolment(w.t.Context(), w.boss(), "support-desk", server)
	w.must(err)
	return e.Code
}

// host enrols a host and gives its key.
func (w *world) host(server string) string {
	w.t.Helper()
	return w.call("POST", "/v1/instances", "", object{"code": w.code(server), "server": server})["key"].(string)
}

// What a code and a key are good for, and what not, on both engines.
func TestCodesAndKeysOfHosts(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { enrolHosts(t, "") })
	t.Run("PostgreSQL", func(t *testing.T) {
		url, ok := dbtest.Postgres(t)
		if !ok {
			t.Skip("no PostgreSQL here")
		}
		enrolHosts(t, url)
	})
}

func enrolHosts(t *testing.T, database string) {
	const acme, bolt = "BACM-0000-0000-0001", "BBLT-0000-0000-0001"
	w := newWorld(t, database)
	redeem := func(code, server string) request {
		return request{method: "POST", path: "/v1/instances", body: object{"code": code, "server": server}}
	}
	credential := func(key string) request {
		return request{method: "POST", path: "/v1/instances/credential", bearer: key}
	}
	code := w.code("")
	w.refused(redeem(code, "acme"), 400, "not the id of a server")
	w.refused(redeem(code, strings.ToLower(acme)), 400, "not the id of a server")
	w.refused(redeem("kept_enr_guessed", acme), 403, "the code is not valid")
	got := w.call("POST", "/v1/instances", "", redeem(code, acme).body)
	w.refused(redeem(code, acme), 403, "the code is not valid")
	w.refused(redeem(code, bolt), 403, "the code is not valid")

	// A server's id is no secret: a code that was not made for it takes nothing over.
	w.refused(redeem(w.code(""), acme), 403, "this server was enrolled before")
	w.refused(redeem(w.code(bolt), acme), 403, "the code is not valid")

	late := w.code("")
	w.clock.advance(7*24*time.Hour - time.Second)
	w.must(w.server.Tick(t.Context()))
	if w.host(bolt); w.number(`SELECT COUNT(*) FROM enrolment`) != 3 {
		t.Error("a code went before its time")
	}
	w.clock.advance(time.Second)
	w.refused(redeem(late, "BLAT-0000-0000-0001"), 403, "the code is not valid")
	w.clock.advance(24 * time.Hour)
	w.must(w.server.Tick(t.Context()))
	if n := w.number(`SELECT COUNT(*) FROM enrolment`); n != 0 {
		t.Errorf("%d codes outlive their time", n)
	}

	key := got["key"].(string)
	runtime := w.call("POST", "/v1/instances/credential", key, nil)
	admin := w.call("POST", "/v1/instances/credential", key, object{"role": "customer-admin"})
	if runtime["role"] != "app-runtime" || admin["role"] != "customer-admin" || runtime["installation"] != got["installation"] {
		t.Errorf("%v %v", runtime["role"], admin["role"])
	}
	w.refused(request{method: "POST", path: "/v1/instances/credential", bearer: key, body: object{"role": "operator"}}, 400, "")
	w.refused(request{method: "GET", path: "/v1/items", bearer: key}, 401, "not valid")
	w.refused(credential(w.appKey("support-desk")), 401, "not valid")

	// A new key ends the one before, and what was got with it.
	next := w.call("POST", "/v1/instances", "", redeem(w.code(acme), acme).body)
	if next["installation"] != got["installation"] {
		t.Error("who enrols again is another customer")
	}
	w.refused(credential(key), 401, "not valid")
	w.refused(request{method: "GET", path: "/v1/items", bearer: runtime["credential"].(string)}, 401, "not valid")
	w.call("POST", "/v1/instances/credential", next["key"].(string), nil)

	// The rows of a host end with its installation.
	w.call("DELETE", "/v1/instances", next["key"].(string), nil)
	w.refused(request{method: "DELETE", path: "/v1/instances", bearer: next["key"].(string)}, 401, "not valid")
	w.clock.advance(91 * 24 * time.Hour)
	for range 3 {
		w.must(w.server.Tick(t.Context()))
	}
	if erased, left := w.number(`SELECT COUNT(*) FROM installation WHERE state = 'erased'`), w.number(`SELECT COUNT(*) FROM instance`); erased != 1 || left != 1 {
		t.Errorf("%d installations are erased, %d hosts have a key", erased, left)
	}
	w.refused(credential(next["key"].(string)), 401, "not valid")
	w.refused(request{method: "POST", path: "/v1/apps/page-owl/enrolments", bearer: w.hire("support", "support")}, 404, "no Data Center app")
}

// Neither the files of the database, nor the log, nor a fact holds a code or a key.
func TestCodesAndKeysAreStoredHashed(t *testing.T) {
	w := newWorld(t, "")
	code := w.code("")
	secrets := []string{code, w.host("BKPT-0000-0000-0001"), w.code("")}
	secrets = append(secrets, w.call("POST", "/v1/instances", "", object{"code": code, "server": "BKPT-0000-0000-0002"})["key"].(string))
	files, err := filepath.Glob(filepath.Join(w.data, "*"))
	w.must(err)
	readable := false
	for _, secret := range secrets {
		for _, file := range files {
			b, err := os.ReadFile(file)
			w.must(err)
			readable = readable || bytes.Contains(b, []byte("BKPT-0000-0000-0001"))
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds a secret", filepath.Base(file))
			}
		}
		if strings.Contains(w.log.String(), secret) {
			t.Error("the log holds a secret")
		}
	}
	if !readable {
		t.Error("the files do not even hold what stands there in clear text")
	}
	w.must(w.server.Kernel.View(t.Context(), func(v *kernel.View) error {
		return v.Each(func(scan func(...any) error) error {
			var body string
			err := scan(&body)
			if strings.Contains(body, "kept_") || strings.Contains(body, "BKPT") {
				t.Errorf("a fact holds %s", body)
			}
			return err
		}, `SELECT body FROM fact`)
	}))
}

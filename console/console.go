// Package console shows the board to people as plain web pages that need no script. It changes nothing but sessions,
// passwords, brakes and holds that an officer releases, and refuses to show what the gate does not let the reader inspect.
package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
	"time"

	"kept/assembly"
	"kept/board"
)

//go:embed static/*
var static embed.FS

// Options says what the console shows, and to whom.
type Options struct {
	Server   *assembly.Server
	Board    *board.Board
	ReadOnly bool // nobody logs in and nothing can be changed; answers to names of loopback alone
	Demo     bool // every page says that nothing on it is real
}

type console struct{ Options }

// policyOfContent lets a page load its one stylesheet and its one picture from here, and nothing else.
const policyOfContent = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// New is the handler of every page under /.
func New(o Options) http.Handler {
	c := &console{o}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.staff(c.board))
	mux.HandleFunc("GET /documents", c.staff(c.documents))
	mux.HandleFunc("GET /documents/{id}", c.staff(c.document))
	mux.HandleFunc("GET /promises/{id}", c.staff(c.promise))
	mux.HandleFunc("GET /installations", c.staff(c.installations))
	mux.HandleFunc("GET /installations/{id}", c.staff(c.installation))
	mux.HandleFunc("GET /forecast", c.staff(c.forecast))
	mux.HandleFunc("GET /deadlines", c.staff(c.deadlines))
	mux.HandleFunc("GET /holds", c.staff(c.holds))
	mux.HandleFunc("GET /ledger", c.staff(c.ledger))
	mux.HandleFunc("GET /ledger/bundle", c.staff(c.bundle))
	mux.HandleFunc("GET /p/{document}", c.public(c.published))
	for _, name := range []string{"style.css", "icon.svg"} {
		mux.HandleFunc("GET /static/"+name, asset(name))
	}
	if !o.ReadOnly {
		mux.HandleFunc("GET /login", c.public(c.loginForm))
		mux.HandleFunc("POST /login", c.public(c.login))
		mux.HandleFunc("POST /logout", c.staff(c.logout))
		mux.HandleFunc("POST /forecast/release", c.staff(c.release))
		mux.HandleFunc("GET /password", c.staff(c.passwordForm))
		mux.HandleFunc("POST /password", c.staff(c.password))
		mux.HandleFunc("GET /holds/{id}", c.staff(c.releaseForm))
		mux.HandleFunc("POST /holds/{id}", c.staff(c.releaseHold))
	}
	mux.HandleFunc("/", c.public(func(http.ResponseWriter, *http.Request, visitor) error { return errNoPage }))

	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.fail(w, r, errForeign) }))
	return c.armour(guard.Handler(mux))
}

// armour sets the headers of every answer.
func (c *console) armour(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policyOfContent)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if c.ReadOnly && !loopback(r.Host) { // a foreign name that resolves to here is another site's script asking
			c.fail(w, r, errForeign)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// loopback tells whether a Host header names this machine.
func loopback(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	ip := net.ParseIP(strings.Trim(name, "[]"))
	return strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback()
}

// asset serves one file of this build; a browser asks again and is told that nothing changed.
func asset(name string) http.HandlerFunc {
	b, err := static.ReadFile("static/" + name)
	if err != nil {
		panic("console: " + err.Error()) // the file is part of the build
	}
	sum := sha256.Sum256(b)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
	}
}

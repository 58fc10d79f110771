// Package api speaks HTTP: with apps and their customers' admins, with the vendor's people, with Atlassian. It decides
// nothing that a module decides, never redirects, and lets no value, secret or name of a person into a log line, an
// error or a metric.
package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kept"
	"kept/assembly"
	"kept/board"
)

// The largest request bodies in bytes that are read, less one: of anybody, and of a server that sends what was stored.
const (
	maxBody  = 1 << 20
	maxCargo = 8 << 20
)

func largest(path string) int64 {
	if strings.HasPrefix(path, "/v1/arrivals/") {
		return maxCargo
	}
	return maxBody
}

// Options is what the face shows.
type Options struct {
	Server  *assembly.Server
	Board   *board.Board
	Verify  func(context.Context) error // verifies the whole ledger now; nil leaves its operation out
	Metrics *prometheus.Registry        // shown at /metrics, with the face's own; nil makes one
	Console http.Handler                // everything that is not the API's; may be nil
}

type face struct {
	Options
	log    *slog.Logger
	api    huma.API
	mux    *http.ServeMux // the operations alone
	served *prometheus.CounterVec
}

// New is the handler of a whole server. Timeouts belong to the http.Server that mounts it.
func New(o Options) http.Handler {
	f := &face{Options: o, log: o.Server.Log, mux: http.NewServeMux()}
	if f.Metrics == nil {
		f.Metrics = prometheus.NewRegistry()
	}
	f.served = requests(f.Metrics)
	f.api = humago.New(f.mux, config(o.Server.Policy.Vendor.Name))
	f.public()
	f.forge()
	f.connect()
	f.migrations()
	f.arrivals()
	f.credentials()
	f.instances()
	f.items()
	f.installation()
	f.entries()
	f.reporting()
	f.staff()
	f.inspect()
	f.deadlines()
	f.operate()
	f.testify()
	f.forecasts()
	f.holds()
	f.mux.Handle("GET /metrics", promhttp.HandlerFor(f.Metrics, promhttp.HandlerOpts{}))
	f.mux.Handle("GET /openapi.json", f.openapi())
	return f
}

// openapi serves the OpenAPI document, written once, when it is first asked for.
func (f *face) openapi() http.Handler {
	complete(f.api.OpenAPI())
	text := sync.OnceValue(func() []byte {
		text, err := json.Marshal(f.api.OpenAPI())
		if err != nil {
			panic("api: the OpenAPI document can't be written") // a mistake in an operation, found by any test
		}
		return text
	})
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Write(text())
	})
}

// visit is what the access log may say of a request.
type visit struct {
	id    kept.ID
	route string // pattern, never the path
	role  kept.Role
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit { return ctx.Value(visitKey{}).(*visit) }

// ServeHTTP answers, and leaves one line in the log and one count in the metrics.
func (f *face) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := &visit{id: f.Server.Kernel.NewID("req"), route: "none"}
	start := f.Server.Clock.Now()
	out := &answer{ResponseWriter: w}
	out.Header().Set("Kept-Request", string(v.id))
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	r.Body = http.MaxBytesReader(out, r.Body, largest(r.URL.Path))
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			f.log.Error("panic", "request", v.id, "route", v.route, "type", kept.PanicWords(p), "stack", string(debug.Stack()))
			if out.status == 0 {
				problemOf(http.StatusInternalServerError, kept.Internal, "something broke here").write(out)
			}
		}
		if out.status == 0 {
			out.status = http.StatusOK // what net/http makes of silence
		}
		f.served.WithLabelValues(v.route, statusClass(out.status)).Inc()
		f.log.Info("served", "request", v.id, "method", method(r.Method), "route", v.route, "status", out.status,
			"duration", f.Server.Clock.Now().Sub(start), "role", v.role)
	}()
	f.route(out, r, v)
}

func (f *face) route(w http.ResponseWriter, r *http.Request, v *visit) {
	if r.ContentLength > largest(r.URL.Path) {
		problemOf(http.StatusRequestEntityTooLarge, kept.Invalid, "the request's body is too large").write(w)
		return
	}
	if !ours(path.Clean(r.URL.Path)) { // //forge/… is the API's too: the console would redirect it
		if f.Console == nil {
			notFound().write(w)
			return
		}
		v.route = "console"
		f.Console.ServeHTTP(w, r)
		if r.Pattern != "" {
			v.route = r.Pattern
		}
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if path.Clean(r.URL.Path) != r.URL.Path || r.Method == http.MethodConnect { // the mux would redirect
		notFound().write(w)
		return
	}
	h, pattern := f.mux.Handler(r)
	if pattern == "" {
		f.unrouted(w, r, h)
		return
	}
	v.route = pattern
	f.mux.ServeHTTP(w, r)
}

// unrouted turns the mux's plain text into a problem.
func (f *face) unrouted(w http.ResponseWriter, r *http.Request, h http.Handler) {
	said := newKeeper()
	h.ServeHTTP(said, r)
	if said.status != http.StatusMethodNotAllowed {
		notFound().write(w)
		return
	}
	w.Header().Set("Allow", said.header.Get("Allow"))
	problemOf(http.StatusMethodNotAllowed, kept.Invalid, "the route does not know this method").write(w)
}

// ours tells whether a path belongs to the API.
func ours(p string) bool {
	return slices.Contains([]string{"/healthz", "/metrics", "/openapi.json", "/v1", "/forge", "/connect"}, p) ||
		strings.HasPrefix(p, "/v1/") || strings.HasPrefix(p, "/forge/") || strings.HasPrefix(p, "/connect/")
}

// method keeps a word somebody made up out of the log.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

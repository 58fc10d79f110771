package api

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kept"
	"kept/realm"
)

// Problem is how every error is told (spec: RFC 9457). It never holds what the caller sent.
type Problem struct {
	Type    string    `json:"type" doc:"always about:blank"`
	Title   string    `json:"title" doc:"the status in words"`
	Status  int       `json:"status"`
	Detail  string    `json:"detail" doc:"what is wrong, without any value that was sent"`
	Hint    string    `json:"hint,omitempty" doc:"what to do"`
	Promise string    `json:"promise,omitempty" doc:"id of the promise that refused, or that would have to exist"`
	Kind    kept.Kind `json:"kind" enum:"invalid,not-found,conflict,held,denied,late,internal"`
	Code    string    `json:"errorResponseCode,omitempty" doc:"of a realm migration: the code that Atlassian reads"`
	Lines   []BadLine `json:"lines,omitempty" doc:"what is wrong with single lines of those that were sent together"`

	headers http.Header
}

// BadLine is why one line of several is refused.
type BadLine struct {
	Line    int       `json:"line" doc:"its place among those that were sent, from 0"`
	Kind    kept.Kind `json:"kind" enum:"invalid,not-found,conflict,held,denied,late"`
	Detail  string    `json:"detail" doc:"what is wrong, without any value that was sent"`
	Hint    string    `json:"hint,omitempty" doc:"what to do"`
	Promise string    `json:"promise,omitempty" doc:"id of the promise that refused, or that would have to exist"`
}

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is for huma.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders is for huma.
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType is for huma.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func (p *Problem) write(w http.ResponseWriter) {
	for name, values := range p.headers {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p) // the caller is gone when this fails
}

// toDo is what to do about a status that no module decides.
var toDo = map[int]string{
	http.StatusBadRequest:            "/openapi.json says what fits, with an example",
	http.StatusMethodNotAllowed:      "the header Allow names those it knows",
	http.StatusRequestEntityTooLarge: "send less than 1 MiB",
	http.StatusUnsupportedMediaType:  "send JSON, and Content-Type: application/json",
	http.StatusInternalServerError:   "the server's log knows more; give its operator the header Kept-Request",
}

func problemOf(status int, kind kept.Kind, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Kind: kind, Hint: toDo[status]}
}

func notFound() *Problem {
	return problemOf(http.StatusNotFound, kept.NotFound, "there is no such route")
}

// unknownCaller is the one answer to every wrong credential.
func unknownCaller(detail string) *Problem {
	p := problemOf(http.StatusUnauthorized, kept.Denied, detail)
	p.Hint = "get a new credential; each kind is got and shown as docs/api.md says"
	p.headers = http.Header{"Www-Authenticate": {`Bearer realm="kept"`}}
	return p
}

var statusOf = map[kept.Kind]int{
	kept.Invalid: http.StatusBadRequest, kept.NotFound: http.StatusNotFound, kept.Conflict: http.StatusConflict,
	kept.Held: http.StatusLocked, kept.Denied: http.StatusForbidden, kept.Late: http.StatusGone, kept.Internal: http.StatusInternalServerError,
}

// problem tells an error; what is ours is logged here, once, and stays opaque.
func (f *face) problem(ctx context.Context, err error) *Problem {
	var told *Problem
	if errors.As(err, &told) {
		return told
	}
	var e *kept.Error
	kind := kept.KindOf(err)
	if kind == kept.Internal || !errors.As(err, &e) {
		v := visitOf(ctx)
		f.log.Error("failed", "request", v.id, "route", v.route, "error", err)
		return problemOf(http.StatusInternalServerError, kept.Internal, "something broke here")
	}
	p := problemOf(statusOf[kind], kind, e.Message)
	p.Hint, p.Promise = e.Hint, e.Promise
	var refused *realm.Refusal
	if errors.As(err, &refused) {
		p.Code = refused.Code
	}
	for _, n := range slices.Sorted(maps.Keys(e.Lines)) {
		bad := e.Lines[n]
		p.Lines = append(p.Lines, BadLine{n, bad.Kind, bad.Message, bad.Hint, bad.Promise})
	}
	return p
}

// huma makes its problems through this variable. It is set once, before any operation exists.
func init() { huma.NewError = misfit }

// misfit tells what huma found wrong with a request. Its own words may hold pieces of the request: only those that
// come from the schema pass.
func misfit(status int, detail string, errs ...error) huma.StatusError {
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	kind := kept.Invalid
	if status >= http.StatusInternalServerError {
		kind, detail = kept.Internal, "something broke here"
	}
	var found []string
	for _, err := range errs {
		var d *huma.ErrorDetail
		switch {
		case !errors.As(err, &d):
		case strings.HasPrefix(d.Message, "expected "), strings.HasPrefix(d.Message, "required "):
			found = append(found, d.Location+": "+d.Message)
		case strings.HasPrefix(d.Message, "unexpected property"): // the location names it, and the name is the caller's
			found = append(found, "a property that nobody expects")
		default:
			found = append(found, "not what the schema says")
		}
	}
	if len(found) > 0 {
		detail = "the request does not fit: " + strings.Join(found, "; ")
	}
	return problemOf(status, kind, detail)
}

package console

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strings"
	"time"

	"kept"
	"kept/board"
)

//go:embed templates/*.html
var sources embed.FS

// frame is a page: what every page has, and the body that its template knows.
type frame struct {
	Title    string
	Section  string // which entry of the navigation this is
	Language string // of the body, where it is not the console's
	Bare     bool   // without navigation: nobody is in yet, or the page is for everybody
	Verdicts *board.Verdicts
	Body     any

	Vendor, Banner string
	ReadOnly       bool
}

// alarm is something that must not be overlooked.
type alarm struct{ Says, Link string }

// Alarms is what is broken, each with a link to its evidence.
func (f frame) Alarms() (out []alarm) {
	if f.Verdicts == nil {
		return nil
	}
	if l := f.Verdicts.Ledger; !l.Verified {
		says := "The ledger does not verify: " + l.Why
		if l.Why == "" {
			says = "The ledger has not been verified yet"
		}
		out = append(out, alarm{says, "/ledger"})
	}
	for _, j := range f.Verdicts.List {
		if j.Verdict == kept.Broken {
			out = append(out, alarm{phrase(j) + ": " + j.Why, "/promises/" + j.ID})
		}
	}
	return out
}

var functions = template.FuncMap{
	"day":     func(t kept.Time) string { return t.Std().Format(time.DateOnly) },
	"minute":  func(t kept.Time) string { return t.Std().Format("2006-01-02 15:04") + " UTC" },
	"verdict": func(v kept.Verdict) string { return verdictWords[v][0] },
	"meaning": func(v kept.Verdict) string { return verdictWords[v][1] },
	"ok": func(verified bool) kept.Verdict {
		if verified {
			return kept.Kept
		}
		return kept.Broken
	},
	"phrase":  phrase,
	"human":   human,
	"capital": capital,
	"plural":  plural,
	"short":   short,
	"reason":  func(s string) string { return reasonWords[s] },
}

// short is enough of an id or hash to tell it from others on a page.
func short(s any) string {
	text := ""
	switch s := s.(type) {
	case kept.ID:
		text = string(s)
	case string:
		text = s
	}
	if _, random, ok := strings.Cut(text, "_"); ok {
		text = random
	}
	return text[:min(len(text), 10)]
}

var pages = parse()

func parse() map[string]*template.Template {
	layout := template.Must(template.New("layout.html").Funcs(functions).ParseFS(sources, "templates/layout.html", "templates/parts.html"))
	all := map[string]*template.Template{}
	entries, err := sources.ReadDir("templates")
	if err != nil {
		panic("console: " + err.Error()) // the templates are part of the build
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".html")
		if name == "layout" || name == "parts" {
			continue
		}
		all[name] = template.Must(template.Must(layout.Clone()).ParseFS(sources, "templates/"+e.Name()))
	}
	return all
}

// render writes a whole page, or nothing.
func render(name string, f frame) ([]byte, error) {
	var b bytes.Buffer
	if err := pages[name].ExecuteTemplate(&b, "layout.html", f); err != nil {
		return nil, kept.Errorf(kept.Internal, "page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

func (c *console) show(w http.ResponseWriter, status int, name string, f frame) error {
	f.Vendor, f.Banner, f.ReadOnly = c.Server.Policy.Vendor.Name, c.Banner, c.ReadOnly
	f.Bare = f.Bare || name == "login"
	b, err := render(name, f)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b) // a reader who left needs no page
	return nil
}

var (
	errNoPage  = kept.Errorf(kept.NotFound, "there is no such page")
	errForeign = kept.Errorf(kept.Denied, "the request came from another site")
)

// errorPages are the kinds a reader can make sense of; anything else is ours.
var errorPages = map[kept.Kind]struct {
	status int
	title  string
}{
	kept.NotFound: {http.StatusNotFound, "Not here"},
	kept.Denied:   {http.StatusForbidden, "Not allowed"},
	kept.Invalid:  {http.StatusNotFound, "Not here"},
}

type errorBody struct{ Why, Request string }

// fail answers with a page that says what a reader may know; of our own mistakes that is the request's id alone.
func (c *console) fail(w http.ResponseWriter, r *http.Request, err error) {
	p, ok := errorPages[kept.KindOf(err)]
	var body errorBody
	if ok {
		body.Why = capital(err.Error()) + "."
	} else {
		p.status, p.title = http.StatusInternalServerError, "Something went wrong here"
		body = errorBody{Request: string(c.Server.Kernel.NewID("req"))}
		c.Server.Log.Error("a page failed", "request", body.Request, "page", r.Pattern, "error", err)
	}
	if err := c.show(w, p.status, "error", frame{Title: p.title, Bare: true, Body: body}); err != nil {
		http.Error(w, p.title, p.status)
	}
}

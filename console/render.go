package console

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"kept"
	"kept/board"
	"kept/installation"
	"kept/lint"
	"kept/retention"
)

//go:embed templates/*.html
var sources embed.FS

// frame is a page: what every page has, and the body that its template knows.
type frame struct {
	Title    string
	Section  string // which entry of the navigation this is
	Tongue   *tongue
	Ways     []way // to the same page in each language
	Bare     bool  // without navigation: nobody is in yet, or the page is for everybody
	Verdicts *board.Verdicts
	Body     any
	Alone    *alone // nil where a server stands behind the page

	Vendor         string
	Demo, ReadOnly bool
}

// alarm is something that must not be overlooked.
type alarm struct{ Says, Link string }

// Alarms is what is broken, each with a link to its evidence.
func (f frame) Alarms() (out []alarm) {
	if f.Verdicts == nil {
		return nil
	}
	if l := f.Verdicts.Ledger; !l.Verified {
		says := f.Tongue.say("The ledger has not been verified yet")
		if !l.Why.Empty() {
			says = f.Tongue.say("The ledger does not verify: %s", f.Tongue.saying(l.Why))
		}
		out = append(out, alarm{says, "/ledger"})
	}
	for _, j := range f.Verdicts.List {
		if j.Verdict == kept.Broken {
			out = append(out, alarm{f.Tongue.phrase(j) + ": " + f.Tongue.saying(j.Why), "/promises/" + j.ID})
		}
	}
	return out
}

// functions are what templates say things with, in one language.
func (t *tongue) functions() template.FuncMap {
	return template.FuncMap{
		"say": t.say, "rich": t.rich, "count": t.count, "saying": t.saying, "phrase": t.phrase, "human": t.human, "capital": capital, "anchor": anchor,
		"parameters": t.parameters, "day": t.day, "minute": t.minute, "number": t.number, "short": short,
		"verdict": func(v kept.Verdict) string { return t.of(verdictWords[v][0]) },
		"until":   t.until, "reasons": t.reasons,
		"finding": t.finding,
		"change":  t.change,
		"chosen": func(c retention.Choice) string {
			if max, err := kept.ParsePeriod(c.Max); err == nil {
				return t.say("%s after %s", t.period(max), t.of(events[c.From]))
			}
			return c.Max
		},
		"severity":   func(s lint.Severity) string { return t.of(severities[s]) },
		"meaning":    func(v kept.Verdict) string { return t.of(verdictWords[v][1]) },
		"state":      func(s kept.State) string { return t.of(states[s]) },
		"brake":      func(s string) string { return t.of(brakeWords[s]) },
		"reason":     func(s string) string { return t.of(reasonWords[s]) },
		"hosting":    func(h kept.Hosting) string { return hostings[h] },
		"confidence": func(c installation.Confidence) string { return t.of(confidences[c]) },
		"languages": func(tag string) string {
			if name, ok := languages[tag]; ok {
				return name
			}
			return tag
		},
		"tongue": func() string { return t.Tag },
		"ok": func(verified bool) kept.Verdict {
			if verified {
				return kept.Kept
			}
			return kept.Broken
		},
	}
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

// pages are the templates by language and name, parsed when the first page is shown: most commands show none.
var pages = sync.OnceValue(func() map[*tongue]map[string]*template.Template {
	return map[*tongue]map[string]*template.Template{english: parse(english), german: parse(german)}
})

func parse(t *tongue) map[string]*template.Template {
	layout := template.Must(template.New("layout.html").Funcs(t.functions()).ParseFS(sources, "templates/layout.html", "templates/parts.html"))
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
	if err := pages()[f.Tongue][name].ExecuteTemplate(&b, "layout.html", f); err != nil {
		return nil, kept.Errorf(kept.Internal, "page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// show answers a request with a page in f's language, or in the one it asks for.
func (c *console) show(w http.ResponseWriter, r *http.Request, status int, name string, f frame) error {
	if f.Tongue == nil {
		f.Tongue = tongueOf(r)
		f.Ways = ways(r, f.Tongue)
	}
	remember(w, r)
	f.Vendor, f.Demo, f.ReadOnly = c.Server.Policy.Vendor.Name, c.Demo, c.ReadOnly
	f.Bare = f.Bare || name == "login"
	b, err := render(name, f)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Add("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, _ = w.Write(b) // a reader who left needs no page
	return nil
}

var (
	errNoPage     = kept.Errorf(kept.NotFound, "there is no such page")
	errNoDocument = kept.Errorf(kept.NotFound, "the policy has no such document")
	errNoPromise  = kept.Errorf(kept.NotFound, "the policy has no such promise")
	errForeign    = kept.Errorf(kept.Denied, "the request came from another site")
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

const ourMistake = "Something went wrong here"

type errorBody struct{ Why, Request string }

// fail answers with a page that says what a reader may know; of our own mistakes that is the request's id alone.
func (c *console) fail(w http.ResponseWriter, r *http.Request, err error) {
	t := tongueOf(r)
	p, ok := errorPages[kept.KindOf(err)]
	var body errorBody
	switch {
	case !ok:
		p.status, p.title = http.StatusInternalServerError, ourMistake
		body = errorBody{Request: string(c.Server.Kernel.NewID("req"))}
		c.Server.Log.Error("a page failed", "request", body.Request, "page", r.Pattern, "error", err)
	case t.knows(err.Error()): // what cannot be said in a language, its title says
		body.Why = capital(t.say(err.Error())) + "."
	}
	if err := c.show(w, r, p.status, "error", frame{Title: t.say(p.title), Bare: true, Body: body}); err != nil {
		http.Error(w, t.say(p.title), p.status)
	}
}

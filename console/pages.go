package console

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kept"
	"kept/board"
	"kept/coverage"
	"kept/deadline"
	"kept/installation"
	"kept/kernel"
	"kept/policy"
	"kept/register"
	"kept/retention"
	"kept/sequencer"
)

func (c *console) board(w http.ResponseWriter, r *http.Request, _ visitor) error {
	v, err := c.Board.Judge(r.Context())
	if err != nil {
		return err
	}
	only := narrowed{kept.Verdict(r.FormValue("verdict")), r.FormValue("app")}
	_, verdict := verdictWords[only.Verdict]
	_, app := c.Server.Policy.App(only.App)
	if only.Verdict != "" && !verdict || only.App != "" && !app {
		return errNoPage
	}
	return c.show(w, r, http.StatusOK, "board", frame{Title: tongueOf(r).say("Board"), Section: "board", Verdicts: v, Body: overviewOf(v, c.Server.Policy, only)})
}

func (c *console) documents(w http.ResponseWriter, r *http.Request, _ visitor) error {
	v, err := c.Board.Judge(r.Context())
	if err != nil {
		return err
	}
	return c.show(w, r, http.StatusOK, "documents", frame{Title: tongueOf(r).say("Documents"), Section: "documents", Verdicts: v, Body: overviewOf(v, c.Server.Policy, narrowed{})})
}

func (c *console) document(w http.ResponseWriter, r *http.Request, _ visitor) error {
	doc, ok := c.Server.Policy.Document(r.PathValue("id"))
	if !ok {
		return errNoDocument
	}
	v, err := c.Board.Judge(r.Context())
	if err != nil {
		return err
	}
	at, _, err := c.publishedAt(r.Context(), doc.ID)
	if err != nil {
		return err
	}
	for _, report := range v.Documents {
		if report.ID == doc.ID {
			return c.show(w, r, http.StatusOK, "document",
				frame{Title: tongueOf(r).say("Document %s", doc.ID), Section: "documents", Verdicts: v, Body: readingOf(v, c.Server.Policy, doc, report, v.Documents, at)})
		}
	}
	return errNoPage
}

func (c *console) promise(w http.ResponseWriter, r *http.Request, _ visitor) error {
	v, err := c.Board.Judge(r.Context())
	if err != nil {
		return err
	}
	j, ok := v.Of(r.PathValue("id"))
	if !ok {
		return errNoPromise
	}
	body := singleOf(tongueOf(r), j, v.Documents)
	if list, err := deadline.All(c.Server.Policy, j.ID, v.At); err == nil { // else it owes no answer
		body.Owed = &list[0]
	}
	return c.show(w, r, http.StatusOK, "promise", frame{Title: tongueOf(r).phrase(j), Section: "board", Verdicts: v, Body: body})
}

// atOnce is how many installations one page lists.
const atOnce = 50

// installed is an installation in the list.
type installed struct {
	installation.Installation
	Product policy.App
	Since   kept.Time
	Next    board.Stay // what goes next; its Due is 0 where no clock of an uninstall runs
}

type installationsBody struct {
	Only   choice
	Apps   []appCount // those that the policy names, and how many installations each has
	Counts []stateCount
	Total  int
	List   []installed
	Before int // page before and behind; 0 for none
	Behind int
}

// choice is what a list is narrowed to; the zero value takes everything.
type choice struct {
	App   string
	State kept.State
}

// Query is the choice as a link carries it, on a page of the list; 0 for the first.
func (c choice) Query(page int) string {
	q := url.Values{}
	for name, value := range map[string]string{"app": c.App, "state": string(c.State)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if page > 0 {
		q.Set("page", strconv.Itoa(page))
	}
	return "/installations?" + q.Encode()
}

// In and Of are the same choice with another state, of another app.
func (c choice) In(s kept.State) choice { return choice{c.App, s} }
func (c choice) Of(app string) choice   { return choice{app, c.State} }

type appCount struct {
	policy.App
	Count int
}

type stateCount struct {
	State kept.State
	Count int
}

func (c *console) installations(w http.ResponseWriter, r *http.Request, _ visitor) error {
	var all []installation.Installation
	err := c.Server.Kernel.View(r.Context(), func(v *kernel.View) (err error) {
		all, err = installation.List(v)
		return err
	})
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(r.FormValue("page"))
	if err != nil || number < 1 {
		number = 1
	}
	body := installationsOf(all, c.Server.Policy.Apps, choice{r.FormValue("app"), kept.State(r.FormValue("state"))}, number)
	for i := range body.List {
		if body.List[i].State != kept.Uninstalled {
			continue
		}
		h, err := c.Board.History(r.Context(), body.List[i].ID)
		if err != nil {
			return err
		}
		body.List[i].Next = nextOf(h)
	}
	return c.show(w, r, http.StatusOK, "installations", frame{Title: tongueOf(r).say("Installations"), Section: "installations", Body: body})
}

// installationsOf is one page of the list, the newest first.
func installationsOf(all []installation.Installation, apps []policy.App, only choice, number int) installationsBody {
	b := installationsBody{Only: only, Total: len(all)}
	inState, ofApp := map[kept.State]int{}, map[string]int{}
	named := map[string]policy.App{}
	for _, a := range apps {
		named[a.ID] = a
	}
	var fit []installed
	for i := len(all) - 1; i >= 0; i-- {
		of := only.App == "" || all[i].App == only.App
		in := only.State == "" || all[i].State == only.State
		if of {
			inState[all[i].State]++
		}
		if in {
			ofApp[all[i].App]++
		}
		if of && in {
			fit = append(fit, installed{Installation: all[i], Product: named[all[i].App], Since: since(all[i])})
		}
	}
	for _, a := range apps {
		b.Apps = append(b.Apps, appCount{a, ofApp[a.ID]})
	}
	for _, s := range []kept.State{kept.Installed, kept.Suspended, kept.Uninstalled, kept.Erased} {
		if inState[s] > 0 {
			b.Counts = append(b.Counts, stateCount{s, inState[s]})
		}
	}
	last := max((len(fit)+atOnce-1)/atOnce, 1)
	number = min(number, last)
	b.Before = number - 1
	if number < last {
		b.Behind = number + 1
	}
	b.List = fit[(number-1)*atOnce : min(number*atOnce, len(fit))]
	return b
}

// since is when an installation came into its state.
func since(i installation.Installation) kept.Time {
	switch i.State {
	case kept.Uninstalled:
		return i.Uninstalled
	case kept.Erased:
		return i.Erased
	default:
		return i.Installed
	}
}

func nextOf(h board.History) (next board.Stay) {
	for _, s := range h.Categories {
		if s.Items > 0 && s.Due != 0 && (next.Due == 0 || s.Due < next.Due) {
			next = s
		}
	}
	return next
}

type installationBody struct {
	board.History
	Product  policy.App
	At       kept.Time
	Timeline timeline
}

func (c *console) installation(w http.ResponseWriter, r *http.Request, _ visitor) error {
	id, err := kept.ParseID("ins", r.PathValue("id"))
	if err != nil {
		return errNoPage
	}
	h, err := c.Board.History(r.Context(), id)
	if err != nil {
		return err
	}
	now := c.Server.Kernel.Now()
	product, _ := c.Server.Policy.App(h.Installation.App)
	closes := map[string]kept.Time{}
	for _, s := range h.Categories {
		rules, _ := c.Server.Policy.Rules(h.Installation.App, s.Category)
		for _, clock := range h.Installation.Standing().Clocks() {
			_, wanted := retention.Of(h.Choices, s.Category, clock.From)
			l, limited := rules.Limit(clock.From, h.Installation.Installed, wanted)
			if end := l.End(clock.Anchor); limited && (closes[s.Category] == 0 || end < closes[s.Category]) {
				closes[s.Category] = end
			}
		}
	}
	return c.show(w, r, http.StatusOK, "installation", frame{Title: tongueOf(r).say("Installation %s", short(id)), Section: "installations",
		Body: installationBody{h, product, now, timelineOf(tongueOf(r), h, now, closes)}})
}

type ledgerBody struct {
	board.Ledger
	Checkpoint, Key string
}

func (c *console) ledger(w http.ResponseWriter, r *http.Request, _ visitor) error {
	v, err := c.Board.Judge(r.Context())
	if err != nil {
		return err
	}
	body := ledgerBody{Ledger: v.Ledger}
	if body.Key, err = c.Server.Sequencer.Key(); err != nil {
		return err
	}
	err = c.Server.Kernel.View(r.Context(), func(view *kernel.View) error {
		note, err := sequencer.Checkpoint(view)
		body.Checkpoint = string(note)
		return err
	})
	if err != nil {
		return err
	}
	return c.show(w, r, http.StatusOK, "ledger", frame{Title: tongueOf(r).say("Ledger"), Section: "ledger", Verdicts: v, Body: body})
}

// bundle is written whole before the first byte leaves: half a bundle looks like a tampered one.
func (c *console) bundle(w http.ResponseWriter, r *http.Request, _ visitor) error {
	var b bytes.Buffer
	if err := c.Server.Sequencer.Bundle(r.Context(), &b, nil); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/jsonl")
	w.Header().Set("Content-Disposition", `attachment; filename="ledger.jsonl"`)
	_, _ = w.Write(b.Bytes()) // a reader who left needs no bundle
	return nil
}

// publishedAt is since when the text at hand is the published one.
func (c *console) publishedAt(ctx context.Context, id string) (at kept.Time, ok bool, err error) {
	text := c.Board.Texts[id]
	if text == nil {
		return 0, false, nil
	}
	err = c.Server.Kernel.View(ctx, func(v *kernel.View) error {
		p, found, err := register.LastPublication(v, id)
		if found && string(p.Digest) == string(text.Digest[:]) {
			at, ok = p.At, true
		}
		return err
	})
	return at, ok, err
}

type publicBody struct {
	Language string
	Version  kept.Time
	Blocks   []block
}

// published shows a text to everybody, if it is the very text that was published. The page is in the text's language.
func (c *console) published(w http.ResponseWriter, r *http.Request, _ visitor) error {
	doc, ok := c.Server.Policy.Document(r.PathValue("document"))
	if !ok {
		return errNotPublic
	}
	_, ok, err := c.publishedAt(r.Context(), doc.ID)
	if err != nil {
		return err
	}
	if !ok {
		return errNotPublic
	}
	text := c.Board.Texts[doc.ID]
	f := publicOf(doc, blocks(coverage.Cover(c.Server.Policy, doc, text), nil))
	for _, d := range versions(c.Server.Policy, doc) {
		if _, ok, err := c.publishedAt(r.Context(), d.ID); err != nil {
			return err
		} else if t := spoken(d.Language); ok && t != nil {
			f.Ways = append(f.Ways, way{t, "/p/" + d.ID, d.ID == doc.ID})
		}
	}
	return c.show(w, r, http.StatusOK, "public", f)
}

// publicOf takes the title of the page from the text, if it begins with one.
func publicOf(doc policy.Document, text []block) frame {
	f := frame{Tongue: tongueOfText(doc.Language), Bare: true}
	f.Title = f.Tongue.say("Privacy policy")
	if len(text) > 0 && strings.HasPrefix(text[0].Kind, "h") {
		f.Title, text = text[0].Lines[0][0].Plain(), text[1:]
	}
	version, _ := kept.ParseTime(doc.Version) // the policy's reader has seen that it is a date
	f.Body = publicBody{doc.Language, version, text}
	return f
}

// versions are a text in all its languages: cloud and cloud-de are one. It is nil for a text in one language.
func versions(p *policy.Policy, doc policy.Document) (out []policy.Document) {
	stem := func(d policy.Document) string { return strings.TrimSuffix(d.ID, "-"+d.Language) }
	for _, d := range p.Documents {
		if stem(d) == stem(doc) {
			out = append(out, d)
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

var errNotPublic = kept.Errorf(kept.NotFound, "no text is published under this address, or the one here is not the one that was published")

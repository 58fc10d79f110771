package console

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"

	"kept"
	"kept/board"
	"kept/coverage"
	"kept/installation"
	"kept/kernel"
	"kept/register"
	"kept/sequencer"
)

func (c *console) board(w http.ResponseWriter, r *http.Request, _ visitor) error {
	v, err := c.Board.Judge(r.Context())
	if err != nil {
		return err
	}
	only := kept.Verdict(r.FormValue("verdict"))
	if _, known := verdictWords[only]; only != "" && !known {
		return errNoPage
	}
	return c.show(w, http.StatusOK, "board", frame{Title: "Board", Section: "board", Verdicts: v, Body: overviewOf(v, only)})
}

func (c *console) documents(w http.ResponseWriter, r *http.Request, _ visitor) error {
	v, err := c.Board.Judge(r.Context())
	if err != nil {
		return err
	}
	return c.show(w, http.StatusOK, "documents", frame{Title: "Documents", Section: "documents", Verdicts: v, Body: overviewOf(v, "")})
}

func (c *console) document(w http.ResponseWriter, r *http.Request, _ visitor) error {
	doc, ok := c.Server.Policy.Document(r.PathValue("id"))
	if !ok {
		return kept.Errorf(kept.NotFound, "the policy has no such document")
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
			return c.show(w, http.StatusOK, "document",
				frame{Title: "Document " + doc.ID, Section: "documents", Verdicts: v, Body: readingOf(v, report, doc.Version, at)})
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
		return kept.Errorf(kept.NotFound, "the policy has no such promise")
	}
	return c.show(w, http.StatusOK, "promise", frame{Title: phrase(j), Section: "board", Verdicts: v, Body: singleOf(j, v.Documents)})
}

// atOnce is how many installations one page lists.
const atOnce = 50

// installed is an installation in the list.
type installed struct {
	installation.Installation
	Since kept.Time
	Next  board.Stay // what goes next; its Due is 0 where no clock of an uninstall runs
}

type installationsBody struct {
	Only   kept.State
	Counts []stateCount
	Total  int
	List   []installed
	Before int // page before and behind; 0 for none
	Behind int
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
	body := installationsOf(all, kept.State(r.FormValue("state")), number)
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
	return c.show(w, http.StatusOK, "installations", frame{Title: "Installations", Section: "installations", Body: body})
}

// installationsOf is one page of the list, the newest first.
func installationsOf(all []installation.Installation, only kept.State, number int) installationsBody {
	b := installationsBody{Only: only, Total: len(all)}
	of := map[kept.State]int{}
	var fit []installed
	for i := len(all) - 1; i >= 0; i-- {
		of[all[i].State]++
		if only == "" || all[i].State == only {
			fit = append(fit, installed{Installation: all[i], Since: since(all[i])})
		}
	}
	for _, s := range []kept.State{kept.Installed, kept.Suspended, kept.Uninstalled, kept.Erased} {
		if of[s] > 0 {
			b.Counts = append(b.Counts, stateCount{s, of[s]})
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
	closes := map[string]kept.Time{}
	for _, s := range h.Categories {
		rules, _ := c.Server.Policy.Rules(h.Installation.App, s.Category)
		for _, l := range rules.Retain {
			for _, clock := range h.Installation.Standing().Clocks() {
				if end := l.End(clock.Anchor); clock.From == l.From && (closes[s.Category] == 0 || end < closes[s.Category]) {
					closes[s.Category] = end
				}
			}
		}
	}
	return c.show(w, http.StatusOK, "installation", frame{Title: "Installation " + short(id), Section: "installations",
		Body: installationBody{h, now, timelineOf(h, now, closes)}})
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
	return c.show(w, http.StatusOK, "ledger", frame{Title: "Ledger", Section: "ledger", Verdicts: v, Body: body})
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

// publicTitles name the page of a text that begins without a title.
var publicTitles = map[string]string{"en": "Privacy policy", "de": "Datenschutzerklärung"}

type publicBody struct {
	Version string
	Blocks  []block
}

// published shows a text to everybody, if it is the very text that was published.
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
	return c.show(w, http.StatusOK, "public", publicOf(text.Language, doc.Version, blocks(coverage.Cover(c.Server.Policy, doc, text).List, nil)))
}

// publicOf takes the title of the page from the text, if it begins with one.
func publicOf(language, version string, text []block) frame {
	f := frame{Title: publicTitles[language], Language: language, Bare: true}
	if len(text) > 0 && strings.HasPrefix(text[0].Kind, "h") {
		f.Title, text = text[0].Lines[0][0].Plain(), text[1:]
	}
	f.Body = publicBody{version, text}
	return f
}

var errNotPublic = kept.Errorf(kept.NotFound, "no text is published under this address, or the one here is not the one that was published")

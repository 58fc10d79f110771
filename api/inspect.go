package api

import (
	"context"
	"encoding/hex"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kept"
	"kept/board"
	"kept/coverage"
	"kept/gate"
	"kept/installation"
	"kept/kernel"
	"kept/ledger"
)

// DocumentState is the coverage of a document, with the verdicts of its promises.
type DocumentState struct {
	Coverage *coverage.Report        `json:"coverage"`
	Verdicts map[string]kept.Verdict `json:"verdicts" doc:"by promise"`
}

// InstallationList is all installations, the oldest first.
type InstallationList struct {
	Installations []installation.Installation `json:"installations"`
}

// Fact is what happened, with where it stands in the ledger.
type Fact struct {
	ID         kept.ID            `json:"id"`
	Kind       kept.FactKind      `json:"kind,omitempty"`
	At         kept.Time          `json:"at,omitzero"`
	Scope      string             `json:"scope,omitempty"`
	Ordinal    int64              `json:"ordinal,omitempty"`
	Role       kept.Role          `json:"role,omitempty"`
	Category   string             `json:"category,omitempty"`
	Counts     map[string]int64   `json:"counts,omitempty"`
	Words      map[string]string  `json:"words,omitempty"`
	Refs       map[string]kept.ID `json:"refs,omitempty"`
	Hashes     map[string]string  `json:"hashes,omitempty" doc:"hexadecimal"`
	Pruned     bool               `json:"pruned" doc:"only its leaf is left"`
	Leaf       int64              `json:"leaf" doc:"index in the tree; -1 while it waits"`
	Checkpoint int64              `json:"checkpoint" doc:"size of the newest checkpoint"`
}

type (
	oneDocument struct {
		Document string `path:"document"`
	}
	onePromise struct {
		Promise string `path:"promise"`
	}
	oneFact struct {
		Fact string `path:"fact"`
	}
)

func (f *face) inspect() {
	get := func(id, path, says string) operation {
		return operation{id: id, method: http.MethodGet, path: path, says: says, by: ofStaff, roles: kept.Staff}
	}
	add(f, get("board", "/v1/board", "Every promise with its verdict and evidence."), f.judge)
	add(f, get("document", "/v1/documents/{document}", "What each sentence of a document is bound to, and how it stands."), f.document)
	add(f, get("promise", "/v1/promises/{promise}", "One promise with its verdict and evidence."), f.promise)
	add(f, get("installations", "/v1/installations", "All installations."), f.installations)
	add(f, get("installation", "/v1/installations/{installation}", "One installation with its history."), f.history)
	add(f, get("questions", "/v1/questions", "What a person is asked about installations: whether they are still there."), f.questions)
	add(f, get("ledger", "/v1/ledger", "The ledger as JSON lines, with all openings: what `kept verify` reads."), f.ledger)
	add(f, get("fact", "/v1/facts/{fact}", "One fact."), f.fact)
	if f.Verify != nil {
		verify := get("verify-ledger", "/v1/ledger/verification", "Verify the whole ledger now.")
		verify.method = http.MethodPost
		add(f, verify, f.verify)
	}
}

func (f *face) judged(ctx context.Context, c *call) (*board.Verdicts, error) {
	if err := f.ask(ctx, question(c, gate.Inspect, kept.VendorScope)); err != nil {
		return nil, err
	}
	return f.Board.Judge(ctx)
}

func (f *face) judge(ctx context.Context, c *call, _ *empty) (*body[*board.Verdicts], error) {
	v, err := f.judged(ctx, c)
	return answerOf(v), err
}

func (f *face) document(ctx context.Context, c *call, in *oneDocument) (*body[DocumentState], error) {
	v, err := f.judged(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, report := range v.Documents {
		if report.ID != in.Document {
			continue
		}
		state := DocumentState{report, map[string]kept.Verdict{}}
		for _, line := range report.List {
			for _, id := range line.Promises {
				j, _ := v.Of(id)
				state.Verdicts[id] = j.Verdict
			}
		}
		return answerOf(state), nil
	}
	return nil, kept.Errorf(kept.NotFound, "the policy has no such document")
}

func (f *face) promise(ctx context.Context, c *call, in *onePromise) (*body[board.Judged], error) {
	v, err := f.judged(ctx, c)
	if err != nil {
		return nil, err
	}
	j, ok := v.Of(in.Promise)
	if !ok {
		return nil, kept.Errorf(kept.NotFound, "the policy has no such promise")
	}
	return answerOf(j), nil
}

func (f *face) installations(ctx context.Context, c *call, _ *empty) (*body[InstallationList], error) {
	var list []installation.Installation
	err := f.look(ctx, question(c, gate.Inspect, kept.VendorScope), func(v *kernel.View) (err error) {
		list, err = installation.List(v)
		return err
	})
	return answerOf(InstallationList{orEmpty(list)}), err
}

func (f *face) questions(ctx context.Context, c *call, _ *empty) (*body[QuestionList], error) {
	var list []installation.Question
	err := f.look(ctx, question(c, gate.Inspect, kept.VendorScope), func(v *kernel.View) (err error) {
		list, err = installation.AllQuestions(v)
		return err
	})
	return answerOf(QuestionList{orEmpty(list)}), err
}

func (f *face) history(ctx context.Context, c *call, in *oneInstallation) (*body[board.History], error) {
	id, err := kept.ParseID("ins", in.Installation)
	if err != nil {
		return nil, err
	}
	if err := f.ask(ctx, question(c, gate.Inspect, kept.Scope{Installation: id})); err != nil {
		return nil, err
	}
	h, err := f.Board.History(ctx, id)
	return answerOf(h), err
}

func (f *face) ledger(ctx context.Context, c *call, _ *empty) (*huma.StreamResponse, error) {
	return f.bundle(ctx, question(c, gate.Inspect, kept.VendorScope), nil)
}

// bundle streams the ledger: it may be larger than memory. What fails before the first line is a problem, what fails
// later breaks the connection off, so that nobody takes half a ledger for a whole one.
func (f *face) bundle(ctx context.Context, q gate.Question, scope *kept.Scope) (*huma.StreamResponse, error) {
	if err := f.ask(ctx, q); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		_, w := humago.Unwrap(hc)
		to := &lines{w: w}
		if err := f.Server.Sequencer.Bundle(ctx, to, scope); err != nil {
			p := f.problem(ctx, err)
			if to.begun {
				panic(http.ErrAbortHandler)
			}
			p.write(w)
		}
	}}, nil
}

// lines sets the content type before the first byte.
type lines struct {
	w     http.ResponseWriter
	begun bool
}

func (l *lines) Write(b []byte) (int, error) {
	if !l.begun {
		l.begun = true
		l.w.Header().Set("Content-Type", "application/jsonl")
	}
	return l.w.Write(b)
}

func (f *face) fact(ctx context.Context, c *call, in *oneFact) (*body[Fact], error) {
	id, err := kept.ParseID("fct", in.Fact)
	if err != nil {
		return nil, err
	}
	out := Fact{ID: id}
	var bytes []byte
	err = f.look(ctx, question(c, gate.Inspect, kept.VendorScope), func(v *kernel.View) (err error) {
		bytes, out.Leaf, out.Checkpoint, err = findFact(v, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if out.Pruned = bytes == nil; out.Pruned {
		return answerOf(out), nil
	}
	fact, err := ledger.Decode(bytes)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "a stored fact does not read: %w", err)
	}
	out.Kind, out.At, out.Scope, out.Ordinal, out.Role, out.Category = fact.Kind, fact.At, fact.Scope.String(), fact.Ordinal, fact.Role, fact.Category
	out.Counts, out.Words, out.Refs, out.Hashes = fact.Counts, fact.Words, fact.Refs, map[string]string{}
	for name, h := range fact.Hashes {
		out.Hashes[name] = hex.EncodeToString(h[:])
	}
	return answerOf(out), nil
}

func (f *face) verify(ctx context.Context, c *call, _ *empty) (*body[board.Ledger], error) {
	if err := f.ask(ctx, question(c, gate.Inspect, kept.VendorScope)); err != nil {
		return nil, err
	}
	if err := f.Verify(ctx); err != nil {
		return nil, err
	}
	return answerOf(f.Board.Ledger()), nil
}

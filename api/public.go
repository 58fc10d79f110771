package api

import (
	"context"
	"net/http"

	"kept"
	"kept/kernel"
	"kept/sequencer"
)

// plain is text as it is.
type plain struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func text(b []byte) *plain { return &plain{"text/plain; charset=utf-8", b} }

func (f *face) public() {
	add(f, operation{id: "health", method: http.MethodGet, path: "/healthz", says: "Whether the database answers."}, f.health)
	add(f, operation{id: "ledger-key", method: http.MethodGet, path: "/v1/ledger/key", says: "The verifier key of the checkpoints."}, f.ledgerKey)
	add(f, operation{id: "ledger-checkpoint", method: http.MethodGet, path: "/v1/ledger/checkpoint",
		says: "The newest checkpoint, a signed note (C2SP tlog-checkpoint)."}, f.checkpoint)
}

// Health says whether the server can work.
type Health struct {
	Healthy bool `json:"healthy"`
}

func (f *face) health(ctx context.Context, _ *call, _ *empty) (*body[Health], error) {
	if err := f.Server.Healthy(ctx); err != nil {
		return nil, err
	}
	return answerOf(Health{true}), nil
}

func (f *face) ledgerKey(context.Context, *call, *empty) (*plain, error) {
	key, err := f.Server.Sequencer.Key()
	return text([]byte(key + "\n")), err
}

func (f *face) checkpoint(ctx context.Context, _ *call, _ *empty) (*plain, error) {
	var note []byte
	err := f.Server.Kernel.View(ctx, func(v *kernel.View) (err error) {
		note, err = sequencer.Checkpoint(v)
		return err
	})
	if err == nil && note == nil {
		err = kept.Errorf(kept.NotFound, "the ledger has no checkpoint yet").WithHint("ask again in a moment")
	}
	return text(note), err
}

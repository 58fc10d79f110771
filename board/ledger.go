package board

import (
	"context"
	"encoding/hex"
	"io"
	"sync"

	"kept"
	"kept/ledger"
	"kept/sequencer"
)

// Watch verifies the whole ledger from time to time and remembers what came out. Safe for concurrent use.
type Watch struct {
	Sequencer *sequencer.Sequencer
	Clock     kept.Clock

	mu   sync.Mutex
	last Ledger
}

// Last is the outcome of the last verification; not verified before the first.
func (w *Watch) Last() Ledger {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last.At == 0 {
		return Ledger{Why: Say("it was not verified yet")}
	}
	return w.last
}

// Verify reads every leaf and opening as an outsider would and works the checkpoint out again.
func (w *Watch) Verify(ctx context.Context) Ledger {
	key, err := w.Sequencer.Key()
	var report ledger.Report
	if err == nil {
		report, err = w.read(ctx, key)
	}
	l := Ledger{Size: report.Checkpoint.Size, Root: hex.EncodeToString(report.Checkpoint.Root[:]), Verified: err == nil, At: w.Clock.Now()}
	switch {
	case err != nil:
		l.Why = Say("the verifier says: %s", err)
	case report.Unexplained > 0:
		l.Verified, l.Why = false, Say("facts are missing between others of the same installation")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = l
	return l
}

func (w *Watch) read(ctx context.Context, key string) (ledger.Report, error) {
	from, to := io.Pipe()
	go func() { to.CloseWithError(w.Sequencer.Bundle(ctx, to, nil)) }()
	defer from.Close() // a verifier that stops early stops the writer
	return ledger.Verify(from, key)
}

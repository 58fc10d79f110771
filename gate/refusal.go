package gate

import (
	"context"

	"kept"
	"kept/kernel"
)

// Refused tells whether err is a refusal that leaves a fact.
func Refused(err error) bool {
	switch kept.KindOf(err) {
	case kept.Denied, kept.Late:
		return true
	}
	return false
}

// Note leaves a fact of a refusal, and returns the refusal: that a control stands in the way is its evidence. The caller
// fills in words that it knows to be the policy's.
func Note(ctx context.Context, k *kernel.Kernel, actor kept.Actor, fact kept.Fact, refusal error) error {
	if fact.Words == nil {
		fact.Words = map[string]string{}
	}
	fact.Words["why"] = string(kept.KindOf(refusal))
	if e, ok := refusal.(*kept.Error); ok && e.Promise != "" {
		fact.Words["promise"] = e.Promise
	}
	err := k.Do(ctx, actor, func(tx *kernel.Tx) error {
		tx.Record(fact)
		return nil
	})
	if err != nil {
		return err
	}
	return refusal
}

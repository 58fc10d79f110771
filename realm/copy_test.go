package realm_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/stage"
)

// What a buffer held for an hour opens with the key of its day until that is over, wherever that key has gone.
func TestADayIsForgottenWhereItsKeyHasGone(t *testing.T) {
	each(t, func(w *world) {
		w.must(w.here.Call(t.Context(), http.MethodPost, "/v1/items", w.bearer(w.here),
			map[string]any{"category": "upload-buffer", "name": "one", "value": map[string]string{"content": "kept-marker-buffer"}}, nil))
		w.pass(2 * time.Hour)
		today := int(w.here.Clock.Now().Day())
		const behind = `SELECT COUNT(*) FROM class_key WHERE class = 'upload-buffer' AND kind = 'ratchet' AND generation <= $1`
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "start", "204")
		w.must(w.here.Tick(w.Context()))
		w.asks(w.here, "commit", "204")
		w.must(w.here.Tick(w.Context()))
		w.must(w.there.Tick(w.Context()))
		if here, there := w.number(w.here, behind, today), w.number(w.there, behind, today); here != 0 || there != 1 {
			w.Fatalf("%d keys of the day stayed and %d came along, want 0 and 1", here, there)
		}
		w.pass(15 * time.Hour)
		if n := w.number(w.there, behind, today); n != 0 {
			w.Error("the day is over, and its key yields what was deleted")
		}
	})
}

// The same while the move waits: the key of a day that is over goes with the copy.
func TestACopyOutlivesNoDay(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	w.must(w.here.Call(t.Context(), http.MethodPost, "/v1/items", w.bearer(w.here),
		map[string]any{"category": "upload-buffer", "name": "one", "value": map[string]string{"content": "kept-marker-buffer"}}, nil))
	w.pass(2 * time.Hour)
	const days = `SELECT COUNT(*) FROM class_key WHERE class = 'upload-buffer' AND kind = 'ratchet'`
	w.asks(w.here, "schedule", "204")
	w.asks(w.here, "start", "204")
	w.must(w.here.Tick(t.Context()))
	if n := w.number(w.there, days); n != 1 {
		t.Fatalf("%d keys of the day came along", n)
	}
	w.pass(15 * time.Hour)
	if n := w.number(w.there, days); n != 0 {
		t.Error("the day is over, and its key lies in the copy")
	}
}

// What must go while a copy lies at the other server goes there, too, and the move goes on.
func TestACopyOutlivesNothing(t *testing.T) {
	each(t, func(w *world) {
		w.pass(27 * 24 * time.Hour)
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "start", "204")
		w.must(w.here.Tick(w.Context()))
		const drafts = `SELECT COUNT(*) FROM item WHERE category = 'draft-notes'`
		if n := w.number(w.there, drafts); n != 1 {
			w.Fatalf("%d drafts were copied", n)
		}
		w.pass(4 * 24 * time.Hour)
		if here, there := w.number(w.here, drafts), w.number(w.there, drafts); here != 0 || there != 0 {
			w.Errorf("of the draft that is over there are %d here and %d over there", here, there)
		}
		w.asks(w.here, status, "200 ready-to-commit")
		w.asks(w.here, "commit", "204")
		w.must(w.here.Tick(w.Context()))
		w.read(w.there, "draft-notes", "editing", kept.NotFound)
		w.read(w.there, "owner-settings", "assets-access", "")
	})
}

func TestACopyDoesNotWaitForEver(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	w.asks(w.here, "schedule", "204")
	w.asks(w.here, "start", "204")
	w.must(w.here.Tick(t.Context()))
	w.pass(8 * 24 * time.Hour)
	if n := w.number(w.there, `SELECT COUNT(*) FROM item`) + w.number(w.there, `SELECT COUNT(*) FROM class_key`); n != 0 {
		t.Errorf("%d rows wait for ever", n)
	}
	w.asks(w.here, "commit", "204") // late, and still nothing is lost
	w.must(w.here.Tick(t.Context()))
	w.read(w.there, "owner-settings", "assets-access", "")
}

// Whether an installation is still there is asked, and answered, where it lives: what was said of a copy would be lost with it.
func TestACopyIsNotAskedAbout(t *testing.T) {
	each(t, func(w *world) {
		w.pass(31 * 24 * time.Hour) // nothing was heard of it
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "start", "204")
		w.must(w.here.Tick(w.Context()))
		questions := func(s *stage.Stage) int {
			as, err := s.As(w.Context(), kept.Auditor)
			w.must(err)
			var open struct{ Questions []any }
			w.must(s.Call(w.Context(), http.MethodGet, "/v1/questions", as, nil, &open))
			return len(open.Questions)
		}
		answer := func(s *stage.Stage) error {
			as, err := s.As(w.Context(), kept.Operator)
			w.must(err)
			return s.Call(w.Context(), http.MethodPost, "/v1/installations/"+string(w.id)+"/presence", as, map[string]any{"answer": "there"}, nil)
		}
		if here, there := questions(w.here), questions(w.there); here != 1 || there != 0 {
			w.Errorf("%d questions where it lives and %d where its copy lies", here, there)
		}
		if problem, refused := answer(w.there).(*stage.Problem); !refused || problem.Kind != kept.Denied {
			w.Error("an answer about a copy is taken")
		}
		w.must(answer(w.here))
		w.asks(w.here, "commit", "204")
		w.must(w.here.Tick(w.Context()))
		if there := w.number(w.there, `SELECT COUNT(*) FROM installation WHERE questioned > 0`); there != 0 {
			w.Error("what was answered meanwhile did not go along")
		}
	})
}

// Whatever a server does of itself, the clocks of a copy run where it lives; those of a time when it lived here are gone.
func TestACopyHasNoDates(t *testing.T) {
	each(t, func(w *world) {
		now := int64(w.here.Clock.Now())
		w.exec(w.here, `UPDATE installation SET state = 'uninstalled', uninstalled = $1, effective = $2`, now, now)
		w.exec(w.there, `INSERT INTO due (kind, ref, at, since, next_try, attempts, fence, lease_until) VALUES ('retention.age', $1, 9, 9, 9, 0, 1, 0)`, string(w.id)+"/draft-notes")
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "start", "204")
		w.must(w.here.Tick(w.Context()))
		w.there.Build = "another"
		w.must(w.there.Restart(w.Context()))
		dates := func(s *stage.Stage) int {
			return w.number(s, `SELECT COUNT(*) FROM due WHERE SUBSTR(ref, 1, $1) = $2`, len(w.id), string(w.id))
		}
		if n := dates(w.there); n != 0 {
			w.Errorf("a copy has %d dates", n)
		}
		w.asks(w.here, "commit", "204")
		w.must(w.here.Tick(w.Context()))
		if n := dates(w.there); n == 0 {
			w.Error("what lives has none")
		}
	})
}

// A rollback may come at any time: after the commit, too, and while nobody knows yet what has become of it.
func TestACommitIsTakenBack(t *testing.T) {
	each(t, func(w *world) {
		all := func(at *stage.Stage, kind kept.Kind) {
			w.Helper()
			w.read(at, "draft-notes", "editing", kind)
			w.read(at, "service-credentials", "assets-access", kind)
		}
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "start", "204")
		w.must(w.here.Tick(w.Context()))
		w.asks(w.here, "commit", "204")
		w.asks(w.here, "rollback", "204") // before it went anywhere
		w.asks(w.here, status, "200 failed E0001")
		all(w.here, kept.Denied)
		w.must(w.here.Tick(w.Context()))
		all(w.here, "")

		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "start", "204")
		w.must(w.here.Tick(w.Context()))
		w.asks(w.here, "commit", "204")
		w.must(w.here.Tick(w.Context()))
		all(w.there, "")
		w.pass(23 * time.Hour)
		id := w.id
		w.asks(w.here, "rollback", "204")
		w.asks(w.here, "rollback", "204")
		w.must(w.here.Tick(w.Context()))
		all(w.there, kept.Denied)
		w.must(w.there.Tick(w.Context()))
		all(w.here, "")
		if w.id != id {
			w.Errorf("%s came back as %s", id, w.id)
		}
		w.asks(w.here, "rollback", "204")
		w.pass(25 * time.Hour)
		all(w.here, "")
		for _, s := range []*stage.Stage{w.here, w.there} {
			w.must(s.Verify(w.Context()))
		}
		if n := w.number(w.there, `SELECT COUNT(*) FROM item`) + w.number(w.there, `SELECT COUNT(*) FROM class_key WHERE scope = $1`, string(id)); n != 0 {
			w.Errorf("%d rows and keys are left behind", n)
		}
	})
}

// What a hold keeps over there stays there until it ends, open, and comes back then.
func TestACommitIsTakenBackWhenNothingHoldsIt(t *testing.T) {
	w := newWorld(t, func() string { return "" })
	w.asks(w.here, "schedule", "204")
	w.asks(w.here, "start", "204")
	w.must(w.here.Tick(t.Context()))
	w.asks(w.here, "commit", "204")
	w.must(w.here.Tick(t.Context()))
	w.exec(w.there, `INSERT INTO hold (id, scope, category, reason, promise, staff, unit, since, until, copied, last, sought)
		SELECT 'hld_aaaaaaaaaaaaaaaaaaaaaaaaaa', id, 'draft-notes', 'incident', '', 'stf_aaaaaaaaaaaaaaaaaaaaaaaaaa', '', 1, 2, 1, '', '' FROM installation`)
	w.asks(w.here, "rollback", "204")
	w.must(w.here.Tick(t.Context()))
	w.read(w.there, "draft-notes", "editing", "")
	w.exec(w.there, `DELETE FROM hold`)
	w.pass(time.Hour)
	w.pass(time.Minute)
	w.read(w.here, "draft-notes", "editing", "")
}

// meanwhile does something at the first call of a path, before that is made.
type meanwhile struct {
	http.RoundTripper
	path string
	do   func()
}

func (m *meanwhile) RoundTrip(r *http.Request) (*http.Response, error) {
	if do := m.do; do != nil && strings.HasSuffix(r.URL.Path, m.path) {
		m.do = nil
		do()
	}
	return m.RoundTripper.RoundTrip(r)
}

// What Atlassian says of an account while the installation is being handed over erases nothing here that lives over there.
func TestNothingIsErasedThatIsHandedOver(t *testing.T) {
	each(t, func(w *world) {
		ask := func(s *stage.Stage) error {
			_, err := s.Server.Reporting.Ask(w.Context(), app, s.Fake.System(app))
			return err
		}
		var said error
		w.here.Peers.HTTP = &http.Client{Transport: &meanwhile{w.here.HTTP.Transport, "/commit", func() { said = ask(w.here) }}}
		w.must(w.here.Restart(w.Context()))
		w.pass(8 * 24 * time.Hour)
		w.here.Fake.Close("655362:fern")
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "start", "204")
		w.must(w.here.Tick(w.Context()))
		w.asks(w.here, "commit", "204")
		w.must(w.here.Tick(w.Context()))
		const erased, items = `SELECT COUNT(*) FROM receipt WHERE reason = 'account-closed'`, `SELECT COUNT(*) FROM item`
		if kept.KindOf(said) != kept.Conflict {
			w.Errorf("the answer was taken: %v", said)
		}
		if here, there := w.number(w.here, erased), w.number(w.there, items); here != 0 || there != 3 {
			w.Errorf("%d receipts here, and %d items over there", here, there)
		}
		w.there.Fake.Close("655362:fern")
		w.must(ask(w.there))
		w.must(w.there.Tick(w.Context()))
		if there := w.number(w.there, erased); there == 0 {
			w.Error("nobody asked again")
		}
	})
}

// A key that was destroyed right before the commit does not go over with the rows that wait to be reclaimed.
func TestNoKeyGoesOverThatIsDestroyed(t *testing.T) {
	each(t, func(w *world) {
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "start", "204")
		w.must(w.here.Tick(w.Context()))
		const drafts = `SELECT COUNT(*) FROM class_key WHERE class = 'draft-notes'`
		if n := w.number(w.there, drafts); n == 0 {
			w.Fatal("no key was copied")
		}
		w.exec(w.here, `DELETE FROM class_key WHERE class = 'draft-notes'`)
		w.asks(w.here, "commit", "204")
		w.must(w.here.Tick(w.Context()))
		if n := w.number(w.there, drafts); n != 0 {
			w.Error("what was destroyed opens over there")
		}
		w.read(w.there, "owner-settings", "assets-access", "")
	})
}

// How a migration ended is forgotten after a month, but not where it was scheduled anew meanwhile.
func TestWhatIsScheduledAnewIsNotForgotten(t *testing.T) {
	each(t, func(w *world) {
		w.asks(w.here, "schedule", "204")
		w.asks(w.here, "rollback", "204")
		w.asks(w.here, "schedule", "204")
		w.pass(31 * 24 * time.Hour)
		w.asks(w.here, "start", "204")
	})
}

package api

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"time"

	"kept"
	"kept/kernel"
)

// replyLife is how long an answer is kept for a repetition.
const replyLife = 24 * time.Hour

// repeatable tells whether a key makes the operation safe to repeat: reads need none, and who has no lasting secret
// has no name under which to keep an answer.
func (o operation) repeatable() bool {
	return o.method != http.MethodGet && o.by != anyone && o.by != forgeToken && o.by != connectToken
}

// once does what is asked, unless the caller asked the same under this key before: then it repeats the answer. The key
// is taken before anything is done, so that two at a time, or a crash in between, never do it twice.
func (f *face) once(o operation, c *call, key string, w http.ResponseWriter, r *http.Request, do func(http.ResponseWriter, *http.Request)) {
	fail := func(err error) { f.problem(r.Context(), err).write(w) }
	if !visible(key) {
		fail(kept.Errorf(kept.Invalid, "an Idempotency-Key has 1 to 128 visible ASCII characters").WithHint("a random id will do"))
		return
	}
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		fail(unread(err))
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	// Keyed with the caller's secret, which is stored nowhere: from these rows nobody can try out what was sent.
	slot := digest(c.secret, "slot", r.Method, r.URL.EscapedPath(), r.URL.RawQuery, key)
	request := digest(c.secret, "request", string(sent))

	old, err := f.take(r.Context(), c.actor, slot, request)
	switch {
	case err != nil:
		fail(err)
	case old == nil:
		f.doing(o, c, slot, w, r, do)
	case !hmac.Equal(old.request, request):
		fail(kept.Errorf(kept.Conflict, "this Idempotency-Key was used with another request").WithHint("take a new key for a new request"))
	case old.status == 0:
		fail(kept.Errorf(kept.Conflict, "the first request with this Idempotency-Key has not come to its end").
			WithHint("if it never does, look at what is there before asking with a new key"))
	case o.secret:
		fail(kept.Errorf(kept.Conflict, "this was done, and its secret was shown once").WithHint("ask with a new key for a new secret"))
	default:
		w.Header().Set("Idempotent-Replayed", "true")
		if len(old.body) > 0 {
			w.Header().Set("Content-Type", "application/json")
		}
		w.WriteHeader(old.status)
		w.Write(old.body) // the caller is gone when this fails
	}
}

// doing keeps the answer if something was done, and frees the key if it was refused. Of what broke nobody knows how far
// it came: its key stays taken.
func (f *face) doing(o operation, c *call, slot []byte, w http.ResponseWriter, r *http.Request, do func(http.ResponseWriter, *http.Request)) {
	said := newKeeper()
	do(said, r)
	ctx := context.WithoutCancel(r.Context())
	err := f.Server.Kernel.Do(ctx, c.actor, func(tx *kernel.Tx) error {
		tx.Derived() // it says again what the operation's own facts say
		switch {
		case said.status >= http.StatusInternalServerError:
		case !said.good():
			deleteReply(tx, slot)
		case o.secret:
			finishReply(tx, slot, said.status, nil)
		default:
			finishReply(tx, slot, said.status, said.body.Bytes())
		}
		return nil
	})
	if err != nil {
		f.problem(ctx, err) // logged; what was done is done, and the caller hears so
	}
	said.release(w)
}

// take claims a slot, or finds what was kept in it.
func (f *face) take(ctx context.Context, actor kept.Actor, slot, request []byte) (old *reply, err error) {
	err = f.Server.Kernel.Do(ctx, actor, func(tx *kernel.Tx) error {
		tx.Derived()
		found, err := findReply(&tx.View, slot)
		if old = nil; err != nil {
			return err
		}
		if found != nil && found.expires > tx.Now() {
			old = found
			return nil
		}
		if found != nil {
			deleteReply(tx, slot)
		}
		insertReply(tx, slot, request, tx.Now().Add(replyLife))
		return nil
	})
	return old, err
}

func digest(secret string, parts ...string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	for _, p := range parts {
		binary.Write(mac, binary.BigEndian, uint32(len(p))) // a hash never fails
		mac.Write([]byte(p))
	}
	return mac.Sum(nil)
}

func visible(key string) bool {
	for _, c := range []byte(key) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(key) <= 128
}

func unread(err error) error {
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return problemOf(http.StatusRequestEntityTooLarge, kept.Invalid, "the request's body is too large")
	}
	return kept.Errorf(kept.Invalid, "the request's body broke off").WithHint("send it again")
}

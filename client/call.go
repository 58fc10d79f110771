package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
)

const (
	attempts  = 3
	maxAnswer = 8 << 20
)

// Error is a refusal of the server (spec: RFC 9457).
type Error struct {
	Status  int    `json:"status"`
	Kind    string `json:"kind"` // invalid, not-found, conflict, held, denied, late, internal
	Detail  string `json:"detail"`
	Hint    string `json:"hint"`    // what to do; may be empty
	Promise string `json:"promise"` // id of the promise that decided; may be empty

	Lines []BadLine `json:"lines"` // of several lines sent together
}

// BadLine is why one line of several is refused.
type BadLine struct {
	Line    int    `json:"line"` // its place among those that were sent at once, from 0
	Kind    string `json:"kind"`
	Detail  string `json:"detail"`
	Hint    string `json:"hint"`
	Promise string `json:"promise"`
}

// Error says what was refused, and what to do.
func (e *Error) Error() string {
	says := fmt.Sprintf("kept: %d: %s", e.Status, e.Detail)
	if e.Hint != "" {
		says += " (" + e.Hint + ")"
	}
	return says
}

type request struct {
	method, path, bearer string
	body                 any
	key                  string // of an unsafe call that may be repeated
}

// repeated calls again while there is no answer, at once: who waits is the caller, through ctx and its own clock.
func (c *Client) repeated(ctx context.Context, r request, answer any) (err error) {
	if r.method != http.MethodGet {
		r.key = fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()) // it has to differ, not to be secret
	}
	for range attempts {
		if err = c.once(ctx, r, answer); err == nil || ctx.Err() != nil || !again(err) {
			return err
		}
	}
	return err
}

// again tells whether nobody can have decided anything yet.
func again(err error) bool {
	var refused *Error
	if !errors.As(err, &refused) {
		return true
	}
	switch refused.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

func (c *Client) once(ctx context.Context, r request, answer any) error {
	response, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	b, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("kept: the answer broke off: %w", err)
	}
	if answer == nil || len(b) == 0 {
		return nil
	}
	if err := json.Unmarshal(b, answer); err != nil {
		return fmt.Errorf("kept: the answer is not what %s %s should give", r.method, r.path)
	}
	return nil
}

// send gives the answer of a call that was not refused; its body is the caller's to close.
func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	var sent io.Reader
	if r.body != nil {
		b, err := json.Marshal(r.body)
		if err != nil {
			return nil, errors.New("kept: what should be sent is not JSON")
		}
		sent = bytes.NewReader(b)
	}
	out, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, sent)
	if err != nil {
		return nil, errors.New("kept: the server's address is malformed")
	}
	if r.bearer != "" {
		out.Header.Set("Authorization", "Bearer "+r.bearer)
	}
	if sent != nil {
		out.Header.Set("Content-Type", "application/json")
	}
	if r.key != "" {
		out.Header.Set("Idempotency-Key", r.key)
	}
	response, err := c.http.Do(out)
	if err != nil {
		return nil, fmt.Errorf("kept: the server does not answer: %w", err)
	}
	if response.StatusCode < 300 {
		return response, nil
	}
	defer response.Body.Close()
	refused := &Error{}
	b, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil || json.Unmarshal(b, refused) != nil { // somebody else's answer, such as a proxy's
		refused.Detail = http.StatusText(response.StatusCode)
	}
	refused.Status = response.StatusCode
	return nil, refused
}

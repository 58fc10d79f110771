package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"kept"
	"kept/atlassian/fake"
)

// Problem is the server's refusal of a call (spec: RFC 9457).
type Problem struct {
	Status  int       `json:"status"`
	Kind    kept.Kind `json:"kind"`
	Title   string    `json:"title"`
	Detail  string    `json:"detail"`
	Hint    string    `json:"hint"`
	Promise string    `json:"promise"`
}

// Error says status, kind, what the server says and under which promise.
func (p *Problem) Error() string {
	says := p.Detail
	if says == "" {
		says = p.Title
	}
	if p.Promise != "" {
		says += " (promise " + p.Promise + ")"
	}
	return fmt.Sprintf("%d %s: %s", p.Status, p.Kind, says)
}

const maxAnswer = 16 << 20

// Call speaks JSON with the server over HTTP. body and answer may be nil. Errors: a *Problem for a refusal.
func (s *Scene) Call(ctx context.Context, method, path, bearer string, body, answer any) error {
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return kept.Errorf(kept.Invalid, "the body of a call is no JSON")
		}
		sent = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, s.URL+path, sent)
	if err != nil {
		return kept.Errorf(kept.Invalid, "the path of a call is malformed")
	}
	if sent != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	return s.send(r, answer)
}

// Deliver brings something that Atlassian tells. answer may be nil. Errors: a *Problem for a refusal.
func (s *Scene) Deliver(ctx context.Context, d *fake.Delivery, answer any) error {
	r, err := d.Request(ctx, s.URL)
	if err != nil {
		return err
	}
	return s.send(r, answer)
}

func (s *Scene) send(r *http.Request, answer any) error {
	response, err := s.HTTP.Do(r)
	if err != nil {
		return s.lost(err)
	}
	defer response.Body.Close()
	b, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return s.lost(err)
	}
	if response.StatusCode >= 300 {
		p := &Problem{}
		if json.Unmarshal(b, p) != nil {
			p.Title = "the answer is no problem document"
		}
		p.Status = response.StatusCode
		return p
	}
	if answer == nil || response.StatusCode == http.StatusNoContent {
		return nil
	}
	if err := json.Unmarshal(b, answer); err != nil {
		return kept.Errorf(kept.Internal, "the server's answer to %s %s is not what was expected: %w", r.Method, r.URL.Path, err)
	}
	return nil
}

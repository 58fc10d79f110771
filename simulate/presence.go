package simulate

import (
	"context"
	"net/http"

	"kept/judge"

	"kept"
)

// answer is an operator's word about an installation that may have been asked about: mostly the truth, and now and then too
// early or wrong.
func answer(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.id == "" {
		return nil, errSkipped
	}
	bearer, err := l.As(ctx, kept.Operator)
	if err != nil {
		return nil, err
	}
	e := judge.Event{Kind: judge.Answer, Installation: c.id, Gone: (c.there == nil) != (s.N[0]%8 == 0)}
	says := map[bool]string{true: "gone", false: "there"}[e.Gone]
	err = l.Call(ctx, http.MethodPost, "/v1/installations/"+string(c.id)+"/presence", bearer, map[string]string{"answer": says}, nil)
	return l.told(ctx, s, e, err)
}

// answers are given to each customer's installations now and then, by a stream of chance of their own.
func (p *planner) answers(c int) {
	for at := p.short(0, 60*day); at < p.end; at += p.short(10*day, 60*day) {
		p.add(at, c, "answer")
	}
}

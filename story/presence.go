package story

import (
	"context"

	"kept"
)

// answers is an operator who says whether an installation is still there.
func (p *play) answers(ctx context.Context, a args) error {
	_, id, err := p.current(ctx, a)
	if err != nil {
		return err
	}
	body := map[string]any{"answer": word(a, "ANSWER")}
	if since, ok := a["TIME"].(kept.Time); ok {
		body["since"] = since
	}
	return p.staff(ctx, kept.Operator, "/v1/installations/"+string(id)+"/presence", body, nil)
}

// asked counts the questions that are open.
func (p *play) asked(ctx context.Context, a args) error {
	within, err := p.within(ctx, a)
	if err != nil {
		return err
	}
	n, err := p.tally(ctx, within, `SELECT installation, COUNT(*) FROM question WHERE why = $1 AND settled = 0 GROUP BY installation`, word(a, "WHY"))
	if err != nil {
		return err
	}
	return counted(a, n, "questions")
}

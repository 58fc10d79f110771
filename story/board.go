package story

import (
	"context"

	"kept"
	"kept/board"
)

// ahead is what the board shows of what the clocks of an event have still to end of a promise.
func (p *play) ahead(ctx context.Context, a args) (due, oldest board.Evidence, err error) {
	verdicts, err := p.stage.Board.Judge(ctx)
	if err != nil {
		return due, oldest, err
	}
	j, known := verdicts.Of(word(a, "PROMISE"))
	due, oldest, counts := j.Ahead(word(a, "EVENT"))
	if !known || !counts {
		err = kept.Errorf(kept.Invalid, "the policy has no promise of that id that counts from %s", word(a, "EVENT"))
	}
	return due, oldest, err
}

func (p *play) due(ctx context.Context, a args) error {
	due, _, err := p.ahead(ctx, a)
	if err != nil {
		return err
	}
	return shown(a, due)
}

func (p *play) oldest(ctx context.Context, a args) error {
	_, oldest, err := p.ahead(ctx, a)
	if err != nil {
		return err
	}
	return shown(a, oldest)
}

func shown(a args, e board.Evidence) error {
	if at, said := a["TIME"].(kept.Time); said && at != e.When() {
		return unlike(at.String(), e.When().String())
	}
	return counted(a, int(e.Count), "categories of installations")
}

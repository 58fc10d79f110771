package story

import (
	"context"

	"kept"
)

// lapses ends a licence with what was paid, or now. The app stays where it is, and nobody is told before it shows a token.
func (p *play) lapses(_ context.Context, a args) error {
	return p.license(a, false, func(end kept.Time) kept.Time {
		if now := p.stage.Clock.Now(); end == 0 || end > now {
			return now
		}
		return end
	})
}

func (p *play) subscribes(_ context.Context, a args) error {
	return p.license(a, true, func(kept.Time) kept.Time {
		until, _ := a["TIME"].(kept.Time)
		return until
	})
}

func (p *play) license(a args, active bool, end func(kept.Time) kept.Time) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	if t.fake == nil {
		return kept.Errorf(kept.Invalid, "tokens of Connect say nothing of a licence").WithHint("there a subscription ends with the uninstall")
	}
	if t.fake.License == nil {
		return kept.Errorf(kept.Invalid, "outside production an app has no licence")
	}
	t.fake.License.Active, t.fake.License.End = active, end(t.fake.License.End)
	return nil
}

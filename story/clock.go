package story

import (
	"context"

	"kept"
	"kept/atlassian/fake"
)

// slips sets the machine's clock ahead of the right time, which goes on for everybody else.
func (p *play) slips(_ context.Context, a args) error {
	now := p.stage.Clock.Now()
	p.stage.Shown.Slip(a["PERIOD"].(kept.Period).From(now).Sub(now))
	return nil
}

func (p *play) setRight(context.Context, args) error {
	p.stage.Shown.Slip(0)
	return nil
}

// off lets time pass in which no server runs, and starts the machine anew.
func (p *play) off(ctx context.Context, a args) error {
	if err := p.stage.Clock.Set(a["PERIOD"].(kept.Period).From(p.stage.Clock.Now())); err != nil {
		return err
	}
	p.stage.Shown.Reboot()
	return p.stage.Restart(ctx)
}

// silent is Atlassian not to be reached.
func (p *play) silent(context.Context, args) error {
	p.stage.Fake.Be(fake.KeySet, fake.Absent)
	p.stage.Fake.Be(fake.InstallKeys, fake.Absent)
	return nil
}

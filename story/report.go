package story

import (
	"context"
	"fmt"
	"net/http"

	"kept"
	"kept/atlassian/fake"
	"kept/stage"
)

// scheduled is a scheduled trigger of Forge's. One that fails because Atlassian answers no reports comes again by itself.
func (p *play) scheduled(ctx context.Context, a args) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	if t.fake == nil {
		return notOfForge()
	}
	err = p.deliver(ctx, a, p.stage.Fake.Scheduled(t.fake, "/forge/"+t.app+"/scheduled"))
	if problem, refused := err.(*stage.Problem); refused && p.deaf && problem.Status >= http.StatusInternalServerError {
		return nil
	}
	return err
}

func (p *play) reports(ctx context.Context, a args) error {
	key, err := p.stage.AppKey(ctx, word(a, "APP"))
	if err != nil {
		return err
	}
	return p.stage.Call(ctx, http.MethodPost, "/v1/reports", key, map[string]string{"token": p.stage.Fake.System(word(a, "APP"))}, nil)
}

func (p *play) accountCloses(_ context.Context, a args) error {
	p.stage.Fake.Close(word(a, "ACCOUNT"))
	return nil
}

// callsClosed is Atlassian saying of every account that it is closed.
func (p *play) callsClosed(context.Context, args) error {
	p.stage.Fake.CloseAll(true)
	return nil
}

func (p *play) callsNoneClosed(context.Context, args) error {
	p.stage.Fake.CloseAll(false)
	return nil
}

func (p *play) accountChanges(_ context.Context, a args) error {
	p.stage.Fake.Change(word(a, "ACCOUNT"))
	return nil
}

func (p *play) putsOff(_ context.Context, a args) error {
	p.stage.Fake.Busy(a["N"].(int), a["PERIOD"].(kept.Period).Shortest())
	return nil
}

func (p *play) wants(_ context.Context, a args) error {
	p.stage.Fake.Cycle(a["PERIOD"].(kept.Period).String())
	return nil
}

func (p *play) deafens(_ context.Context, a args) error {
	p.deaf = has(a, "no")
	mood := fake.Well
	if p.deaf {
		mood = fake.Failing
	}
	p.stage.Fake.Be(fake.Reports, mood)
	return nil
}

// reported counts the calls that Atlassian answered, or how often they spoke of an account; no call may speak of too many.
func (p *play) reported(_ context.Context, a args) error {
	p.calls = append(p.calls, p.stage.Fake.Reported()...)
	n := 0
	for _, call := range p.calls {
		if len(call.Accounts) > 90 {
			return unlike("at most 90 accounts in a call", len(call.Accounts))
		}
		of := 1
		if has(a, "ACCOUNT") {
			of = 0
		}
		for _, r := range call.Accounts {
			if r.ID == word(a, "ACCOUNT") {
				of++
			}
		}
		if call.Status < 300 {
			n += of
		}
	}
	return counted(a, n, "reports")
}

func (p *play) subjects(ctx context.Context, a args) error {
	within, err := p.within(ctx, a)
	if err != nil {
		return err
	}
	n, err := p.tally(ctx, within, `SELECT scope, COUNT(*) FROM subject GROUP BY scope`)
	if err != nil {
		return err
	}
	return counted(a, n, "subjects")
}

func (p *play) outdated(ctx context.Context, a args) error {
	t, id, err := p.current(ctx, a)
	if err != nil {
		return err
	}
	list, err := p.stage.Server.Vault.Outdated(ctx, runtime(t, id))
	if err != nil {
		return err
	}
	return counted(a, len(list), "outdated items")
}

// putsMany puts an item about each of many people.
func (p *play) putsMany(ctx context.Context, a args) error {
	for n := range a["N"].(int) {
		one := args{"NAME": a["NAME"], "CATEGORY": a["CATEGORY"], "VALUE": a["VALUE"], "ACCOUNT": fmt.Sprintf("712020:%06d", n)}
		if err := p.puts(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

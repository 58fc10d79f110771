package story

import (
	"context"
	"path/filepath"

	"kept"
	"kept/assembly"
	"kept/kernel"
	"kept/policy"
	"kept/retention"
)

// changes serves the same data under another policy, at once or after a time in which nothing was served. A dry run shows first
// what that ends earlier, and its token is handed in.
func (p *play) changes(ctx context.Context, a args) error {
	changed, err := policy.Load(filepath.Join(p.dir, filepath.FromSlash(word(a, "FOLDER"))))
	if err != nil {
		return err
	}
	if p.stage.Texts, err = assembly.Texts(changed); err != nil {
		return err
	}
	p.stage.Policy, p.stage.DryRun = changed, ""
	if has(a, "dry") {
		err := p.stage.Server.Kernel.View(ctx, func(v *kernel.View) error {
			p.shown, err = retention.Outlook(changed).Forwards(v)
			p.stage.DryRun = retention.Token(changed.Digest, p.shown)
			return err
		})
		if err != nil {
			return err
		}
	}
	if down, ok := a["PERIOD"].(kept.Period); ok {
		if err := p.stage.Clock.Set(down.From(p.stage.Clock.Now())); err != nil {
			return err
		}
	}
	return p.stage.Restart(ctx)
}

func (p *play) releases(ctx context.Context, a args) error {
	return p.staff(ctx, kept.Officer, "/v1/forecast/release", map[string]string{"reason": word(a, "BRAKE")}, nil)
}

// foreseen counts the rows that end on a day.
func (p *play) foreseen(ctx context.Context, a args) error {
	var rows int64
	err := p.stage.Server.Kernel.View(ctx, func(v *kernel.View) error {
		list, err := p.stage.Server.Retention.Foresee(v)
		for _, f := range list {
			if f.Category == word(a, "CATEGORY") && f.Day == a["TIME"].(kept.Time) {
				rows += f.Rows
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return counted(a, int(rows), "rows")
}

// swept is a sweep that was measured: on a stage no time passes while the server works.
func (p *play) swept(ctx context.Context, a args) error {
	return p.stage.Server.Kernel.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		retention.Swept(tx, int64(a["N"].(int)), a["PERIOD"].(kept.Period).Shortest())
		return nil
	})
}

// sweep is what the server expects of what ends within a day.
func (p *play) sweep(ctx context.Context, a args) error {
	until, err := kept.ParseTime(word(a, "END"))
	if err != nil {
		return err
	}
	var s retention.Sweep
	err = p.stage.Server.Kernel.View(ctx, func(v *kernel.View) (err error) {
		s, err = p.stage.Server.Retention.Sweeping(v)
		return err
	})
	if err != nil {
		return err
	}
	if s.By != a["TIME"].(kept.Time) || s.Until != until || s.Late != has(a, "too") {
		late := ""
		if s.Late {
			late = ", too late"
		}
		return unlike("such a sweep", s.By.String()+" until "+s.Until.String()+late)
	}
	return counted(a, int(s.Rows), "rows")
}

// waiting counts the categories of installations that a brake holds up.
func (p *play) waiting(ctx context.Context, a args) error {
	var n int
	err := p.stage.Server.Kernel.View(ctx, func(v *kernel.View) error {
		list, err := retention.Brakes(v)
		n = len(list)
		return err
	})
	if err != nil {
		return err
	}
	return counted(a, n, "brakes")
}

// tonight counts the rows that the last dry run says go within a day, and would not have.
func (p *play) tonight(_ context.Context, a args) error {
	var rows int64
	for _, f := range p.shown {
		rows += f.Rows
	}
	return counted(a, int(rows), "rows")
}

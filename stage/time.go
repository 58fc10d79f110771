package stage

import (
	"context"

	"kept"
)

// MoveTo moves the clock to t, as Move does for a single server.
func (s *Stage) MoveTo(ctx context.Context, t kept.Time) error { return Move(ctx, t, s) }

// Move moves the clock of servers that share it to t. It stops at every date on the way that one of them has, where all tick
// as they would have done, and they tick once more at t. Errors: Invalid for an instant in the past, Internal for a date that
// does not move.
func Move(ctx context.Context, t kept.Time, all ...*Stage) error {
	clock := all[0].Clock
	for {
		at, any, err := nextDue(ctx, all)
		if err != nil {
			return err
		}
		if !any || at >= t {
			break
		}
		if err := visit(ctx, max(at, clock.Now()), all); err != nil {
			return err
		}
		if still, any, err := nextDue(ctx, all); err != nil || any && still <= at {
			if err == nil {
				err = kept.Errorf(kept.Internal, "a date of %s stands where it was after a tick", at)
			}
			return err
		}
	}
	return visit(ctx, t, all)
}

// nextDue is the first date that one of them has.
func nextDue(ctx context.Context, all []*Stage) (first kept.Time, any bool, err error) {
	for _, s := range all {
		at, has, err := s.Server.Kernel.NextDue(ctx)
		if err != nil {
			return 0, false, err
		}
		if has && (!any || at < first) {
			first, any = at, true
		}
	}
	return first, any, nil
}

// visit sets the clock and lets all tick, in the presence of whoever copies rows.
func visit(ctx context.Context, at kept.Time, all []*Stage) error {
	if err := all[0].Clock.Set(at); err != nil {
		return err
	}
	for _, s := range all {
		if err := s.Copy(ctx); err != nil {
			return err
		}
	}
	return Tick(ctx, all...)
}

// Tick lets all servers do what is due now. What one of them asks of another may be due there at once, so all have their turn
// as often as there are servers.
func Tick(ctx context.Context, all ...*Stage) error {
	for range all {
		for _, s := range all {
			if err := s.Tick(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// Tick lets the server do what is due now.
func (s *Stage) Tick(ctx context.Context) error {
	if err := s.Server.Tick(ctx); err != nil {
		return err
	}
	if s.Server.Superseded() {
		if err := s.Restart(ctx); err != nil {
			return err
		}
		if err := s.Server.Tick(ctx); err != nil { // the new version may have set what is due at once
			return err
		}
	}
	return s.Copy(ctx)
}

// Copy lets the hoard copy every row, if there is one.
func (s *Stage) Copy(ctx context.Context) error {
	if s.Hoard == nil {
		return nil
	}
	return s.Hoard.Copy(ctx, s)
}

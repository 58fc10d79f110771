package stage

import (
	"context"

	"kept"
)

// MoveTo moves the clock to t. It stops at every due date on the way, where the server ticks as it would have done, and
// ticks once more at t. Errors: Invalid for an instant in the past, Internal for a date that does not move.
func (s *Stage) MoveTo(ctx context.Context, t kept.Time) error {
	for {
		at, any, err := s.Server.Kernel.NextDue(ctx)
		if err != nil {
			return err
		}
		if !any || at >= t {
			break
		}
		if err := s.visit(ctx, max(at, s.Clock.Now())); err != nil {
			return err
		}
		if still, any, err := s.Server.Kernel.NextDue(ctx); err != nil || any && still <= at {
			if err == nil {
				err = kept.Errorf(kept.Internal, "a date of %s stands where it was after a tick", at)
			}
			return err
		}
	}
	return s.visit(ctx, t)
}

// visit sets the clock and ticks, in the presence of whoever copies rows.
func (s *Stage) visit(ctx context.Context, at kept.Time) error {
	if err := s.Clock.Set(at); err != nil {
		return err
	}
	if err := s.Copy(ctx); err != nil {
		return err
	}
	return s.Tick(ctx)
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

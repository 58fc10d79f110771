package demo

import (
	"context"
	"errors"
	"net/http"
	"time"

	"kept"
	"kept/hold"
	"kept/stage"
)

// holdBack is an officer who keeps something of a customer for the first reason that the policy names; another reason was
// refused. What there is first of a category is held, the rest goes its way.
func holdBack(ctx context.Context, s *stranger) error {
	_, all := s.Server.Policy.Hold(s.app.ID, "")
	if len(all) == 0 {
		return nil
	}
	id, err := s.installation(ctx, s.name(), kept.Installed)
	if err != nil {
		return err
	}
	officer, err := s.As(ctx, kept.Officer)
	if err != nil {
		return err
	}
	asked := map[string]string{"installation": id, "until": s.Clock.Now().Add(100 * 24 * time.Hour).String(), "reason": "curiosity"}
	refused := func(kind kept.Kind) bool {
		var problem *stage.Problem
		return errors.As(err, &problem) && problem.Kind == kind
	}
	for _, rules := range s.kinds() {
		asked["category"] = rules.Category.Name
		if err = s.Call(ctx, http.MethodPost, "/v1/holds", officer, asked, nil); !refused(kept.Denied) {
			return kept.Errorf(kept.Internal, "a hold without a promised reason was not refused: %w", err)
		}
		asked["reason"] = all[0].Params["reasons"].Words()[0]
		var placed hold.Hold
		if err = s.Call(ctx, http.MethodPost, "/v1/holds", officer, asked, &placed); err == nil {
			s.held = placed.ID
			return nil
		}
		if !refused(kept.NotFound) {
			return err
		}
		asked["reason"] = "curiosity"
	}
	return nil
}

// letGo is the same officer when it is needed no longer.
func letGo(ctx context.Context, s *stranger) error {
	if s.held == "" {
		return nil
	}
	officer, err := s.As(ctx, kept.Officer)
	if err != nil {
		return err
	}
	return s.Call(ctx, http.MethodDelete, "/v1/holds/"+string(s.held), officer, nil, nil)
}

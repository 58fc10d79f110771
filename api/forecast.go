package api

import (
	"context"
	"net/http"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/retention"
)

// Forecast is what will end when, as far as clocks run now, and what waits although it has ended.
type Forecast struct {
	At     kept.Time       `json:"at"`
	List   []Ending        `json:"list" doc:"the nearest first"`
	Ahead  int64           `json:"ahead,omitempty" doc:"seconds by which the clock went ahead unexplained: nothing is destroyed until somebody, or times from outside, say that it is right"`
	Sweep  retention.Sweep `json:"sweep" doc:"whether what ends within a day can be deleted in time, at the speed of the last sweeps"`
	Brakes []Waiting       `json:"brakes" doc:"what has ended, is closed, and is not destroyed before somebody says so or a day is over"`
}

// Ending is what ends on one day of a category in an installation.
type Ending struct {
	Day          kept.Time `json:"day" doc:"its beginning in UTC"`
	Installation kept.ID   `json:"installation,omitempty"`
	App          string    `json:"app"`
	Category     string    `json:"category"`
	Reason       string    `json:"reason" doc:"aged, uninstalled, unsubscribed or released"`
	Promise      string    `json:"promise,omitempty"`
	Rows         int64     `json:"rows"`
}

// Waiting is a brake.
type Waiting struct {
	Installation kept.ID `json:"installation,omitempty"`
	retention.Brake
}

// Release takes brakes off.
type Release struct {
	Reason string `json:"reason" enum:"brought-forward,unforeseen,clock"`
}

// Released is how many categories of installations waited.
type Released struct {
	Categories int64 `json:"categories"`
}

type askRelease struct{ Body Release }

func (f *face) forecasts() {
	add(f, operation{id: "forecast", method: http.MethodGet, path: "/v1/forecast", by: ofStaff, roles: kept.Staff,
		says: "What will be erased when, and what a brake holds up."}, f.forecast)
	add(f, operation{id: "release", method: http.MethodPost, path: "/v1/forecast/release", by: ofStaff, roles: []kept.Role{kept.Officer, kept.Operator},
		says: "Let what a brake holds up be destroyed now."}, f.release)
}

func (f *face) forecast(ctx context.Context, c *call, _ *empty) (*body[Forecast], error) {
	var out Forecast
	err := f.look(ctx, question(c, gate.Inspect, kept.VendorScope), func(v *kernel.View) error {
		out = Forecast{At: v.Now(), List: []Ending{}, Brakes: []Waiting{}, Ahead: int64(f.Server.Kernel.Ahead().Seconds())}
		list, err := f.Server.Retention.Foresee(v)
		if err != nil {
			return err
		}
		for _, e := range list {
			out.List = append(out.List, Ending{e.Day, e.Scope.Installation, e.App, e.Category, e.Reason, e.Promise, e.Rows})
		}
		if out.Sweep, err = f.Server.Retention.Sweeping(v); err != nil {
			return err
		}
		brakes, err := retention.Brakes(v)
		for _, b := range brakes {
			out.Brakes = append(out.Brakes, Waiting{b.Scope.Installation, b})
		}
		return err
	})
	return answerOf(out), err
}

func (f *face) release(ctx context.Context, c *call, in *askRelease) (*body[Released], error) {
	var out Released
	if in.Body.Reason == "clock" {
		if err := f.ask(ctx, question(c, gate.Release, kept.VendorScope)); err != nil {
			return nil, err
		}
		return answerOf(out), f.Server.Kernel.Believe(ctx, c.actor, "person")
	}
	err := f.act(ctx, question(c, gate.Release, kept.VendorScope), func(tx *kernel.Tx) (err error) {
		out.Categories, err = f.Server.Retention.Release(tx, in.Body.Reason)
		return err
	})
	return answerOf(out), err
}

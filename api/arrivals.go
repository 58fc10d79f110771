package api

import (
	"context"
	"net/http"

	"kept"
	"kept/kernel"
	"kept/realm"
)

type (
	oneArrival struct {
		Installation string `path:"installation"`
	}
	ofOrigin struct {
		Installation string `path:"installation"`
		Body         realm.Origin
	}
	ofCargo struct {
		Installation string `path:"installation"`
		Body         realm.Cargo
	}
	ofHomeward struct {
		Installation string `path:"installation"`
		Body         realm.Homeward
	}
	ofManifest struct {
		Installation string `path:"installation"`
		Body         realm.Manifest
	}
)

func (f *face) arrivals() {
	peer := func(id, method, path, says string) operation {
		return operation{id: id, method: method, path: "/v1/arrivals/{installation}" + path, says: says, by: peerSecret, answer: http.StatusNoContent}
	}
	add(f, peer("expect-arrival", http.MethodPost, "", "Begin to receive an installation from another region, with nothing."), f.expect)
	add(f, peer("take-cargo", http.MethodPost, "/cargo", "Receive a piece of it."), f.cargo)
	add(f, peer("complete-arrival", http.MethodPost, "/complete", "Compare what has arrived with what was sent, and open it."), f.complete)
	add(f, peer("commit-arrival", http.MethodPost, "/commit", "Let it live here from now on."), arrival(f, f.Server.Realms.Live))
	add(f, peer("return-arrival", http.MethodPost, "/return", "Send it back, because the migration was taken back after it had arrived."), f.homeward)
	add(f, peer("abandon-arrival", http.MethodDelete, "", "Destroy what has arrived."), arrival(f, f.Server.Realms.Abandon))
}

func arrival(f *face, do func(*kernel.Tx, kept.ID) error) func(context.Context, *call, *oneArrival) (*empty, error) {
	return func(ctx context.Context, c *call, in *oneArrival) (*empty, error) {
		id, err := kept.ParseID("ins", in.Installation)
		if err != nil {
			return nil, err
		}
		return nil, f.Server.Kernel.Do(ctx, c.actor, func(tx *kernel.Tx) error { return do(tx, id) })
	}
}

func (f *face) expect(ctx context.Context, c *call, in *ofOrigin) (*empty, error) {
	return arrival(f, func(tx *kernel.Tx, id kept.ID) error { return f.Server.Realms.Expect(tx, id, in.Body) })(ctx, c, &oneArrival{in.Installation})
}

func (f *face) cargo(ctx context.Context, c *call, in *ofCargo) (*empty, error) {
	return arrival(f, func(tx *kernel.Tx, id kept.ID) error { return f.Server.Realms.Take(tx, id, in.Body) })(ctx, c, &oneArrival{in.Installation})
}

func (f *face) homeward(ctx context.Context, c *call, in *ofHomeward) (*empty, error) {
	lives := false
	_, err := arrival(f, func(tx *kernel.Tx, id kept.ID) (err error) {
		lives, err = f.Server.Realms.Return(tx, id, in.Body)
		return err
	})(ctx, c, &oneArrival{in.Installation})
	if err == nil && !lives {
		err = kept.Errorf(kept.NotFound, "this installation does not live here")
	}
	return nil, err
}

func (f *face) complete(ctx context.Context, _ *call, in *ofManifest) (*empty, error) {
	id, err := kept.ParseID("ins", in.Installation)
	if err != nil {
		return nil, err
	}
	return nil, f.Server.Realms.Compare(ctx, id, in.Body)
}

package judge

import (
	"context"
	"encoding/json"

	"kept"
)

// silent is the answer to what came to nothing and left nothing behind.
const silent kept.Kind = "silent"

// Cut takes note of an event whose answer nobody heard, or that broke while the server was in trouble. Either outcome is
// right where the event was allowed; which one it was is decided by looking at the raw store, and nothing else.
func (j *Judge) Cut(ctx context.Context, w World, e Event) ([]Finding, error) {
	seen, err := traces(ctx, w, e)
	if err != nil {
		return nil, err
	}
	e.cut, e.Refused = true, silent
	seen.decide(&e)
	if e.Refused == silent && e.Door == Forge && e.Installation == "" {
		j.advance(e.At)
		return j.take(), nil
	}
	return j.Told(e), nil
}

// Unnamed takes note of an arrival that was answered without a word about which installation it is: that is decided by
// looking, too.
func (j *Judge) Unnamed(ctx context.Context, w World, e Event) ([]Finding, error) {
	seen, err := traces(ctx, w, e)
	if err != nil {
		return nil, err
	}
	e.Installation = seen.arrived
	return j.Told(e), nil
}

// trace is what an instant left in the store.
type trace struct {
	facts   map[kept.FactKind]factBody
	entered bool
	arrived kept.ID // the installation that was seen alive, or left, at that instant
	stored  kept.ID
	version int64
}

// done is the fact that tells of an event having happened.
var done = map[Kind]kept.FactKind{Uninstall: kept.FactUninstalled, Effect: kept.FactEffective, Delete: kept.FactDeleted, Purge: kept.FactPurgeAsked,
	Restrict: kept.FactRestricted, Lift: kept.FactLifted, Disclose: kept.FactDisclosure, Choose: kept.FactChosen,
	Hold: kept.FactHeld, Renew: kept.FactHoldRenewed, Release: kept.FactHoldEnded, Consult: kept.FactHeldOpened,
	Schedule: kept.FactMigrationAsked, Start: kept.FactMigrationAsked, Commit: kept.FactMigrationAsked, Rollback: kept.FactMigrationAsked, Say: kept.FactHappened}

func traces(ctx context.Context, w World, e Event) (t trace, err error) {
	t.facts = map[kept.FactKind]factBody{}
	r := &reader{ctx: ctx, db: w.DB}
	r.each(func(scan func(...any) error) error {
		var body []byte
		var f factBody
		if err := scan(&body); err != nil {
			return err
		}
		if json.Unmarshal(body, &f) == nil {
			t.facts[f.Kind] = f
		}
		return nil
	}, `SELECT body FROM fact WHERE at = $1`, int64(e.At))
	r.each(func(scan func(...any) error) error {
		t.entered = true
		var id kept.ID
		return scan(&id)
	}, `SELECT id FROM entry WHERE at = $1 AND scope = $2`, int64(e.At), string(e.Installation))
	r.each(func(scan func(...any) error) error { return scan(&t.stored, &t.version) },
		`SELECT id, version FROM item WHERE stored = $1 AND scope = $2`, int64(e.At), string(e.Installation))
	r.each(func(scan func(...any) error) error { return scan(&t.arrived) },
		`SELECT id FROM installation WHERE seen = $1 AND app = $2`, int64(e.At), e.App)
	return t, r.err
}

// decide completes an event with what it came to.
func (t trace) decide(e *Event) {
	happened := false
	switch e.Kind {
	case Installed, Upgraded, Token:
		e.Installation, happened = t.arrived, t.arrived != ""
	case Put, Overwrite:
		happened = t.stored != ""
		if happened {
			e.Item, e.Version = t.stored, t.version
		}
	case Read, Review, Write, WriteAll:
		happened = t.entered
	case Answer:
		_, happened = t.facts[kept.FactAnswered]
		_, effective := t.facts[kept.FactEffective]
		happened = happened || effective
	default:
		var f factBody
		if f, happened = t.facts[done[e.Kind]]; happened && e.Installation == "" {
			e.Installation = kept.ID(f.Scope)
		}
		if happened && e.Kind == Hold {
			e.Hold = kept.ID(f.Refs["hold"])
		}
	}
	if e.Kind == Say && e.Back {
		_, happened = t.facts[kept.FactTakenBack]
	}
	_, deleted := t.facts[kept.FactDeleteRefused]
	_, line := t.facts[kept.FactLineRefused]
	_, told := t.facts[kept.FactDisclosureRefused]
	_, choice := t.facts[kept.FactChoiceRefused]
	_, held := t.facts[kept.FactHoldRefused]
	_, put := t.facts[kept.FactPutRefused]
	_, read := t.facts[kept.FactReadRefused]
	switch {
	case happened:
		e.Refused = ""
	case put || read || line || told || choice || held || deleted:
		e.Refused = kept.Denied
	}
}

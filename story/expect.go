package story

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"kept"
	"kept/installation"
	"kept/kernel"
	"kept/retention"
	"kept/stage"
	"kept/vault"
)

func (p *play) refused(_ context.Context, a args) error {
	r := p.refusal
	p.refusal = nil
	switch {
	case r == nil:
		return unlike("a refusal", "that it was done")
	case has(a, "ERROR") && word(a, "ERROR") != string(r.Kind):
		return unlike(word(a, "ERROR"), r)
	case has(a, "PROMISE") && word(a, "PROMISE") != r.Promise:
		return unlike("a refusal under "+word(a, "PROMISE"), r)
	}
	return nil
}

func (p *play) read(_ context.Context, a args) error {
	var want, seen any
	if json.Unmarshal([]byte(word(a, "VALUE")), &want) != nil || p.value == "" || json.Unmarshal([]byte(p.value), &seen) != nil {
		return unlike(word(a, "VALUE"), "nothing that was read")
	}
	if !reflect.DeepEqual(want, seen) {
		return unlike(word(a, "VALUE"), p.value)
	}
	return nil
}

// items asks the vault as the app would, but without a token: looking must not prove that the installation lives.
func (p *play) items(ctx context.Context, a args) error {
	t, id, err := p.current(ctx, a)
	if err != nil {
		return err
	}
	list, err := p.stage.Server.Vault.List(ctx, runtime(t, id), word(a, "CATEGORY"))
	if err != nil {
		return err
	}
	return counted(a, len(list), "items")
}

func runtime(t *tenant, id kept.ID) kept.Actor {
	return kept.Actor{Role: kept.AppRuntime, App: t.app, Installation: id}
}

func (p *play) current(ctx context.Context, a args) (*tenant, kept.ID, error) {
	t, err := p.named(a)
	if err != nil {
		return nil, "", err
	}
	id, err := p.installation(ctx, t)
	return t, id, err
}

func counted(a args, seen int, what string) error {
	if want := a["N"].(int); want != seen {
		return unlike(count(want, what), seen)
	}
	return nil
}

// rows counts what lies in the tables, whether it opens or not.
func (p *play) rows(ctx context.Context, a args) error {
	within, err := p.within(ctx, a)
	if err != nil {
		return err
	}
	n, err := p.tally(ctx, within, `SELECT scope, COUNT(*) FROM item WHERE category = $1 GROUP BY scope
		UNION ALL SELECT scope, COUNT(*) FROM entry WHERE class = $1 GROUP BY scope`, word(a, "CATEGORY"))
	if err != nil {
		return err
	}
	return counted(a, n, "rows")
}

func (p *play) facts(ctx context.Context, a args) error {
	within, err := p.within(ctx, a)
	if err != nil {
		return err
	}
	n, err := p.tally(ctx, within, `SELECT scope, COUNT(*) FROM fact WHERE kind = $1 GROUP BY scope`, word(a, "FACT"))
	if err != nil {
		return err
	}
	return counted(a, n, "facts")
}

func (p *play) tally(ctx context.Context, within func(string) bool, query string, args ...any) (n int, err error) {
	err = p.stage.Server.Kernel.View(ctx, func(v *kernel.View) error {
		return v.Each(func(scan func(...any) error) error {
			var scope string
			var some int
			err := scan(&scope, &some)
			if within(scope) {
				n += some
			}
			return err
		}, query, args...)
	})
	return n, err
}

// entries counts the lines of the last review: looking leaves a line itself, so it is something that somebody does.
func (p *play) entries(_ context.Context, a args) error { return counted(a, p.reviewed, "entries") }

// unreadable tries to read every row of a category as the app would, for the purpose that the policy allows.
func (p *play) unreadable(ctx context.Context, a args) error {
	t, id, err := p.current(ctx, a)
	if err != nil {
		return err
	}
	rules, _ := p.stage.Policy.Rules(t.app, word(a, "CATEGORY"))
	if len(rules.Purposes) == 0 {
		return kept.Errorf(kept.Invalid, "the policy allows no purpose for which this could be read at any time")
	}
	var items []kept.ID
	err = p.stage.Server.Kernel.View(ctx, func(v *kernel.View) (err error) {
		items, err = kernel.Query(v, func(scan func(...any) error) (id kept.ID, err error) { return id, scan(&id) },
			`SELECT id FROM item WHERE scope = $1 AND category = $2`, string(id), word(a, "CATEGORY"))
		return err
	})
	if err == nil && len(items) == 0 {
		err = unlike("rows that do not open", "no row")
	}
	for _, item := range items {
		if err == nil {
			err = p.shut(ctx, a, runtime(t, id), item, rules.Purposes[0].Purpose)
		}
	}
	return err
}

func (p *play) shut(ctx context.Context, a args, actor kept.Actor, item kept.ID, purpose string) error {
	_, _, err := p.stage.Server.Vault.Read(ctx, actor, vault.Get{Item: item, Purpose: purpose})
	switch kind := kept.KindOf(err); {
	case kind == "":
		return unlike("that it does not open", "that it opens")
	case kind != kept.Denied && kind != kept.Late && kind != kept.NotFound:
		return err
	case has(a, "PROMISE") && promiseOf(err) != word(a, "PROMISE"):
		return unlike("a refusal under "+word(a, "PROMISE"), err)
	}
	return nil
}

func promiseOf(err error) string {
	if e, ok := err.(*kept.Error); ok {
		return e.Promise
	}
	return ""
}

func (p *play) state(ctx context.Context, a args) error {
	_, id, err := p.current(ctx, a)
	if err != nil {
		return err
	}
	return p.stage.Server.Kernel.View(ctx, func(v *kernel.View) error {
		in, err := installation.Get(v, id)
		if err == nil && string(in.State) != word(a, "STATE") {
			err = unlike(word(a, "STATE"), in.State)
		}
		return err
	})
}

// receipts are those of a category in all installations of a tenant.
func (p *play) receipts(ctx context.Context, a args) (list []retention.Receipt, err error) {
	t, err := p.named(a)
	if err != nil {
		return nil, err
	}
	scopes, err := p.scopes(ctx, t)
	if err != nil {
		return nil, err
	}
	err = p.stage.Server.Kernel.View(ctx, func(v *kernel.View) error {
		for _, scope := range scopes {
			all, err := retention.Receipts(v, kept.ScopeOf(scope))
			if err != nil {
				return err
			}
			for _, r := range all {
				if r.Category == word(a, "CATEGORY") {
					list = append(list, r)
				}
			}
		}
		return nil
	})
	if err == nil && len(list) == 0 {
		err = unlike("a receipt of "+word(a, "CATEGORY"), "none")
	}
	return list, err
}

func (p *play) receipt(ctx context.Context, a args) error {
	list, err := p.receipts(ctx, a)
	if err != nil {
		return err
	}
	var seen []string
	for _, r := range list {
		late, asked := a["PERIOD"].(kept.Period)
		held, told := a["N"].(int)
		if r.Unreachable == a["TIME"] && (!asked || late.From(r.Owed) == r.Unreachable) && (!told || int64(held) == r.Held) && (!has(a, "REASON") || word(a, "REASON") == r.Reason) {
			return nil
		}
		seen = append(seen, fmt.Sprintf("unreachable at %s, %s late, %d held, as %s", r.Unreachable, r.Unreachable.Sub(r.Owed), r.Held, r.Reason))
	}
	return unlike("such a receipt", strings.Join(seen, "; "))
}

// unrecoverable believes the receipts only if the adversary, too, opens no copy of what is no longer stored.
func (p *play) unrecoverable(ctx context.Context, a args) error {
	list, err := p.receipts(ctx, a)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.Unrecoverable == 0 {
			return unlike("that no copy opens", "a receipt that does not say so")
		}
	}
	n, err := p.try(ctx, a, p.stage.Hoard.Stored)
	if err == nil && n > 0 {
		err = unlike("that no copy opens, as the receipts say", count(n, "that do"))
	}
	return err
}

func (p *play) recoverable(ctx context.Context, a args) error {
	list, err := p.receipts(ctx, a)
	if err == nil && !slices.ContainsFunc(list, func(r retention.Receipt) bool { return r.Unrecoverable == 0 }) {
		err = unlike("a receipt that does not yet say that no copy opens", "none")
	}
	return err
}

// openable lets the adversary try. Without a category it counts what opens although it is no longer stored; with one,
// every copy there ever was of it.
func (p *play) openable(ctx context.Context, a args) error {
	rightful := p.stage.Hoard.Stored
	if has(a, "CATEGORY") {
		rightful = func(stage.Copy) bool { return false }
	}
	n, err := p.try(ctx, a, rightful)
	if err != nil {
		return err
	}
	return counted(a, n, "copies that open")
}

// try counts the copies of a category and an installation, or of all, that open with the key file of now and have no
// right to. A trace of a dead epoch key in any file is an error.
func (p *play) try(ctx context.Context, a args, rightful func(stage.Copy) bool) (int, error) {
	within, err := p.within(ctx, a)
	if err != nil {
		return 0, err
	}
	if err := p.stage.Copy(ctx); err != nil {
		return 0, err
	}
	traces, err := p.stage.Hoard.Traces(p.stage)
	if err != nil {
		return 0, err
	}
	if traces > 0 {
		return 0, unlike("no trace of a dead key", count(traces, "traces"))
	}
	ring, err := p.stage.Ring()
	if err != nil {
		return 0, err
	}
	category := word(a, "CATEGORY")
	return p.stage.Hoard.Openable(ring, func(c stage.Copy) bool {
		return (category == "" || c.Category == category) && within(c.Scope) && !rightful(c)
	})
}

func (p *play) verdict(ctx context.Context, a args) error {
	board, err := p.stage.Board.Judge(ctx)
	if err != nil {
		return err
	}
	j, ok := board.Of(word(a, "PROMISE"))
	switch {
	case !ok:
		return kept.Errorf(kept.Invalid, "the policy has no promise of that id")
	case string(j.Verdict) != word(a, "VERDICT"):
		return unlike(word(a, "VERDICT"), string(j.Verdict)+": "+j.Why.String())
	}
	return nil
}

func (p *play) verified(ctx context.Context, _ args) error {
	if err := p.stage.Verify(ctx); err != nil {
		return err
	}
	if l := p.stage.Board.Ledger(); !l.Verified {
		return unlike("a ledger that verifies", l.Why.String())
	}
	return nil
}

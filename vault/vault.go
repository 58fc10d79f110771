// Package vault stores, reads, lists, overwrites and deletes items: one sealed value each, of a category that the
// policy declares. It refuses what no promise allows, naming the line of the policy that would have to exist.
package vault

import (
	"bytes"
	"context"
	"encoding/json"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/keys"
	"kept/policy"
	"kept/retention"
	"kept/seal"
	"kept/subject"
)

// Vault keeps items. Safe for concurrent use.
type Vault struct {
	k         *kernel.Kernel
	policy    *policy.Policy
	keys      *keys.Keys
	gate      *gate.Gate
	retention *retention.Retention
	subjects  *subject.Subjects
	enter     Enter
}

// Reading is one read of an item, as the journal keeps it.
type Reading struct {
	Scope    kept.Scope
	App      string
	Category string
	Purpose  string
	Item     kept.ID
	Stored   kept.Time

	Recipient, For string // of a disclosure
}

// Enter leaves the entry of a read in the journal, in the same transaction.
type Enter func(tx *kernel.Tx, r Reading) error

// New wires the vault to the gate and to the one road of erasure.
func New(k *kernel.Kernel, p *policy.Policy, ks *keys.Keys, g *gate.Gate, r *retention.Retention, s *subject.Subjects, enter Enter) *Vault {
	v := &Vault{k: k, policy: p, keys: ks, gate: g, retention: r, subjects: s, enter: enter}
	r.Register(retention.Holder{Name: "vault", Reclaim: v.reclaim, Age: v.age, Pick: v.pick, Drop: v.let, About: about, Outdated: v.outdated})
	g.Register("collect", v.collect)
	g.Register("purpose", v.purpose)
	g.Register("access", v.access)
	g.Register("token", v.token)
	g.Register("anonymise", v.anonymise)
	return v
}

// Value is the fields of an item, each any JSON.
type Value map[string]json.RawMessage

// Put is what an app asks to store.
type Put struct {
	Item     kept.ID // to overwrite a certain item; else
	Name     string  // a name the app finds it by again, kept as a blind index; may be empty
	Subject  string  // Atlassian account id of the person it is about; kept sealed, and as a blind index; may be empty
	Category string
	Value    Value
	Host     string // the only host the value is used for; kept as a blind index; may be empty
	Group    string // the job, ticket or the like that it belongs to; kept as a blind index; may be empty
}

// Get is what somebody asks to open.
type Get struct {
	Item         kept.ID
	Purpose      string  // one that a promise names for the category
	Host         string  // the host it is used for; may be empty
	Installation kept.ID // whose it is, for the vendor's people; others have their own

	Recipient string // the declared party it goes to; empty where it stays with the app
	For       string // the function for which the recipient gets it
}

// Stored is the receipt of a put or a deletion. The fact's index in the ledger exists a moment later.
type Stored struct {
	Item    kept.ID `json:"item"`
	Version int64   `json:"version,omitempty"`
	Fact    kept.ID `json:"fact"`
	Receipt kept.ID `json:"receipt,omitempty"` // of an erasure
}

// Meta is what is known of an item without opening it.
type Meta struct {
	ID       kept.ID   `json:"id"`
	Category string    `json:"category"`
	Fields   []string  `json:"fields"`
	Version  int64     `json:"version"`
	Stored   kept.Time `json:"stored"`
}

// Put stores a value, or overwrites the one of that item or name; the old value opens no more after the commit.
func (v *Vault) Put(ctx context.Context, actor kept.Actor, p Put) (out Stored, err error) {
	plain, err := check(p)
	if err != nil {
		return out, err
	}
	if p.Host, err = host(p.Host); err != nil {
		return out, err
	}
	scope := kept.Scope{Installation: actor.Installation}
	q := gate.Question{Actor: actor, Verb: gate.Put, Scope: scope, App: actor.App, Category: p.Category, Fields: fieldsOf(p.Value),
		About: p.Subject != "", Names: v.names(actor.App, p), Host: p.Host}
	err = v.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := stand(tx, scope); err != nil {
			return err
		}
		if err := v.gate.Ask(&tx.View, q); err != nil {
			return err
		}
		out, err = v.put(tx, scope, actor.App, p, plain)
		return err
	})
	if gate.Refused(err) {
		err = v.recordRefusal(ctx, actor, kept.FactPutRefused, scope, p.Category, Get{}, err)
	}
	return out, err
}

// stand holds the installation in its state until commit: an uninstall or erasure on another node comes before or after.
func stand(tx *kernel.Tx, scope kept.Scope) error {
	_, err := retention.StandingOf(&tx.View, scope, tx.ForShare())
	return err
}

func (v *Vault) put(tx *kernel.Tx, scope kept.Scope, app string, p Put, plain []byte) (Stored, error) {
	key, err := v.keys.Index(tx, scope)
	if err != nil {
		return Stored{}, err
	}
	name, err := index(key, "name", p.Name)
	if err != nil {
		return Stored{}, err
	}
	old, found, err := lookup(tx, scope, app, p, name)
	if err != nil {
		return Stored{}, err
	}
	it := item{ID: tx.NewID("itm"), Scope: scope, App: app, Category: p.Category, Name: name, Version: 1, Fields: fieldsOf(p.Value), Stored: tx.Now()}
	if it.Host, err = index(key, "host", p.Host); err != nil {
		return Stored{}, err
	}
	if it.Group, err = index(key, "group", p.Group); err != nil {
		return Stored{}, err
	}
	kind := kept.FactStored
	if found {
		it.ID, it.Name, it.Version, kind = old.ID, old.Name, old.Version+1, kept.FactOverwritten
		if err := v.retention.Spare(tx, scope); err != nil {
			return Stored{}, err
		}
		v.keys.DestroyUnits(tx, old.Unit)
	}
	if err := v.seal(tx, &it, key, p.Subject, plain); err != nil {
		return Stored{}, err
	}
	it.write(tx, found)
	if found && old.Subject != it.Subject {
		if err := v.forsake(tx, []item{old}); err != nil {
			return Stored{}, err
		}
	}
	if err := v.retention.Stored(tx, scope, app, p.Category); err != nil {
		return Stored{}, err
	}
	use := map[string]retention.Anchor{policy.LastUse: {At: it.Stored, Told: it.Stored}}
	if err := v.retention.Said(tx, retention.Item{ID: it.ID, Scope: scope, App: app, Category: p.Category, Stored: it.Stored, Anchors: use}); err != nil {
		return Stored{}, err
	}
	fact := tx.Record(kept.Fact{Kind: kind, Scope: scope, Category: p.Category,
		Refs: map[string]kept.ID{"item": it.ID}, Counts: map[string]int64{"fields": int64(len(it.Fields)), "version": it.Version}})
	return Stored{Item: it.ID, Version: it.Version, Fact: fact}, nil
}

// seal draws the item's keys: its class or day, its own unit, and its subject's.
func (v *Vault) seal(tx *kernel.Tx, it *item, index seal.Key, account string, plain []byte) error {
	class, err := v.keys.Class(tx, it.Scope, it.Category, v.retention.Ages(it.App, it.Category))
	if err != nil {
		return err
	}
	it.Class = class.Ref().ID
	units, err := v.keys.NewUnits(tx, it.Scope, "item")
	if err != nil {
		return err
	}
	it.Unit = units[0].Ref().ID
	all := append([]seal.Key{class}, units...)
	if account != "" {
		who, err := v.subjects.Of(tx, it.Scope, index, it.App, account)
		if err != nil {
			return err
		}
		it.Subject, all = who[account].ID, append(all, who[account].Key)
	}
	it.Envelope, err = seal.Seal(all, it.ad(), plain)
	return err
}

// Read opens an item for a purpose and leaves an entry.
func (v *Vault) Read(ctx context.Context, actor kept.Actor, g Get) (value Value, meta Meta, err error) {
	if g.Host, err = host(g.Host); err != nil {
		return nil, Meta{}, err
	}
	scope := scopeOf(actor, g.Installation)
	var category string
	err = v.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		value = nil
		if err := stand(tx, scope); err != nil {
			return err
		}
		it, err := find(&tx.View, scope, actor.App, g.Item, "")
		if err != nil {
			return err
		}
		category, meta = it.Category, it.meta()
		happened, err := v.happened(&tx.View, it)
		if err != nil {
			return err
		}
		other, err := v.elsewhere(&tx.View, it, g.Host)
		if err != nil {
			return err
		}
		if err := v.gate.Ask(&tx.View, gate.Question{Actor: actor, Verb: gate.Read, Scope: scope, App: it.App,
			Category: it.Category, Purpose: g.Purpose, Host: g.Host, Other: other, Stored: it.Stored, Happened: happened, Subject: it.Subject, Recipient: g.Recipient, For: g.For}); err != nil {
			return err
		}
		plain, err := v.keys.Open(&tx.View, scope, it.ad(), it.Envelope)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(plain, &value); err != nil {
			return kept.Errorf(kept.Internal, "an item does not hold JSON")
		}
		if err := v.used(tx, actor, it); err != nil {
			return err
		}
		if actor.Role.IsStaff() {
			tx.Record(kept.Fact{Kind: kept.FactOpened, Scope: scope, Category: it.Category, Refs: map[string]kept.ID{"item": it.ID}})
		}
		if g.Recipient != "" {
			tx.Record(kept.Fact{Kind: kept.FactDisclosed, Scope: scope, Category: it.Category, Words: v.outward(g), Refs: map[string]kept.ID{"item": it.ID}})
		}
		return v.enter(tx, Reading{Scope: scope, App: it.App, Category: it.Category, Purpose: g.Purpose, Item: it.ID, Stored: it.Stored,
			Recipient: g.Recipient, For: g.For})
	})
	if gate.Refused(err) && category != "" {
		err = v.recordRefusal(ctx, actor, kept.FactReadRefused, scope, category, g, err)
	}
	if err != nil {
		return nil, Meta{}, err
	}
	return value, meta, nil
}

// List tells what is stored of a category ("" for all) in the actor's installation, without opening anything. What has
// run out is left out.
func (v *Vault) List(ctx context.Context, actor kept.Actor, category string) ([]Meta, error) {
	return v.Survey(ctx, actor, actor.Installation, category)
}

// Survey is List for the vendor's people, in an installation: what a promise lets their role see. A category that none lets
// them see is refused by its name, and leaves a fact.
func (v *Vault) Survey(ctx context.Context, actor kept.Actor, installation kept.ID, category string) (out []Meta, err error) {
	scope := scopeOf(actor, installation)
	if actor.Role.IsStaff() && category != "" {
		if err := v.mayAsk(ctx, actor, scope, category); err != nil {
			return nil, err
		}
	}
	return v.shown(ctx, actor, scope, func(view *kernel.View) ([]item, error) { return list(view, scope, actor.App, category) })
}

// Outdated lists what is stored in the actor's installation about people whose data has changed since, as Atlassian says: it
// goes at the end of the cycle unless it is stored anew.
func (v *Vault) Outdated(ctx context.Context, actor kept.Actor) ([]Meta, error) {
	scope := kept.Scope{Installation: actor.Installation}
	return v.shown(ctx, actor, scope, func(view *kernel.View) ([]item, error) { return listOutdated(view, scope, actor.App) })
}

// shown is what of some items somebody may see.
func (v *Vault) shown(ctx context.Context, actor kept.Actor, scope kept.Scope, list func(*kernel.View) ([]item, error)) (out []Meta, err error) {
	err = v.k.View(ctx, func(view *kernel.View) error {
		if err := v.gate.Ask(view, gate.Question{Actor: actor, Verb: gate.List, Scope: scope, App: actor.App}); err != nil {
			return err
		}
		items, err := list(view)
		if err != nil {
			return err
		}
		for _, it := range items {
			happened, err := v.happened(view, it)
			if err != nil {
				return err
			}
			switch err := v.gate.Ask(view, gate.Question{Actor: actor, Verb: gate.List, Scope: scope, App: it.App, Category: it.Category, Stored: it.Stored, Happened: happened}); kept.KindOf(err) {
			case "":
				out = append(out, it.meta())
			case kept.Late:
			case kept.Denied:
				if !actor.Role.IsStaff() {
					return err
				}
			default:
				return err
			}
		}
		return err
	})
	return out, err
}

// mayAsk refuses one of the vendor's people who asks for a category that is not for their role, whether there is any of it or not.
func (v *Vault) mayAsk(ctx context.Context, actor kept.Actor, scope kept.Scope, category string) error {
	err := v.k.View(ctx, func(view *kernel.View) error {
		s, err := retention.StandingOf(view, scope, "")
		if err != nil {
			return err
		}
		return v.gate.Ask(view, gate.Question{Actor: actor, Verb: gate.List, Scope: scope, App: s.App, Category: category})
	})
	switch {
	case kept.KindOf(err) == kept.Late: // it has ended, so there is nothing to see
		return nil
	case gate.Refused(err):
		return v.recordRefusal(ctx, actor, kept.FactReadRefused, scope, category, Get{}, err)
	}
	return err
}

// Delete erases one item at once.
// Errors: Denied, for an app, while a promise leaves the item where it is.
func (v *Vault) Delete(ctx context.Context, actor kept.Actor, id kept.ID) (out Stored, err error) {
	scope := kept.Scope{Installation: actor.Installation}
	var category string
	err = v.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := v.gate.Ask(&tx.View, gate.Question{Actor: actor, Verb: gate.Delete, Scope: scope, App: actor.App}); err != nil {
			return err
		}
		if err := stand(tx, scope); err != nil {
			return err
		}
		it, err := find(&tx.View, scope, actor.App, id, tx.ForUpdate())
		if err != nil {
			return err
		}
		category = it.Category
		happened, err := v.happened(&tx.View, it)
		if err != nil {
			return err
		}
		if err := v.gate.Ask(&tx.View, gate.Question{Actor: actor, Verb: gate.Delete, Scope: scope, App: it.App, Category: it.Category, Stored: it.Stored, Happened: happened}); err != nil {
			return err
		}
		if err := v.retention.Spare(tx, scope); err != nil {
			return err
		}
		if err := v.drop(tx, []item{it}); err != nil {
			return err
		}
		fact := tx.Record(kept.Fact{Kind: kept.FactDeleted, Scope: scope, Category: it.Category, Refs: map[string]kept.ID{"item": it.ID}})
		receipt, err := v.retention.Gone(tx, retention.Act{Scope: scope, Category: it.Category, Reason: "deleted", Anchor: tx.Now(), Owed: tx.Now(), Item: it.ID}, 1)
		out = Stored{Item: it.ID, Fact: fact, Receipt: receipt}
		return err
	})
	if gate.Refused(err) && category != "" {
		err = v.recordRefusal(ctx, actor, kept.FactDeleteRefused, scope, category, Get{}, err)
	}
	return out, err
}

// recordRefusal leaves a fact of a refusal: that a control stands in the way is its evidence. The category's name is
// the caller's, so only a declared one is written down.
func (v *Vault) recordRefusal(ctx context.Context, actor kept.Actor, kind kept.FactKind, scope kept.Scope, category string, g Get, refusal error) error {
	words := v.outward(g)
	if v.knows("purpose", "purposes", g.Purpose) {
		words["purpose"] = g.Purpose
	}
	if _, declared := v.policy.Category(category); !declared {
		category = "undeclared"
	}
	return gate.Note(ctx, v.k, actor, kept.Fact{Kind: kind, Scope: scope, Category: category, Words: words}, refusal)
}

// scopeOf is where somebody acts: the vendor's people in the installation they name, everybody else in their own.
func scopeOf(actor kept.Actor, installation kept.ID) kept.Scope {
	if actor.Role.IsStaff() {
		return kept.Scope{Installation: installation}
	}
	return kept.Scope{Installation: actor.Installation}
}

// elsewhere tells whether an item was stored for another host.
func (v *Vault) elsewhere(view *kernel.View, it item, host string) (bool, error) {
	key, found, err := v.keys.IndexIn(view, it.Scope)
	if err != nil || !found {
		return true, err
	}
	blind, err := index(key, "host", host)
	return !bytes.Equal(blind, it.Host), err
}

// Package installation moves an app's installations through their states (the table is in ARCHITECTURE.md), from signed
// signals and what people say. It refuses a move the table does not name, and erases nothing itself.
package installation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/keys"
	"kept/policy"
	"kept/retention"
)

const dueFinish = "installation.finish" // an installation that may have nothing left

// takesEffect is how long after the paid period an uninstalled Forge app is deleted for good.
// atlassian: changelog CHANGE-2876 (31 October 2025)
const takesEffect = 60 * 24 * time.Hour

// Installation is one app in one customer site and environment.
type Installation struct {
	ID          kept.ID    `json:"id"`
	App         string     `json:"app"`
	Environment string     `json:"environment"`
	Kind        string     `json:"kind,omitempty" doc:"of environment: PRODUCTION, STAGING or DEVELOPMENT; left out where there is but one"`
	Site        string     `json:"site"`
	State       kept.State `json:"state"`
	Installed   kept.Time  `json:"installed"`
	Seen        kept.Time  `json:"seen"`
	PaidUntil   kept.Time  `json:"paid_until,omitzero"`
	Uninstalled kept.Time  `json:"uninstalled,omitzero"` // the signal
	Effective   kept.Time  `json:"effective,omitzero"`   // when the uninstall takes, or took, effect
	Restricted  kept.Time  `json:"restricted,omitzero"`
	Erased      kept.Time  `json:"erased,omitzero"`
	Questioned  kept.Time  `json:"questioned,omitzero"` // since when a person is asked, in presence.go

	Unsubscribed kept.Time `json:"unsubscribed,omitzero"` // the end of the subscription, in subscription.go

	remote         string    // the product's own id of the installation; changes at every reinstall
	told, licensed kept.Time // of Unsubscribed
}

// Scope is where its data belongs.
func (i Installation) Scope() kept.Scope { return kept.Scope{Installation: i.ID} }

// Standing is what retention must know of it.
func (i Installation) Standing() retention.Standing {
	return retention.Standing{App: i.App, State: i.State, Installed: i.Installed, Uninstalled: i.Uninstalled, Effective: i.Effective,
		Unsubscribed: i.Unsubscribed, Told: i.told, Erased: i.Erased}
}

// Signal is what a verified token says about where it came from.
type Signal struct {
	App         string // policy id
	Environment string
	Kind        string   // of environment
	Site        string   // product and cloudId or workspaceId
	Contexts    []string // where it is beside that, in the same form
	Remote      string   // the product's id of the installation
	PaidUntil   kept.Time
	Licence     Licence
	Issued      kept.Time // the token; only who says something of the licence needs it
}

// Installations knows every installation.
type Installations struct {
	k         *kernel.Kernel
	policy    *policy.Policy
	keys      *keys.Keys
	retention *retention.Retention
	quiet     kept.Period // after which a person is asked
}

// New wires the states to the clocks of retention and to the gate. When nobody has heard of an installation for a period,
// a person is asked; zero for the usual one.
func New(k *kernel.Kernel, p *policy.Policy, ks *keys.Keys, g *gate.Gate, r *retention.Retention, quiet kept.Period) *Installations {
	in := &Installations{k: k, policy: p, keys: ks, retention: r, quiet: cmp.Or(quiet, usualQuiet)}
	r.OnErased(func(tx *kernel.Tx, scope kept.Scope) {
		if scope != kept.VendorScope {
			tx.Due(dueFinish, scope.String(), tx.Now())
		}
	})
	k.OnDestroying(dueFinish, in.finish)
	k.OnDestroying(dueSilence, in.silent) // a clock that is doubted hears nobody for long
	g.Register("suspension", in.standing)
	g.Register("restriction", in.restriction)
	return in
}

// Installed handles a signed installed signal; a repeated one changes nothing. It returns the installation that the
// signal belongs to: a rescued one where the policy promises that and the time has not run out, else a new one.
func (in *Installations) Installed(tx *kernel.Tx, s Signal) (Installation, error) {
	return in.arrive(tx, s, "installed")
}

// Seen handles any other valid token: it proves that the installation lives, whatever was signalled before.
func (in *Installations) Seen(tx *kernel.Tx, s Signal) (Installation, error) {
	return in.arrive(tx, s, "token")
}

// Upgraded records a major version.
func (in *Installations) Upgraded(tx *kernel.Tx, s Signal) (Installation, error) {
	i, err := in.arrive(tx, s, "upgraded")
	if err == nil {
		in.heard(tx, i, kept.FactUpgraded, nil)
	}
	return i, err
}

func (in *Installations) arrive(tx *kernel.Tx, s Signal, how string) (Installation, error) {
	same, err := in.last(tx, `remote_id = $3 AND state <> 'erased'`, s, s.Remote)
	if err != nil {
		return Installation{}, err
	}
	if same.ID != "" {
		return in.alive(tx, same, s, how)
	}
	if moved, err := in.move(tx, s, how); err != nil || moved.ID != "" {
		return moved, err
	}
	left, err := in.left(tx, s)
	if err != nil {
		return Installation{}, err
	}
	if len(left) == 0 {
		return in.begin(tx, s, how), nil
	}
	if former, err := wasOf(&tx.View, left[0].ID, s.Remote); err != nil || former {
		if err == nil {
			err = kept.Errorf(kept.Conflict, "this installation was replaced by a later one").WithHint("take a token of the installation that is there now")
		}
		return Installation{}, err
	}
	// Another installation id on the same site proves that the earlier uninstall is done, of each that was in one of its products.
	for n := range left {
		if left[n].State != kept.Uninstalled {
			if err := in.missed(tx, &left[n], left[n].Seen, "reinstalled"); err != nil {
				return Installation{}, err
			}
		}
		if n > 0 {
			in.takeEffect(tx, left[n], "reinstalled")
		}
	}
	if by := in.rescues(tx, left[0], s); by != nil {
		return in.rescue(tx, left[0], s, by)
	}
	in.takeEffect(tx, left[0], "reinstalled")
	return in.begin(tx, s, how), nil
}

// missed makes up for an uninstall whose signal was lost: it may have come as early as the last sign of life.
func (in *Installations) missed(tx *kernel.Tx, i *Installation, at kept.Time, by string) error {
	i.State, i.Uninstalled, i.Effective = kept.Uninstalled, at, tx.Now() // nobody could have known before
	i.unsubscribe()
	err := in.settle(tx, i, Gone, by)
	update(tx, *i)
	in.heard(tx, *i, kept.FactUninstalled, map[string]string{"app": i.App, "by": by})
	return err
}

func (in *Installations) begin(tx *kernel.Tx, s Signal, how string) Installation {
	i := Installation{ID: tx.NewID("ins"), App: s.App, Environment: s.Environment, Kind: s.Kind, Site: s.Site, State: kept.Installed,
		Installed: tx.Now(), Seen: tx.Now(), remote: s.Remote}
	if i.remote == "" { // of Connect or a host, whose names outlive the installation
		i.remote = string(i.ID)
	}
	in.heard(tx, i, kept.FactInstalled, map[string]string{"app": s.App, "by": how})
	in.ended(tx, &i, s)
	insert(tx, i)
	in.extends(tx, i, s, nil)
	tx.Due(dueSilence, i.Scope().String(), in.quiet.From(tx.Now()))
	return i
}

// alive notes a sign of life, and takes an uninstall back that turns out to have been wrong.
func (in *Installations) alive(tx *kernel.Tx, i Installation, s Signal, how string) (Installation, error) {
	if i.State == kept.Uninstalled {
		if i.Effective <= tx.Now() {
			return i, kept.Errorf(kept.Conflict, "this installation was uninstalled for good").WithHint("the app has to be installed again")
		}
		i.stays()
		in.retention.Wind(tx, i.Scope(), i.Standing())
		in.heard(tx, i, kept.FactRevived, map[string]string{"by": how})
	} else if err := in.seen(tx, &i, how); err != nil {
		return i, err
	}
	return in.lives(tx, i, s)
}

// stays takes an uninstall back, and the end of a subscription that nothing but the uninstall spoke for.
func (i *Installation) stays() {
	i.State, i.Uninstalled, i.Effective = kept.Installed, 0, 0
	if i.told == 0 {
		i.Unsubscribed = 0
	}
}

// lives notes what a token proves.
func (in *Installations) lives(tx *kernel.Tx, i Installation, s Signal) (Installation, error) {
	i.Seen, i.Kind = tx.Now(), cmp.Or(s.Kind, i.Kind)
	if len(s.Contexts) > 0 {
		known, err := contextsOf(&tx.View, i.ID)
		if err != nil {
			return i, err
		}
		in.extends(tx, i, s, known)
	}
	err := in.licensed(tx, &i, s)
	update(tx, i)
	return i, err
}

// rescue continues an uninstalled installation under its new id, by the promises given. What was promised gone by now
// goes: the new id proves that the uninstall was real.
func (in *Installations) rescue(tx *kernel.Tx, i Installation, s Signal, by map[string]*policy.Promise) (Installation, error) {
	if err := in.retention.Expire(tx, i.Scope(), i.Standing()); err != nil {
		return i, err
	}
	if i.remote != s.Remote {
		remember(tx, i)
	}
	in.heard(tx, i, kept.FactRescued, credited(i.App, by[policy.Reinstall]))
	if pr, paid := by[policy.Resubscribe], i.paidAgain(s); pr != nil || paid && i.told != 0 {
		in.heard(tx, i, kept.FactResubscribed, credited(i.App, pr))
		i.told = 0
	}
	i.stays()
	i.remote = s.Remote
	in.retention.Wind(tx, i.Scope(), i.Standing())
	return in.lives(tx, i, s)
}

// Known is the installation that a verified token speaks of, as it stands. Errors: NotFound.
func (in *Installations) Known(tx *kernel.Tx, s Signal) (Installation, error) {
	i, err := in.last(tx, `remote_id = $3 AND state <> 'erased'`, s, s.Remote)
	if err == nil && i.ID == "" { // a token from before a reinstall may have come late, and been the last to speak
		i, err = in.last(tx, `id IN (SELECT installation FROM former_remote WHERE remote_id = $3) AND state <> 'erased'`, s, s.Remote)
	}
	if err == nil && i.ID == "" {
		err = kept.Errorf(kept.NotFound, "there is no such installation")
	}
	return i, err
}

// Leave destroys at once all that is here of an installation which lives on elsewhere. counts stand in the fact.
func (in *Installations) Leave(tx *kernel.Tx, id kept.ID, counts map[string]int64) error {
	i, err := in.lock(tx, id)
	if err != nil {
		return err
	}
	if err := in.retention.Spare(tx, i.Scope()); err != nil {
		return err
	}
	there, err := retention.Held(&tx.View, i.Scope())
	if err != nil {
		return err
	}
	for _, category := range slices.DeleteFunc(there, func(c string) bool { return c == retention.HeldClass }) {
		if _, err := in.retention.Erase(tx, retention.Act{Scope: i.Scope(), Category: category, Reason: retention.Moved, Anchor: tx.Now(), Owed: tx.Now()}); err != nil {
			return err
		}
	}
	if i.State == kept.Installed {
		i.State, i.Uninstalled = kept.Uninstalled, tx.Now()
	}
	i.Effective = min(max(i.Effective, i.Uninstalled), tx.Now())
	update(tx, i)
	tx.Record(kept.Fact{Kind: kept.FactMigrationLeft, Scope: i.Scope(), Counts: counts})
	tx.Due(dueFinish, i.Scope().String(), tx.Now())
	return nil
}

// Uninstalled handles the signal of an uninstall: clocks start, nothing is destroyed before it takes effect.
// A second delivery changes nothing. Errors: NotFound for an installation nobody knows.
func (in *Installations) Uninstalled(tx *kernel.Tx, s Signal) (Installation, error) {
	i, err := in.last(tx, `remote_id = $3 AND state <> 'erased'`, s, s.Remote)
	if err != nil {
		return i, err
	}
	if i.ID == "" {
		return i, kept.Errorf(kept.NotFound, "there is no such installation")
	}
	if i.State == kept.Uninstalled {
		tx.Derived()
		return i, nil
	}
	paid := i.PaidUntil
	if err := in.licensed(tx, &i, s); err != nil {
		return i, err
	}
	i.PaidUntil = max(i.PaidUntil, paid) // an effect that comes too early destroys for good
	return in.leave(tx, i)
}

// leave starts the clocks of an uninstall that was signalled.
func (in *Installations) leave(tx *kernel.Tx, i Installation) (Installation, error) {
	i.State, i.Uninstalled = kept.Uninstalled, tx.Now()
	i.Effective = max(tx.Now(), i.PaidUntil).Add(takesEffect)
	i.unsubscribe()
	err := in.settle(tx, &i, Gone, "signal")
	update(tx, i)
	in.retention.Wind(tx, i.Scope(), i.Standing())
	tx.Due(dueFinish, i.Scope().String(), i.Effective) // where nothing was ever stored, no key's end calls it
	in.heard(tx, i, kept.FactUninstalled, map[string]string{"app": i.App, "by": "signal"})
	return i, err
}

// TakeEffect says that an uninstall has taken effect: a person knows it (an expedited uninstall).
// Errors: Conflict for an installation that is not uninstalled.
func (in *Installations) TakeEffect(tx *kernel.Tx, id kept.ID) (Installation, error) {
	i, err := in.lock(tx, id)
	if err != nil {
		return i, err
	}
	if i.State != kept.Uninstalled {
		return i, kept.Errorf(kept.Conflict, "the installation is %s, not uninstalled", i.State).WithHint("an effect needs an uninstall that was signalled")
	}
	if i.Effective <= tx.Now() {
		tx.Derived()
		return i, nil
	}
	return in.takeEffect(tx, i, "person"), nil
}

// takeEffect lets the clocks destroy from now on; an effect in the past stays where it was.
func (in *Installations) takeEffect(tx *kernel.Tx, i Installation, by string) Installation {
	i.Effective = min(i.Effective, tx.Now())
	update(tx, i)
	in.heard(tx, i, kept.FactEffective, map[string]string{"by": by})
	in.retention.Wind(tx, i.Scope(), i.Standing())
	tx.Due(dueFinish, i.Scope().String(), tx.Now())
	return i
}

// Purge erases at once what belongs to an installation, all of it or the named categories, because a person asks.
// It returns the receipts of what there was. law: GDPR 17(1)
func (in *Installations) Purge(tx *kernel.Tx, id kept.ID, categories []string) (receipts []kept.ID, err error) {
	i, err := in.lock(tx, id)
	if err != nil {
		return nil, err
	}
	pr, promised, ok := in.policy.Purge(i.App)
	if !ok {
		return nil, kept.Errorf(kept.Denied, "no promise of the policy lets a customer purge").WithHint("it needs a promise with control: purge and by: customer-admin")
	}
	if err := in.retention.Spare(tx, i.Scope()); err != nil {
		return nil, err
	}
	if len(categories) == 0 {
		categories = promised
	}
	everything := len(categories) == 0
	if everything {
		if categories, err = retention.Held(&tx.View, i.Scope()); err != nil {
			return nil, err
		}
		// What proves the customer's own product to the app goes with the installation, not with its data; what is held, with its hold.
		categories = slices.DeleteFunc(categories, func(c string) bool { return c == ConnectSecret || c == retention.HeldClass })
	}
	tx.Record(kept.Fact{Kind: kept.FactPurgeAsked, Scope: i.Scope(), Words: map[string]string{"promise": pr.ID},
		Counts: map[string]int64{"categories": int64(len(categories))}})
	for n, name := range categories {
		_, declared := in.policy.Category(name)
		switch {
		case everything:
		case !declared:
			return nil, kept.Errorf(kept.Invalid, "there is no category of that name in the policy").WithHint("without categories all that the promise names go")
		case promised != nil && !slices.Contains(promised, name):
			return nil, kept.Errorf(kept.Denied, "the promise to purge does not name %s", name).WithHint("without categories all that it names go").Under(pr.ID)
		case slices.Contains(categories[:n], name):
			return nil, kept.Errorf(kept.Invalid, "a category is named twice").WithHint("name it once")
		}
		receipt, err := in.retention.Erase(tx, retention.Act{Scope: i.Scope(), Category: name, Reason: "purged",
			Promise: pr.ID, Anchor: tx.Now(), Owed: tx.Now()})
		if err != nil {
			return nil, err
		}
		if receipt != "" {
			receipts = append(receipts, receipt)
		}
	}
	return receipts, nil
}

// Restrict restricts processing, or lifts the restriction. law: GDPR 18
func (in *Installations) Restrict(tx *kernel.Tx, id kept.ID, restricted bool) (Installation, error) {
	i, err := in.lock(tx, id)
	if err != nil || (i.Restricted != 0) == restricted {
		tx.Derived()
		return i, err
	}
	kind := kept.FactLifted
	i.Restricted = 0
	if restricted {
		kind, i.Restricted = kept.FactRestricted, tx.Now()
	}
	update(tx, i)
	tx.Record(kept.Fact{Kind: kind, Scope: i.Scope()})
	return i, nil
}

// finish moves an uninstalled installation with no key left to erased.
func (in *Installations) finish(ctx context.Context, d kernel.Due) error {
	return in.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Done(d)
		tx.Derived()
		i, err := in.lock(tx, kept.ID(d.Ref))
		if err != nil || i.State != kept.Uninstalled {
			return err
		}
		left, err := keys.Classes(&tx.View, i.Scope())
		if err != nil || len(left) > 0 {
			return err
		}
		in.end(tx, i)
		return nil
	})
}

// end lets an installation go that holds nothing any more.
func (in *Installations) end(tx *kernel.Tx, i Installation) {
	in.keys.DestroyScope(tx, i.Scope())
	tx.Exec(`DELETE FROM subject WHERE scope = $1`, i.Scope().String())
	tx.Exec(`DELETE FROM choice WHERE scope = $1`, i.Scope().String())
	tx.Exec(`DELETE FROM brake WHERE scope = $1`, i.Scope().String())
	tx.Exec(`DELETE FROM former_remote WHERE installation = $1`, string(i.ID))
	tx.Exec(`DELETE FROM connect_tenant WHERE installation = $1`, string(i.ID))
	tx.Exec(`DELETE FROM instance WHERE installation = $1`, string(i.ID))
	tx.Exec(`DELETE FROM context WHERE installation = $1`, string(i.ID))
	tx.Exec(`DELETE FROM licence WHERE installation = $1`, string(i.ID))
	tx.Exec(`DELETE FROM licence_contact WHERE installation = $1`, string(i.ID))
	tx.Exec(`DELETE FROM question WHERE installation = $1`, string(i.ID))
	tx.Clear(dueSilence, i.Scope().String())
	i.State, i.Erased, i.Questioned = kept.Erased, tx.Now(), 0
	update(tx, i)
	tx.Record(kept.Fact{Kind: kept.FactErasedAll, Scope: i.Scope()})
}

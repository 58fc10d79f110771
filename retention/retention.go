// Package retention is the one road to erasure: it sets the clocks of a policy, closes what has run out, destroys the
// keys, reclaims the rows and writes the receipts. It refuses to destroy before an uninstall has taken effect.
//
// What erasure here does not reach: copies of key file and database together (snapshots of a machine, swap), remains of
// the key file on copy-on-write disks, and whatever lies outside this server.
package retention

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/keys"
	"kept/policy"
)

// Kinds of dates this package handles.
const (
	dueErase   = "retention.erase"   // scope/category: the first clock that an uninstall or the end of a subscription started
	dueAge     = "retention.age"     // scope/class: the oldest row's limit
	dueForget  = "retention.forget"  // scope/class: a day is over whose rows have aged
	dueReclaim = "retention.reclaim" // receipt: rows of a destroyed class
	dueSaid    = "retention.said"    // scope/category: the first end by what happened to an item
	dueChosen  = "retention.chosen"  // scope/category: a customer has chosen another limit
)

// chunk bounds how many rows one transaction deletes, so that nobody waits long behind it; chunks how many of them follow each
// other before another date has its turn. A sweep takes but few at once while somebody waits, and many where the engine likes that.
const (
	chunk  = 512
	short  = 128
	chunks = 16
)

// size is how many rows a sweep deletes in a transaction.
func size(tx *kernel.Tx) int {
	if tx.Crowded() {
		return short
	}
	return max(chunk, 2*tx.Few())
}

// Holder is what a module that stores rows tells retention, so that it can erase them.
type Holder struct {
	Name string
	// Reclaim deletes up to limit rows that a receipt speaks of, and says how many.
	Reclaim func(tx *kernel.Tx, g Remains, limit int) (int, error)
	// Age deletes up to limit rows of a class whose anchor is at or before the given instant, with their unit keys;
	// it returns their number, the oldest anchor among them, and the oldest anchor that stays (0 if none).
	Age func(tx *kernel.Tx, scope kept.Scope, category, severity string, before kept.Time, limit int) (n int, oldest, next kept.Time, err error)
	// Pick opens what fits of at most limit rows that come after an id, in the order of ids, for a hold; last is the last of
	// them, "" when no row is behind. It may be nil.
	Pick func(tx *kernel.Tx, s Sought, after kept.ID, limit int) (rows []Opened, last kept.ID, err error)
	// Drop deletes items of a scope with their unit keys, and what was said of them; nil where nothing is said of any row.
	Drop func(tx *kernel.Tx, scope kept.Scope, items []kept.ID) error
	// About says what there is about a subject, counting no more than so many rows; nil where nothing is about anybody.
	About func(v *kernel.View, subject kept.ID, most int64) ([]Holding, error)
	// Outdated deletes up to limit rows about a subject from before an instant, with their unit keys, and says what they
	// were; nil where nothing is that could be refreshed.
	Outdated func(tx *kernel.Tx, subject kept.ID, before kept.Time, limit int) ([]Holding, error)
	// Forsake lets those go about whom nothing else is than rows of a time, all of which go in this transaction. It returns how
	// many people the rows name; where that is more than most, it has done nothing. It is nil where rows go one by one alone.
	Forsake func(tx *kernel.Tx, from, until kept.Time, most int) (people int, err error)
}

// Remains are rows whose keys were destroyed.
type Remains struct {
	Scope              kept.Scope
	Category, Severity string
	Of                 kept.ID   // the class key or ratchet they were sealed under, or the subject they were about, or a hold's key
	Since              kept.Time // when that was destroyed: none of them is younger
}

// Holding is what a module holds of a class about a subject.
type Holding struct {
	Category, Severity string
	Rows               int64
	Oldest             kept.Time
	Happened           bool // it tells what happened once, so nobody refreshes it
}

// Retention knows every holder and every rule.
type Retention struct {
	k       *kernel.Kernel
	policy  *policy.Policy
	keys    *keys.Keys
	holders []Holder
	emptied func(tx *kernel.Tx, scope kept.Scope)
	recall  func(tx *kernel.Tx, scope kept.Scope) error
	spare   func(tx *kernel.Tx, scope kept.Scope, limit int) (more bool, err error)
	own     map[string]policy.Limit // by category: of the server itself
	people  People
	pace    pace
	look    kept.Time // no month is looked at before whether it can go whole; read and set by dates alone, which come one by one
}

// New wires retention to the kernel's dates and to the gate.
func New(k *kernel.Kernel, p *policy.Policy, ks *keys.Keys, g *gate.Gate) *Retention {
	r := &Retention{k: k, policy: p, keys: ks, emptied: func(*kernel.Tx, kept.Scope) {}, recall: func(*kernel.Tx, kept.Scope) error { return nil },
		spare: func(*kernel.Tx, kept.Scope, int) (bool, error) { return false, nil }, own: map[string]policy.Limit{}}
	k.OnDestroying(dueErase, r.eraseDue)
	k.OnDestroying(dueAge, r.ageDue)
	k.OnDestroying(dueForget, r.forgetDue)
	k.On(dueReclaim, r.reclaimDue)
	k.OnDestroying(dueSaid, r.saidDue)
	k.On(dueChosen, r.chosenDue)
	k.OnDestroying(dueClosing, r.closingDue)
	k.OnDestroying(dueAlarm, r.alarmDue) // a clock that is wrong by a year would put the next one off by a year
	k.OnDestroying(dueSweeps, r.sweepsDue)
	ks.OnDead(settle)
	g.Register("closure", r.closed)
	g.Register("least", r.tooSoon)
	return r
}

// Register registers a module's rows; before the first Tick.
func (r *Retention) Register(h Holder) { r.holders = append(r.holders, h) }

// Bound limits, from the entry or the uninstall, a category that the server keeps by itself while the policy says
// nothing about it.
func (r *Retention) Bound(category, from string, limit kept.Period) {
	r.own[category] = policy.Limit{From: from, Max: limit, Promise: &policy.Promise{ID: "built-in"}}
}

// OnErased registers who is told, in the same transaction, that a category of a scope was destroyed.
func (r *Retention) OnErased(fn func(tx *kernel.Tx, scope kept.Scope)) { r.emptied = fn }

// OnReceipt registers who is told, in the same transaction, that something of a scope was destroyed.
func (r *Retention) OnReceipt(fn func(tx *kernel.Tx, scope kept.Scope) error) { r.recall = fn }

// Standing is what retention must know of an installation; StandingOf reads it.
type Standing struct {
	App          string
	State        kept.State
	Installed    kept.Time // for the first time: what the policy promised since holds for the whole
	Uninstalled  kept.Time // the signal; 0 while installed
	Effective    kept.Time // when the uninstall takes effect; 0 while installed
	Unsubscribed kept.Time // the end of the subscription; 0 while it runs
	Told         kept.Time // since when a licence says so; 0 where it is the uninstall that does
	Erased       kept.Time
}

// StandingOf reads and, in a change, locks an installation's row: a hold, a rescue and an erasure must not race.
func StandingOf(v *kernel.View, scope kept.Scope, lock string) (s Standing, err error) {
	if scope == kept.VendorScope {
		return Standing{State: kept.Installed}, nil
	}
	found, err := v.Row(`SELECT app, state, installed, uninstalled, effective, unsubscribed, told, erased FROM installation WHERE id = $1`+lock,
		string(scope.Installation)).Scan(&s.App, &s.State, &s.Installed, &s.Uninstalled, &s.Effective, &s.Unsubscribed, &s.Told, &s.Erased)
	if err == nil && !found {
		err = kept.Errorf(kept.NotFound, "there is no such installation")
	}
	return s, err
}

// closed vetoes whatever has run out, at its instant, also while its destruction still waits.
func (r *Retention) closed(v *kernel.View, q gate.Question) error {
	if q.Category == "" || q.Verb == gate.Delete || q.Verb == gate.Purge {
		return nil
	}
	if err := r.Over(v, q.Scope, q.App, q.Category); err != nil {
		return err
	}
	if q.Stored == 0 {
		return nil
	}
	u, err := r.rule(v, q.Scope, q.App, Class(q.Category, q.Severity), "entry")
	if err != nil {
		return err
	}
	if l, ok := u.limit(q.Stored); ok && l.End(q.Stored) <= v.Now() {
		return kept.Errorf(kept.Late, "this %s ended %s after it was stored", q.Category, l.Max.Words()).WithHint("it is gone; store a new one").Under(l.Promise.ID)
	}
	return r.happened(v, q)
}

// Class names what one ratchet carries: a category, or the lines of one severity in it, which may have a limit of their own.
func Class(category, severity string) string {
	if severity == "" {
		return category
	}
	return category + "." + severity
}

// parts are category and severity of a class. No category has a dot in its name.
func parts(class string) (category, severity string) {
	category, severity, _ = strings.Cut(class, ".")
	return category, severity
}

// classesOf are the classes of a category in a scope: itself, and those of severities of which there ever was a line.
func classesOf(v *kernel.View, scope kept.Scope, category string) ([]string, error) {
	all, err := keys.Classes(v, scope)
	return append([]string{category}, slices.DeleteFunc(all, func(class string) bool {
		of, severity := parts(class)
		return of != category || severity == ""
	})...), err
}

// Held are the categories of a scope of which there may be something.
func Held(v *kernel.View, scope kept.Scope) ([]string, error) {
	all, err := keys.Classes(v, scope)
	for i := range all {
		all[i], _ = parts(all[i])
	}
	slices.Sort(all)
	return slices.Compact(all), err
}

// Stored sets the date on which the oldest row of a class must go, if it ages from its entry.
func (r *Retention) Stored(tx *kernel.Tx, scope kept.Scope, app, class string) error {
	u, err := r.rule(&tx.View, scope, app, class, "entry")
	if end, ok := u.aged(tx.Now()); ok && err == nil {
		tx.DueOnce(dueAge, ref(scope, class), end)
	}
	return err
}

// Until tells of something of a class, collected at an instant, when it runs out by its entry; far off if it never does.
func (r *Retention) Until(v *kernel.View, scope kept.Scope, app, class string) (func(collected kept.Time) kept.Time, error) {
	u, err := r.rule(v, scope, app, class, "entry")
	return func(collected kept.Time) kept.Time {
		if end, ok := u.aged(collected); ok {
			return end
		}
		return math.MaxInt64
	}, err
}

// Ages tells whether rows of a class age from an instant that never moves, so that a ratchet carries their keys.
func (r *Retention) Ages(app, class string) bool {
	category, severity := parts(class)
	rules, _ := r.policy.Rules(app, category)
	own, ok := r.own[category]
	return ok && own.From == "entry" && len(rules.Retain) == 0 || rules.Of(severity).Ages()
}

// Knows tells whether a category is the policy's, or the server's own.
func (r *Retention) Knows(category string) bool { return slices.Contains(r.categories(), category) }

// categories are those of the policy, and what the server keeps by itself.
func (r *Retention) categories() (names []string) {
	for _, c := range r.policy.Categories {
		names = append(names, c.Name)
	}
	for _, own := range slices.Sorted(maps.Keys(r.own)) {
		if !slices.Contains(names, own) {
			names = append(names, own)
		}
	}
	return names
}

func (r *Retention) ageDue(ctx context.Context, d kernel.Due) error {
	scope, class := parseRef(d.Ref)
	category, severity := parts(class)
	if err := r.DropMonths(ctx, d); err != nil {
		return err
	}
	return r.inChunks(ctx, d, func(tx *kernel.Tx) (gone int, more bool, err error) {
		s, err := StandingOf(&tx.View, scope, tx.ForUpdate())
		if err != nil {
			return 0, false, err
		}
		if !r.Ages(s.App, class) {
			tx.Done(d)
			tx.Derived()
			return gone, false, nil
		}
		if waits, err := r.holdsUp(tx, d, scope, class); waits || err != nil {
			return 0, false, err
		}
		if waits, err := r.sparing(tx, scope, d); err != nil || waits {
			return 0, false, err
		}
		u, err := r.owing(&tx.View, scope, s.App, class, "entry")
		if err != nil {
			return 0, false, err
		}
		before, err := r.oneDay(&tx.View, scope, class, lastBy(tx.Now(), u.aged))
		if err != nil {
			return 0, false, err
		}
		gone, oldest, next, err := r.age(tx, scope, category, severity, before)
		if err != nil {
			return 0, false, err
		}
		tx.Derived() // until the day has its fact
		switch {
		case gone > 0:
			if err := r.aged(tx, scope, class, u, dayOf{rows: int64(gone), oldest: oldest}); err != nil {
				return 0, false, err
			}
			if next == 0 || next.Day() > oldest.Day() {
				// The ratchet still yields the key of the day they were of, until that is over and nothing of it is left.
				tx.Due(dueForget, ref(scope, class), max(kept.StartOfDay(before.Day()+1), tx.Now()))
			}
		case next == 0 && s.State == kept.Uninstalled: // nothing will be stored here any more: the empty ratchet goes too
			tx.Done(d)
			if _, err := r.keys.DestroyClass(tx, scope, class); err != nil {
				return 0, false, err
			}
			r.emptied(tx, scope)
			return gone, false, r.shut(tx, scope, class, everyDay)
		default:
			if err := r.forget(tx, scope, class, before); err != nil {
				return 0, false, err
			}
		}
		end, ages := u.aged(next)
		switch {
		case next == 0 && gone > 0 && s.State == kept.Uninstalled: // once more: this transaction does not see its own receipt
			return gone, true, nil
		case next == 0 || !ages:
			tx.Done(d)
		case end <= tx.Now():
			return gone, true, nil
		default:
			tx.Again(d, end)
		}
		return gone, false, nil
	})
}

// age lets every module delete what has aged.
func (r *Retention) age(tx *kernel.Tx, scope kept.Scope, category, severity string, before kept.Time) (gone int, oldest, next kept.Time, err error) {
	limit := size(tx)
	for _, h := range r.holders {
		n, first, left, err := h.Age(tx, scope, category, severity, before, limit-gone)
		if err != nil {
			return 0, 0, 0, err
		}
		gone += n
		oldest, next = earliest(oldest, first), earliest(next, left)
	}
	return gone, oldest, next, nil
}

// forgetDue lets the days go of which nothing is left. Where more of the last one is still to run out, that comes again.
func (r *Retention) forgetDue(ctx context.Context, d kernel.Due) error {
	scope, class := parseRef(d.Ref)
	return r.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Done(d)
		tx.Derived() // the facts of what aged say it
		if _, err := StandingOf(&tx.View, scope, tx.ForUpdate()); err != nil {
			return err
		}
		oldest, err := oldestOf(&tx.View, scope, class)
		if err != nil {
			return err
		}
		if oldest == 0 {
			oldest = tx.Now()
		}
		if err := r.Spare(tx, scope); err != nil {
			return err
		}
		return r.forget(tx, scope, class, oldest-1)
	})
}

// forget moves the ratchet on to the first day of which something has not run out: where a version of the policy began with
// that day, it is the one after the last that has.
func (r *Retention) forget(tx *kernel.Tx, scope kept.Scope, class string, before kept.Time) error {
	moved, err := r.keys.Forget(tx, scope, class, (before + 1).Day())
	if err != nil || !moved {
		return err
	}
	if err := r.recall(tx, scope); err != nil {
		return err
	}
	return r.shut(tx, scope, class, (before + 1).Day())
}

// lastBy is the latest instant of which whatever was collected then has run out. Every version of the policy that has held
// since counts, so what is newer never ends earlier, and it can be searched.
func lastBy(now kept.Time, aged func(kept.Time) (kept.Time, bool)) kept.Time {
	low, high := kept.Time(1), now
	for low < high {
		mid := low + (high-low+1)/2
		if end, ok := aged(mid); ok && end <= now {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low
}

func earliest(a, b kept.Time) kept.Time {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

func ref(scope kept.Scope, category string) string { return scope.String() + "/" + category }

func parseRef(s string) (kept.Scope, string) {
	scope, category, _ := strings.Cut(s, "/")
	return kept.ScopeOf(scope), category
}

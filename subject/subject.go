// Package subject knows the persons about whom a scope holds something: each has a key, a blind index to be found by, and
// the account id, sealed, to be reported by. It keeps nobody about whom nothing is left.
package subject

import (
	"maps"
	"slices"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/keys"
	"kept/retention"
	"kept/seal"
)

// Subjects knows the subjects of every scope. Safe for concurrent use.
type Subjects struct {
	keys      *keys.Keys
	retention *retention.Retention
	known     func(tx *kernel.Tx, app string) error
}

// New makes the register of subjects.
func New(ks *keys.Keys, g *gate.Gate, r *retention.Retention) *Subjects {
	s := &Subjects{keys: ks, retention: r, known: func(*kernel.Tx, string) error { return nil }}
	r.OnPeople(retention.People{Wait: Waits, Erase: s.eraseClosing})
	g.Register("account", closed)
	return s
}

// OnKnown registers who is told, in the same transaction, that an app holds something about somebody new.
func (s *Subjects) OnKnown(fn func(tx *kernel.Tx, app string) error) { s.known = fn }

// Subject is a person as a scope knows one.
type Subject struct {
	ID       kept.ID
	Scope    kept.Scope
	Reported kept.Time // when Atlassian was last asked about the account, at first since when it is known here
	Outdated kept.Time // since when Atlassian says that what was stored before has changed; 0 for not
	Closing  kept.Time // since when the account is closed, and what is about it waits for somebody to say that it goes; 0 for not

	unit     kept.ID
	envelope []byte // of the account id
}

func (u Subject) ad() seal.AD {
	return seal.AD{Scope: u.Scope.String(), Category: "account", Item: u.ID, Version: 1}
}

// Known is a person in a scope, and the key of all that is about the person.
type Known struct {
	ID  kept.ID
	Key seal.Key
}

// Of are the subjects of accounts in a scope, by account; a first use makes the row. Rows are held until commit: nobody lets
// them go meanwhile. index is the scope's key for blind indexes, app the installation's; a transaction asks once.
// Errors: Invalid for what is no account id, Held where one is closed and what is about it still waits.
func (s *Subjects) Of(tx *kernel.Tx, scope kept.Scope, index seal.Key, app string, accounts ...string) (map[string]Known, error) {
	slices.Sort(accounts) // two nodes must not wait for each other
	out := map[string]Known{}
	blinds := map[string][32]byte{}
	var unknown []string
	for _, account := range slices.Compact(accounts) {
		if err := kept.ParseAccount(account); err != nil {
			return nil, err
		}
		blind, err := seal.BlindIndex(index, "account", account)
		if err != nil {
			return nil, err
		}
		known, found, err := find(&tx.View, scope, blind, tx.ForShare())
		if err != nil {
			return nil, err
		}
		if !found {
			unknown, blinds[account] = append(unknown, account), blind
			continue
		}
		if known.Closing != 0 {
			return nil, kept.Errorf(kept.Held, "Atlassian says that an account is closed, and what is about it waits for somebody to say that it goes").
				WithHint("an officer can release what waits; it is open again if Atlassian takes that back")
		}
		key, err := s.keys.Unit(&tx.View, scope, known.unit)
		if err != nil {
			return nil, err
		}
		out[account] = Known{known.ID, key}
	}
	if len(unknown) == 0 {
		return out, nil
	}
	return out, s.add(tx, scope, app, unknown, blinds, out)
}

// add makes rows of people.
func (s *Subjects) add(tx *kernel.Tx, scope kept.Scope, app string, accounts []string, blinds map[string][32]byte, out map[string]Known) error {
	units, err := s.keys.NewUnits(tx, scope, slices.Repeat([]string{"subject"}, len(accounts))...)
	if err != nil {
		return err
	}
	own, err := s.keys.Own(tx, scope)
	if err != nil {
		return err
	}
	for n, account := range accounts {
		u := Subject{ID: tx.NewID("sub"), Scope: scope, Reported: tx.Now(), unit: units[n].Ref().ID}
		if u.envelope, err = seal.Seal([]seal.Key{own, units[n]}, u.ad(), []byte(account)); err != nil {
			return err
		}
		insert(tx, u, blinds[account])
		out[account] = Known{u.ID, units[n]}
	}
	return s.known(tx, app)
}

// Account opens the account id of a subject; "" for one that an older release has stored, which kept none.
func (s *Subjects) Account(v *kernel.View, u Subject) (string, error) {
	if u.envelope == nil {
		return "", nil
	}
	plain, err := s.keys.Open(v, u.Scope, u.ad(), u.envelope)
	return string(plain), err
}

// Forsake lets a subject go with the last row about it: its blind index would tell, for as long as the scope lives, that
// somebody was here. leaving counts for each subject the rows about it that go in this transaction.
func (s *Subjects) Forsake(tx *kernel.Tx, leaving map[kept.ID]int64) error {
	for _, id := range slices.Sorted(maps.Keys(leaving)) {
		u, found, err := get(&tx.View, id, tx.ForUpdate())
		if err != nil {
			return err
		}
		if !found { // it was erased before its rows
			continue
		}
		about, err := s.retention.About(&tx.View, id, leaving[id]+1)
		if err != nil {
			return err
		}
		var rows int64
		for _, h := range about {
			rows += h.Rows
		}
		if rows == leaving[id] {
			if s.drop(tx, u); u.Closing != 0 {
				s.retention.LookAtPeople(tx, u.Scope)
			}
		}
	}
	return nil
}

// Erase destroys at once whatever is about a subject, and the subject. It does nothing where the subject is gone already.
// Whoever calls it holds the installation's row, and has let holds copy what they have yet to: once in a transaction.
func (s *Subjects) Erase(tx *kernel.Tx, id kept.ID, a retention.Act) error {
	u, found, err := get(&tx.View, id, tx.ForUpdate())
	if err != nil || !found {
		return err
	}
	a.Scope = u.Scope
	s.drop(tx, u)
	return s.retention.EraseAbout(tx, a, id)
}

func (s *Subjects) drop(tx *kernel.Tx, u Subject) {
	s.keys.DestroyUnits(tx, u.unit)
	tx.Exec(`DELETE FROM subject WHERE id = $1`, string(u.ID))
}

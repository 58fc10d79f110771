package installation

import (
	"context"
	"time"

	"kept"
	"kept/kernel"
)

const dueSilence = "installation.silence" // an installation of which nobody may have heard for long

// usualQuiet is after how long without a sign of life a person is asked, unless a server is told another period.
var usualQuiet = kept.Period{Exact: 30 * 24 * time.Hour}

// Why is the reason for which a person is asked whether an installation is still there.
type Why string

const (
	Silence  Why = "silence"     // proves nothing, so it starts no clock (FORGETTING: brakes)
	Imported Why = "site-import" // another tenant of Connect is at its address
)

// Answer says whether an installation is still there.
type Answer string

const (
	There Answer = "there"
	Gone  Answer = "gone"
)

// Question is what a person, or a later sign, must settle about an installation.
type Question struct {
	Installation kept.ID   `json:"installation"`
	Why          Why       `json:"why"`
	Asked        kept.Time `json:"asked"`
}

// Answer is a person's word. That it is there settles what was asked; that it is gone is an uninstall that has taken effect,
// as of the last sign of life or a later instant that the person knows.
// Errors: Conflict where nobody asked, or where it is erased, Invalid for an instant before the last sign of life.
func (in *Installations) Answer(tx *kernel.Tx, id kept.ID, a Answer, since kept.Time) (Installation, error) {
	i, err := in.lock(tx, id)
	switch {
	case err != nil:
		return i, err
	case a == There && i.Questioned == 0:
		return i, kept.Errorf(kept.Conflict, "nobody asked whether this installation is there").
			WithHint("an uninstall that was signalled is taken back by a valid token, and by nothing else")
	case a == There:
		err = in.settle(tx, &i, There, "person")
		update(tx, i)
		return i, err
	case i.State != kept.Installed:
		return in.TakeEffect(tx, id)
	case since == 0:
		since = i.Seen
	case since < i.Seen || since > tx.Now():
		return i, kept.Errorf(kept.Invalid, "an uninstall lies between the last sign of life and now").WithHint("leave since out for the last sign of life, %s", i.Seen)
	}
	if err := in.missed(tx, &i, since, "person"); err != nil {
		return i, err
	}
	return in.takeEffect(tx, i, "person"), nil
}

// seen notes a sign of life of an installed app: once a day as a fact, and whenever a person was asked.
func (in *Installations) seen(tx *kernel.Tx, i *Installation, how string) error {
	tx.Derived() // another one of the same day says nothing new
	if i.Seen.Day() < tx.Now().Day() {
		in.heard(tx, *i, kept.FactSeen, map[string]string{"by": how})
	}
	return in.settle(tx, i, There, how)
}

// ask lets a person be asked.
func (in *Installations) ask(tx *kernel.Tx, i Installation, why Why) {
	if i.Questioned == 0 {
		i.Questioned = tx.Now()
	}
	insertQuestion(tx, Question{i.ID, why, tx.Now()})
	update(tx, i)
	in.heard(tx, i, kept.FactAsked, map[string]string{"why": string(why), "by": string(why)})
}

// settle closes what is open about an installation; the caller writes its row.
func (in *Installations) settle(tx *kernel.Tx, i *Installation, a Answer, by string) error {
	if i.Questioned == 0 {
		return nil
	}
	open, err := Questions(&tx.View, i.ID)
	if err != nil {
		return err
	}
	for _, q := range open {
		settleQuestion(tx, q)
		in.heard(tx, *i, kept.FactAnswered, map[string]string{"why": string(q.Why), "answer": string(a), "by": by})
	}
	i.Questioned = 0
	tx.Due(dueSilence, i.Scope().String(), in.quiet.From(tx.Now()))
	return nil
}

// Arrived goes on waiting for a sign of life of an installation that has come from another server, or for its end.
func (in *Installations) Arrived(tx *kernel.Tx, scope kept.Scope) error {
	i, err := in.lock(tx, scope.Installation)
	if err != nil {
		return err
	}
	if i.State == kept.Uninstalled {
		tx.Due(dueFinish, scope.String(), max(i.Effective, tx.Now()))
	}
	if i.Questioned != 0 {
		return nil
	}
	settled, err := lastSettled(&tx.View, i.ID)
	tx.Due(dueSilence, i.Scope().String(), in.quiet.From(max(i.Seen, settled)))
	return err
}

// silent asks about an installation of which nobody has heard for long. It moves the date on where somebody has, so that
// signs of life, which are many, need not.
func (in *Installations) silent(ctx context.Context, d kernel.Due) error {
	return in.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		i, err := in.lock(tx, kept.ID(d.Ref))
		if err != nil {
			return err
		}
		settled, err := lastSettled(&tx.View, i.ID)
		if err != nil {
			return err
		}
		due := in.quiet.From(max(i.Seen, settled))
		switch {
		case i.State != kept.Installed: // it may come back
			tx.Again(d, in.quiet.From(tx.Now()))
		case due > tx.Now():
			tx.Again(d, due)
		default:
			tx.Done(d)
			in.ask(tx, i, Silence)
		}
		return nil
	})
}

package installation

import (
	"kept"
	"kept/kernel"
	"kept/policy"
)

// Licence is what a token says of the app's licence: nothing for free apps, outside production, and through Connect.
type Licence string

const (
	Active Licence = "active"
	Ended  Licence = "ended"
)

// unsubscribe lets a subscription end with the uninstall, or with what was paid, unless a licence said so before.
func (i *Installation) unsubscribe() {
	if i.Unsubscribed == 0 {
		i.Unsubscribed = max(i.Uninstalled, i.PaidUntil)
	}
}

// licensed takes over what a token says of the licence, unless it is older than what is known: nothing moves backwards.
// A token that is silent changes nothing, however long the paid period is over.
func (in *Installations) licensed(tx *kernel.Tx, i *Installation, s Signal) error {
	if s.Issued < i.licensed {
		return nil
	}
	if s.Licence == Active && i.told != 0 {
		if err := in.resubscribed(tx, i, "licence"); err != nil {
			return err
		}
	}
	if in.ended(tx, i, s) {
		in.retention.Wind(tx, i.Scope(), i.Standing())
	}
	return nil
}

// ended notes the paid period, and whether a licence says for the first time, or for another period, that it has ended.
// One whose end is still to come has not: its instant must be seen. One that tells no end has ended now.
func (in *Installations) ended(tx *kernel.Tx, i *Installation, s Signal) bool {
	if s.PaidUntil != 0 { // else what is known stays: an effect that comes too early destroys for good
		i.PaidUntil = s.PaidUntil
	}
	if s.Licence == "" {
		return false
	}
	i.licensed = s.Issued
	end := s.PaidUntil
	if end == 0 && i.told == 0 {
		end = max(i.PaidUntil, tx.Now())
	}
	if s.Licence != Ended || end > tx.Now() || i.told != 0 && end <= i.Unsubscribed {
		return false
	}
	in.endedAt(tx, i, end, "licence")
	return true
}

func (in *Installations) endedAt(tx *kernel.Tx, i *Installation, end kept.Time, by string) {
	i.Unsubscribed, i.told = end, tx.Now()
	in.heard(tx, *i, kept.FactUnsubscribed, map[string]string{"app": i.App, "by": by})
}

// resubscribed stops the clocks of an ended subscription that is paid for again. What has ended by then is gone and starts
// empty, everything else goes on, also where no promise says so: nobody destroys what a customer pays for.
func (in *Installations) resubscribed(tx *kernel.Tx, i *Installation, how string) error {
	if err := in.retention.Expire(tx, i.Scope(), i.Standing()); err != nil {
		return err
	}
	by := in.promised(tx, *i, policy.Resubscribe)
	i.Unsubscribed, i.told = 0, 0
	in.retention.Wind(tx, i.Scope(), i.Standing())
	words := credited(i.App, by)
	words["by"] = how
	in.heard(tx, *i, kept.FactResubscribed, words)
	return nil
}

// rescues are the promises by which a reinstall continues an uninstalled installation, by the way of coming back; nil for
// none.
func (in *Installations) rescues(tx *kernel.Tx, i Installation, s Signal) (by map[string]*policy.Promise) {
	for _, on := range []string{policy.Reinstall, policy.Resubscribe} {
		if pr := in.promised(tx, i, on); pr != nil && (on == policy.Reinstall || i.paidAgain(s)) {
			if by == nil {
				by = map[string]*policy.Promise{}
			}
			by[on] = pr
		}
	}
	return by
}

// paidAgain tells whether a reinstall is a resubscription too. Where a licence said that it had ended, one has to say that
// it is active; else it is enough that none says the contrary.
func (i Installation) paidAgain(s Signal) bool {
	if i.told != 0 {
		return s.Licence == Active && s.Issued >= i.licensed
	}
	return s.Licence != Ended
}

// promised is the promise by which who comes back now finds the data again; nil for none.
func (in *Installations) promised(tx *kernel.Tx, i Installation, on string) *policy.Promise {
	since := map[string]kept.Time{}
	for _, c := range i.Standing().Clocks() {
		since[c.From] = c.Anchor
	}
	if until, pr := in.policy.Rescue(i.App, on, since); until > tx.Now() {
		return pr
	}
	return nil
}

// credited are the words of a fact that a promise brought about, if one did.
func credited(app string, pr *policy.Promise) map[string]string {
	words := map[string]string{"app": app}
	if pr != nil {
		words["promise"] = pr.ID
	}
	return words
}

package reporting

import (
	"encoding/json"
	"maps"
	"slices"

	"kept"
	"kept/atlassian"
	"kept/kernel"
	"kept/retention"
	"kept/subject"
)

// closures counts accounts of an answer that were erased at once, and in each installation those that wait, and those that did and
// are open again.
type closures struct{ erased, waiting, reopened int64 }

// calledClosed are the subjects of an answer's closed accounts, and how many of these accounts do not wait.
func calledClosed(b batch, a atlassian.Answer) (of map[kept.ID]bool, fresh int64) {
	of = map[kept.ID]bool{}
	for _, account := range a.Closed {
		one := int64(0)
		for _, u := range b.subjects[account] {
			if of[u.ID] = true; u.Closing == 0 {
				one = 1
			}
		}
		fresh += one
	}
	return of, fresh
}

// close erases what is about closed accounts, or lets all of an answer wait, closed, where that is more within a day than anybody
// could expect. What waits is open again once Atlassian does not call the account closed any more.
func (r *Reporting) close(tx *kernel.Tx, app string, b batch, a atlassian.Answer) (n closures, err error) {
	closed, fresh := calledClosed(b, a)
	over, err := tooMany(&tx.View, app, fresh)
	if err != nil {
		return n, err
	}
	if !over {
		n.erased = fresh
	}
	waits := map[kept.Scope]bool{}
	for _, u := range inOrder(b, slices.Collect(maps.Keys(b.subjects))) {
		if !closed[u.ID] && u.Closing == 0 {
			continue
		}
		if _, seen := waits[u.Scope]; !seen { // a hold, a rescue and an erasure must not race
			if _, err := retention.StandingOf(&tx.View, u.Scope, tx.ForUpdate()); err != nil {
				return n, err
			}
			if waits[u.Scope], err = subject.Waits(&tx.View, u.Scope); err != nil {
				return n, err
			}
			if err := r.retention.Spare(tx, u.Scope); err != nil {
				return n, err
			}
		}
		u, found, err := subject.Get(&tx.View, u.ID) // as it is since the installation's row is locked
		switch {
		case err != nil:
			return n, err
		case !found:
		case closed[u.ID] && u.Closing == 0 && !over:
			if err := r.subjects.Erase(tx, u.ID, retention.Act{Reason: subject.Closed, Anchor: tx.Now(), Owed: tx.Now()}); err != nil {
				return n, err
			}
		case closed[u.ID]:
			if n.waiting++; u.Closing == 0 {
				r.subjects.Suspend(tx, u, waits[u.Scope])
				waits[u.Scope] = true
			}
		case u.Closing != 0:
			n.reopened++
			r.subjects.Reopen(tx, u)
		}
	}
	return n, nil
}

// tooMany tells whether so many more accounts are beyond what may be erased within the window because they are closed: of this app,
// or of all.
func tooMany(v *kernel.View, app string, more int64) (bool, error) {
	here, everywhere := more, more
	err := v.Each(func(scan func(...any) error) error {
		var body []byte
		var f struct {
			Words  map[string]string
			Counts map[string]int64
		}
		if err := scan(&body); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &f); err != nil {
			return kept.Errorf(kept.Internal, "a fact of a report is malformed")
		}
		everywhere += f.Counts["erased"]
		if f.Words["app"] == app {
			here += f.Counts["erased"]
		}
		return nil
	}, `SELECT body FROM fact WHERE kind = $1 AND category = '' AND at > $2 AND body IS NOT NULL`, string(kept.FactReported), int64(v.Now().Add(-retention.Window)))
	if err != nil || more == 0 {
		return false, err
	}
	known, all, err := subject.People(v, app)
	return here > retention.Expected(known) || everywhere > retention.Expected(all), err
}

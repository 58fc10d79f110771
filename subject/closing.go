package subject

import (
	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/retention"
)

// Closed is why what is about a person goes whose account is closed.
const Closed = "account-closed"

// closed vetoes what is about somebody whose account is closed while it waits to be erased (FORGETTING: a brake never keeps data
// reachable).
func closed(v *kernel.View, q gate.Question) error {
	if q.Subject == "" || q.Verb == gate.Delete {
		return nil
	}
	u, _, err := get(v, q.Subject, "")
	if err == nil && u.Closing != 0 {
		err = kept.Errorf(kept.Late, "Atlassian says that the account is closed which this is about").WithHint("it goes as soon as an officer says so")
	}
	return err
}

// Suspend closes what is about a subject whose account is closed, and lets it wait: more accounts are than anybody could expect.
// before tells whether somebody of the scope waits already. Whoever calls it holds the installation's row.
func (s *Subjects) Suspend(tx *kernel.Tx, u Subject, before bool) {
	tx.Exec(`UPDATE subject SET closing = $1 WHERE id = $2`, int64(tx.Now()), string(u.ID))
	s.retention.HoldPeople(tx, u.Scope, before)
}

// Reopen opens what waited: Atlassian no longer says that the account is closed.
func (s *Subjects) Reopen(tx *kernel.Tx, u Subject) {
	tx.Exec(`UPDATE subject SET closing = 0 WHERE id = $1`, string(u.ID))
	s.retention.LookAtPeople(tx, u.Scope)
}

// Waits tells whether what is about anybody in a scope waits.
func Waits(v *kernel.View, scope kept.Scope) (bool, error) {
	var one int64
	return v.Row(`SELECT 1 FROM subject WHERE scope = $1 AND closing > 0 LIMIT 1`, scope.String()).Scan(&one)
}

// eraseClosing erases some of those who wait.
func (s *Subjects) eraseClosing(tx *kernel.Tx, scope kept.Scope, limit int) (more bool, err error) {
	list, err := kernel.Query(&tx.View, scan, `SELECT `+columns+` FROM subject s WHERE s.scope = $1 AND s.closing > 0 ORDER BY s.id LIMIT $2`, scope.String(), limit)
	for _, u := range list {
		if err != nil {
			break
		}
		err = s.Erase(tx, u.ID, retention.Act{Reason: Closed, Anchor: u.Closing, Owed: u.Closing})
	}
	return len(list) == limit, err
}

package installation

import (
	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/retention"
)

// standing vetoes what an installation that is not installed may not do any more.
func (in *Installations) standing(v *kernel.View, q gate.Question) error {
	if q.Scope == kept.VendorScope || (q.Verb != gate.Put && q.Verb != gate.Read && q.Verb != gate.Log && q.Verb != gate.Review) {
		return nil
	}
	s, err := retention.StandingOf(v, q.Scope, "")
	if err != nil || s.State == kept.Installed || q.Verb == gate.Review && s.State != kept.Erased {
		return err
	}
	return kept.Errorf(kept.Denied, "the installation is %s", s.State).WithHint("the app has to be installed again; a valid token takes back an uninstall that has not taken effect")
}

// restriction vetoes every use of restricted data but its deletion. law: GDPR 18(2)
func (in *Installations) restriction(v *kernel.View, q gate.Question) error {
	if q.Scope == kept.VendorScope || (q.Verb != gate.Put && q.Verb != gate.Read && q.Verb != gate.Log) {
		return nil
	}
	var since kept.Time
	if _, err := v.Row(`SELECT restricted FROM installation WHERE id = $1`, string(q.Scope.Installation)).Scan(&since); err != nil || since == 0 {
		return err
	}
	return kept.Errorf(kept.Denied, "processing is restricted for this installation").WithHint("the customer's admin can lift the restriction")
}

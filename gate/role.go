package gate

import (
	"slices"

	"kept"
	"kept/kernel"
)

// may is the whole access matrix. A customer's people and an app's runtime act inside their own installation only.
var may = map[Verb][]kept.Role{
	Put:     {kept.AppRuntime},
	Read:    append([]kept.Role{kept.AppRuntime}, kept.Staff...),
	List:    append([]kept.Role{kept.AppRuntime}, kept.Staff...),
	Log:     {kept.AppRuntime},
	Review:  {kept.CustomerAdmin, kept.AppRuntime},
	Delete:  {kept.AppRuntime, kept.CustomerAdmin},
	Say:     {kept.AppRuntime},
	Purge:   {kept.CustomerAdmin, kept.Officer},
	Hold:    {kept.Officer},
	LetGo:   {kept.Officer},
	Consult: {kept.Officer},
	Limit:   {kept.CustomerAdmin, kept.Officer},
	Choose:  {kept.CustomerAdmin},
	Status:  {kept.AppRuntime, kept.CustomerAdmin},
	Inspect: kept.Staff,
	Operate: {kept.Operator},
	Testify: {kept.Officer},
	Reveal:  {kept.Officer},
	Release: {kept.Officer, kept.Operator},
	Redeem:  {kept.Officer, kept.Support},
	Enrol:   {kept.Operator, kept.Support},
}

// role refuses whoever the matrix does not name, and everybody outside the own installation.
func role(_ *kernel.View, q Question) error {
	if q.Actor.Role == kept.ClockRole {
		return nil // the server does what is due under rules already recorded
	}
	if !slices.Contains(may[q.Verb], q.Actor.Role) {
		return kept.Errorf(kept.Denied, "the role %s may not %s", q.Actor.Role, q.Verb).WithHint("x-kept-roles in /openapi.json says who may")
	}
	if !q.Actor.Role.IsStaff() && q.Scope != (kept.Scope{Installation: q.Actor.Installation}) {
		return kept.Errorf(kept.NotFound, "there is no such thing in this installation")
	}
	return nil
}

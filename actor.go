package kept

import (
	"log/slog"
	"slices"
)

// Role says in which capacity somebody acts.
type Role string

const (
	Operator      Role = "operator"
	Officer       Role = "officer"
	Support       Role = "support"
	Developer     Role = "developer"
	Contractor    Role = "contractor"
	Auditor       Role = "auditor"
	CustomerAdmin Role = "customer-admin"
	CustomerUser  Role = "customer-user"
	SubjectRole   Role = "subject"
	AppRuntime    Role = "app-runtime"
	ClockRole     Role = "clock" // the server itself, doing what is due
)

// Staff are the roles that together are vendor-staff in controls.md.
var Staff = []Role{Operator, Officer, Support, Developer, Contractor, Auditor}

// IsRole tells whether a word names a role, and so nobody in particular.
func IsRole(word string) bool {
	return Role(word).IsStaff() || slices.Contains([]Role{CustomerAdmin, CustomerUser, SubjectRole, AppRuntime, ClockRole}, Role(word))
}

// IsStaff tells whether r belongs to the vendor's people.
func (r Role) IsStaff() bool {
	for _, s := range Staff {
		if r == s {
			return true
		}
	}
	return false
}

// Actor is who acts.
type Actor struct {
	Role         Role
	App          string // policy id of the app, for app-runtime and customers
	Installation ID     // for app-runtime and customers: the one installation they may touch
	Staff        ID     // for staff: the account
}

// TheClock acts when something is due.
var TheClock = Actor{Role: ClockRole}

// LogValue keeps everything but the role out of logs.
func (a Actor) LogValue() slog.Value { return slog.StringValue(string(a.Role)) }

// String is the role alone.
func (a Actor) String() string { return string(a.Role) }

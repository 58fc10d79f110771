package api

import (
	"context"
	"net/http"

	"kept"
	"kept/access"
)

// NewEnrolment says for which host a code is made.
type NewEnrolment struct {
	Server string `json:"server,omitempty" doc:"id of the one host that may use the code; needed for a host that was enrolled before"`
}

// Enrolling is a code with the host that uses it.
type Enrolling struct {
	Code   string `json:"code" doc:"as the vendor's people made it"`
	Server string `json:"server" doc:"id of the host, BXXX-XXXX-XXXX-XXXX"`

	Licence string `json:"licence,omitempty" doc:"id or number of the app's licence on this host, E-XXX-XXX-XXX-XXX: what the Marketplace says of it is heeded"`
}

// InstanceRole says in which role a host asks.
type InstanceRole struct {
	Role kept.Role `json:"role,omitempty" enum:"app-runtime,customer-admin" default:"app-runtime" doc:"customer-admin when the host knows that an administrator asks"`
}

type (
	newEnrolment struct {
		App  string `path:"app" doc:"id of the app in the policy"`
		Body *NewEnrolment
	}
	enrolling    struct{ Body Enrolling }
	instanceRole struct{ Body *InstanceRole }
)

func (f *face) instances() {
	add(f, shown(operation{id: "create-enrolment", method: http.MethodPost, path: "/v1/apps/{app}/enrolments", by: ofStaff,
		roles: []kept.Role{kept.Operator, kept.Support}, says: "Make a code with which a customer's host enrols, once, within seven days."}), f.createEnrolment)
	add(f, shown(operation{id: "enrol", method: http.MethodPost, path: "/v1/instances",
		says: "Enrol a host of a Data Center app with a code."}), f.enrol)
	add(f, shown(operation{id: "instance-credential", method: http.MethodPost, path: "/v1/instances/credential", by: instanceKey,
		says: "Get a credential of the installation on this host."}), f.instanceCredential)
	add(f, operation{id: "leave", method: http.MethodDelete, path: "/v1/instances", by: instanceKey,
		says: "Say that the app was removed from this host: the uninstall takes effect at once."}, f.leave)
}

func (f *face) createEnrolment(ctx context.Context, c *call, in *newEnrolment) (*body[access.Enrolment], error) {
	server := ""
	if in.Body != nil {
		server = in.Body.Server
	}
	e, err := f.Server.Access.CreateEnrolment(ctx, c.actor, in.App, server)
	return answerOf(e), err
}

func (f *face) enrol(ctx context.Context, _ *call, in *enrolling) (*body[access.Instance], error) {
	i, err := f.Server.Access.Enrol(ctx, in.Body.Code, in.Body.Server, in.Body.Licence)
	return answerOf(i), err
}

func (f *face) instanceCredential(ctx context.Context, c *call, in *instanceRole) (*body[access.Credential], error) {
	role := kept.AppRuntime
	if in.Body != nil && in.Body.Role != "" {
		role = in.Body.Role
	}
	issued, err := f.Server.Access.IssueInstance(ctx, c.secret, c.actor, role)
	return answerOf(issued), err
}

func (f *face) leave(ctx context.Context, c *call, _ *empty) (*empty, error) {
	return nil, f.Server.Access.Leave(ctx, c.secret, c.actor)
}

package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// Instance speaks for an app on one Data Center host of a customer. Safe for concurrent use.
type Instance struct{ client *Client }

// NewInstance speaks with the server at baseURL under the key that the host got when it enrolled.
func NewInstance(baseURL, key string, h *http.Client) *Instance {
	return &Instance{New(baseURL, key, h)}
}

// Enrol uses the code up that the vendor's people made, for the host with this server id (BXXX-XXXX-XXXX-XXXX), and
// returns its key: keep that, it is shown once. licence is the number of the app's licence there (E-XXX-XXX-XXX-XXX), so that its end
// is known from the Marketplace; it may be empty. Errors: 403 for a code that is wrong, used or expired, or where the host
// was enrolled before and the code is not made for it.
func Enrol(ctx context.Context, baseURL, code, server, licence string, h *http.Client) (i *Instance, key string, err error) {
	var got struct {
		Key string `json:"key"`
	}
	handed := map[string]string{"code": code, "server": server}
	if licence != "" {
		handed["licence"] = licence
	}
	// Not repeated: the code is used up.
	if err := New(baseURL, "", h).once(ctx, request{method: http.MethodPost, path: "/v1/instances", body: handed}, &got); err != nil {
		return nil, "", err
	}
	return NewInstance(baseURL, got.Key, h), got.Key, nil
}

// Format keeps the key out of whatever prints an Instance.
func (i *Instance) Format(s fmt.State, _ rune) { io.WriteString(s, "(instance of "+i.client.base+")") }

// Runtime is the app's own role in the installation on this host.
func (i *Instance) Runtime(ctx context.Context) (*Installation, error) { return i.as(ctx, AppRuntime) }

// Admin is the role of an administrator, for whom the host answers: ask for it when one acts, and not otherwise.
func (i *Instance) Admin(ctx context.Context) (*Installation, error) { return i.as(ctx, CustomerAdmin) }

func (i *Instance) as(ctx context.Context, role string) (*Installation, error) {
	return i.client.trade(ctx, "/v1/instances/credential", map[string]string{"role": role})
}

// Uninstalled says that the app was removed from this host. The uninstall takes effect at once and the key ends, so that
// a second call is 401.
func (i *Instance) Uninstalled(ctx context.Context) error {
	return i.client.once(ctx, request{method: http.MethodDelete, path: "/v1/instances", bearer: i.client.key}, nil)
}

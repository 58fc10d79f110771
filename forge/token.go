package forge

import (
	"fmt"
	"io"
	"log/slog"

	"kept"
)

// Token is what a verified Forge invocation token says. It authenticates the caller, not the request's path or body:
// ids in a body must be held against it (atlassian: forge remote essentials).
type Token struct {
	ID      string // jti; a caller that must not act twice remembers it until Expires plus leeway
	Issued  kept.Time
	Expires kept.Time

	App             string // ARI of the app
	Version         string // of the app; may be empty
	Module          string // key of the module that calls; may be empty
	Installation    string // bare lower-case UUID; another one after a reinstall
	Environment     string // bare lower-case UUID: one remote serves all environments of an app
	EnvironmentType string // DEVELOPMENT, STAGING or PRODUCTION

	// Site is the cloud id, or for Bitbucket the workspace id, of the installation's primary context: the one that
	// APIBase leads to, else the one that all contexts agree on. Never empty.
	Site           string
	APIBase        string    // base URL for calls to the product; may be empty. Whoever calls it checks the host
	Contexts       []Context // what the app is installed in; may be nil, may hold several sites
	ContextCloudID string    // the site of the page the call comes from; "" for calls without a page

	License   *License // nil for free apps, and outside production
	Principal Account  // who is logged in; "" for calls without a known person
}

// Context is one product an installation reaches.
type Context struct {
	Name        string // jira, confluence, bitbucket …
	CloudID     string // either this
	WorkspaceID string // or this
	APIBase     string
}

// License is the app's licence on the site. Instants are zero when the token has none or one that can't be read: then
// nothing may start from them.
type License struct {
	Active          bool
	Ended           bool // the token says that it is not active; false where it says nothing of that
	Evaluation      bool
	Type            string
	BillingPeriod   string
	SubscriptionEnd kept.Time
	TrialEnd        kept.Time
}

// Account is an Atlassian account id, personal data: it prints as "(account)", and only a conversion to string tells.
type Account string

// String hides the id.
func (a Account) String() string {
	if a == "" {
		return "(none)"
	}
	return "(account)"
}

// GoString is String.
func (a Account) GoString() string { return a.String() }

// Format writes String under every verb.
func (a Account) Format(s fmt.State, _ rune) { io.WriteString(s, a.String()) }

// LogValue is String.
func (a Account) LogValue() slog.Value { return slog.StringValue(a.String()) }

// MarshalText is String.
func (a Account) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// accountOf is the account of a principal claim; nobody for the two words Atlassian has for unknown people.
func accountOf(principal string) (Account, bool) {
	switch principal {
	case "", "unidentified", "unknown":
		return "", true
	}
	return Account(principal), kept.ParseAccount(principal) == nil
}

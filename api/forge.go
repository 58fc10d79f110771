package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"kept"
	"kept/forge"
	"kept/installation"
	"kept/kernel"
	"kept/reporting"
)

// Told is what Atlassian says beside its token. The token does not cover it, so it is only held against the claims
// (atlassian: forge events reference, life cycle; module preUninstall).
type Told struct {
	_  struct{} `json:"-" additionalProperties:"true"`
	ID string   `json:"id,omitempty" doc:"of the installation, bare"`

	App         *ToldID         `json:"app,omitempty"`
	Environment *ToldID         `json:"environment,omitempty"`
	Context     json.RawMessage `json:"context,omitempty" doc:"the ARI of a site, or an object with cloudId"`
}

// ToldID names a thing, bare or as ARI.
type ToldID struct {
	_  struct{} `json:"-" additionalProperties:"true"`
	ID string   `json:"id,omitempty"`
}

type told struct {
	App  string `path:"app" doc:"id of the app in the policy"`
	Body Told
}

// Arrived says which installation an event was about.
type Arrived struct {
	Installation kept.ID    `json:"installation"`
	State        kept.State `json:"state"`
}

func (f *face) forge() {
	event := func(id, path, says string, answer int) operation {
		return operation{id: id, method: http.MethodPost, path: "/forge/{app}/" + path, says: says, by: forgeToken, answer: answer}
	}
	add(f, event("forge-installed", "installed", "The event avi:forge:installed:app.", http.StatusOK), f.arrived(f.Server.Installations.Installed))
	add(f, event("forge-upgraded", "upgraded", "The event avi:forge:upgraded:app.", http.StatusOK), f.arrived(f.Server.Installations.Upgraded))
	add(f, event("forge-scheduled", "scheduled", "A scheduled trigger, whose token accounts are reported with.", http.StatusNoContent), f.scheduled)
	add(f, event("forge-pre-uninstall", "pre-uninstall", "The module preUninstall.", http.StatusNoContent), f.leaving)
}

func (f *face) arrived(move func(*kernel.Tx, installation.Signal) (installation.Installation, error)) func(context.Context, *call, *told) (*body[Arrived], error) {
	return func(ctx context.Context, c *call, in *told) (*body[Arrived], error) {
		var i installation.Installation
		err := f.deliver(ctx, c, in.Body, func(tx *kernel.Tx) (err error) {
			i, err = move(tx, c.signal)
			return err
		})
		return answerOf(Arrived{i.ID, i.State}), err
	}
}

// leaving answers the same whether the installation is known or not: nobody waits for the answer.
func (f *face) leaving(ctx context.Context, c *call, in *told) (*empty, error) {
	return nil, f.deliver(ctx, c, in.Body, func(tx *kernel.Tx) error {
		_, err := f.Server.Installations.Uninstalled(tx, c.signal)
		if kept.KindOf(err) == kept.NotFound {
			tx.Derived() // the token is used up, and nothing else
			return nil
		}
		return err
	})
}

type scheduled struct {
	App    string `path:"app" doc:"id of the app in the policy"`
	Body   Told
	System string `header:"X-Forge-Oauth-System" doc:"the app's token; it is used at once and never stored"`
}

// scheduled reports accounts. Where Atlassian does not answer, the trigger fails, so that it comes again with another token.
func (f *face) scheduled(ctx context.Context, c *call, in *scheduled) (*empty, error) {
	if in.System == "" {
		return nil, kept.Errorf(kept.Invalid, "the trigger comes without the app's token").WithHint("its endpoint needs `auth: {appSystemToken: {enabled: true}}` in the manifest")
	}
	err := f.deliver(ctx, c, in.Body, func(tx *kernel.Tx) error {
		_, err := f.Server.Installations.Seen(tx, c.signal)
		reporting.Called(tx, c.app)
		return err
	})
	if err != nil {
		return nil, err
	}
	// Whoever gives up waiting must not cut off a report that is under way: nobody would know what became of it.
	_, err = f.Server.Reporting.Ask(context.WithoutCancel(ctx), c.app, in.System)
	return nil, err
}

// deliver uses the token up and does what it signals, together. A token that was used before is 401 (forge: remote
// invocation contract), so that a real delivery comes again with a new one.
func (f *face) deliver(ctx context.Context, c *call, said Told, do func(*kernel.Tx) error) error {
	if err := said.fits(c.token); err != nil {
		return err
	}
	return f.Server.Kernel.Do(ctx, c.actor, func(tx *kernel.Tx) error {
		if err := f.Server.Access.Once(tx, c.token); err != nil {
			if kept.KindOf(err) == kept.Denied {
				return unknownCaller("this invocation token was used before")
			}
			return err
		}
		return do(tx)
	})
}

// fits holds what was told against the claims. What is not told is not missed: nothing is taken from it.
func (t Told) fits(token *forge.Token) error {
	contradiction := kept.Errorf(kept.Denied, "the body contradicts its token").WithHint("let the event through as Atlassian sent it")
	if t.ID != "" {
		id, err := forge.Installation(t.ID)
		if err != nil {
			return err
		}
		if id != token.Installation {
			return contradiction
		}
	}
	if t.App != nil && t.App.ID != "" && last(t.App.ID) != last(token.App) {
		return contradiction
	}
	if t.Environment != nil && t.Environment.ID != "" && last(t.Environment.ID) != token.Environment {
		return contradiction
	}
	site, err := t.site()
	if err != nil || site == "" || site == token.Site {
		return err
	}
	if slices.ContainsFunc(token.Contexts, func(x forge.Context) bool { return x.CloudID == site }) {
		return nil
	}
	return contradiction
}

// site is the cloud id that a context names, "" if it names none.
func (t Told) site() (string, error) {
	if len(t.Context) == 0 {
		return "", nil
	}
	var ari string
	if json.Unmarshal(t.Context, &ari) == nil {
		_, site, _ := strings.Cut(ari, "::site/")
		return site, nil
	}
	var page struct {
		CloudID string `json:"cloudId"`
	}
	if json.Unmarshal(t.Context, &page) != nil {
		return "", kept.Errorf(kept.Invalid, "the context is neither an ARI nor an object with cloudId").WithHint("let the event through as Atlassian sent it")
	}
	return page.CloudID, nil
}

// last is the last part of an ARI, or all of a bare id.
func last(id string) string { return strings.ToLower(id[strings.LastIndexByte(id, '/')+1:]) }

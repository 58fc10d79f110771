// Package assetsowner is the back end of a made-up Forge app, as its vendor would write it: it shows people the assets
// they own, under an administrator's API token. It keeps nothing itself: what it must remember lies with Kept, and what
// the policy does not allow is refused there.
package assetsowner

import (
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"kept/client"
)

// What the app stores, and what for, in the words of its vendor's policy.
const (
	settingsCategory    = "owner-settings"
	credentialsCategory = "service-credentials"
	lookupCategory      = "asset-lookup" // what the product answered last; the policy lets it live for a week
	purpose             = "assets-access"
)

const maxBody = 64 << 10

type app struct {
	kept    *client.Client
	product Product
}

// New is the app over a made-up product in which everybody owns the same two things.
func New(kept *client.Client) http.Handler { return Over(kept, pretended{}) }

// Over is the app over a product. Its routes are those of the endpoints in its manifest; Forge calls them with an
// invocation token.
func Over(kept *client.Client, product Product) http.Handler {
	a := &app{kept, product}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /settings", a.installed(a.save))
	mux.HandleFunc("POST /settings/delete", a.installed(a.forget))
	mux.HandleFunc("GET /my-assets", a.installed(a.show))
	return mux
}

type settings struct {
	AdminEmail string `json:"admin_email"`
	Visibility string `json:"visibility"` // who may see the page
}

type credentials struct {
	APIToken string `json:"api_token"`
}

// saving is what the settings page sends.
type saving struct {
	settings
	credentials
}

type handler func(w http.ResponseWriter, r *http.Request, i *client.Installation) error

// installed finds out which installation calls: the app believes no token, it hands it to Kept.
func (a *app) installed(do handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !found {
			http.Error(w, "no invocation token", http.StatusUnauthorized)
			return
		}
		i, err := a.kept.Installation(r.Context(), token)
		if err == nil {
			err = do(w, r, i)
		} else if status(err) == http.StatusForbidden {
			http.Error(w, "the invocation token is not valid", http.StatusUnauthorized)
			return
		}
		if err != nil {
			a.fail(w, err)
		}
	}
}

// fail says why, where Kept says why: which promise stands in the way is no secret.
func (a *app) fail(w http.ResponseWriter, err error) {
	switch s := status(err); {
	case s >= 400 && s < 500:
		http.Error(w, err.Error(), s)
	default:
		http.Error(w, "something is not reachable at the moment", http.StatusBadGateway)
	}
}

func status(err error) int {
	var refused *client.Error
	if errors.As(err, &refused) {
		return refused.Status
	}
	return 0
}

func (a *app) save(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	var in saving
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&in); err != nil {
		return &client.Error{Status: http.StatusBadRequest, Detail: "the settings are not JSON"}
	}
	if _, err := i.Put(r.Context(), client.Item{Category: settingsCategory, Name: "settings", Value: in.settings}); err != nil {
		return err
	}
	if _, err := i.Put(r.Context(), client.Item{Category: credentialsCategory, Name: "credentials", Value: in.credentials}); err != nil {
		return err
	}
	if err := drop(r.Context(), i, lookupCategory); err != nil { // it was found under another token
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *app) forget(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	if err := drop(r.Context(), i, settingsCategory, credentialsCategory, lookupCategory); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func drop(ctx context.Context, i *client.Installation, categories ...string) error {
	for _, category := range categories {
		items, err := i.List(ctx, category)
		if err != nil {
			return err
		}
		for _, item := range items {
			if _, err := i.Delete(ctx, item.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// recall reads the one item of a category; found is false when it was never saved.
func recall(ctx context.Context, i *client.Installation, category string, into any) (found bool, err error) {
	items, err := i.List(ctx, category)
	if err != nil || len(items) == 0 {
		return false, err
	}
	_, err = i.Get(ctx, items[0].ID, purpose, into)
	return err == nil, err
}

func (a *app) show(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	var known saving
	saved, err := recall(r.Context(), i, settingsCategory, &known.settings)
	if err == nil && saved {
		saved, err = recall(r.Context(), i, credentialsCategory, &known.credentials)
	}
	if err != nil {
		return err
	}
	var assets []Asset
	if saved {
		if assets, err = a.lookup(r.Context(), i, known); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	return page.Execute(w, map[string]any{"Saved": saved, "Visibility": known.Visibility, "Assets": assets})
}

type lookup struct {
	Query  string  `json:"query"`
	Result []Asset `json:"result"`
}

// lookup asks the product, unless it has answered lately.
func (a *app) lookup(ctx context.Context, i *client.Installation, known saving) ([]Asset, error) {
	var last lookup
	if found, err := recall(ctx, i, lookupCategory, &last); err != nil || found && last.Query == known.AdminEmail {
		return last.Result, err
	}
	assets, err := a.product.Assets(ctx, known.AdminEmail, known.APIToken)
	if err != nil {
		return nil, err
	}
	_, err = i.Put(ctx, client.Item{Category: lookupCategory, Name: "lookup", Value: lookup{known.AdminEmail, assets}})
	return assets, err
}

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>My assets</title></head>
<body>
<h1>My assets</h1>
{{if not .Saved}}<p>An administrator has to save the settings first.</p>
{{else}}<p>Visible to: {{.Visibility}}</p>
{{if .Assets}}<ul>
{{range .Assets}}<li>{{.Name}} <small>{{.Key}}</small></li>
{{end}}</ul>
{{else}}<p>You own nothing here.</p>
{{end}}{{end}}</body>
</html>
`))

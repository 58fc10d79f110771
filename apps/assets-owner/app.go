// Package assetsowner is the back end of a made-up Forge app, as its vendor would write it: it shows people the assets
// they own, under an administrator's API token. It keeps nothing itself: what it must remember lies with Kept, and what
// the policy does not allow is refused there.
package assetsowner

import (
	"context"
	"encoding/json"
	"html/template"
	"net/http"

	"kept/client"
)

// What the app stores, and what for, in the words of its vendor's policy.
const (
	settingsCategory    = "owner-settings"
	credentialsCategory = "service-credentials"
	lookupCategory      = "asset-lookup" // what the product answered last; the policy lets it live for a week
)

var use = client.Use{Purpose: "assets-access"}

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
	mux.HandleFunc("POST /settings", kept.Invoked(a.save))
	mux.HandleFunc("POST /settings/delete", kept.Invoked(a.forget))
	mux.HandleFunc("GET /my-assets", kept.Invoked(a.show))
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

func (a *app) save(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	var in saving
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&in); err != nil {
		return client.Malformed("the settings are not JSON")
	}
	if _, err := i.Put(r.Context(), client.Item{Category: settingsCategory, Name: "settings", Value: in.settings}); err != nil {
		return err
	}
	if _, err := i.Put(r.Context(), client.Item{Category: credentialsCategory, Name: "credentials", Value: in.credentials}); err != nil {
		return err
	}
	if err := i.Forget(r.Context(), lookupCategory); err != nil { // it was found under another token
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *app) forget(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	if err := i.Forget(r.Context(), settingsCategory, credentialsCategory, lookupCategory); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *app) show(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	var known saving
	saved, err := i.Recall(r.Context(), settingsCategory, use, &known.settings)
	if err == nil && saved {
		saved, err = i.Recall(r.Context(), credentialsCategory, use, &known.credentials)
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
	if found, err := i.Recall(ctx, lookupCategory, use, &last); err != nil || found && last.Query == known.AdminEmail {
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

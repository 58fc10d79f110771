// Package portalsso is the back end of a made-up Connect app, as its vendor would write it: people log in to a customer's
// portal at their own identity provider. It keeps nothing itself: settings, secrets and the journal of logins lie with
// Kept. Of a login under way it remembers nothing either; that goes with the browser, sealed and for minutes. No token of
// a provider outlives the request that needed it.
package portalsso

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kept/client"
)

// What the app stores, and what for, in the words of its vendor's policy.
const (
	configCategory   = "sso-config"
	providerCategory = "idp-credentials"
	serviceCategory  = "service-credentials" // opens for the one host alone that the administrator named
	journalCategory  = "login-journal"
	purpose          = "sign-in"
)

const maxBody = 64 << 10

// Options are what the app needs of the machine.
type Options struct {
	Base     string           // baseUrl of the descriptor: where the app answers
	HTTP     *http.Client     // towards identity providers; its timeout bounds each call, where it may connect is its own to refuse
	Now      func() time.Time // the clock
	Random   io.Reader        // cryptographic
	Loopback bool             // a provider may speak plain HTTP on this machine: to try things out
}

type app struct {
	Options
	kept   *client.Client
	portal Portal
	box    *box
}

// New is the app. Its routes are those of its descriptor: /settings is an adminPages module, /login a portal's page, and
// what these pages ask for comes with a token of AP.context.getToken. The key that seals what goes with a browser is drawn
// here, so logins under way end with the process.
func New(kept *client.Client, portal Portal, o Options) (http.Handler, error) {
	box, err := newBox(o.Random, o.Now)
	if err != nil {
		return nil, err
	}
	a := &app{o, kept, portal, box}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /settings", client.Traded(a.settings, a.page))
	mux.HandleFunc("POST /settings", client.Traded(a.save, a.inPage))
	mux.HandleFunc("POST /settings/delete", client.Traded(a.forget, a.inPage))
	mux.HandleFunc("GET /login", client.Traded(a.begin, a.page))
	mux.HandleFunc("GET /login/callback", a.callback)
	mux.HandleFunc("POST /login/finish", client.Traded(a.finish, a.inPage))
	mux.HandleFunc("GET /page.js", a.script)
	return mux, nil
}

// page trades the token with which the product calls a page: it is for this address alone.
func (a *app) page(r *http.Request) (*client.Installation, error) {
	token := r.URL.Query().Get("jwt")
	if token == "" {
		return nil, client.ErrNoToken
	}
	return a.kept.Connect(r.Context(), client.ConnectCall{Token: token, Method: r.Method, Path: r.RequestURI})
}

// inPage trades the token that a page of ours got from the product: it tells the installation, and is for no address.
func (a *app) inPage(r *http.Request) (*client.Installation, error) {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "JWT ")
	if !found || token == "" {
		return nil, client.ErrNoToken
	}
	return a.kept.Connect(r.Context(), client.ConnectCall{Token: token})
}

type config struct {
	Issuer   string `json:"issuer"`
	ClientID string `json:"client_id"`
}

type providerSecret struct {
	ClientSecret string `json:"client_secret"`
}

type serviceToken struct {
	APIToken string `json:"api_token"`
}

// saving is what the settings page sends.
type saving struct {
	Pass string `json:"pass"` // what the page was given
	config
	providerSecret
	serviceToken
	Host string `json:"host"` // against which the service account's token may be used; without it there is none
}

const (
	passKind = "settings"
	passLife = 30 * time.Minute
)

// settings is the page where an administrator says which provider it is. The product signs this address for
// administrators alone; the token of a page proves nobody's role. So saving needs the pass that the page is given here.
func (a *app) settings(w http.ResponseWriter, _ *http.Request, i *client.Installation) error {
	pass, err := a.box.shut(passKind, i.ID, passLife)
	if err != nil {
		return err
	}
	return show(w, settingsPage, map[string]string{"Pass": pass})
}

// saving is what the settings page has to say, if it is ours.
func (a *app) saving(w http.ResponseWriter, r *http.Request, i *client.Installation) (in saving, err error) {
	if err := decode(w, r, &in); err != nil {
		return in, err
	}
	var of string
	if !a.box.open(passKind, in.Pass, &of) || of != i.ID {
		return in, &client.Error{Status: http.StatusForbidden, Kind: "denied", Detail: "only the settings page saves", Hint: "open it again"}
	}
	return in, nil
}

func (a *app) save(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	in, err := a.saving(w, r, i)
	if err != nil {
		return err
	}
	if !a.allowed(in.Issuer) || in.ClientID == "" || in.ClientSecret == "" || (in.APIToken == "") != (in.Host == "") {
		return client.Malformed("the settings need an issuer at https, client_id and client_secret, and api_token only together with host")
	}
	items := []client.Item{
		{Category: configCategory, Name: "config", Value: in.config},
		{Category: providerCategory, Name: "secret", Value: in.providerSecret},
	}
	if in.Host != "" {
		items = append(items, client.Item{Category: serviceCategory, Name: "token", Host: in.Host, Value: in.serviceToken})
	} else if err := i.Forget(r.Context(), serviceCategory); err != nil {
		return err
	}
	for _, item := range items {
		if _, err := i.Put(r.Context(), item); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *app) forget(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	if _, err := a.saving(w, r, i); err != nil {
		return err
	}
	if err := i.Forget(r.Context(), configCategory, providerCategory, serviceCategory); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// allowed tells whether a provider may be asked at all.
func (a *app) allowed(issuer string) bool {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || a.Loopback && u.Scheme == "http" && u.Hostname() == "127.0.0.1"
}

func decode(w http.ResponseWriter, r *http.Request, into any) error {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(into); err != nil {
		return client.Malformed("the request is not JSON")
	}
	return nil
}

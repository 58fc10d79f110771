package portalsso

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"time"

	"kept/client"
)

// under is a login under way. It goes with the browser, sealed.
type under struct {
	Installation string `json:"installation"`
	Host         string `json:"host"` // of the portal, as the product signed it
	Issuer       string `json:"issuer"`
	State        string `json:"state"`
	Nonce        string `json:"nonce"`
	Verifier     string `json:"verifier"` // spec: RFC 7636
}

const (
	loginKind  = "login"
	loginLife  = 10 * time.Minute
	cookieName = "__Host-login"
)

// refusal is why somebody was not let in, in a word for the journal.
type refusal string

func (r refusal) Error() string { return "the login was refused: " + string(r) }

const (
	refusedCookie      refusal = "no-login-under-way"
	refusedState       refusal = "other-state"
	refusedIssuer      refusal = "other-issuer"
	refusedByProvider  refusal = "provider-refused"
	refusedCode        refusal = "code-refused"
	refusedToken       refusal = "token-refused"
	refusedNonce       refusal = "other-nonce"
	refusedSubject     refusal = "other-subject"
	refusedHost        refusal = "other-host"
	refusedByPortal    refusal = "portal-refused"
	refusedUnreachable refusal = "provider-unreachable"
)

// begin is the portal's page: from here one goes to the provider, in a window of its own, for providers are shown in no
// frame.
func (a *app) begin(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	at, err := url.Parse(r.URL.Query().Get("xdm_e")) // atlassian: where the product is; covered by the token
	if err != nil || at.Scheme != "https" || at.Host == "" {
		return client.Malformed("the page's address does not say where the product is")
	}
	known, saved, err := a.recall(r.Context(), i)
	if err != nil {
		return err
	}
	if !saved {
		return show(w, loginPage, map[string]string{})
	}
	u := under{Installation: i.ID, Host: at.Host, Issuer: known.Issuer}
	for _, word := range []*string{&u.State, &u.Nonce, &u.Verifier} {
		if *word, err = a.box.word(); err != nil {
			return err
		}
	}
	p, err := a.discover(r.Context(), known)
	if err != nil {
		return err
	}
	sealed, err := a.box.shut(loginKind, u, loginLife)
	if err != nil {
		return err
	}
	setCookie(w, sealed, int(loginLife/time.Second))
	return show(w, loginPage, map[string]string{"Provider": p.address(u)})
}

// returned is what the provider sent the browser back with.
type returned struct {
	Code  string `json:"code"`
	State string `json:"state"`
	Iss   string `json:"iss"`   // spec: RFC 9207
	Error string `json:"error"` // anything here: the provider refused
}

// finish ends a login. Whatever it comes to is one line of the journal, which says why in a word and holds no token.
func (a *app) finish(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	var back returned
	if err := decode(w, r, &back); err != nil {
		return err
	}
	known, saved, err := a.recall(r.Context(), i)
	if err != nil {
		return err
	}
	if !saved {
		return client.Malformed("an administrator has to save the settings first")
	}
	setCookie(w, "", -1) // it is good for one attempt
	line := client.Line{Category: journalCategory, Record: "login", Fields: map[string]any{"provider": known.Issuer, "result": "let-in"}}
	line.Account, err = a.login(r, i, known, back)
	var why refusal
	if errors.As(err, &why) {
		line.Record, line.Fields["result"] = "login-refused", string(why)
	} else if err != nil {
		return err
	}
	if err := i.Log(r.Context(), line); err != nil { // nobody is let in unseen
		return err
	}
	if why != "" {
		return &client.Error{Status: http.StatusForbidden, Kind: "denied", Detail: why.Error()}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// login gives the person's account at the portal, else the provider's name for them; of a refused one what was known by
// then, which may be nothing.
func (a *app) login(r *http.Request, i *client.Installation, known settings, back returned) (who string, err error) {
	var u under
	cookie, err := r.Cookie(cookieName)
	if err != nil || !a.box.open(loginKind, cookie.Value, &u) || u.Installation != i.ID {
		return "", refusedCookie
	}
	if u.Issuer != known.Issuer {
		return "", refusedIssuer // somebody saved other settings meanwhile
	}
	if subtle.ConstantTimeCompare([]byte(back.State), []byte(u.State)) != 1 {
		return "", refusedState
	}
	p, err := a.discover(r.Context(), known)
	if err != nil {
		return "", err
	}
	if back.Iss != u.Issuer && (back.Iss != "" || p.saysIssuer) {
		return "", refusedIssuer
	}
	if back.Error != "" || back.Code == "" {
		return "", refusedByProvider
	}
	person, err := p.redeem(r.Context(), back.Code, u)
	if err != nil {
		return "", err
	}
	account, err := a.admit(r.Context(), i, u.Host, person)
	if account == "" {
		account = person.subject
	}
	return account, err
}

// admit tells the portal who has come, if there is a service account for it and the provider vouches for the address.
func (a *app) admit(ctx context.Context, i *client.Installation, host string, p person) (account string, err error) {
	var service serviceToken
	found, err := i.Recall(ctx, serviceCategory, client.Use{Purpose: purpose, Host: host}, &service)
	var refused *client.Error
	if errors.As(err, &refused) && refused.Status == http.StatusForbidden {
		return "", refusedHost
	}
	if err != nil || !found || p.email == "" {
		return "", err
	}
	if account, err = a.portal.Admit(ctx, host, service.APIToken, p.email); err != nil {
		return "", refusedByPortal
	}
	return account, nil
}

// settings are what an administrator saved of the provider.
type settings struct {
	config
	providerSecret
}

func (a *app) recall(ctx context.Context, i *client.Installation) (known settings, saved bool, err error) {
	use := client.Use{Purpose: purpose}
	if saved, err = i.Recall(ctx, configCategory, use, &known.config); err == nil && saved {
		saved, err = i.Recall(ctx, providerCategory, use, &known.providerSecret)
	}
	return known, saved, err
}

// setCookie gives the browser the sealed login, for the page in the product's frame and no other site's.
func setCookie(w http.ResponseWriter, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: value, MaxAge: seconds, Path: "/", Secure: true, HttpOnly: true,
		SameSite: http.SameSiteNoneMode, Partitioned: true})
}

package portalsso

import (
	_ "embed"
	"html/template"
	"net/http"

	"kept/client"
)

//go:embed page.js
var pageScript []byte

// atlassianScript is what gives a page AP, through which it asks the product for a token.
const atlassianScript = "https://connect-cdn.atl-paas.net/all.js"

var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Portal SSO</title>
<script src="` + atlassianScript + `"></script><script src="page.js" defer></script></head>
{{end}}
{{define "settings"}}{{template "head"}}<body>
<h1>Single sign-on</h1>
<form id="settings"><input type="hidden" name="pass" value="{{.Pass}}">
<label>Issuer <input name="issuer" type="url" required></label>
<label>Client id <input name="client_id" required></label>
<label>Client secret <input name="client_secret" type="password" required></label>
<label>Service account's API token <input name="api_token" type="password"></label>
<label>Host it may be used against <input name="host"></label>
<button>Save</button></form>
<p id="outcome" role="status"></p>
</body></html>
{{end}}
{{define "login"}}{{template "head"}}<body>
<h1>Log in</h1>
{{if .Provider}}<p><a id="provider" href="{{.Provider}}" target="login" rel="opener">Log in at your company</a></p>
{{else}}<p>An administrator has to save the settings first.</p>
{{end}}<p id="outcome" role="status"></p>
</body></html>
{{end}}
{{define "callback"}}<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Portal SSO</title><script src="../page.js" defer></script></head>
<body id="callback"><p>You can close this window.</p></body></html>
{{end}}`))

const (
	settingsPage = "settings"
	loginPage    = "login"
	callbackPage = "callback"
)

// show writes a page. What stands in its address (codes, tokens) is told to no other site and kept in no cache.
func show(w http.ResponseWriter, name string, data any) error {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self' https://connect-cdn.atl-paas.net; connect-src 'self'; form-action 'none'; base-uri 'none'")
	return pages.ExecuteTemplate(w, name, data)
}

// callback is where the provider sends the browser: the page hands on to the one that waits. Nothing is decided here, so
// nobody needs to be known.
func (a *app) callback(w http.ResponseWriter, _ *http.Request) {
	if err := show(w, callbackPage, nil); err != nil {
		client.Refuse(w, err)
	}
}

func (a *app) script(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Write(pageScript) // the reader is gone when this fails
}

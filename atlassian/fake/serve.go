package fake

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kept"
)

// Endpoint is something the fake serves.
type Endpoint string

const (
	KeySet      Endpoint = "key-set"      // GET /.well-known/jwks.json
	InstallKeys Endpoint = "install-keys" // GET /install-keys/<kid>
	Permissions Endpoint = "permissions"  // GET /ex/jira/<cloud id>/rest/api/3/mypermissions
)

// KeySetPath is where the key set lies.
const KeySetPath = "/.well-known/jwks.json"

// Mood is how an endpoint answers.
type Mood int

const (
	Well        Mood = iota
	Failing          // status 503
	Absent           // the connection breaks
	Hanging          // status 102, and no answer until the caller gives up
	Garbled          // status 200 and no JSON
	Endless          // status 200 and far too much
	Redirecting      // status 302 to itself
)

// Be sets the mood of an endpoint.
func (a *Atlassian) Be(e Endpoint, m Mood) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.moods[e] = m
}

// Asked counts the requests to an endpoint so far.
func (a *Atlassian) Asked(e Endpoint) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked[e]
}

const oauthLife = 4 * time.Hour

// grant is whom an OAuth token speaks for.
type grant struct {
	account string
	until   kept.Time
}

// OAuth is an OAuth token of a user, as an app hands it on. It is opaque and lives four hours.
func (a *Atlassian) OAuth(account string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	token := fmt.Sprintf("fake-oauth-%x", a.draw(16))
	a.users[token] = grant{account, a.clock.Now().Add(oauthLife)}
	return token
}

// SetAdmin makes account an admin of the site, or no longer one. A site that another Atlassian plays is played here, too, since.
func (a *Atlassian) SetAdmin(site *Site, account string, admin bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sites[site.CloudID], site.admins[account] = site, admin
}

// ServeHTTP answers as Atlassian would, in the endpoint's mood.
func (a *Atlassian) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e, of := endpoint(r)
	w.Header().Set("Date", a.clock.Now().Std().UTC().Format(http.TimeFormat))
	a.mu.Lock()
	mood := a.moods[e]
	a.asked[e]++
	a.mu.Unlock()
	switch mood {
	case Failing:
		http.Error(w, "down for a moment", http.StatusServiceUnavailable)
		return
	case Absent:
		panic(http.ErrAbortHandler)
	case Hanging:
		w.WriteHeader(http.StatusProcessing)
		<-r.Context().Done()
		return
	case Garbled:
		io.WriteString(w, "<html>")
		return
	case Endless:
		io.WriteString(w, `{"keys":[`+strings.Repeat(" ", 1<<20)+"]}")
		return
	case Redirecting:
		http.Redirect(w, r, r.URL.String(), http.StatusFound)
		return
	case Busy:
		w.Header().Set("Retry-After", strconv.Itoa(int(BusyFor/time.Second)))
		http.Error(w, "too many", http.StatusTooManyRequests)
		return
	}
	switch {
	case e == Reports && r.Method == http.MethodPost:
		a.report(w, r, of)
	case e == "" || r.Method != http.MethodGet:
		http.NotFound(w, r)
	case e == KeySet:
		answer(w, a.keySet())
	case e == InstallKeys:
		a.installKey(w, of)
	case e == Licences:
		a.licences(w, r, of, mood)
	default:
		a.permissions(w, r, of)
	}
}

// endpoint is what a request asks for, and of which site, or key.
func endpoint(r *http.Request) (e Endpoint, of string) {
	if r.URL.Path == KeySetPath {
		return KeySet, ""
	}
	if kid, found := strings.CutPrefix(r.URL.Path, InstallKeysPath+"/"); found {
		return InstallKeys, kid
	}
	if developer, found := reportsOf(r.URL.Path); found {
		return Licences, developer
	}
	if r.URL.Path == reportPath {
		return Reports, ""
	}
	if site, found := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, sitePath), connectPath); found {
		return Reports, site
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/ex/jira/"), "/")
	if strings.HasPrefix(r.URL.Path, "/ex/jira/") && strings.Join(parts[1:], "/") == "rest/api/3/mypermissions" {
		return Permissions, parts[0]
	}
	return "", ""
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(body) // the caller is gone when this fails
}

// keySet is a JSON Web Key Set (spec: RFC 7517 5) of the keys and, as on the day Atlassian adds one, a key of a kind
// that nobody knows.
func (a *Atlassian) keySet() object {
	a.mu.Lock()
	defer a.mu.Unlock()
	set := []any{object{"kty": "AKP", "kid": "fake-unknown", "alg": "ML-DSA-65", "pub": "AA"}}
	for _, k := range a.keys {
		set = append(set, object{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": k.id,
			"n": base64.RawURLEncoding.EncodeToString(k.key.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.key.E)).Bytes()),
		})
	}
	return object{"keys": set}
}

func (a *Atlassian) permissions(w http.ResponseWriter, r *http.Request, cloud string) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	a.mu.Lock()
	user, known := a.users[token]
	site := a.sites[cloud]
	admin := site != nil && site.admins[user.account]
	a.mu.Unlock()
	switch {
	case !known || a.clock.Now() >= user.until:
		http.Error(w, "{}", http.StatusUnauthorized)
	case site == nil:
		http.NotFound(w, r)
	case r.URL.Query().Get("permissions") != "ADMINISTER":
		http.Error(w, "{}", http.StatusBadRequest)
	default:
		answer(w, object{"permissions": object{"ADMINISTER": object{
			"id": "0", "key": "ADMINISTER", "name": "Administer Jira", "type": "GLOBAL", "havePermission": admin,
		}}})
	}
}

// Package fake plays Atlassian: sites, installations, Forge invocation tokens, tenants of Connect with their tokens,
// lifecycle deliveries, the keys and the permissions of users, misbehaviour included. Given the same clock and the same random bytes it does the same again,
// but for the bytes of its RSA keys. It never waits, and it is no place for real accounts.
package fake

import (
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"kept"
)

// Atlassian is the whole of it. It is safe for concurrent use; serve it with net/http.
type Atlassian struct {
	// API is where it is served: the base of the addresses in tokens. It must be set before the first token.
	API string

	clock kept.Clock

	mu      sync.Mutex
	random  io.Reader
	keys    []signingKey // the last one signs, all are published
	turned  int
	install []signingKey     // the same for signed Connect callbacks
	sites   map[string]*Site // by cloud id
	users   map[string]grant // by OAuth token
	moods   map[Endpoint]Mood
	asked   map[Endpoint]int

	contracts []Contract
	reports   reports
	tenants   []*Tenant
}

// New starts with one key and no site. random makes all ids; keys are drawn elsewhere.
func New(clock kept.Clock, random io.Reader) *Atlassian {
	return &Atlassian{
		API: "https://api.atlassian.com", clock: clock, random: random,
		keys: []signingKey{{"fake-0", firstKey()}}, install: []signingKey{{"install-0", firstInstallKey()}},
		sites: map[string]*Site{}, users: map[string]grant{}, moods: map[Endpoint]Mood{}, asked: map[Endpoint]int{},
		reports: reports{closed: map[string]bool{}, changed: map[string]kept.Time{}, system: map[string]system{}},
	}
}

// firstKey is shared by all fakes of a process: making one takes longer than most tests.
var firstKey = sync.OnceValue(newKey)

// firstInstallKey is another one: a key of Forge must not sign for Connect.
var firstInstallKey = sync.OnceValue(newKey)

// forgersKey is nobody's.
var forgersKey = sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(nil, 2048) // the runtime's own randomness, whatever the reader
	if err != nil {
		panic(fmt.Sprintf("fake: no RSA key: %v", err)) // a machine without randomness can't play either
	}
	return k
}

type signingKey struct {
	id  string
	key *rsa.PrivateKey
}

// Rotate signs with a new key from now on. The old ones stay published if keepOld, as Atlassian does for a while.
func (a *Atlassian) Rotate(keepOld bool) {
	k := newKey()
	a.mu.Lock()
	defer a.mu.Unlock()
	if !keepOld {
		a.keys = nil
	}
	a.turned++
	a.keys = append(a.keys, signingKey{fmt.Sprintf("fake-%d", a.turned), k})
}

// Site is a customer's Jira site.
type Site struct {
	CloudID string
	URL     string
	admins  map[string]bool
}

// NewSite makes a site without admins.
func (a *Atlassian) NewSite(name string) *Site {
	s := &Site{CloudID: a.uuid(), URL: "https://" + name + ".atlassian.net", admins: map[string]bool{}}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sites[s.CloudID] = s
	return s
}

// NewApp makes an app and returns its ARI.
func (a *Atlassian) NewApp() string { return appPrefix + a.uuid() }

// NewAccount makes a person and returns the account id.
func (a *Atlassian) NewAccount() string { return "655362:" + a.uuid() }

// Installation is one app in one site and environment. Its fields are what its next token says.
type Installation struct {
	ID              string // bare UUID
	App             string // ARI
	Environment     string // bare UUID
	EnvironmentType string // DEVELOPMENT, STAGING or PRODUCTION
	Site            *Site
	Version         string
	License         *License // nil outside production
	Products        []string // it is in; the first is the one whose API it is given
}

// License is the app's licence on the site.
type License struct {
	Active     bool
	Evaluation bool
	End        kept.Time // of the subscription; zero leaves the claim out
}

// Install installs an app. environment is DEVELOPMENT, STAGING or PRODUCTION. Installing again on the same site is a
// reinstall: another installation id, the same cloud id, the same environment id.
func (a *Atlassian) Install(app, environment string, site *Site) *Installation {
	in := &Installation{
		ID: a.uuid(), App: app, Environment: environmentOf(app, environment), EnvironmentType: environment, Site: site, Version: "1.0.0", Products: []string{"jira"},
	}
	if environment == "PRODUCTION" {
		in.License = &License{Active: true}
	}
	return in
}

// environmentOf is the id of an app's environment: the app's own with the first digits taken by the environment.
func environmentOf(app, environment string) string {
	return hex.EncodeToString([]byte(environment + "____")[:4]) + app[len(appPrefix)+8:]
}

// uuid draws a random UUID (spec: RFC 9562 5.4).
func (a *Atlassian) uuid() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := a.draw(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// draw reads n random bytes; the lock is held.
func (a *Atlassian) draw(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(a.random, b); err != nil {
		panic(fmt.Sprintf("fake: the random bytes end: %v", err)) // whoever makes the fake hands in a source without end
	}
	return b
}

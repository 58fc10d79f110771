package demo

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"kept"
)

const (
	portalClient = "portal"
	portalSecret = "demo-secret-of-the-portal"
)

// provider is a made-up identity provider, at which everybody is who the hint says. The app's own tests meet a real one.
type provider struct {
	*http.ServeMux
	issuer string
	key    *rsa.PrivateKey
	now    func() time.Time
	random io.Reader
	mu     sync.Mutex
	codes  map[string]grant
	tokens map[string]string // email of each
}

type grant struct{ email, nonce, challenge string }

func newProvider(now func() time.Time, random io.Reader) (*provider, error) {
	key, err := rsa.GenerateKey(random, 2048)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "a key of the provider: %w", err)
	}
	p := &provider{ServeMux: http.NewServeMux(), key: key, now: now, random: random, codes: map[string]grant{}, tokens: map[string]string{}}
	p.HandleFunc("GET /.well-known/openid-configuration", p.metadata)
	p.HandleFunc("GET /authorize", p.authorize)
	p.HandleFunc("POST /token", p.token)
	p.HandleFunc("GET /keys", p.keys)
	p.HandleFunc("GET /userinfo", p.userinfo)
	return p, nil
}

func (p *provider) metadata(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{"issuer": p.issuer, "authorization_endpoint": p.issuer + "/authorize", "token_endpoint": p.issuer + "/token",
		"jwks_uri": p.issuer + "/keys", "userinfo_endpoint": p.issuer + "/userinfo", "response_types_supported": []string{"code"},
		"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		"authorization_response_iss_parameter_supported": true})
}

func (p *provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	code := p.word()
	p.mu.Lock()
	p.codes[code] = grant{q.Get("login_hint"), q.Get("nonce"), q.Get("code_challenge")}
	p.mu.Unlock()
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.issuer}}
	w.Header().Set("Location", q.Get("redirect_uri")+"?"+back.Encode())
	w.WriteHeader(http.StatusFound)
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	client, secret, _ := r.BasicAuth()
	proof := sha256.Sum256([]byte(r.PostFormValue("code_verifier"))) // spec: RFC 7636, S256
	access := p.word()
	p.mu.Lock()
	g, known := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	known = known && client == portalClient && secret == portalSecret && g.challenge == base64.RawURLEncoding.EncodeToString(proof[:])
	if known {
		p.tokens[access] = g.email
	}
	p.mu.Unlock()
	if !known {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: p.key, KeyID: "1"}}, nil)
	var id string
	if err == nil {
		now := p.now()
		id, err = jwt.Signed(signer).Claims(jwt.Claims{Issuer: p.issuer, Subject: g.email, Audience: jwt.Audience{client},
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute))}).Claims(map[string]any{"nonce": g.nonce}).Serialize()
	}
	if err != nil {
		http.Error(w, "the provider can't sign", http.StatusInternalServerError)
		return
	}
	answer(w, map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": id})
}

func (p *provider) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &p.key.PublicKey, KeyID: "1", Algorithm: "RS256", Use: "sig"}}})
}

func (p *provider) userinfo(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	email := p.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	p.mu.Unlock()
	answer(w, map[string]any{"sub": email, "email": email, "email_verified": true})
}

func (p *provider) word() string {
	var raw [16]byte
	if _, err := io.ReadFull(p.random, raw[:]); err != nil {
		panic("demo: the machine has no randomness") // the request ends, and with it the year
	}
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v) // the caller is gone when this fails
}

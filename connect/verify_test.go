package connect

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kept"
)

const (
	base   = "https://sso.larkspur.example/app"
	client = "8f3a1d52-4c0e-3b8e-a1df-0b6de8b0e1aa"
	secret = "ATCOcf4N1tE6gQ0zYw5bqk3m8TtWcHs2" // 32 bytes
	now    = 1638270700
)

var (
	installed = Request{"POST", "/app/connect/portal-sso/installed"}
	page      = Request{"GET", "/app/page?project=KEY&xdm_e=https%3A%2F%2Facme.example"}
)

type at int64

func (a at) Now() kept.Time { return kept.TimeOf(time.Unix(int64(a), 0)) }

var private = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// keyring is the keys by kid.
type keyring map[string]crypto.PublicKey

func (k keyring) InstallKey(_ context.Context, kid string) (crypto.PublicKey, error) {
	if key, ok := k[kid]; ok {
		return key, nil
	}
	return nil, errors.New("no such key")
}

type object = map[string]any

func hash(t testing.TB, r Request) string {
	t.Helper()
	s, err := QSH(r, base)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// called are the claims of a product's call, and with the audience those of a callback.
func called(t testing.TB, r Request, change ...any) object {
	o := object{"iss": client, "iat": now - 60, "exp": now + 840, "qsh": hash(t, r), "sub": "655362:x", "context": object{}}
	for i := 0; i < len(change); i += 2 {
		if change[i+1] == nil {
			delete(o, change[i].(string))
		} else {
			o[change[i].(string)] = change[i+1]
		}
	}
	return o
}

func sign(t testing.TB, method jwt.SigningMethod, key any, claims object, header ...any) string {
	t.Helper()
	token := jwt.NewWithClaims(method, jwt.MapClaims(claims))
	for i := 0; i < len(header); i += 2 {
		token.Header[header[i].(string)] = header[i+1]
	}
	s, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func hs256(t testing.TB, claims object) string {
	return sign(t, jwt.SigningMethodHS256, []byte(secret), claims)
}

func rs256(t testing.TB, claims object) string {
	return sign(t, jwt.SigningMethodRS256, private(), claims, "kid", "k1")
}

func verifier() *Verifier {
	return &Verifier{Keys: keyring{"k1": &private().PublicKey}, Clock: at(now), Leeway: 5 * time.Second}
}

// The three ways in, each with the request that fits the claims of called.
func call(t testing.TB, token string) (*Token, error) {
	return verifier().Call(token, client, secret, base, page)
}

func callback(t testing.TB, token string) (*Token, error) {
	return verifier().Callback(t.Context(), token, base, installed)
}

func contextual(t testing.TB, token string) (*Token, error) {
	return verifier().Context(token, client, secret)
}

func TestGoodTokens(t *testing.T) {
	for name, c := range map[string]struct {
		verify func(testing.TB, string) (*Token, error)
		token  string
	}{
		"a call":                    {call, hs256(t, called(t, page))},
		"a clock 4 seconds behind":  {call, hs256(t, called(t, page, "iat", now+4))},
		"a clock 4 seconds ahead":   {call, hs256(t, called(t, page, "exp", now-4))},
		"a call with an audience":   {call, hs256(t, called(t, page, "aud", []string{"x"}))},
		"a context token":           {contextual, hs256(t, called(t, page, "qsh", contextQSH))},
		"a callback":                {callback, rs256(t, called(t, installed, "aud", base))},
		"a callback to one of many": {callback, rs256(t, called(t, installed, "aud", []string{"x", base}))},
	} {
		got, err := c.verify(t, c.token)
		if err != nil || got.Client != client || len(got.ID) != 64 || got.Issued == 0 || got.Expires <= got.Issued {
			t.Errorf("%s: %+v %v", name, got, err)
		}
		if named, err := Client(c.token); err != nil || named != client {
			t.Errorf("%s: claims to come from %q, %v", name, named, err)
		}
	}
	one, _ := call(t, hs256(t, called(t, page)))
	same, _ := call(t, hs256(t, called(t, page)))
	other, _ := call(t, hs256(t, called(t, page, "iat", now-61)))
	if one.ID != same.ID || one.ID == other.ID {
		t.Error("an id is not that of one token")
	}
}

func TestRefusedTokens(t *testing.T) {
	public, err := x509.MarshalPKIXPublicKey(&private().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	told := called(t, installed, "aud", base)
	with := func(change ...any) object {
		o := maps.Clone(told)
		maps.Copy(o, called(t, installed, append([]any{"aud", base}, change...)...))
		for i := 0; i < len(change); i += 2 {
			if change[i+1] == nil {
				delete(o, change[i].(string))
			}
		}
		return o
	}
	good := hs256(t, called(t, page))
	signed := rs256(t, told)
	forged := strings.Split(rs256(t, with("iss", "mallory")), ".")
	parts := strings.Split(signed, ".")

	type refusal struct{ token, says string }
	for name, c := range map[string]refusal{
		"alg none":                       {sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, told, "kid", "k1"), "signature"},
		"HS256 with the shared secret":   {hs256(t, told), "signature"},
		"HS256 with the RSA public key":  {sign(t, jwt.SigningMethodHS256, public, told, "kid", "k1"), "signature"},
		"HS256 with the RSA public PEM":  {sign(t, jwt.SigningMethodHS256, publicPEM, told, "kid", "k1"), "signature"},
		"RS512":                          {sign(t, jwt.SigningMethodRS512, private(), told, "kid", "k1"), "signature"},
		"PS256":                          {sign(t, jwt.SigningMethodPS256, private(), told, "kid", "k1"), "signature"},
		"ES256":                          {sign(t, jwt.SigningMethodES256, curve, told, "kid", "k1"), "signature"},
		"another's key":                  {sign(t, jwt.SigningMethodRS256, other, told, "kid", "k1"), "signature"},
		"wrong kid":                      {sign(t, jwt.SigningMethodRS256, private(), told, "kid", "k2"), "Atlassian's"},
		"no kid":                         {sign(t, jwt.SigningMethodRS256, private(), told), "no key"},
		"kid no text":                    {sign(t, jwt.SigningMethodRS256, private(), told, "kid", 1), "no key"},
		"a critical header":              {sign(t, jwt.SigningMethodRS256, private(), told, "kid", "k1", "crit", []string{"b64"}), "no key"},
		"swapped claims":                 {parts[0] + "." + forged[1] + "." + parts[2], "signature"},
		"a context token on a lifecycle": {rs256(t, with("qsh", contextQSH)), "another request"},
		"a shared one on a lifecycle":    {hs256(t, called(t, installed, "qsh", contextQSH)), "signature"},
		"wrong aud":                      {rs256(t, with("aud", "https://other.example")), "another app"},
		"aud with a slash more":          {rs256(t, with("aud", base+"/")), "another app"},
		"missing aud":                    {rs256(t, with("aud", nil)), "claim is missing"},
		"wrong qsh":                      {rs256(t, with("qsh", hash(t, page))), "another request"},
		"missing qsh":                    {rs256(t, with("qsh", nil)), "another request"},
		"expired":                        {rs256(t, with("exp", now-6)), "expired"},
		"missing exp":                    {rs256(t, with("exp", nil)), "claim is missing"},
		"missing iat":                    {rs256(t, with("iat", nil)), "claim is missing"},
		"from the future":                {rs256(t, with("iat", now+6)), "future"},
		"not yet valid":                  {rs256(t, with("nbf", now+6)), "not valid yet"},
		"for a day":                      {rs256(t, with("exp", now+86400)), "lives longer"},
		"over before it began":           {rs256(t, with("iat", now+4, "exp", now+3)), "lives longer"},
		"exp as text":                    {rs256(t, with("exp", "soon")), "malformed"},
		"missing iss":                    {rs256(t, with("iss", nil)), "issuer"},
		"iss no client":                  {rs256(t, with("iss", "../x y")), "issuer"},
		"with a scheme":                  {"JWT " + signed, "malformed"},
		"empty":                          {"", "malformed"},
		"two parts":                      {parts[0] + "." + parts[1], "malformed"},
		"too long":                       {signed + strings.Repeat("A", maxToken), "too long"},
		"padded":                         {signed + "=", "malformed"},
	} {
		t.Run("callback: "+name, func(t *testing.T) { refused(t, callback, c.token, c.says) })
	}
	for name, c := range map[string]refusal{
		"alg none":                    {sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, called(t, page)), "signature"},
		"RS256 on the HS path":        {rs256(t, called(t, page)), "signature"},
		"HS256 of another secret":     {sign(t, jwt.SigningMethodHS256, []byte(strings.ToLower(secret)), called(t, page)), "signature"},
		"HS512":                       {sign(t, jwt.SigningMethodHS512, []byte(secret), called(t, page)), "signature"},
		"another tenant":              {hs256(t, called(t, page, "iss", "another")), "issuer"},
		"the app's own":               {hs256(t, called(t, page, "iss", "com.larkspur.portal-sso", "aud", client)), "issuer"},
		"wrong qsh":                   {hs256(t, called(t, installed)), "another request"},
		"a context token on a path":   {hs256(t, called(t, page, "qsh", contextQSH)), "another request"},
		"missing qsh":                 {hs256(t, called(t, page, "qsh", nil)), "another request"},
		"expired":                     {hs256(t, called(t, page, "exp", now-6)), "expired"},
		"missing exp":                 {hs256(t, called(t, page, "exp", nil)), "claim is missing"},
		"missing iat":                 {hs256(t, called(t, page, "iat", nil)), "claim is missing"},
		"a secret in base64's place":  {strings.Replace(good, ".", "+.", 1), "malformed"},
		"cut off":                     {good[:len(good)-1], ""},
		"an algorithm of two methods": {sign(t, jwt.SigningMethodHS256, []byte(secret), called(t, page), "alg", "RS256"), "signature"},
	} {
		t.Run("call: "+name, func(t *testing.T) { refused(t, call, c.token, c.says) })
	}
	t.Run("context: a call's token", func(t *testing.T) { refused(t, contextual, good, "no context token") })
	t.Run("context: a callback's token", func(t *testing.T) { refused(t, contextual, signed, "signature") })

	t.Run("short secret", func(t *testing.T) {
		short := secret[:MinSecret-1]
		token := sign(t, jwt.SigningMethodHS256, []byte(short), called(t, page))
		refused(t, func(testing.TB, string) (*Token, error) { return verifier().Call(token, client, short, base, page) }, token, "too short")
		refused(t, func(testing.TB, string) (*Token, error) { return verifier().Context(token, client, "") }, token, "too short")
	})
	t.Run("a minute's leeway", func(t *testing.T) {
		late := &Verifier{Clock: at(now + 840 + 31), Leeway: time.Minute}
		refused(t, func(testing.TB, string) (*Token, error) { return late.Call(good, client, secret, base, page) }, good, "expired")
	})
	t.Run("an app without a base", func(t *testing.T) {
		refused(t, func(testing.TB, string) (*Token, error) {
			return verifier().Callback(t.Context(), signed, "", installed)
		}, signed, "no app")
	})
	t.Run("a key that is not RSA", func(t *testing.T) {
		v := &Verifier{Keys: keyring{"k1": &curve.PublicKey}, Clock: at(now)}
		refused(t, func(testing.TB, string) (*Token, error) { return v.Callback(t.Context(), signed, base, installed) }, signed, "Atlassian's")
	})
	t.Run("a request that can't be read", func(t *testing.T) {
		refused(t, func(testing.TB, string) (*Token, error) {
			return verifier().Call(good, client, secret, base, Request{"GET", "/app/page?a=%"})
		}, good, "can't be read")
	})
}

func refused(t *testing.T, verify func(testing.TB, string) (*Token, error), token, says string) {
	t.Helper()
	got, err := verify(t, token)
	if got != nil || kept.KindOf(err) != kept.Denied || !strings.Contains(err.Error(), says) {
		t.Errorf("want refusal %q, got %v, %v", says, got != nil, err)
	}
	for _, part := range append(strings.Split(token, "."), client, secret, "mallory") {
		if len(part) > 6 && err != nil && strings.Contains(err.Error(), part) {
			t.Errorf("the error shows a part of the token: %v", err)
		}
	}
}

func TestClient(t *testing.T) {
	for name, token := range map[string]string{
		"garbage": "a.b.c", "empty": "", "no issuer": hs256(t, object{}), "no text": hs256(t, object{"iss": 7}),
		"a path": hs256(t, object{"iss": "../../x"}), "too long": strings.Repeat("a", maxToken+1),
	} {
		if got, err := Client(token); kept.KindOf(err) != kept.Denied || got != "" {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

// FuzzVerify feeds claims behind a good signature of each kind, and raw tokens.
func FuzzVerify(f *testing.F) {
	claims, err := json.Marshal(called(f, page, "aud", base))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(claims), 1)
	f.Add(string(claims), 2)
	f.Add(hs256(f, called(f, page)), 0)
	f.Add("a.b.c", 0)
	f.Fuzz(func(t *testing.T, s string, kind int) {
		var o object
		if kind > 0 && (json.Unmarshal([]byte(s), &o) != nil || o == nil) {
			return
		}
		switch kind {
		case 1:
			s = hs256(t, o)
		case 2:
			s = rs256(t, o)
		}
		named, _ := Client(s)
		for way, verify := range []func(testing.TB, string) (*Token, error){call, callback, contextual} {
			token, err := verify(t, s)
			if err != nil {
				if kept.KindOf(err) != kept.Denied {
					t.Errorf("%v", err)
				}
				continue
			}
			if kind == 0 && s != hs256(t, called(t, page)) || (kind == 2) != (way == 1) || token.Client != named || way != 1 && named != client ||
				token.ID == "" || token.Expires.Sub(token.Issued) > maxLife {
				t.Errorf("way %d accepts kind %d: %+v", way, kind, token)
			}
		}
	})
}

package connect

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"kept"
)

func TestKnownHashes(t *testing.T) {
	for _, c := range []struct{ method, target, base, want string }{
		{"GET", "/path", "", "799be84a7fa35570087163c0cd9af3abff7ac05c2c12ba0bb1d7eebc984b3ac2"},
		{"GET", "/", "", "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239"},
		{"POST", "/installed", "", "4a2e1de8ca74e6cafe8862d332fa3ac7a8e51e692bc6d798ea4dfedc14948bf4"},
		{"post", "/app/uninstalled?", "https://sso.example/app/", "8a8d06f040b246544d605b08aeb419e30b5cf0e200f512888486585ecce6a52e"},
	} {
		if got, err := QSH(Request{c.method, c.target}, c.base); err != nil || got != c.want {
			t.Errorf("%s %s: %s %v", c.method, c.target, got, err)
		}
	}
}

func TestCanonicalRequests(t *testing.T) {
	for _, c := range []struct{ target, base, want string }{
		{"", "", "GET&/&"},
		{"/", "", "GET&/&"},
		{"//", "", "GET&/&"},
		{"/a/", "", "GET&/a&"},
		{"/a//", "", "GET&/a/&"},
		{"a", "", "GET&/a&"},
		{"/a%2Fb", "", "GET&/a%2Fb&"},
		{"/a!$'()*+,;=b", "", "GET&/a!$'()*+,;=b&"},
		{"/jira/rest/api/2/project/jira&a=b&c=d?x=y", "https://x.example/jira", "GET&/rest/api/2/project/jira%26a=b%26c=d&x=y"},
		{"/jira", "https://x.example/jira", "GET&/&"},
		{"/jira/", "https://x.example/jira/", "GET&/&"},
		{"/jirafish/x", "https://x.example/jira", "GET&/jirafish/x&"}, // another app, not a page of this one
		{"/x", "https://x.example/jira", "GET&/x&"},
		{"/x", "https://x.example/", "GET&/x&"},
		{"/hello-world?a&b=foo&c", "", "GET&/hello-world&a=&b=foo&c="},
		{"/path/to/service?zee_last=param&repeated=parameter%201&first=param&repeated=parameter+2&repeated=Parameter%202", "",
			"GET&/path/to/service&first=param&repeated=Parameter%202,parameter%201,parameter%202&zee_last=param"},
		{"/p?jwt=e.y.J&a=1&jwt=x", "", "GET&/p&a=1"},
		{"/p?JWT=x", "", "GET&/p&JWT=x"},
		{"/p?b=1&a=1&A=1&a10=1&a1=1", "", "GET&/p&A=1&a=1&a1=1&a10=1&b=1"},
		{"/p?a=b,c&a=b", "", "GET&/p&a=b,b%2Cc"},
		{"/p?a=~-._*'()!", "", "GET&/p&a=~-._%2A%27%28%29%21"},
		{"/p?a=%7E%2a", "", "GET&/p&a=~%2A"},
		{"/p?a;b=c", "", "GET&/p&a%3Bb=c"},
		{"/p?&&a=1&", "", "GET&/p&a=1"},
		{"/p?a=b=c?d", "", "GET&/p&a=b%3Dc%3Fd"},
		{"/p?%C3%A4=%E2%82%AC", "", "GET&/p&%C3%A4=%E2%82%AC"},
	} {
		if got, err := canonicalise(Request{"GET", c.target}, c.base); err != nil || got != c.want {
			t.Errorf("%s at %q: %s %v, want %s", c.target, c.base, got, err, c.want)
		}
	}
	for _, r := range []Request{{"", "/"}, {"GET&/x", "/"}, {"GET", "/p?a=%"}, {"GET", "/p?%zz=1"}, {"GET", "/p#x"}} {
		if got, err := QSH(r, ""); kept.KindOf(err) != kept.Invalid {
			t.Errorf("%v: %s %v", r, got, err)
		}
	}
	if _, err := QSH(Request{"GET", "/"}, "https://x.example:port"); kept.KindOf(err) != kept.Invalid {
		t.Error(err)
	}
}

// vectors are the interoperability vectors of Atlassian's own library, which lie beside the checkout.
type vectors struct {
	Secret string
	Tests  []struct{ Name, CanonicalURL, SignedURL string }
}

const vectorsNow = 1466731100

func readVectors(t *testing.T) (v vectors) {
	t.Helper()
	b, err := os.ReadFile("../../shared/vectors/atlassian-jwt-qsh.json")
	if err != nil {
		if os.Getenv("KEPT_REQUIRE_SHARED") == "1" {
			t.Fatal(err)
		}
		t.Skip("Atlassian's vectors are not beside the checkout, in ../shared/vectors")
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Tests) != 78 {
		t.Fatalf("%d vectors", len(v.Tests))
	}
	return v
}

func TestAtlassiansVectors(t *testing.T) {
	v := readVectors(t)
	for _, c := range v.Tests {
		u, err := url.Parse(c.SignedURL)
		if err != nil {
			t.Fatal(err)
		}
		token := u.Query().Get("jwt")
		target := c.SignedURL[strings.Index(c.SignedURL, u.Host)+len(u.Host):]
		r := Request{"GET", target}
		if got, err := canonicalise(r, ""); err != nil || got != c.CanonicalURL {
			t.Errorf("%s: %s %v, want %s", c.Name, got, err, c.CanonicalURL)
		}
		client, err := Client(token)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		verifier := &Verifier{Clock: at(vectorsNow)}
		if got, err := verifier.Call(token, client, v.Secret, "", r); err != nil || got.Client != "jira:1234-5678-9000" {
			t.Errorf("%s: %v %v", c.Name, got, err)
		}
		if _, err := (&Verifier{Clock: at(vectorsNow + 180)}).Call(token, client, v.Secret, "", r); kept.KindOf(err) != kept.Denied {
			t.Errorf("%s: accepted when it had expired", c.Name)
		}
		if _, err := verifier.Call(token, client, v.Secret, "", Request{"GET", target + "&more=1"}); kept.KindOf(err) != kept.Denied {
			t.Errorf("%s: accepted for another query", c.Name)
		}
	}
}

// FuzzQSH holds what is true of every hash: it is one, sorting and the token do not change it, the method does.
func FuzzQSH(f *testing.F) {
	f.Add("GET", "/jira/a&b", "x=1&y=2,3&x=%2A", "https://x.example/jira")
	f.Add("POST", "", "jwt=1", "")
	f.Fuzz(func(t *testing.T, method, path, query, base string) {
		if strings.ContainsAny(path, "?") {
			return
		}
		canonical, err := canonicalise(Request{method, path + "?" + query}, base)
		got, twice := QSH(Request{method, path + "?" + query}, base)
		if (err == nil) != (twice == nil) || err != nil && kept.KindOf(err) != kept.Invalid {
			t.Fatal(err, twice)
		}
		if err != nil {
			return
		}
		digest := sha256.Sum256([]byte(canonical))
		if got != hex.EncodeToString(digest[:]) {
			t.Error("not the hash of the canonical request")
		}
		_, shown, _ := strings.Cut(canonical, "&")
		shownPath, shownQuery, _ := strings.Cut(shown, "&")
		if !strings.HasPrefix(shownPath, "/") || strings.Trim(shownQuery, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%=,&") != "" || !utf8.ValidString(shownQuery) {
			t.Errorf("%q", canonical)
		}
		pairs := strings.Split(query, "&")
		for i, j := 0, len(pairs)-1; i < j; i, j = i+1, j-1 {
			pairs[i], pairs[j] = pairs[j], pairs[i]
		}
		turned := path + "?" + strings.Join(pairs, "&") + "&jwt=a.b.c"
		if same, err := QSH(Request{method, turned}, base); err != nil || same != got {
			t.Errorf("another order: %v", err)
		}
		if other, _ := QSH(Request{method + "X", path + "?" + query}, base); other == got {
			t.Error("the method does not count")
		}
	})
}

// Package atlassian calls Atlassian's APIs: the public keys of Forge invocation tokens and of signed Connect callbacks, what
// a product permits a user, which licences the Marketplace knows, and what has become of accounts. It follows no redirect, sends a token nowhere but under the API base it was given, reads bounded answers, and
// takes every doubt for an error. It logs nothing and stores no token.
package atlassian

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"kept"
)

// The public addresses of Atlassian (atlassian: forge remote essentials). The first looks like a test host and is none.
const (
	PublicJWKS = "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json"
	PublicAPI  = "https://api.atlassian.com"
)

const (
	maxAnswer = 256 << 10
	maxWait   = 24 * 60 * 60 // seconds for which Atlassian is left alone at most
)

// Client calls Atlassian. It is safe for concurrent use; its fields must not change once it is used.
type Client struct {
	HTTP    *http.Client // its Timeout bounds every call; its redirect policy is not used
	Hurried *http.Client // the same for what Forge's calls wait for: the key set, reports with their token; nil for HTTP
	Clock   kept.Clock
	JWKS    string // address of the key set
	API     string // base of all product APIs

	InstallKeys string // base of the addresses of install keys
	Sites       string // base of the addresses of sites that is as good as Atlassian's own; for a stage, else empty

	mu      sync.Mutex
	keys    keySet
	install installKeys
}

// get asks for JSON and reads it into answer. Errors: Internal, without the address: it may name a customer's site.
func get(ctx context.Context, by *http.Client, address, token string, answer any) error {
	if token != "" {
		token = "Bearer " + token
	}
	b, err := read(ctx, by, address, "application/json", token)
	if err != nil {
		return err
	}
	if json.Unmarshal(b, answer) != nil {
		return kept.Errorf(kept.Internal, "Atlassian's answer is malformed")
	}
	return nil
}

// Status is an answer of Atlassian's that is none.
type Status struct {
	Code  int
	After time.Duration // it wants to be left alone for so long
}

// Error says the status.
func (s *Status) Error() string { return fmt.Sprintf("Atlassian answers with status %d", s.Code) }

func read(ctx context.Context, by *http.Client, address, form, authorization string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "an address of Atlassian is malformed")
	}
	r.Header.Set("Accept", form)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	response, err := unled(by).Do(r)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "Atlassian does not answer")
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After")) // else it is no number, and nothing is wanted
		return nil, kept.Errorf(kept.Internal, "%w", &Status{response.StatusCode, time.Duration(max(0, min(seconds, maxWait))) * time.Second})
	}
	b, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil || len(b) > maxAnswer {
		return nil, kept.Errorf(kept.Internal, "Atlassian's answer breaks off or is too long")
	}
	return b, nil
}

// hurried is the HTTP client for what somebody waits for who does not wait long.
func (c *Client) hurried() *http.Client { return cmp.Or(c.Hurried, c.HTTP) }

// unled is an HTTP client that follows no redirect.
func unled(of *http.Client) *http.Client {
	client := *of
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// IsAdmin asks Jira whether the user whose OAuth token this is administers the site. apiBase is a verified token's, and
// must lie under Client.API: …/ex/jira/<cloud id>. Errors: Internal, for every doubt; callers take it for no.
func (c *Client) IsAdmin(ctx context.Context, apiBase, oauthToken string) (bool, error) {
	root := strings.TrimSuffix(c.API, "/")
	// A token must not travel to a host that somebody put into a claim; what may follow our base leaves no room for one.
	if path, found := strings.CutPrefix(apiBase, root); root == "" || !found || !jiraPath.MatchString(path) {
		return false, kept.Errorf(kept.Internal, "the API base does not lead to a Jira site of Atlassian")
	}
	if oauthToken == "" {
		return false, kept.Errorf(kept.Internal, "there is no token to ask Atlassian with").
			WithHint("the app's endpoint must send the user's token: remotes.auth.appUserToken in its manifest")
	}
	var answer struct {
		Permissions map[string]struct {
			Key  string `json:"key"`
			Have *bool  `json:"havePermission"`
		} `json:"permissions"`
	}
	if err := get(ctx, c.HTTP, apiBase+"/rest/api/3/mypermissions?permissions=ADMINISTER", oauthToken, &answer); err != nil {
		return false, err
	}
	permission, asked := answer.Permissions["ADMINISTER"]
	if !asked || permission.Have == nil || permission.Key != "ADMINISTER" {
		return false, kept.Errorf(kept.Internal, "Jira's answer says nothing of the permission asked for")
	}
	return *permission.Have, nil
}

var jiraPath = regexp.MustCompile(`^/ex/jira/[A-Za-z0-9-]{1,100}$`)

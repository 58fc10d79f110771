package portalsso

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// Portal is where people want to be let in.
type Portal interface {
	// Admit tells the portal on a host, under the service account's token, that the holder of an address has logged in,
	// and gives their Atlassian account id.
	Admit(ctx context.Context, host, token, email string) (account string, err error)
}

// REST speaks with a portal over HTTPS: POST /portal-logins {"email"} gives {"account"}.
type REST struct {
	HTTP *http.Client // its timeout bounds the call; redirects are its own to refuse
}

// Admit asks the portal. Its errors hold neither host, token nor address.
func (p REST) Admit(ctx context.Context, host, token, email string) (string, error) {
	b, err := json.Marshal(map[string]string{"email": email})
	if err != nil {
		return "", errors.New("the address can't be written")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+host+"/portal-logins", bytes.NewReader(b))
	if err != nil {
		return "", errors.New("the portal's host is malformed")
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	response, err := p.HTTP.Do(r)
	if err != nil {
		return "", errors.New("the portal does not answer")
	}
	defer response.Body.Close()
	var answer struct {
		Account string `json:"account"`
	}
	if response.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(response.Body, maxBody)).Decode(&answer) != nil || answer.Account == "" {
		return "", errors.New("the portal does not answer as it should")
	}
	return answer.Account, nil
}

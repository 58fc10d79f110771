package assetsowner

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
)

// Asset is something somebody owns.
type Asset struct {
	Key  string `json:"key"`
	Name string `json:"name"`
}

// Product knows who owns what.
type Product interface {
	// Assets are those that whoever holds the token may see.
	Assets(ctx context.Context, email, token string) ([]Asset, error)
}

// REST asks a product over HTTP: GET /assets under basic authentication gives {"assets": […]}.
type REST struct {
	Base string
	HTTP *http.Client // its timeout bounds the call; redirects are its own to refuse
}

const maxAnswer = 1 << 20

// Assets asks the product. Its errors hold neither address nor token.
func (p REST) Assets(ctx context.Context, email, token string) ([]Asset, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(p.Base, "/")+"/assets", nil)
	if err != nil {
		return nil, errors.New("the product's address is malformed")
	}
	r.SetBasicAuth(email, token)
	response, err := p.HTTP.Do(r)
	if err != nil {
		return nil, errors.New("the product does not answer")
	}
	defer response.Body.Close()
	var answer struct {
		Assets []Asset `json:"assets"`
	}
	if response.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(&answer) != nil {
		return nil, errors.New("the product does not answer as it should")
	}
	return answer.Assets, nil
}

// pretended is no product at all.
type pretended struct{}

func (pretended) Assets(context.Context, string, string) ([]Asset, error) {
	return []Asset{{"HW-1", "Laptop"}, {"HW-2", "Phone"}}, nil
}

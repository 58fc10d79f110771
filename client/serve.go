package client

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// Handler answers a request that came from an installation. What it returns as an error becomes the answer, by Refuse.
type Handler func(w http.ResponseWriter, r *http.Request, i *Installation) error

// Invoked lets do answer what Forge calls: the app believes no invocation token, it hands it to Kept. One that is
// missing or not valid is 401.
func (c *Client) Invoked(do Handler) http.HandlerFunc {
	return Traded(do, func(r *http.Request) (*Installation, error) {
		token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !found || token == "" {
			return nil, ErrNoToken
		}
		return c.Installation(r.Context(), token)
	})
}

// ErrNoToken is what a trade says of a request that brings nothing to trade.
var ErrNoToken = errors.New("kept: the request brings no token of Atlassian's")

// Traded lets do answer requests whose token trade hands to Kept. A token that is missing or not valid is 401.
func Traded(do Handler, trade func(r *http.Request) (*Installation, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		i, err := trade(r)
		if errors.Is(err, ErrNoToken) || status(err) == http.StatusForbidden {
			http.Error(w, "the request brings no valid token of Atlassian's", http.StatusUnauthorized)
			return
		}
		if err == nil {
			err = do(w, r, i)
		}
		if err != nil {
			Refuse(w, err)
		}
	}
}

// Refuse answers a request that ended in err. It says why, where Kept says why: which promise stands in the way is no
// secret. Of anything else it says nothing, for err may hold what the app was sent.
func Refuse(w http.ResponseWriter, err error) {
	if s := status(err); s >= 400 && s < 500 {
		http.Error(w, err.Error(), s)
		return
	}
	http.Error(w, "something is not reachable at the moment", http.StatusBadGateway)
}

// Malformed is an error that Refuse answers with 400.
func Malformed(says string) error {
	return &Error{Status: http.StatusBadRequest, Kind: "invalid", Detail: says}
}

func status(err error) int {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Status
	}
	return 0
}

// Recall opens the newest item of a category; found is false when there is none.
func (i *Installation) Recall(ctx context.Context, category string, use Use, value any) (found bool, err error) {
	items, err := i.List(ctx, category)
	if err != nil || len(items) == 0 {
		return false, err
	}
	_, err = i.GetFor(ctx, items[len(items)-1].ID, use, value)
	return err == nil, err
}

// Forget erases at once all that the app stored of the categories.
func (i *Installation) Forget(ctx context.Context, categories ...string) error {
	for _, category := range categories {
		items, err := i.List(ctx, category)
		if err != nil {
			return err
		}
		for _, item := range items {
			if _, err := i.Delete(ctx, item.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

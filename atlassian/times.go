package atlassian

import (
	"context"
	"net/http"

	"kept"
)

// Times are what two servers of Atlassian say that it is now, by the Date of whatever they answer; fewer where one does not
// answer. spec: RFC 9110 6.6.1
func (c *Client) Times(ctx context.Context) (times []kept.Time) {
	for _, address := range []string{c.JWKS, c.InstallKeys} {
		if at, err := c.dateOf(ctx, address); err == nil {
			times = append(times, at)
		}
	}
	return times
}

func (c *Client) dateOf(ctx context.Context, address string) (kept.Time, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || c.HTTP == nil {
		return 0, kept.Errorf(kept.Internal, "an address of Atlassian is malformed")
	}
	response, err := unled(c.HTTP).Do(r)
	if err != nil {
		return 0, kept.Errorf(kept.Internal, "Atlassian does not answer")
	}
	defer response.Body.Close()
	at, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return 0, kept.Errorf(kept.Internal, "Atlassian's answer has no date")
	}
	return kept.TimeOf(at), nil
}

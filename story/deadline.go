package story

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"kept"
)

// end is a deadline's end as the API tells it.
type end struct {
	At  kept.Time `json:"at"`
	Day string    `json:"day"`
}

// is tells whether this is the end that a story wrote, as a day or as an instant.
func (e end) is(written string) bool {
	if _, err := time.Parse(time.DateOnly, written); err == nil {
		return e.Day == written
	}
	at, err := kept.ParseTime(written)
	return err == nil && e.At == at
}

// String is the day, if it ends with one, and the instant.
func (e end) String() string { return e.Day + " " + e.At.String() }

// deadline is a question of the officer's.
func (p *play) deadline(ctx context.Context, a args) error {
	bearer, err := p.stage.As(ctx, kept.Officer)
	if err != nil {
		return err
	}
	asked := url.Values{"promise": {word(a, "PROMISE")}, "from": {a["TIME"].(kept.Time).String()}}
	var got struct {
		Deadlines []struct {
			Due      end `json:"due"`
			Extended end `json:"extended"`
		} `json:"deadlines"`
	}
	if err := p.stage.Call(ctx, http.MethodGet, "/v1/deadlines?"+asked.Encode(), bearer, nil, &got); err != nil {
		return err
	}
	if len(got.Deadlines) != 1 {
		return unlike("one deadline", len(got.Deadlines))
	}
	d := got.Deadlines[0]
	if want := word(a, "END"); !d.Due.is(want) {
		return unlike(want, d.Due)
	}
	if want := word(a, "LATEST"); want != "" && !d.Extended.is(want) {
		return unlike(want, d.Extended)
	}
	return nil
}

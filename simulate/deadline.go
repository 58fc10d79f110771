package simulate

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"kept"
	"kept/judge"
)

// hours are times of a day at which somebody asks: where days begin and end in some zones, and a moment before.
var hours = []time.Duration{0, 4*time.Hour - 1, 4 * time.Hour, 7 * time.Hour, 10*time.Hour - time.Microsecond, 10 * time.Hour, 12 * time.Hour,
	22*time.Hour - time.Microsecond, 22 * time.Hour, 22*time.Hour + 30*time.Minute, 23 * time.Hour, 24*time.Hour - time.Microsecond}

// deadlines is the officer who asks until when answers are owed: under promises that owe some, others, and one that there
// never was, for days of eight years.
func deadlines(l *life, ctx context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	bearer, err := l.As(ctx, kept.Officer)
	if err != nil {
		return nil, err
	}
	var owing, other []string
	for _, pr := range l.o.Policy.Promises {
		switch {
		case pr.Proposed:
		case pr.Control == "right" || pr.Control == "incident" || pr.Control == "purge":
			owing = append(owing, pr.ID)
		default:
			other = append(other, pr.ID)
		}
	}
	other = append(other, "odd-promise")
	for _, n := range s.N {
		of := owing
		if len(owing) == 0 || n%16 == 0 {
			of = other
		}
		e := judge.Event{Kind: judge.Deadline, Promise: of[int(n>>4)%len(of)]}
		e.Asked = first.Add(time.Duration(int(n>>8)%2922-730) * day).Add(hours[int(n>>20)%len(hours)])
		var got struct {
			Deadlines []struct {
				Due, Extended struct{ At kept.Time }
			}
		}
		q := url.Values{"promise": {e.Promise}, "from": {e.Asked.String()}}
		err := l.Call(ctx, http.MethodGet, "/v1/deadlines?"+q.Encode(), bearer, nil, &got)
		for _, d := range got.Deadlines {
			e.Due, e.Extended = d.Due.At, d.Extended.At
		}
		if found, err := l.told(ctx, s, e, err); err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, nil
}

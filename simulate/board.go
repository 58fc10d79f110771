package simulate

import (
	"context"
	"net/http"

	"kept"
	"kept/judge"
)

// boardEvery is after how many days the officer looks at the board again.
const boardEvery = 3

// readBoard is the officer who reads the board and the forecast, and tells the judge what they show of what must be erased.
func (l *life) readBoard(ctx context.Context) ([]judge.Finding, error) {
	bearer, err := l.As(ctx, kept.Officer)
	if err != nil {
		return nil, err
	}
	var got struct {
		List []struct {
			ID, Control string
			Verdict     kept.Verdict
			Evidence    []struct {
				Says, From   string
				Count        int
				Next, Oldest kept.Time
			}
		}
	}
	if err := l.Call(ctx, http.MethodGet, "/v1/board", bearer, nil, &got); err != nil {
		return nil, err
	}
	var shown []judge.Shown
	for _, pr := range got.List {
		s := judge.Shown{Promise: pr.ID, Broken: pr.Verdict == kept.Broken}
		for n, e := range pr.Evidence {
			if n == 0 || e.From == "" || pr.Evidence[n-1].From != e.From {
				continue // what is due comes before what stands
			}
			due := pr.Evidence[n-1]
			s.Ahead = append(s.Ahead, judge.Ahead{From: e.From, Next: due.Next, Soon: due.Count, Oldest: e.Oldest, Stands: e.Count})
		}
		shown = append(shown, s)
	}
	l.done["board read"]++
	if found := l.judge.Board(l.Clock.Now(), shown); len(found) > 0 {
		return found, nil
	}
	var forecast struct{ Sweep judge.Swept }
	if err := l.Call(ctx, http.MethodGet, "/v1/forecast", bearer, nil, &forecast); err != nil {
		return nil, err
	}
	return l.judge.Sweep(l.Clock.Now(), forecast.Sweep), nil
}

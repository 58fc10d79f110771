package simulate

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/judge"
)

// people is how many there are about whom customers store something, at all of them the same. A closed account is never
// stored again: somebody else follows.
const people = 5

// account is one of them; now and then it is none.
func (l *life) account(n uint32) string {
	if n%16 == 15 {
		return []string{"unknown", "unidentified"}[n/16%2]
	}
	n %= people
	return fmt.Sprintf("%ssubject-%d-%d", planted[0], n, l.closed[n])
}

// crowd is one of those of whom something is stored of a sudden.
func crowd(n uint32) string { return fmt.Sprintf("%scrowd-%d", planted[0], n%30) }

// closeAccount closes an account, as often as not of whom the last line names: lines do not stay for long. Whoever stored
// something about it learns that when it reports it.
func closeAccount(l *life, _ context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	n := s.N[0] % people
	if s.N[1]%2 == 0 {
		n = l.lined
	}
	l.Fake.Close(l.account(n))
	if l.peer != nil {
		l.peer.Fake.Close(l.account(n))
		l.peer.closed[n]++
	}
	l.closed[n]++
	return nil, nil
}

// callClosed is Atlassian saying of everybody that the account is closed, by mistake or in earnest, or no longer.
func callClosed(l *life, _ context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	l.Fake.CloseAll(s.Act == "all-closed")
	if l.peer != nil {
		l.peer.Fake.CloseAll(s.Act == "all-closed")
	}
	return nil, nil
}

func changeAccount(l *life, _ context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	l.Fake.Change(l.account(s.N[0] % people))
	if l.peer != nil {
		l.peer.Fake.Change(l.account(s.N[0] % people))
	}
	return nil, nil
}

// trigger is a scheduled trigger of Forge's, or a token that the app's back end hands in. Atlassian may be in a mood.
func trigger(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.door == judge.Host || c.there == nil {
		return nil, errSkipped
	}
	e := judge.Event{Kind: judge.Trigger, App: c.app.ID}
	switch s.N[0] % 12 {
	case 0, 1:
		l.Fake.Busy(1, time.Duration(1+s.N[1]%7200)*time.Second)
		e.Moody = true
	case 2:
		l.Fake.Be(fake.Reports, fake.Mood(1+s.N[1]%6))
		e.Moody = true
	case 3:
		l.Fake.Cycle([]string{"P3D", "P7D", "P14D", "", "P100Y", "soon"}[s.N[1]%6])
	}
	if l.troubled {
		e.Moody = true
	}
	defer l.Fake.Be(fake.Reports, fake.Well)
	var err error
	if c.door == judge.Forge && s.N[2]%4 != 0 {
		if found, err := l.trade(ctx, s, c, c.there, kept.AppRuntime); err != nil || len(found) > 0 || c.credentials[kept.AppRuntime].Expires <= l.Clock.Now() {
			return found, err // the trigger of an installation that the server knows
		}
		e.Installation = c.id
		d := l.Fake.Scheduled(c.there, "/forge/"+c.app.ID+"/scheduled")
		err = l.Deliver(ctx, d, nil)
	} else {
		key, kerr := l.AppKey(ctx, c.app.ID)
		if kerr != nil {
			return nil, kerr
		}
		err = l.Call(ctx, http.MethodPost, "/v1/reports", key, map[string]string{"token": l.Fake.System(c.app.ID)}, nil)
	}
	found, herr := l.tellReports(ctx)
	if herr != nil || len(found) > 0 {
		return found, herr
	}
	return l.told(ctx, s, e, err)
}

// tellReports tells the judge of the calls in which accounts were reported since.
func (l *life) tellReports(ctx context.Context) ([]judge.Finding, error) {
	reports := l.Fake.Reported()
	if len(reports) == 0 {
		return nil, nil
	}
	var calls []judge.Call
	for _, r := range reports {
		call := judge.Call{At: r.At, App: l.named(r.App), Status: r.Status, Closed: r.Closed, Updated: r.Updated, Wait: r.Wait}
		if period, err := kept.ParsePeriod(r.Cycle); err == nil && period.Shortest() > day && period.Shortest() < 100*day {
			call.Cycle = period.Shortest()
		}
		for _, a := range r.Accounts {
			call.Accounts = append(call.Accounts, judge.Account{ID: a.ID, Retrieved: a.Retrieved})
		}
		calls = append(calls, call)
		l.done[fmt.Sprintf("report %d", r.Status)]++
	}
	w, err := l.world()
	if err != nil {
		return nil, err
	}
	return l.judge.Reported(ctx, w, calls)
}

// named is the app that Atlassian knows by an id or key of its own.
func (l *life) named(known string) string {
	for _, a := range l.o.Policy.Apps {
		if known == a.ID || known != "" && (known == a.Forge || known == a.Connect) {
			return a.ID
		}
	}
	return known
}

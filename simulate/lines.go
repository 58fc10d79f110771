package simulate

import (
	"context"
	"net/http"

	"kept"
	"kept/judge"
	"kept/policy"
)

// write writes a line in a log: as promised, of something else, with another field, by or about somebody.
func write(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.AppRuntime)
	if err != nil || len(found) > 0 {
		return found, err
	}
	e, body := l.line(c, s)
	return l.told(ctx, s, e, l.Call(ctx, http.MethodPost, "/v1/entries", bearer, body, nil))
}

// writeAll writes several lines at once, of one kind or two, in one log or two; rarely more than there may be.
func writeAll(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.AppRuntime)
	if err != nil || len(found) > 0 {
		return found, err
	}
	e := judge.Event{Kind: judge.WriteAll, Installation: c.id}
	other, n := s, 2+int(s.N[0]/7%6)
	if s.N[1]/7%2 == 0 {
		other.N = [4]uint32{s.N[3], s.N[0], s.N[1], s.N[2]}
	}
	if s.N[1]/7%60 == 0 {
		n = 257
	}
	var bodies []map[string]any
	for k := range n {
		kind := s
		if kind.Act = "line"; k%2 == 1 {
			kind.N = other.N
		}
		if s.Act == "odd-lines" && k == n/2 {
			kind.Act = "odd-line"
		}
		line, body := l.line(c, kind)
		e.Lines, bodies = append(e.Lines, line), append(bodies, body)
	}
	return l.told(ctx, s, e, l.Call(ctx, http.MethodPost, "/v1/entries/bulk", bearer, map[string]any{"entries": bodies}, nil))
}

// line is one as the numbers of a step have it, and how it is sent.
func (l *life) line(c *customer, s Step) (judge.Event, map[string]any) {
	logs := l.words("log", "category", oddCategory)
	e := judge.Event{Kind: judge.Write, Installation: c.id, Category: logs[int(s.N[0])%len(logs)], Marker: l.marker("line")}
	records := []string{oddPurpose}
	for _, pr := range l.o.Policy.Promises {
		if pr.Control == "log" && pr.Params["category"].Has(e.Category) {
			records = append(records, pr.Params["records"].Words()...)
		}
	}
	e.Record = records[int(s.N[1])%len(records)]
	if category, declared := l.o.Policy.Category(e.Category); declared {
		for n, f := range category.Fields {
			if s.N[2]>>n&1 == 1 {
				e.Fields = append(e.Fields, f.Name)
			}
		}
	}
	if s.Act == "odd-line" {
		e.Fields = append(e.Fields, oddField)
	}
	body := map[string]any{"category": e.Category, "record": e.Record}
	if s.N[1]>>8%4 > 0 { // most say how severe it is
		e.Severity = policy.Severities[int(s.N[1]>>10)%len(policy.Severities)]
		if s.N[1]>>14%40 == 0 {
			e.Severity = "dire"
		}
		body["severity"] = e.Severity
	}
	switch {
	case s.Act == "write-crowd":
		e.Account = crowd(s.N[3])
		body["account"] = e.Account
	case s.N[3]%4 == 0:
		e.Account, l.lined = l.account(s.N[3]/4), s.N[3]/4%people
		body["account"] = e.Account
	}
	if e.Actor = []string{"", "", "customer-admin", "support", "clock", l.account(s.N[3] / 6)}[s.N[3]%6]; e.Actor != "" {
		body["actor"] = e.Actor
	}
	if e.Names = s.N[3]%5 == 0 && len(e.Fields) > 0; e.Names {
		e.Marker += somebody
	}
	fields := map[string]string{}
	for _, f := range e.Fields {
		fields[f] = e.Marker
	}
	body["fields"] = fields
	return e, body
}

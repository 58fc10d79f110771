package simulate

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"kept"
	"kept/judge"
	"kept/policy"
)

// holding is what an officer does with holds while and after a customer is there.
var holding = strings.Fields(`hold hold hold hold hold-item hold-item hold-item odd-hold odd-hold release release renew open-held open-held`)

// heldBy is a hold as the officer remembers it.
type heldBy struct {
	id, installation, item kept.ID
}

// holds adds the steps of an officer, where the policy lets something be held. They come from draws of their own, so that
// all else stays as it is without them.
func (p *planner) holds() {
	if !slices.ContainsFunc(p.o.Policy.Promises, func(pr *policy.Promise) bool { return pr.Control == "hold" }) {
		return
	}
	own := *p
	own.Rand, own.steps = rand.New(rand.NewPCG(p.o.Seed, 1)), nil
	for c := range p.o.Installations {
		for at := own.short(0, 10*day); at < p.end; at += own.short(day, 20*day) {
			own.add(at, c, pick(&own, holding))
			if p.faults["kill"] && own.chance(3) {
				own.steps[len(own.steps)-1].Doom = pick(&own, []int64{-1, -1, 1, 2, 4, 8, 12, 16})
			}
		}
	}
	p.steps = append(p.steps, own.steps...)
}

// placeHold is an officer who holds a category, what was stored in a time, or one item; or what cannot be held.
func placeHold(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.id == "" || l.troubled {
		return nil, errSkipped
	}
	categories := l.o.Policy.Categories
	e := judge.Event{Kind: judge.Hold, Installation: c.id, Category: categories[int(s.N[0])%len(categories)].Name,
		Until: l.Clock.Now().Add(time.Duration(1+s.N[2]%200)*day + time.Hour)}
	reasons := l.words("hold", "reasons", "")
	e.Reason = reasons[int(s.N[3])%(len(reasons)-1)]
	body := map[string]any{"installation": e.Installation}
	switch {
	case s.Act == "hold" && s.N[1]%3 == 0:
		e.After = l.Clock.Now().Add(-time.Duration(s.N[1]/3%40) * day)
		body["from"] = e.After.String()
	case s.Act == "hold-item" || s.Act == "odd-hold" && s.N[1]%4 == 0:
		of := c
		if s.Act == "odd-hold" { // another customer's, nearly always
			of = l.customers[(s.Customer+1)%len(l.customers)]
		}
		if len(of.items) == 0 {
			return nil, errSkipped
		}
		item := of.items[int(s.N[1])/4%len(of.items)]
		e.Category, e.Rows = item.category, []kept.ID{item.id}
		body["rows"] = e.Rows
	case s.Act == "odd-hold":
		switch s.N[1] % 4 {
		case 1:
			e.Reason = []string{"", "odd-reason"}[s.N[3]%2]
			if n := len(c.items); n > 0 { // of which something may be there, so that it is the reason that is refused
				e.Category = c.items[n-1].category
			}
		case 2:
			e.Until = []kept.Time{0, l.Clock.Now(), l.Clock.Now().Add(400 * day)}[s.N[3]%3]
		case 3:
			e.Category = oddCategory
		}
	}
	body["category"], body["reason"] = e.Category, e.Reason
	if e.Until != 0 {
		body["until"] = e.Until.String()
	}
	var placed struct {
		ID   kept.ID `json:"id"`
		Rows int     `json:"rows"`
	}
	err := l.officer(ctx, "/v1/holds", body, &placed)
	e.Hold, e.Entries = placed.ID, placed.Rows
	if err == nil {
		h := heldBy{id: placed.ID, installation: c.id}
		if e.Rows != nil {
			h.item = e.Rows[0]
		}
		c.holds = append(c.holds, h)
		c.holds = c.holds[max(0, len(c.holds)-remembered):]
	}
	return l.told(ctx, s, e, err)
}

// withHold is an officer who does something with a hold, ended or not.
func withHold(kind judge.Kind, method string) act {
	return func(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
		if len(c.holds) == 0 || l.troubled {
			return nil, errSkipped
		}
		h := c.holds[len(c.holds)-1-int(s.N[0])%min(len(c.holds), 3)]
		bearer, err := l.As(ctx, kept.Officer)
		if err != nil {
			return nil, err
		}
		e := judge.Event{Kind: kind, Installation: h.installation, Hold: h.id}
		path := "/v1/holds/" + string(h.id)
		var body any
		switch kind {
		case judge.Renew:
			e.Until = l.Clock.Now().Add(time.Duration(s.N[1]%90)*day + time.Minute)
			body = map[string]string{"until": e.Until.String()}
		case judge.Consult:
			if e.Item = h.item; e.Item == "" {
				e.Item = "itm_" + kept.ID(strings.Repeat("a", 26))
			}
			path += "/rows/" + string(e.Item)
		}
		var got struct {
			Value map[string]string `json:"value"`
		}
		err = l.Call(ctx, method, path, bearer, body, &got)
		e.Value = got.Value
		return l.told(ctx, s, e, err)
	}
}

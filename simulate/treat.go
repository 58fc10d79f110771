package simulate

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"kept"
	"kept/judge"
	"kept/policy"
)

// hosts are those that customers use something for; it is mostly stored for the first.
var hosts = []string{"one.kept.example", "two.kept.example"}

// words are those that promises of a kind have in a parameter, and one that none has.
func (l *life) words(control, param, odd string) (out []string) {
	for _, pr := range l.o.Policy.Promises {
		if pr.Control == control {
			out = append(out, pr.Params[param].Words()...)
		}
	}
	slices.Sort(out)
	return append(slices.Compact(out), odd)
}

// somebody is what a text ends with that looks like a person.
const somebody = " fern@kept.example"

// readOutside reads for a recipient, declared or not, for a function that somebody promised or not.
func readOutside(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.AppRuntime)
	if err != nil || len(found) > 0 {
		return found, err
	}
	of, err := l.item(c, s)
	if err != nil {
		return nil, err
	}
	purposes, functions := l.purposes(of.category), append(l.words("recipient", "for", "odd-function"), policy.Sale)
	recipients := append(l.words("recipient", "name", "odd-recipient"), "odd-recipient")
	if list := l.o.Policy.Recipients; len(list) > 0 {
		recipients = append(recipients, list[int(s.N[1])%len(list)].ID)
	}
	e := judge.Event{Kind: judge.Read, Installation: c.id, Item: of.id, Purpose: purposes[0], Host: hosts[0],
		Recipient: recipients[int(s.N[0])%len(recipients)], For: functions[int(s.N[2])%len(functions)]}
	return l.open(ctx, s, e, "/v1/items/", bearer)
}

// staffRead is one of the vendor's people who opens what a customer has.
func staffRead(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	of, err := l.item(c, s)
	if err != nil {
		return nil, err
	}
	roles := []kept.Role{kept.Officer, kept.Operator, kept.Support}
	purposes := l.purposes(of.category)
	e := judge.Event{Kind: judge.Read, Installation: c.id, Item: of.id, Purpose: purposes[int(s.N[2])%len(purposes)], Role: roles[int(s.N[0])%len(roles)]}
	bearer, err := l.As(ctx, e.Role)
	if err != nil {
		return nil, err
	}
	return l.open(ctx, s, e, "/v1/installations/"+string(c.id)+"/items/", bearer)
}

// open asks for an item and tells the judge.
func (l *life) open(ctx context.Context, s Step, e judge.Event, path, bearer string) ([]judge.Finding, error) {
	q := url.Values{}
	for name, word := range map[string]string{"purpose": e.Purpose, "host": e.Host, "recipient": e.Recipient, "for": e.For} {
		if word != "" {
			q.Set(name, word)
		}
	}
	var got struct {
		Value map[string]string `json:"value"`
	}
	err := l.Call(ctx, http.MethodGet, path+string(e.Item)+"?"+q.Encode(), bearer, nil, &got)
	e.Value = got.Value
	return l.told(ctx, s, e, err)
}

// disclose is an officer who says that something was handed out, in a case that the policy names or not.
func disclose(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.id == "" {
		return nil, errSkipped
	}
	cases, categories := l.words("disclose", "only", "odd-case"), l.o.Policy.Categories
	e := judge.Event{Kind: judge.Disclose, Installation: c.id, Case: cases[int(s.N[0])%len(cases)], Category: categories[int(s.N[1])%len(categories)].Name}
	err := l.officer(ctx, "/v1/disclosures", map[string]any{"installation": c.id, "case": e.Case, "categories": []string{e.Category}}, nil)
	return l.told(ctx, s, e, err)
}

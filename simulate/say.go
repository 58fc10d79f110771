package simulate

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"kept"
	"kept/judge"
	"kept/policy"
)

// say is an app that tells what happened to an item or to all of a group: now, or a while ago, perhaps long before the item was
// there, or in a future that nobody knows. What was said is taken back as often as people open a ticket again.
func say(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	e := judge.Event{Back: s.Act == "say-back"}
	var category string
	if s.Act == "say-group" || s.Act == "say-back" && s.N[1]%2 == 0 {
		e.Group = group(s)
	} else {
		of, err := l.item(c, s)
		if err != nil {
			return nil, err
		}
		e.Item, category = of.id, of.category
	}
	events := append(l.events(category), policy.Said[int(s.N[1])%len(policy.Said)])
	e.From = events[int(s.N[0])%len(events)]
	if ago := []time.Duration{0, 0, time.Second, time.Hour, day, 3 * day, 20 * day, -time.Second}[s.N[2]%8]; ago != 0 {
		e.When = l.Clock.Now().Add(-ago)
	}
	return l.says(ctx, s, c, e)
}

// says sends what an app says, and tells the judge.
func (l *life) says(ctx context.Context, s Step, c *customer, e judge.Event) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.AppRuntime)
	if err != nil || len(found) > 0 {
		return found, err
	}
	e.Kind, e.Installation = judge.Say, c.id
	body := map[string]any{"back": e.Back, "event": e.From}
	if e.Group != "" {
		body["group"] = e.Group
	} else {
		body["item"] = string(e.Item)
	}
	if e.When != 0 {
		body["at"] = e.When
	}
	var got struct {
		Items int `json:"items"`
	}
	err = l.Call(ctx, http.MethodPost, "/v1/events", bearer, body, &got)
	e.Entries = got.Items
	return l.told(ctx, s, e, err)
}

// events are those from which something counts of a category, or of any.
func (l *life) events(category string) (out []string) {
	for _, pr := range l.o.Policy.Promises {
		about, some := pr.Params["category"]
		if pr.Control == "retain" && (category == "" || !some || about.Has(category) || about.Has(policy.Every)) {
			out = append(out, pr.Events()...)
		}
	}
	return slices.DeleteFunc(out, func(event string) bool { return !slices.Contains(policy.Said, event) })
}

// group is one of few, so that they have several items.
func group(s Step) string { return fmt.Sprintf("%sgroup-%d", planted[0], s.N[3]>>8%3) }

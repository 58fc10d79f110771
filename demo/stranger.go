package demo

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"kept"
	"kept/client"
	"kept/policy"
	"kept/scrub"
	"kept/stage"
)

// stranger is a customer of an app. Where nobody wrote one it knows nothing but the policy: it stores whatever may be
// stored, reads it for whatever it may be read for. Now and then it tries what is forbidden.
type stranger struct {
	*year
	site
	app     policy.App
	called  string // app and name
	there   bool
	opens   func(context.Context) error // what using the app comes to
	program map[int]func(context.Context, *stranger) error
	held    kept.ID // of this customer, by an officer; empty for nothing
}

type plot = map[int]func(context.Context, *stranger) error

// strangers gives each app of the policy customers that stay, leave for good, and come back in time and too late, as far
// as the policy promises a time and the year is long enough. The example's App has a cast of its own.
func (y *year) strangers(ctx context.Context) error {
	for _, app := range y.Server.Policy.Apps {
		if app.ID == App && !y.Strangers {
			continue
		}
		key, err := y.AppKey(ctx, app.ID)
		if err != nil {
			return err
		}
		plots := map[string]plot{
			"birch": {2: arrive, 50: trespass, 51: lookInside, 120: holdBack, 170: letGo, 300: askToPurge},
			"cedar": {5: arrive, 30: depart},
			"alder": {40: arrive, 60: trespass, 70: renew, 200: revoke, 330: depart},
		}
		if limit := y.rescue(app.ID); limit > 0 {
			plots["hazel"] = plot{10: arrive, 40: depart, min(40+limit-1, days-30): arrive}
			if 20+limit+5 < days {
				plots["rowan"] = plot{8: arrive, 20: depart, 20 + limit + 5: arrive}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(plots)) {
			s := &stranger{year: y, app: app, called: app.ID + "-" + name, program: plots[name]}
			if u := y.userOf(app, s.called, key); u != nil {
				s.site, s.opens = u, u.use
			} else {
				s.site, s.opens = y.siteOf(app, s.called, key), s.fill
			}
			y.guests = append(y.guests, s)
		}
	}
	return nil
}

// rescue is for how many days a customer of an app finds everything again who left, as if paid until then.
func (y *year) rescue(app string) int {
	left := y.Clock.Now()
	var until kept.Time
	for _, on := range []string{policy.Reinstall, policy.Resubscribe} {
		end, _ := y.Server.Policy.Rescue(app, on, map[string]kept.Time{"uninstalled": left, "unsubscribed": left})
		until = max(until, end)
	}
	if until == 0 {
		return 0
	}
	return int(until.Sub(left) / (24 * time.Hour))
}

// String is the name of the customer, who does not exist.
func (s *stranger) String() string { return s.called }

// live is one day: what is on the program, and twice a week the app is used.
func (s *stranger) live(ctx context.Context, day int) error {
	if act := s.program[day]; act != nil {
		if err := act(ctx, s); err != nil {
			return err
		}
	}
	if s.there && day%7 < 2 {
		return s.opens(ctx)
	}
	return nil
}

func arrive(ctx context.Context, s *stranger) error {
	s.there = true
	return s.arrive(ctx)
}

func depart(ctx context.Context, s *stranger) error {
	s.there = false
	return s.depart(ctx)
}

// kinds are the categories of installations that an app fills itself.
func (s *stranger) kinds() (out []policy.Rules) {
	for _, c := range s.Server.Policy.Categories {
		if rules, ok := s.Server.Policy.Rules(s.app.ID, c.Name); ok && c.Scope == "installation" && c.Journal == "" {
			out = append(out, rules)
		}
	}
	return out
}

// fill stores what is not there, and reads what is, for each purpose in turn.
func (s *stranger) fill(ctx context.Context) error {
	i, err := s.enter(ctx)
	if err != nil {
		return err
	}
	for _, rules := range s.kinds() {
		if elsewhere(rules) {
			continue
		}
		if log := rules.Log; len(log.Promises) > 0 && len(log.Records) > 0 {
			if err := i.Log(ctx, client.Line{Category: rules.Category.Name, Record: log.Records[0], Fields: example(writable(rules))}); err != nil {
				return err
			}
		}
		fields := storable(rules)
		if len(fields) == 0 {
			continue
		}
		items, err := i.List(ctx, rules.Category.Name)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			_, err = i.Put(ctx, client.Item{Category: rules.Category.Name, Name: "example", Host: hostFor(rules), Value: example(fields)})
		} else {
			err = s.read(ctx, i, items[0], rules)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// elsewhere tells whether a category is promised to lie with somebody else alone.
func elsewhere(rules policy.Rules) bool {
	return slices.ContainsFunc(rules.Places, func(pr *policy.Promise) bool { return pr.Params["at"].Words() != nil && !pr.Params["at"].Has("vendor") })
}

// writable are the fields of a line that no promise keeps out.
func writable(rules policy.Rules) []string {
	return slices.DeleteFunc(slices.Clone(rules.Log.Fields), func(name string) bool {
		f, _ := rules.Category.Field(name)
		_, barred := rules.Log.Barred(f)
		return barred
	})
}

// storable are the fields that may be filled; of what is anonymous those that say who somebody is stay empty.
func storable(rules policy.Rules) []string {
	return slices.DeleteFunc(slices.Clone(rules.Fields), func(name string) bool {
		f, _ := rules.Category.Field(name)
		return scrub.Identifying(f.Fides) && slices.ContainsFunc(rules.Anonymise, func(pr *policy.Promise) bool { return policy.Watched(pr, name) })
	})
}

// hostFor is where a secret is used, if the policy keeps it for one host alone.
func hostFor(rules policy.Rules) string {
	if rules.Least() != nil {
		return "service.example"
	}
	return ""
}

// read opens an item for each purpose. One that an earlier version of the policy does not know is refused for what was stored
// under it.
func (s *stranger) read(ctx context.Context, i *client.Installation, item client.Meta, rules policy.Rules) error {
	for _, allowed := range rules.Purposes {
		_, err := i.GetFor(ctx, item.ID, client.Use{Purpose: purposeOf(allowed), Host: hostFor(rules)}, &struct{}{})
		if !everBefore(rules, allowed.Purpose, kept.TimeOf(item.Stored)) {
			err = wantRefusal(err)
		}
		if err != nil {
			return err
		}
	}
	return s.hand(ctx, i, item.ID, rules)
}

func everBefore(rules policy.Rules, purpose string, stored kept.Time) bool {
	return !slices.ContainsFunc(rules.Since(stored), func(r policy.Rules) bool {
		return !slices.ContainsFunc(r.Purposes, func(a policy.Allowed) bool { return a.Purpose == purpose || a.Purpose == policy.Every })
	})
}

// purposeOf is the purpose that somebody names who may read for this one.
func purposeOf(allowed policy.Allowed) string {
	if allowed.Purpose == policy.Every {
		return "app-function"
	}
	return allowed.Purpose
}

// hand gives an item to whom the policy names, for what it names them for. Where a place stands in the way, that is an
// answer too.
func (s *stranger) hand(ctx context.Context, i *client.Installation, item string, rules policy.Rules) error {
	for _, pr := range s.Server.Policy.Promises {
		functions := pr.Params["for"].Words()
		if pr.Control != "recipient" || !s.Server.Policy.Applies(pr, s.app.ID) || len(functions) == 0 || len(rules.Purposes) == 0 {
			continue
		}
		names := pr.Params["name"].Words()
		if names == nil {
			names = []string{"nobody-yet"} // who is not named gets nothing
		}
		for _, recipient := range names {
			_, err := i.Disclose(ctx, item, client.Disclosure{Purpose: rules.Purposes[0].Purpose, Recipient: recipient, For: functions[0]}, &struct{}{})
			if err != nil && wantRefusal(err) != nil {
				return err
			}
		}
	}
	return nil
}

func example(fields []string) map[string]any {
	value := map[string]any{}
	for _, f := range fields {
		value[f] = "an example"
	}
	return value
}

// trespass tries to store what must not be stored, and to read what is there for a purpose that nobody promised.
func trespass(ctx context.Context, s *stranger) error {
	i, err := s.enter(ctx)
	if err != nil {
		return err
	}
	for _, rules := range s.kinds() {
		name := rules.Category.Name
		if len(rules.Fields) == 0 || len(rules.Never) > 0 {
			forbidden := append([]string{"anything"}, rules.Never...)
			for _, f := range forbidden {
				_, err := i.Put(ctx, client.Item{Category: name, Value: example([]string{f})})
				if err := wantRefusal(err); err != nil {
					return err
				}
			}
		}
		items, err := i.List(ctx, name)
		if err != nil {
			return err
		}
		for _, item := range items {
			_, err := i.Get(ctx, item.ID, "anything-else", &struct{}{})
			if err := wantRefusal(err); err != nil {
				return err
			}
		}
	}
	return nil
}

// lookInside is one of the vendor's support people who opens what a customer has. Most of it is none of their business.
func lookInside(ctx context.Context, s *stranger) error {
	i, err := s.enter(ctx)
	if err != nil {
		return err
	}
	id, err := s.installation(ctx, s.name(), kept.Installed)
	if err != nil {
		return err
	}
	support, err := s.As(ctx, kept.Support)
	if err != nil {
		return err
	}
	if err := s.browse(ctx, id); err != nil {
		return err
	}
	for _, rules := range s.kinds() {
		items, err := i.List(ctx, rules.Category.Name)
		if err != nil {
			return err
		}
		if len(items) == 0 || len(rules.Purposes) == 0 {
			continue
		}
		err = s.Call(ctx, http.MethodGet, "/v1/installations/"+id+"/items/"+items[0].ID+"?purpose="+purposeOf(rules.Purposes[0]), support, nil, nil)
		var refused *stage.Problem
		if err != nil && !(errors.As(err, &refused) && refused.Status == http.StatusForbidden) {
			return err
		}
	}
	return nil
}

// browse is an auditor who asks for every category of which a promise says who may see it.
func (s *stranger) browse(ctx context.Context, installation string) error {
	auditor, err := s.As(ctx, kept.Auditor)
	if err != nil {
		return err
	}
	for _, c := range s.Server.Policy.Categories {
		rules, _ := s.Server.Policy.Rules(s.app.ID, c.Name)
		if admitted, by := rules.Access.Admits(kept.Auditor); by == nil || admitted {
			continue
		}
		err := s.Call(ctx, http.MethodGet, "/v1/installations/"+installation+"/items?category="+c.Name, auditor, nil, nil)
		var refused *stage.Problem
		if !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
			return kept.Errorf(kept.Internal, "an auditor was not refused %s: %w", c.Name, err)
		}
	}
	return nil
}

// keeper is a user who can replace a secret that the app was given, and take it back.
type keeper interface {
	renew(ctx context.Context) error
	revoke(ctx context.Context) error
}

func renew(ctx context.Context, s *stranger) error {
	if k, ok := s.site.(keeper); ok {
		return k.renew(ctx)
	}
	return nil
}

func revoke(ctx context.Context, s *stranger) error {
	if k, ok := s.site.(keeper); ok {
		return k.revoke(ctx)
	}
	return nil
}

// askToPurge is what a customer asks an officer for, where the policy promises it.
func askToPurge(ctx context.Context, s *stranger) error {
	if _, _, promised := s.Server.Policy.Purge(s.app.ID); !promised {
		return nil
	}
	id, err := s.installation(ctx, s.name(), kept.Installed)
	if err != nil {
		return err
	}
	officer, err := s.As(ctx, kept.Officer)
	if err != nil {
		return err
	}
	return s.Call(ctx, http.MethodPost, "/v1/installations/"+id+"/purge", officer, nil, nil)
}

// installation is the server's id of the one on a site that is in a state.
func (y *year) installation(ctx context.Context, site string, state kept.State) (string, error) {
	auditor, err := y.As(ctx, kept.Auditor)
	if err != nil {
		return "", err
	}
	var list struct {
		Installations []struct {
			ID    string     `json:"id"`
			Site  string     `json:"site"`
			State kept.State `json:"state"`
		} `json:"installations"`
	}
	if err := y.Call(ctx, http.MethodGet, "/v1/installations", auditor, nil, &list); err != nil {
		return "", err
	}
	for _, i := range list.Installations {
		if i.State == state && i.Site == site {
			return i.ID, nil
		}
	}
	return "", kept.Errorf(kept.Internal, "no installation is %s there", state)
}

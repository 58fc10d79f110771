package lint

import (
	"maps"
	"reflect"
	"slices"

	"kept/policy"
)

// consentWithoutBasis: consent is asked for, and no legal basis is consent.
func consentWithoutBasis(s *search) {
	bases := s.of("basis")
	if len(bases) == 0 || slices.ContainsFunc(bases, func(b *policy.Promise) bool { return b.Params["basis"].Has("consent") }) {
		return
	}
	for _, pr := range s.of("consent") {
		if !pr.Params["given"].Has("use") {
			s.say(two(pr, bases[0]), "consent to %s is asked for, and no legal basis is consent", list(pr.Params["purpose"].Words()))
		}
	}
}

// identityTwice: who asks is always checked, and may be checked.
func identityTwice(s *search) {
	all := s.of("identity")
	s.pairs(all, all, func(a, b *policy.Promise) {
		if a.Params["when"].Word() != b.Params["when"].Word() {
			s.say(two(a, b), "identity is always checked, and may be checked")
		}
	})
}

// byLaw are the cases of disclosure in which nobody chooses.
var byLaw = []string{"legal-obligation", "court-order", "authority-request"}

// disclosedBeyond: data is disclosed where the law demands it alone, and others receive it.
func disclosedBeyond(s *search) {
	s.pairs(s.of("disclose"), s.of("recipient"), func(d, r *policy.Promise) {
		cases := d.Params["only"].Words()
		if len(cases) == 0 || slices.ContainsFunc(cases, func(c string) bool { return !slices.Contains(byLaw, c) }) {
			return
		}
		if r.Params["name"].Words() != nil || r.Params["kind"].Word() != "authority" {
			s.say(two(d, r), "data is disclosed for %s alone, and others receive it", list(cases))
		}
	})
}

// appStoresNothing: an app stores nothing, and something is collected by that very app, or goes from it to somebody.
func appStoresNothing(s *search) {
	for _, nothing := range s.of("store-nothing") {
		if nothing.Decision || nothing.Params["category"].Words() != nil {
			continue
		}
		for _, app := range nothing.Params["app"].Words() {
			for _, pr := range s.of("collect") {
				if itsOwn(pr, app) && s.Meet(nothing, pr) && s.beside(nothing, pr) {
					s.say(two(nothing, pr), "the app %s stores nothing, and %s is collected by it", app, list(pr.Params["category"].Words()))
				}
			}
			for _, pr := range s.of("recipient") {
				if app != policy.Every && itsOwn(pr, app) {
					s.say(two(nothing, pr), "the app %s stores nothing, and somebody receives data from it", app)
				}
			}
		}
	}
}

// itsOwn tells whether a promise names the app; all of them are meant by *.
func itsOwn(pr *policy.Promise, app string) bool {
	return app == policy.Every || slices.Contains(pr.Apps, app)
}

// beside tells whether a promise collects something that the other one does not except.
func (s *search) beside(nothing, collect *policy.Promise) bool {
	return slices.ContainsFunc(s.Categories, func(c policy.Category) bool {
		return policy.Covers(collect.Params["category"], c) && !policy.Covers(nothing.Params["except"], c)
	})
}

// openEnded: something stays until somebody asks, or as long as it is needed, and has a limit.
func openEnded(s *search) {
	all := s.of("retain")
	s.pairs(all, all, func(a, b *policy.Promise) {
		open, limited := a, b
		if !endless(open) {
			open, limited = b, a
		}
		if _, ends := limited.Params["max"].Period(); !endless(open) || !ends {
			return
		}
		if names := s.alike(open, limited); names != nil {
			s.say(two(open, limited), "%s stays until %s, and has a limit", list(names), list(open.Params["until"].Words()))
		}
	})
}

func endless(pr *policy.Promise) bool {
	_, ends := pr.Params["max"].Period()
	return !ends && (pr.Params["until"].Has("request") || pr.Params["until"].Has("need-ended"))
}

// whileSubscribed: nothing ends a category as long as somebody subscribes, unless somebody says that it has ended.
func whileSubscribed(s *search) {
	for _, c := range s.Categories {
		for _, app := range s.scopes() {
			rules, ok := s.Rules(app, c.Name)
			if !ok || app == "" || len(rules.Fields) == 0 || c.Subject == "" || len(rules.Collect) == 0 || adminsOwn(c) {
				continue
			}
			from := func(events ...string) func(policy.Limit) bool {
				return func(l policy.Limit) bool { return slices.Contains(events, l.From) }
			}
			last := slices.IndexFunc(rules.Retain, from("uninstalled", "unsubscribed"))
			if last >= 0 && !slices.ContainsFunc(rules.Retain, from("entry", "request", policy.LastUse)) {
				s.say(two(rules.Retain[last].Promise, rules.Collect[0]), "%s stays as long as somebody subscribes", c.Name)
				break
			}
		}
	}
}

// adminsOwn is what an administrator typed in and can change: it is meant to stay.
func adminsOwn(c policy.Category) bool { return c.Source == "admin" || c.Subject == "customer-admin" }

// saidTwice: two sentences are bound to the very same promise, one by one.
func saidTwice(s *search) {
	for _, control := range controls {
		all := s.of(control)
		s.pairs(all, all, func(a, b *policy.Promise) {
			if !a.Decision && !b.Decision && a.Document == b.Document && maps.EqualFunc(a.Params, b.Params, func(x, y policy.Value) bool { return reflect.DeepEqual(x, y) }) &&
				slices.Equal(a.Apps, b.Apps) && slices.Equal(a.Hosting, b.Hosting) && slices.Equal(a.Surface, b.Surface) && !together(a, b) {
				s.say(two(a, b), "the text says this twice")
			}
		})
	}
}

// actsOn: one sentence of a promise gave way in a contradiction, and the promise acts on through another one.
func actsOn(s *search) {
	for _, pr := range s.Promises {
		gave := 0
		for _, sentence := range pr.Sentences {
			if _, yields := s.GaveWay(sentence); yields {
				gave++
			}
		}
		if gave > 0 && gave < len(pr.Sentences) && !pr.Proposed && pr.Control != "information" {
			s.say(one(pr), "a sentence gave way to another one, and what it promises acts on through the rest")
		}
	}
}

// controls are those that can be said twice; information is nothing.
var controls = func() (names []string) {
	for _, k := range policy.Kinds {
		if k.Name != "information" {
			names = append(names, k.Name)
		}
	}
	return names
}()

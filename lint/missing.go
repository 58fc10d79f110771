package lint

import (
	"slices"
	"strings"

	"kept"
	"kept/policy"
)

// consentByUse: using something is consent, and consent is asked for.
func consentByUse(s *search) {
	all := s.of("consent")
	s.pairs(all, all, func(a, b *policy.Promise) {
		use, asked := a, b
		if !use.Params["given"].Has("use") {
			use, asked = b, a
		}
		if use.Params["given"].Has("use") && !asked.Params["given"].Has("use") {
			s.say(two(use, asked), "using the app is consent, and consent is asked for")
		}
	})
}

// consentStays: nobody says how consent is taken back (GDPR 7(3)).
func consentStays(s *search) {
	taken := slices.ContainsFunc(s.of("right"), func(pr *policy.Promise) bool { return pr.Params["right"].Has("withdraw") })
	all := s.of("consent")
	elsewhere := func(pr *policy.Promise) bool { // another sentence about the same purpose says it
		return slices.ContainsFunc(all, func(o *policy.Promise) bool {
			same := o.Params["purpose"].Words() == nil || slices.ContainsFunc(pr.Params["purpose"].Words(), o.Params["purpose"].Has)
			return same && o.Params["withdraw"].Word() != ""
		})
	}
	for _, pr := range all {
		if !taken && !elsewhere(pr) {
			s.say(one(pr), "consent to %s is given, and nothing says how it is withdrawn", list(pr.Params["purpose"].Words()))
		}
	}
}

// recipientUnnamed: a kind of party receives data, and nobody of it is named.
func recipientUnnamed(s *search) {
	for _, pr := range s.of("recipient") {
		kind := pr.Params["kind"].Word()
		if pr.Params["name"].Words() == nil && kind != "" && kind != "customer-chosen" && kind != "authority" {
			s.say(one(pr), "a %s receives data, and none is named", kind)
		}
	}
}

// recipientNowhere: somebody receives data, and nothing says where.
func recipientNowhere(s *search) {
	for _, pr := range s.of("recipient") {
		for _, name := range pr.Params["name"].Words() {
			if s.stands(name, pr) == nil {
				s.say(one(pr), "%s receives data, and nothing says where", name)
			}
		}
	}
}

// purposeWithoutBasis: data is used for something without a legal basis (GDPR 6(1)).
func purposeWithoutBasis(s *search) {
	if len(s.of("basis")) == 0 {
		return // silent says so once
	}
	based := map[string]bool{}
	for _, pr := range s.of("basis") {
		for _, purpose := range pr.Params["purpose"].Words() {
			based[purpose] = true
		}
		if pr.Params["purpose"].Words() == nil {
			based[policy.Every] = true
		}
	}
	said := map[string]bool{}
	for _, pr := range s.of("purpose") {
		for _, purpose := range pr.Params["purposes"].Words() {
			if !based[purpose] && !based[policy.Every] && !said[purpose] {
				said[purpose] = true
				s.say(one(pr), "data is used for %s without a legal basis", purpose)
			}
		}
	}
}

// storedByNobody: something is collected, and cannot be: a parameter that this build has no engine for keeps the promise out.
func storedByNobody(s *search) {
	for _, c := range s.Categories {
		for _, app := range s.scopes() {
			rules, ok := s.Rules(app, c.Name)
			if !ok || len(rules.Collect)+len(rules.StoreNothing) > 0 {
				continue
			}
			for _, pr := range s.of("collect") {
				if ok, missing := pr.Engine(); !ok && s.Applies(pr, app) && s.about(pr, c) {
					s.say(one(pr), "%s is collected, and the server stores none of it: it has no engine for %s", c.Name, missing)
				}
			}
		}
	}
}

// neverErased: a category is stored, and nothing ends it.
func neverErased(s *search) {
	for _, c := range s.Categories {
		for _, app := range s.scopes() {
			rules, ok := s.Rules(app, c.Name)
			if !ok || len(rules.Fields) == 0 || app == "" && c.Scope == "installation" || app != "" && c.Scope != "installation" {
				continue
			}
			if len(rules.Retain) == 0 && !s.ends(c, app) {
				s.say(one(rules.Collect[0]), "%s is stored, and nothing says when it goes", c.Name)
				break
			}
		}
	}
}

// ends tells whether a promise ends a category in any way, enforced or not.
func (s *search) ends(c policy.Category, app string) bool {
	return slices.ContainsFunc(s.of("retain"), func(pr *policy.Promise) bool { return s.Applies(pr, app) && s.about(pr, c) })
}

// accountUnreported: an app at Atlassian stores account ids in a category that is about nobody, so nobody asks what has become of
// these accounts (atlassian: user privacy guidelines).
func accountUnreported(s *search) {
	said := map[string]bool{}
	for _, pr := range append(s.of("collect"), s.of("log")...) {
		if !slices.ContainsFunc(s.Apps, func(a policy.App) bool { return s.Applies(pr, a.ID) && atAtlassian(a) }) {
			continue
		}
		for _, c := range s.Categories {
			if c.Subject != "" || c.Scope != "installation" || said[c.Name] || !s.about(pr, c) {
				continue
			}
			for _, f := range c.Fields {
				fields, names := pr.Params["fields"]
				if (!names || fields.Has(f.Name)) && !pr.Params["never"].Has(f.Name) && (f.Fides == "user.unique_id" || strings.HasPrefix(f.Fides, "user.unique_id.")) {
					said[c.Name] = true
					s.say(one(pr), "%s holds ids of people in its field %s, and has no subject: no account in it is reported to Atlassian", c.Name, f.Name)
					break
				}
			}
		}
	}
}

// atAtlassian tells whether an app runs for customers of Atlassian's cloud: on a customer's own host nobody has an account there.
func atAtlassian(a policy.App) bool {
	return slices.ContainsFunc(a.Hosting, func(h kept.Hosting) bool { return h != kept.DataCenter })
}

// rightWithoutClock: a right is promised, and nothing says how soon.
func rightWithoutClock(s *search) {
	timed := map[string]bool{}
	for _, pr := range s.of("right") {
		for _, right := range pr.Params["right"].Words() {
			timed[right] = timed[right] || pr.Params["within"].Word() != ""
		}
	}
	said := map[string]bool{}
	for _, pr := range s.of("right") {
		for _, right := range pr.Params["right"].Words() {
			if right != "complain" && !timed[right] && !said[right] { // a complaint goes to others, who have their own clocks
				said[right] = true
				s.say(one(pr), "the right to %s has no deadline", right)
			}
		}
	}
}

// wordWithoutEnd: people give their word, and nothing says how often.
func wordWithoutEnd(s *search) {
	for _, pr := range s.of("attest") {
		if pr.Params["every"].Word() == "" {
			s.say(one(pr), "somebody gives their word for %s, and nothing says how often", list(pr.Params["what"].Words()))
		}
	}
}

// contactWithoutAddress: somebody may be asked, and nothing says where.
func contactWithoutAddress(s *search) {
	for _, pr := range s.of("contact") {
		if pr.Params["address"].Word() == "" {
			s.say(one(pr), "for %s somebody may be asked, and no address is given", list(pr.Params["for"].Words()))
		}
	}
}

// silent: a policy says nothing of something that people look for in it (GDPR 13).
func silent(s *search) {
	for _, topic := range []struct {
		says     string
		controls []string
	}{
		{"the policy says nothing of how long data is kept", []string{"retain"}},
		{"the policy says nothing of the rights of people", []string{"right"}},
		{"the policy says nothing of a legal basis", []string{"basis", "consent"}},
		{"the policy says nothing of how data is protected", []string{"protect", "transport"}},
		{"the policy says nothing of where data is", []string{"place"}},
		{"the policy says nothing of who receives data", []string{"recipient", "disclose"}},
		{"the policy says nothing of what happens after a breach", []string{"incident"}},
		{"the policy says nothing of whom to ask", []string{"contact"}},
	} {
		if !slices.ContainsFunc(topic.controls, func(control string) bool { return len(s.of(control)) > 0 }) {
			s.say(nil, topic.says, []any{}...)
		}
	}
}

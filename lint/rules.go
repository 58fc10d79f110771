package lint

import (
	"slices"

	"kept"
	"kept/policy"
	"kept/region"
	"kept/scrub"
)

// Rules are in the order of docs/lint.md: what cannot both be kept first.
var Rules = []Rule{
	{"retention-over-promise", Wrong, retentionOverPromise},
	{"least-over-most", Wrong, leastOverMost},
	{"stored-nothing", Wrong, storedNothing},
	{"place-recipient", Wrong, placeRecipient},
	{"access-nobody", Wrong, accessNobody},
	{"only-purposes", Wrong, onlyPurposes},
	{"sold-anyway", Wrong, soldAnyway},
	{"rescue-too-late", Wrong, rescueTooLate},
	{"disclosed-to-nobody", Doubtful, disclosedToNobody},
	{"two-limits", Doubtful, twoLimits},
	{"two-places", Doubtful, twoPlaces},
	{"two-clocks", Doubtful, twoClocks},
	{"two-contacts", Doubtful, twoContacts},
	{"umbrella", Doubtful, umbrella},
	{"access-shut", Doubtful, accessShut},
	{"backup-outlives", Doubtful, backupOutlives},
	{"anonymous-person", Doubtful, anonymousPerson},
	{"log-of-persons", Doubtful, logOfPersons},
	{"consent-by-use", Doubtful, consentByUse},
	{"consent-without-basis", Doubtful, consentWithoutBasis},
	{"identity-twice", Doubtful, identityTwice},
	{"disclosed-beyond", Doubtful, disclosedBeyond},
	{"app-stores-nothing", Doubtful, appStoresNothing},
	{"open-ended", Doubtful, openEnded},
	{"while-subscribed", Doubtful, whileSubscribed},
	{"said-twice", Doubtful, saidTwice},
	{"acts-on", Doubtful, actsOn},
	{"consent-stays", Missing, consentStays},
	{"recipient-unnamed", Missing, recipientUnnamed},
	{"recipient-nowhere", Missing, recipientNowhere},
	{"purpose-without-basis", Missing, purposeWithoutBasis},
	{"never-erased", Missing, neverErased},
	{"stored-by-nobody", Missing, storedByNobody},
	{"account-unreported", Missing, accountUnreported},
	{"right-without-clock", Missing, rightWithoutClock},
	{"word-without-end", Missing, wordWithoutEnd},
	{"contact-without-address", Missing, contactWithoutAddress},
	{"silent", Missing, silent},
}

// retentionOverPromise: a decision keeps data longer than a sentence says.
func retentionOverPromise(s *search) {
	s.limits(func(a, b *policy.Promise, category, from string) {
		if a.Decision != b.Decision {
			longer, promised := a, b
			if b.Decision {
				longer, promised = b, a
			}
			if longest(longer) > longest(promised) {
				s.say(two(longer, promised), "a decision keeps %s longer after %s than the text says", category, from)
			}
		}
	})
}

// twoLimits: two sentences give one category two ends.
func twoLimits(s *search) {
	s.limits(func(a, b *policy.Promise, category, from string) {
		if a.Decision == b.Decision && longest(a) != longest(b) {
			s.say(two(a, b), "%s has two limits after %s; the shorter one is kept", category, from)
		}
	})
}

// limits calls fn for each two limits of one named category from one event.
func (s *search) limits(fn func(a, b *policy.Promise, category, from string)) {
	ends := func(pr *policy.Promise) bool { _, ok := pr.Params["max"].Period(); return ok }
	limits := slices.DeleteFunc(s.of("retain"), func(pr *policy.Promise) bool { return !ends(pr) })
	s.pairs(limits, limits, func(a, b *policy.Promise) {
		for _, from := range a.Params["from"].Words() {
			if names := s.alike(a, b); b.Params["from"].Has(from) && names != nil && !refines(a, b) && !refines(b, a) {
				fn(a, b, list(names), from)
			}
		}
	})
}

// refines tells whether a limit is for lines of some severities, and no longer than the other, or of others alone.
func refines(a, b *policy.Promise) bool {
	mine, theirs := a.Params["severity"], b.Params["severity"]
	if theirs.Words() == nil {
		return mine.Words() != nil && longest(a) <= longest(b)
	}
	return mine.Words() != nil && !slices.ContainsFunc(mine.Words(), theirs.Has)
}

// alike are the categories for which neither promise beats the other: both name them, or neither does.
func (s *search) alike(a, b *policy.Promise) (names []string) {
	for _, name := range s.common(a, b) {
		if a.Params["category"].Has(name) == b.Params["category"].Has(name) {
			names = append(names, name)
		}
	}
	return names
}

func longest(pr *policy.Promise) int64 {
	period, _ := pr.Params["max"].Period()
	return int64(period.Shortest())
}

// leastOverMost: something is kept at least that long, and gone before.
func leastOverMost(s *search) {
	all := s.of("retain")
	over := func(least, most *policy.Promise) {
		min, bound := least.Params["min"].Period()
		_, ends := most.Params["max"].Period()
		for _, from := range least.Params["from"].Words() {
			at := most.Params["until"].Has(from)
			if !bound || !at && (!ends || !most.Params["from"].Has(from) || longest(most) >= int64(min.Shortest())) {
				continue
			}
			if names := s.alike(least, most); names != nil {
				s.say(two(least, most), "%s is kept %s at least after %s, and gone before", list(names), least.Params["min"].Word(), from)
			}
		}
	}
	for _, pr := range all {
		over(pr, pr)
	}
	s.pairs(all, all, func(a, b *policy.Promise) { over(a, b); over(b, a) })
}

// storedNothing: what is never stored is collected.
func storedNothing(s *search) {
	s.pairs(s.of("store-nothing"), s.of("collect"), func(nothing, collect *policy.Promise) {
		if nothing.Decision || nothing.Params["until"].Words() != nil || nothing.Params["fields"].Words() != nil {
			return // a decision may be stricter than the text, and says why
		}
		if names := s.alike(nothing, collect); names != nil {
			s.say(two(nothing, collect), "%s is never stored, and collected", list(names))
		}
	})
}

// placeRecipient: data stays in a region, and goes to somebody elsewhere.
func placeRecipient(s *search) {
	s.pairs(s.of("place"), s.of("recipient"), func(place, recipient *policy.Promise) {
		promised := place.Params["region"].Words()
		for _, name := range recipient.Params["name"].Words() {
			stands := s.stands(name, recipient)
			if promised == nil || stands == nil || !fixed(promised) || !fixed(stands) || slices.ContainsFunc(stands, func(at string) bool { return region.Any(at, promised) }) {
				continue
			}
			s.say(two(recipient, place), "data is promised to be in %s, and %s receives it in %s", list(promised), name, list(stands))
		}
	})
}

// stands are the regions in which a recipient treats data: where a place names it as provider, that place knows best.
func (s *search) stands(name string, recipient *policy.Promise) (regions []string) {
	for _, pr := range s.of("place") {
		if pr.Params["provider"].Has(name) {
			regions = append(regions, pr.Params["region"].Words()...)
		}
	}
	if regions == nil {
		regions = recipient.Params["region"].Words()
	}
	if r, known := s.Recipient(name); regions == nil && known && r.Seat != "" {
		regions = []string{r.Seat}
	}
	return regions
}

// fixed tells whether regions are places, and not wherever something else is.
func fixed(regions []string) bool {
	return !slices.Contains(regions, "tenant") && !slices.Contains(regions, "same")
}

// twoPlaces: one category lies in two places that do not contain each other.
func twoPlaces(s *search) {
	places := s.of("place")
	s.pairs(places, places, func(a, b *policy.Promise) {
		names := s.alike(a, b)
		if names == nil {
			return
		}
		for _, by := range []string{"at", "region"} {
			as, bs := a.Params[by].Words(), b.Params[by].Words()
			if as != nil && bs != nil && fixed(as) && fixed(bs) && !slices.ContainsFunc(as, func(w string) bool { return slices.Contains(bs, w) || by == "region" && region.Any(w, bs) }) &&
				!(by == "region" && slices.ContainsFunc(bs, func(w string) bool { return region.Any(w, as) })) {
				s.say(two(a, b), "%s is promised to be at %s, and at %s", list(names), list(as), list(bs))
			}
		}
	})
}

// accessNobody: nobody may open something, and somebody may.
func accessNobody(s *search) {
	all := s.of("access")
	s.pairs(all, all, func(a, b *policy.Promise) {
		if a.Params["who"].Has("nobody") == b.Params["who"].Has("nobody") {
			return
		}
		umbrella := func(v policy.Value) bool { return v.Has(policy.Every) || v.Has(policy.PersonalData) }
		if to := b.Params["to"]; !slices.ContainsFunc(a.Params["to"].Words(), to.Has) && !(umbrella(to) && umbrella(a.Params["to"])) {
			return // what is named beats an umbrella
		}
		shut, open := a, b
		if open.Params["who"].Has("nobody") {
			shut, open = b, a
		}
		if shut.Decision {
			return // it may be stricter than the text, and says why
		}
		s.say(two(shut, open), "nobody has access to %s, and %s has", list(shut.Params["to"].Words()), list(open.Params["who"].Words()))
	})
}

// onlyPurposes: a sentence says "only", and another one adds a purpose.
func onlyPurposes(s *search) {
	all := s.of("purpose")
	s.pairs(all, all, func(a, b *policy.Promise) {
		for _, p := range [][]*policy.Promise{two(a, b), two(b, a)} {
			closed, other := p[0], p[1]
			if !closed.Params["only"].Bool() || closed.Params["purposes"].Has(policy.Every) || together(closed, other) {
				continue
			}
			if more := s.beyond(other, closed); len(more) > 0 {
				if names := s.alike(closed, other); names != nil {
					s.say(two(closed, other), "%s is for one thing only, and for %s as well", list(names), list(more))
					return
				}
			}
		}
	})
}

// beyond are the purposes of one promise that a closed list does not have. Promises of one sentence are one list.
func (s *search) beyond(other, closed *policy.Promise) (more []string) {
	has := map[string]bool{}
	for _, pr := range s.of("purpose") {
		if pr == closed || together(pr, closed) {
			for _, w := range pr.Params["purposes"].Words() {
				has[w] = true
			}
		}
	}
	for _, w := range other.Params["purposes"].Words() {
		if !has[w] {
			more = append(more, w)
		}
	}
	return more
}

// together tells whether two promises are of one sentence.
func together(a, b *policy.Promise) bool {
	return slices.ContainsFunc(a.Sentences, func(s policy.Ref) bool { return slices.Contains(b.Sentences, s) })
}

// soldAnyway: what is never handed out for a purpose is handed out, or read, for it.
func soldAnyway(s *search) {
	for _, param := range []struct{ control, name string }{{"recipient", "for"}, {"purpose", "purposes"}} {
		s.pairs(s.of("no-sale"), s.of(param.control), func(no, other *policy.Promise) {
			for _, purpose := range append([]string{"sale"}, no.Params["purposes"].Words()...) {
				if other.Params[param.name].Has(purpose) {
					s.say(two(no, other), "nothing is handed out for %s, and something is", purpose)
				}
			}
		})
	}
}

// rescueTooLate: nothing is left of what a return would find.
func rescueTooLate(s *search) {
	for _, rescue := range s.of("rescue") {
		within, timed := rescue.Params["within"].Period()
		if !timed {
			continue
		}
		var last *policy.Promise
		for _, retain := range s.of("retain") {
			if _, ends := retain.Params["max"].Period(); !ends || !s.Meet(rescue, retain) ||
				!retain.Params["from"].Has("uninstalled") && !retain.Params["from"].Has("unsubscribed") {
				continue
			}
			if last == nil || longest(retain) > longest(last) {
				last = retain
			}
		}
		if last != nil && longest(last) < int64(within.Shortest()) {
			s.say(two(rescue, last), "who comes back that late finds nothing: the last of it is gone before")
		}
	}
}

// disclosedToNobody: nothing is disclosed, and recipients are promised.
func disclosedToNobody(s *search) {
	s.pairs(s.of("disclose"), s.of("recipient"), func(d, r *policy.Promise) {
		if len(d.Params["only"].Words()) == 0 {
			s.say(two(d, r), "nothing is disclosed to anybody, and somebody receives data")
		}
	})
}

// twoClocks: one duty has two deadlines, or one and none.
func twoClocks(s *search) {
	for _, duty := range []struct{ control, by, clock, says, once string }{
		{"right", "right", "within", "the right to %s has two clocks: %s and %s", "the right to %s has a clock, %s, and elsewhere none"},
		{"incident", "notify", "within", "an incident is told to the %s by two clocks: %s and %s", ""},
		{"notice", "of", "before", "notice of %s has two clocks: %s and %s", ""},
	} {
		s.clocks(s.of(duty.control), duty.by, duty.clock, func(what string, timed, other *policy.Promise) {
			x, y := timed.Params[duty.clock].Word(), other.Params[duty.clock].Word()
			switch {
			case y != "":
				s.say(two(timed, other), duty.says, what, x, y)
			case duty.once != "": // of incidents and notices the other one may say what is told
				s.say(two(timed, other), duty.once, what, x)
			}
		})
	}
}

// clocks calls fn once for each duty that has a clock, and elsewhere another one; else none.
func (s *search) clocks(prs []*policy.Promise, by, clock string, fn func(what string, timed, other *policy.Promise)) {
	said := map[string]bool{}
	for _, both := range []bool{true, false} {
		for _, timed := range prs {
			for _, other := range prs {
				x, y := timed.Params[clock].Word(), other.Params[clock].Word()
				if x == "" || x == y || both != (y != "") || !s.Meet(timed, other) {
					continue
				}
				for _, what := range timed.Params[by].Words() {
					if other.Params[by].Has(what) && !said[what] {
						said[what] = true
						fn(what, timed, other)
					}
				}
			}
		}
	}
}

// twoContacts: one question has two addresses of one kind.
func twoContacts(s *search) {
	all := s.of("contact")
	s.pairs(all, all, func(a, b *policy.Promise) {
		x, y := a.Params["address"].Word(), b.Params["address"].Word()
		for _, what := range a.Params["for"].Words() {
			if b.Params["for"].Has(what) && x != "" && y != "" && x != y && a.Params["kind"].Word() == b.Params["kind"].Word() {
				s.say(two(a, b), "for %s there are two addresses", what)
			}
		}
	})
}

// umbrella: what holds for everything does not hold for what is named.
func umbrella(s *search) {
	for _, kind := range []string{"retain", "purpose", "place"} {
		all := s.of(kind)
		s.pairs(all, all, func(a, b *policy.Promise) {
			wide, named := a, b
			if !wideOf(wide) {
				wide, named = b, a
			}
			if !wideOf(wide) || wideOf(named) || !s.looser(named, wide) {
				return
			}
			if names := s.common(wide, named); names != nil {
				s.say(two(wide, named), "%s says of everything what does not hold for %s", kind, list(names))
			}
		})
	}
}

// accessShut: who may open everything may not open what another promise names, which says nothing of them. The named one is
// heard alone.
func accessShut(s *search) {
	all := s.of("access")
	s.pairs(all, all, func(a, b *policy.Promise) {
		umbrella := func(pr *policy.Promise) bool {
			return pr.Params["to"].Has(policy.Every) || pr.Params["to"].Has(policy.PersonalData)
		}
		wide, named := a, b
		if !umbrella(wide) {
			wide, named = b, a
		}
		if !umbrella(wide) || umbrella(named) || named.Params["who"].Has("nobody") || wide.Params["who"].Has("nobody") {
			return
		}
		for _, who := range wide.Params["who"].Words() {
			if kept.Role(who).IsStaff() && !named.Params["who"].Has(who) && !named.Params["who"].Has("vendor-staff") && s.common(wide, named) != nil {
				s.say(two(named, wide), "%s may open everything, and not %s, of which another sentence speaks", who, list(named.Params["to"].Words()))
				return
			}
		}
	})
}

func wideOf(pr *policy.Promise) bool {
	return pr.Params["category"].Has(policy.Every) || pr.Params["category"].Has(policy.PersonalData)
}

// looser tells whether a promise about one category allows what the one about everything does not.
func (s *search) looser(named, wide *policy.Promise) bool {
	switch wide.Control {
	case "retain":
		_, ends := named.Params["max"].Period()
		_, wideEnds := wide.Params["max"].Period()
		return ends && wideEnds && named.Params["from"].Has(wide.Params["from"].Word()) && longest(named) > longest(wide)
	case "place":
		as, bs := named.Params["region"].Words(), wide.Params["region"].Words()
		return as != nil && bs != nil && fixed(as) && fixed(bs) && !slices.ContainsFunc(as, func(w string) bool { return region.Any(w, bs) })
	}
	return wide.Params["only"].Bool() && len(s.beyond(named, wide)) > 0
}

// backupOutlives: a copy lives on when everything is gone.
func backupOutlives(s *search) {
	s.pairs(s.of("backup"), s.of("retain"), func(b, r *policy.Promise) {
		keep, timed := b.Params["keep"].Period()
		if _, ends := r.Params["max"].Period(); timed && ends && r.Params["copies"].Has("all") && int64(keep.Shortest()) > longest(r) {
			s.say(two(r, b), "every copy is gone %s after the end, and backups live for %s", r.Params["max"].Word(), keep)
		}
		if _, ends := r.Params["max"].Period(); timed && ends && longest(r) == 0 && wideOf(r) {
			s.say(two(r, b), "everything is gone at once, and backups live for %s", keep)
		}
	})
}

// anonymousPerson: a category is anonymous, and says who somebody is.
func anonymousPerson(s *search) {
	s.pairs(s.of("anonymise"), append(s.of("collect"), s.of("log")...), func(anon, stores *policy.Promise) {
		for _, name := range s.common(anon, stores) {
			c, _ := s.Category(name)
			fields := stores.Params["fields"].Words()
			for _, f := range c.Fields {
				if (fields == nil || slices.Contains(fields, f.Name)) && scrub.Identifying(f.Fides) && policy.Watched(anon, f.Name) {
					s.say(two(anon, stores), "%s is anonymous, and its field %s says who somebody is", name, f.Name)
				}
			}
		}
	})
}

// logOfPersons: a log never holds personal data, and holds it.
func logOfPersons(s *search) {
	all := s.of("log")
	s.pairs(all, all, func(a, b *policy.Promise) {
		for _, p := range [][]*policy.Promise{two(a, b), two(b, a)} {
			never, holds := p[0], p[1]
			if !never.Params["never"].Has(policy.PersonalData) {
				continue
			}
			for _, name := range s.common(never, holds) {
				c, _ := s.Category(name)
				for _, f := range c.Fields {
					if holds.Params["fields"].Has(f.Name) && scrub.Identifying(f.Fides) {
						s.say(two(never, holds), "%s never holds personal data, and its field %s is", name, f.Name)
					}
				}
			}
		}
	})
}

package board

import (
	"slices"

	"kept"
	"kept/policy"
)

func (b *Board) judgeRecipient(s *state, pr *policy.Promise, j *Judged) {
	refused := s.named[pr.ID]
	names, named := pr.Params["name"]
	mine := func(o outward) bool {
		return o.kind == kept.FactDisclosed && names.Has(o.recipient) && b.Policy.Applies(pr, o.app)
	}
	given := s.went(mine)
	odd := s.went(func(o outward) bool { return mine(o) && !b.mayServe(o) })
	if named {
		j.saw(Evidence{Says: Say("handed to the recipient"), Count: given.n, Last: given.last, Link: installations})
	}
	j.saw(Evidence{Says: Say("refused to a recipient or for a function that is not promised"), Count: refused.n, Last: refused.last, Link: installations})
	j.saw(Evidence{Says: Say("handed out for a function that nobody promised"), Count: odd.n, Last: odd.last, Bad: true, Link: installations})
	var broken, risk Saying
	if odd.n > 0 {
		broken = Say("a recipient got something for a function that nobody promised")
	}
	for _, name := range names.Words() {
		who, _ := b.Policy.Recipient(name)
		if seats := pr.Params["region"]; who.Seat != "" && seats.Words() != nil && !seats.Has(who.Seat) {
			risk = Say("the text and the list of recipients name different regions for %s", name)
		}
	}
	never := Say("nothing was handed to this recipient yet")
	if !named {
		never = Say("nobody is named, so nobody received anything, and nobody was refused")
	}
	j.decide(broken, risk, never)
}

// mayServe tells whether the promises of today give the recipient something for that function.
func (b *Board) mayServe(o outward) bool {
	return slices.ContainsFunc(b.Policy.Outward(o.app).Naming(o.recipient), func(pr *policy.Promise) bool {
		functions := pr.Params["for"].Words()
		return functions == nil || slices.Contains(functions, o.function)
	})
}

func (b *Board) judgeDisclose(s *state, pr *policy.Promise, j *Judged) {
	here := func(o outward) bool { return o.kind == kept.FactDisclosure && b.Policy.Applies(pr, o.app) }
	mine := s.went(func(o outward) bool { return here(o) && pr.Params["only"].Has(o.occasion) })
	odd := s.went(func(o outward) bool { return here(o) && b.Policy.Outward(o.app).Case(o.occasion) == nil })
	refused := s.named[pr.ID]
	j.saw(Evidence{Says: Say("disclosed by people in a case that is promised"), Count: mine.n, Last: mine.last, Link: "/ledger"})
	j.saw(Evidence{Says: Say("refused to people in another case"), Count: refused.n, Last: refused.last, Link: "/ledger"})
	j.saw(Evidence{Says: Say("disclosed in a case that nobody promised"), Count: odd.n, Last: odd.last, Bad: true, Link: "/ledger"})
	var broken Saying
	if odd.n > 0 {
		broken = Say("people disclosed something in a case that no promise names")
	}
	j.decide(broken, Saying{}, Say("nobody recorded a disclosure, and none was refused"))
}

func (b *Board) judgeNoSale(s *state, pr *policy.Promise, j *Judged) {
	banned := append(slices.Clone(pr.Params["purposes"].Words()), policy.Sale)
	here := func(o outward) bool { return o.kind == kept.FactDisclosed && b.Policy.Applies(pr, o.app) }
	sold := s.went(func(o outward) bool { return here(o) && slices.Contains(banned, o.function) })
	other := s.went(func(o outward) bool { return here(o) && !slices.Contains(banned, o.function) })
	refused := s.named[pr.ID]
	j.saw(Evidence{Says: Say("handed out, none of it as a sale"), Count: other.n, Last: other.last, Link: installations})
	j.saw(Evidence{Says: Say("sales refused"), Count: refused.n, Last: refused.last, Link: installations})
	j.saw(Evidence{Says: Say("handed out as a sale"), Count: sold.n, Last: sold.last, Bad: true, Link: installations})
	var broken Saying
	for _, a := range b.Policy.Apps {
		for _, given := range b.Policy.Outward(a.ID).Recipients {
			if b.Policy.Applies(pr, a.ID) && slices.ContainsFunc(banned, given.Params["for"].Has) {
				broken = Say("the promise %s lets a recipient buy", given.ID)
			}
		}
	}
	if sold.n > 0 {
		broken = Say("something was handed out as a sale")
	}
	j.decide(broken, Saying{}, Say("nothing was handed out yet, and no sale was refused"))
}

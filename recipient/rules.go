package recipient

import (
	"slices"
	"strings"

	"kept"
	"kept/gate"
	"kept/policy"
)

// mayReceiveSince asks every version of the policy that has held since the item was stored. A promise that a later one makes
// retroactive names the recipient for the earlier ones, too; what they said of selling stays.
func mayReceiveSince(p *policy.Policy, q gate.Question) error {
	named := false
	for _, version := range p.Since(q.Stored) {
		out := version.Outward(q.App)
		if pr := out.Sells(q.For); named && pr != nil {
			return sold(pr)
		}
		if named {
			continue
		}
		if err := mayReceive(version, q); err != nil {
			return err
		}
		named = slices.ContainsFunc(out.Naming(q.Recipient), func(pr *policy.Promise) bool { return version.Reaches(pr.ID) })
	}
	return nil
}

func sold(pr *policy.Promise) error {
	return kept.Errorf(kept.Denied, "the policy promises that nothing is sold").WithHint("no recipient may get data for that").Under(pr.ID)
}

// mayReceive decides whether a read may go to its recipient. Where the recipient stands is asked of `place`.
func mayReceive(p *policy.Policy, q gate.Question) error {
	if q.Recipient == "" {
		return kept.Errorf(kept.Invalid, "nobody is named who receives it").WithHint("say to whom it goes: ?recipient=…")
	}
	who, declared := p.Recipient(q.Recipient)
	if !declared {
		err := kept.Errorf(kept.Denied, "the policy declares no such recipient").
			WithHint("it would have to stand under recipients, with a promise `control: recipient` that names it")
		for _, pr := range p.Outward(q.App).Recipients { // somebody is to get it for this, and nobody is named
			if _, named := pr.Params["name"]; !named && pr.Params["for"].Has(q.For) {
				return err.Under(pr.ID)
			}
		}
		return err
	}
	out := p.Outward(q.App)
	if pr := out.Sells(q.For); pr != nil {
		return sold(pr)
	}
	naming := out.Naming(who.ID)
	if len(naming) == 0 {
		err := kept.Errorf(kept.Denied, "no promise gives %s anything of this app", who.ID).
			WithHint("it would take a promise or decision `control: recipient, name: %s`", who.ID)
		if unnamed := out.Unnamed(who.Kind, q.For); len(unnamed) > 0 {
			err.Under(unnamed[0].ID)
		}
		return err
	}
	return mayServe(who.ID, naming, q.For)
}

// mayServe decides about the function: the lists of the promises that name a recipient unite, and one without a list minds
// none.
func mayServe(who string, naming []*policy.Promise, function string) error {
	var functions []string
	for _, pr := range naming {
		list := pr.Params["for"].Words()
		if list == nil || slices.Contains(list, function) {
			return nil
		}
		functions = append(functions, list...)
	}
	if function == "" {
		return kept.Errorf(kept.Invalid, "nobody says for what %s gets it", who).WithHint("say it: &for=…; allowed: %s", strings.Join(functions, ", "))
	}
	return kept.Errorf(kept.Denied, "no promise gives %s anything for this function", who).Under(naming[0].ID).
		WithHint("allowed: %s", strings.Join(functions, ", "))
}

// check refuses what no policy could allow: words that it does not declare are written down nowhere.
func check(p *policy.Policy, d Disclosure) error {
	if d.Case == "" || len(d.Categories) == 0 {
		return kept.Errorf(kept.Invalid, "a disclosure needs its case, and what it is of").WithHint("`case` is one of a promise `control: disclose`, `categories` are the policy's")
	}
	if _, declared := p.Recipient(d.Recipient); !declared && d.Recipient != "" {
		return kept.Errorf(kept.Invalid, "the policy declares no such recipient").WithHint("declare it under recipients, or leave it out")
	}
	for i, c := range d.Categories {
		if _, declared := p.Category(c); !declared || slices.Contains(d.Categories[:i], c) {
			return kept.Errorf(kept.Invalid, "a category is not declared, or stands twice").WithHint("name each once, as the policy does")
		}
	}
	return nil
}

// mayReveal decides about a case in which people hand something out.
func mayReveal(p *policy.Policy, q gate.Question) error {
	out := p.Outward(q.App)
	if out.Case(q.Case) != nil {
		return nil
	}
	err := kept.Errorf(kept.Denied, "no promise names this as a case for a disclosure")
	var cases []string
	for _, pr := range out.Disclose {
		cases = append(cases, pr.Params["only"].Words()...)
	}
	switch {
	case len(out.Disclose) == 0:
		return err.WithHint("it would take a promise or decision `control: disclose` with the case in `only`")
	case cases == nil:
		return err.Under(out.Disclose[0].ID).WithHint("the policy promises never to disclose anything")
	}
	return err.Under(out.Disclose[0].ID).WithHint("allowed: %s", strings.Join(cases, ", "))
}

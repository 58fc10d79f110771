package vault

import (
	"regexp"
	"strings"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
	"kept/scrub"
	"kept/seal"
)

var hostShape = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$`)

// host is a host in one form of writing; empty for none.
func host(s string) (string, error) {
	s = strings.TrimSuffix(strings.ToLower(s), ".")
	if s != "" && !hostShape.MatchString(s) {
		return "", kept.Errorf(kept.Invalid, "the host is not one").WithHint("a name, or an address with dots, perhaps with a port; no scheme and no path")
	}
	return s, nil
}

// token vetoes a secret without its host, and its use for another one. It is the engine of token, scope least.
func (v *Vault) token(_ *kernel.View, q gate.Question) error {
	if q.Verb != gate.Put && q.Verb != gate.Read {
		return nil
	}
	rules, _ := v.policy.Rules(q.App, q.Category)
	return each(rules, q, func(r policy.Rules) error { return mayUse(r, q.Host == "", q.Other) })
}

func mayUse(r policy.Rules, nowhere, other bool) error {
	least := r.Least()
	switch {
	case least == nil:
		return nil
	case nowhere:
		return kept.Errorf(kept.Denied, "%s is kept for one host, and none is named", r.Category.Name).Under(least.ID).WithHint("say `host`: where it is used")
	case other:
		return kept.Errorf(kept.Denied, "this %s is for another host", r.Category.Name).WithHint("say the host it was stored for").Under(least.ID)
	}
	return nil
}

// anonymise vetoes what names somebody where the policy promises that nothing does.
func (v *Vault) anonymise(_ *kernel.View, q gate.Question) error {
	if q.Verb != gate.Put && q.Verb != gate.Log {
		return nil
	}
	rules, _ := v.policy.Rules(q.App, q.Category)
	return isAnonymous(rules, q)
}

func isAnonymous(r policy.Rules, q gate.Question) error {
	for _, pr := range r.Anonymise {
		if q.About {
			return kept.Errorf(kept.Denied, "%s is anonymous, so it is about nobody", r.Category.Name).Under(pr.ID).WithHint("leave the person out")
		}
		for _, name := range q.Fields {
			field, _ := r.Category.Field(name)
			switch {
			case !policy.Watched(pr, name):
			case scrub.Identifying(field.Fides):
				return kept.Errorf(kept.Denied, "%s is anonymous, and a field of it says who somebody is", r.Category.Name).WithHint("leave the field out").Under(pr.ID)
			case len(q.Names[name]) > 0:
				return kept.Errorf(kept.Denied, "%s is anonymous, and a text in it looks like %s", r.Category.Name, strings.Join(q.Names[name], " and ")).WithHint("leave it out, or count instead of telling").Under(pr.ID)
			}
		}
	}
	return nil
}

// access vetoes the vendor's people where no promise lets their role in.
func (v *Vault) access(_ *kernel.View, q gate.Question) error {
	if !q.Actor.Role.IsStaff() || q.Category == "" || q.Verb != gate.Read && q.Verb != gate.List {
		return nil
	}
	rules, _ := v.policy.Rules(q.App, q.Category)
	return each(rules, q, func(r policy.Rules) error { return mayOpen(r, q.Actor.Role) })
}

func mayOpen(r policy.Rules, role kept.Role) error {
	admitted, by := r.Access.Admits(role)
	if admitted {
		return nil
	}
	err := kept.Errorf(kept.Denied, "no promise lets the role %s see %s", role, r.Category.Name)
	if by == nil {
		return err.WithHint("it would take a promise or decision `control: access, to: %s, who: %s`", r.Category.Name, role)
	}
	return err.WithHint("it is for the roles that the promise names").Under(by.ID)
}

// names looks for persons in a value, where the policy wants to know.
func (v *Vault) names(app string, p Put) gate.Names {
	if rules, _ := v.policy.Rules(app, p.Category); len(rules.Anonymise) == 0 {
		return nil
	}
	names := gate.Names{}
	for field, value := range p.Value {
		names[field] = scrub.Find(value)
	}
	return names
}

// index is the blind index of a word, nil of none.
func index(key seal.Key, what, word string) ([]byte, error) {
	if word == "" {
		return nil, nil
	}
	blind, err := seal.BlindIndex(key, what, word)
	return blind[:], err
}

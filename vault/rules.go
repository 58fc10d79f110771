package vault

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
)

const (
	maxValue = 64 << 10 // bytes of JSON in one item
	maxName  = 256
)

var word = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)

// isWord tells whether a purpose could stand in a policy: it is written down as it is, also where every one is allowed.
func isWord(purpose string) bool { return len(purpose) <= 64 && word.MatchString(purpose) }

// check refuses what no policy could allow, and gives the bytes to seal.
func check(p Put) ([]byte, error) {
	if len(p.Value) == 0 {
		return nil, kept.Errorf(kept.Invalid, "there is no field to store").WithHint("a value has at least one field")
	}
	if len(p.Name) > maxName || len(p.Group) > maxName {
		return nil, kept.Errorf(kept.Invalid, "a name or group has more than %d bytes", maxName).WithHint("take a shorter one")
	}
	if p.Subject != "" {
		if err := kept.ParseAccount(p.Subject); err != nil {
			return nil, err
		}
	}
	plain, err := json.Marshal(p.Value)
	if err != nil {
		return nil, kept.Errorf(kept.Invalid, "the value is not JSON").WithHint("each field is any JSON")
	}
	if len(plain) > maxValue {
		return nil, kept.Errorf(kept.Invalid, "the value has more than %d bytes", maxValue).WithHint("store it in several items")
	}
	return plain, nil
}

func fieldsOf(v Value) []string {
	fields := make([]string, 0, len(v))
	for f := range v {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	return fields
}

// collect vetoes a put that no promise allows. It is the engine of collect and store-nothing.
func (v *Vault) collect(_ *kernel.View, q gate.Question) error {
	if q.Verb != gate.Put {
		return nil
	}
	rules, declared := v.policy.Rules(q.App, q.Category)
	if !declared {
		return kept.Errorf(kept.Denied, "the policy declares no such category").
			WithHint("it would have to stand under categories, with a promise `control: collect` for it")
	}
	return mayStore(rules, q.Fields, func(field string) *policy.Promise { return v.forbids(rules, q.App, field) })
}

// forbids is the promise that keeps a field out of a category: it is the one a refusal exercises.
func (v *Vault) forbids(r policy.Rules, app, field string) *policy.Promise {
	for _, pr := range v.policy.Promises {
		if pr.Control == "store-nothing" && v.policy.Applies(pr, app) && pr.Params["fields"].Has(field) && pr.Params["category"].Has(r.Category.Name) {
			return pr
		}
	}
	return r.Collect[0]
}

// mayStore decides from the rules of a category alone.
func mayStore(r policy.Rules, fields []string, forbids func(field string) *policy.Promise) error {
	name := r.Category.Name
	if len(r.StoreNothing) > 0 {
		return kept.Errorf(kept.Denied, "the policy promises to store nothing of %s", name).WithHint("keep it in memory alone").Under(r.StoreNothing[0].ID)
	}
	if len(r.Collect) == 0 {
		return kept.Errorf(kept.Denied, "no promise allows storing %s", name).
			WithHint("it would take a promise or decision `control: collect, category: %s`", name)
	}
	for _, f := range fields {
		if slices.Contains(r.Never, f) {
			return kept.Errorf(kept.Denied, "the policy promises never to store a field of this name in %s", name).WithHint("leave the field out").Under(forbids(f).ID)
		}
		if !slices.Contains(r.Fields, f) {
			return kept.Errorf(kept.Denied, "a field is not among those the policy allows in %s", name).Under(r.Collect[0].ID).
				WithHint("allowed: %s; another one would have to stand in `fields` of the category and of its `collect`", strings.Join(r.Fields, ", "))
		}
	}
	return nil
}

// purpose vetoes a read for a purpose that no promise names.
func (v *Vault) purpose(_ *kernel.View, q gate.Question) error {
	if q.Verb != gate.Read && q.Verb != gate.Review {
		return nil
	}
	rules, declared := v.policy.Rules(q.App, q.Category)
	if !declared {
		return kept.Errorf(kept.Denied, "the policy declares no category %s", q.Category).WithHint("its `categories` name all there are")
	}
	return each(rules, q, func(r policy.Rules) error { return mayRead(r, q.Purpose) })
}

// each asks the rules of now, and those of every version of the policy since what is asked for was stored.
func each(rules policy.Rules, q gate.Question, may func(policy.Rules) error) error {
	for _, r := range rules.Since(q.Stored) {
		if err := may(r); err != nil {
			return err
		}
	}
	return nil
}

func mayRead(r policy.Rules, purpose string) error {
	if purpose == "" {
		return kept.Errorf(kept.Invalid, "a read needs its purpose").WithHint("say for what it is read: ?purpose=…")
	}
	var allowed []string
	for _, a := range r.Purposes {
		if a.Purpose == purpose || a.Purpose == "*" && isWord(purpose) {
			return nil
		}
		allowed = append(allowed, a.Purpose)
	}
	if !isWord(purpose) {
		return kept.Errorf(kept.Invalid, "the purpose is not a word").WithHint("write it as in the policy: a-z 0-9 . _ -")
	}
	err := kept.Errorf(kept.Denied, "no promise allows reading %s for this purpose", r.Category.Name)
	if len(allowed) == 0 {
		return err.WithHint("it would take a promise or decision `control: purpose, category: %s`", r.Category.Name)
	}
	return err.Under(r.Purposes[0].Promise.ID).WithHint("allowed: %s", strings.Join(allowed, ", "))
}

// knows tells whether a promise of the kind names a word, so that a fact may say which it was: callers make words up.
func (v *Vault) knows(control, param, word string) bool {
	return slices.ContainsFunc(v.policy.Promises, func(pr *policy.Promise) bool {
		return pr.Control == control && pr.Params[param].Has(word)
	})
}

// outward are the words of a fact about a disclosure, as far as the policy knows them.
func (v *Vault) outward(g Get) map[string]string {
	words := map[string]string{}
	if _, declared := v.policy.Recipient(g.Recipient); declared {
		words["recipient"] = g.Recipient
	}
	if g.For == policy.Sale || v.knows("recipient", "for", g.For) || v.knows("no-sale", "purposes", g.For) {
		words["for"] = g.For
	}
	return words
}

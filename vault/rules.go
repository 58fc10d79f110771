package vault

import (
	"encoding/json"
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

// check refuses what no policy could allow, and gives the bytes to seal.
func check(p Put) ([]byte, error) {
	if len(p.Value) == 0 {
		return nil, kept.Errorf(kept.Invalid, "there is no field to store")
	}
	if len(p.Name) > maxName || len(p.Subject) > maxName {
		return nil, kept.Errorf(kept.Invalid, "a name or subject has more than %d bytes", maxName)
	}
	plain, err := json.Marshal(p.Value)
	if err != nil {
		return nil, kept.Errorf(kept.Invalid, "the value is not JSON")
	}
	if len(plain) > maxValue {
		return nil, kept.Errorf(kept.Invalid, "the value has more than %d bytes", maxValue)
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
	return mayStore(rules, q.Fields)
}

// mayStore decides from the rules of a category alone.
func mayStore(r policy.Rules, fields []string) error {
	name := r.Category.Name
	if len(r.StoreNothing) > 0 {
		return kept.Errorf(kept.Denied, "the policy promises to store nothing of %s", name).Under(r.StoreNothing[0].ID)
	}
	if len(r.Collect) == 0 {
		return kept.Errorf(kept.Denied, "no promise allows storing %s", name).
			WithHint("it would take a promise or decision `control: collect, category: %s`", name)
	}
	for _, f := range fields {
		if slices.Contains(r.Never, f) {
			return kept.Errorf(kept.Denied, "the policy promises never to store a field of this name in %s", name).Under(r.Collect[0].ID)
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
		return kept.Errorf(kept.Denied, "the policy declares no category %s", q.Category)
	}
	return mayRead(rules, q.Purpose)
}

func mayRead(r policy.Rules, purpose string) error {
	if purpose == "" {
		return kept.Errorf(kept.Invalid, "a read needs its purpose").WithHint("say for what it is read: ?purpose=…")
	}
	var allowed []string
	for _, a := range r.Purposes {
		if a.Purpose == purpose || a.Purpose == "*" {
			return nil
		}
		allowed = append(allowed, a.Purpose)
	}
	err := kept.Errorf(kept.Denied, "no promise allows reading %s for this purpose", r.Category.Name)
	if len(allowed) == 0 {
		return err.WithHint("it would take a promise or decision `control: purpose, category: %s`", r.Category.Name)
	}
	return err.Under(r.Purposes[0].Promise.ID).WithHint("allowed: %s", strings.Join(allowed, ", "))
}

// knows tells whether the policy names a purpose, so that a refused read may say which it was.
func (v *Vault) knows(purpose string) bool {
	return slices.ContainsFunc(v.policy.Promises, func(pr *policy.Promise) bool {
		return pr.Control == "purpose" && slices.Contains(pr.Params["purposes"].Words(), purpose)
	})
}

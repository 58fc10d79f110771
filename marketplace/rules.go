package marketplace

import (
	"crypto/sha256"
	"slices"
	"strings"

	"kept/atlassian"
	"kept/policy"
)

// fields are those of a category that the Marketplace can fill, by the names that policies have for them.
var fields = map[string]func(atlassian.Contact) string{
	"name": func(c atlassian.Contact) string { return c.Name }, "email": func(c atlassian.Contact) string { return c.Email },
	"phone": func(c atlassian.Contact) string { return c.Phone }, "mailing_address": func(c atlassian.Contact) string { return c.Address },
	"company_name": func(c atlassian.Contact) string { return c.Company }, "customer_location": func(c atlassian.Contact) string { return c.Country },
}

// value is what of a contact a category of an app takes; nil for nothing.
func (m *Marketplace) value(app, category string, c atlassian.Contact) map[string]string {
	return value(m.rules(app, category), c)
}

func (m *Marketplace) rules(app, category string) policy.Rules {
	rules, _ := m.policy.Rules(app, category)
	return rules
}

func value(r policy.Rules, c atlassian.Contact) map[string]string {
	out := map[string]string{}
	for _, f := range r.Told() {
		if of, known := fields[f]; known && of(c) != "" {
			out[f] = of(c)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// collects is a hash of what of contacts the policy lets be stored; nil for nothing.
func (m *Marketplace) collects() []byte {
	var all []string
	for _, a := range m.policy.Apps {
		for _, c := range m.policy.Categories {
			if told := m.rules(a.ID, c.Name).Told(); told != nil {
				all = append(all, a.ID+"/"+c.Name+"/"+strings.Join(told, " "))
			}
		}
	}
	if all == nil {
		return nil
	}
	slices.Sort(all)
	sum := sha256.Sum256([]byte(strings.Join(all, "\n")))
	return sum[:]
}

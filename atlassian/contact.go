package atlassian

import (
	"encoding/json"
	"strings"
)

// forgotten stands where the Marketplace named somebody whom Atlassian was asked to forget. atlassian: marketplace reporting
const forgotten = "RTBF"

// Contact is whom a licence names. It is read where somebody wants it, and never otherwise.
type Contact struct {
	Kind                        string // technical or billing
	Name, Email, Phone, Address string // each empty where it is not told; an address in one line
	Company, Country            string
	Forgotten                   bool // Atlassian has forgotten the person: nothing else is told
}

// Contacts are whom the licence names, as far as that can be read.
func (l Licence) Contacts() (list []Contact) {
	details, _ := object([]byte(l.details))
	for _, kind := range []string{"technical", "billing"} {
		of, there := object(details[kind+"Contact"])
		if !there {
			continue
		}
		c := Contact{Kind: kind, Name: text(of["name"]), Email: text(of["email"]), Phone: text(of["phone"]), Address: address(of),
			Company: text(details["company"]), Country: text(details["country"])}
		for _, said := range []string{c.Name, c.Email, c.Phone, c.Address} {
			c.Forgotten = c.Forgotten || said == forgotten
		}
		if c.Forgotten {
			c = Contact{Kind: kind, Forgotten: true}
		}
		list = append(list, c)
	}
	return list
}

// address is one in one line: Atlassian tells it in one member, or in several.
func address(of map[string]json.RawMessage) string {
	if nested, there := object(of["address"]); there {
		of = nested
	}
	var parts []string
	for _, member := range []string{"address", "address1", "address2", "postcode", "city", "state", "country"} {
		if part := text(of[member]); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

func object(b []byte) (of map[string]json.RawMessage, there bool) {
	return of, json.Unmarshal(b, &of) == nil && of != nil
}

// text is a text of at most longest bytes; empty for anything else.
func text(b []byte) (s string) {
	const longest = 1000
	if json.Unmarshal(b, &s) != nil || len(s) > longest {
		return ""
	}
	return strings.TrimSpace(s)
}

// raw is JSON as it came, unread. Two can be compared.
type raw string

// UnmarshalJSON takes anything.
func (r *raw) UnmarshalJSON(b []byte) error {
	*r = raw(b)
	return nil
}

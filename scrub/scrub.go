// Package scrub finds what names a person in a text: e-mail addresses, IP addresses, Atlassian account ids. It knows no
// policy, and refuses to guess: a version number is no address.
package scrub

import (
	"encoding/json"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// What a text can hold.
const (
	Email   = "email"
	IP      = "ip-address"
	Account = "account-id" // source: atlassian account ids, 557058:<uuid>, or 24 hexadecimal digits of old
)

var (
	emailShape = regexp.MustCompile(`[\pL\pN](?:[\pL\pN._%+'-]*[\pL\pN_%+'-])?@([\pL\pN-]+(?:\.[\pL\pN-]+)*\.(?:\pL{2,}|xn--[a-z0-9-]+))`)
	retina     = regexp.MustCompile(`^[0-9]x\.`) // icon@2x.png
	ip4Shape   = regexp.MustCompile(`[0-9]+(?:\.[0-9]+){3,}`)
	ip6Shape   = regexp.MustCompile(`[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*`)
	idShape    = regexp.MustCompile(`(?i)(?:^|[^0-9a-z])(?:[0-9]{5,7}:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[56][0-9a-f]{23})(?:[^0-9a-z]|$)`)
	versioned  = regexp.MustCompile(`(?i)(?:[a-z]/|[a-z]|(?:version|release|build|ver\.?)["':= ]+)$`)
)

// identifying are the branches of the Fides taxonomy that say who somebody is.
var identifying = []string{"user.name", "user.contact", "user.unique_id", "user.account", "user.government_id", "user.biometric",
	"user.device.ip_address", "user.device.cookie_id"}

// Identifying tells whether data under a Fides key names a person by itself.
func Identifying(fides string) bool {
	return slices.ContainsFunc(identifying, func(branch string) bool { return fides == branch || strings.HasPrefix(fides, branch+".") })
}

// Find lists what the texts in a JSON value hold, names of members too; sorted, each kind once.
func Find(value json.RawMessage) (kinds []string) {
	var v any
	if json.Unmarshal(value, &v) != nil {
		return nil
	}
	walk(v, &kinds)
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func walk(v any, kinds *[]string) {
	switch v := v.(type) {
	case string:
		*kinds = append(*kinds, Text(v)...)
	case []any:
		for _, member := range v {
			walk(member, kinds)
		}
	case map[string]any:
		for name, member := range v {
			walk(name, kinds)
			walk(member, kinds)
		}
	}
}

// Text lists what one text holds.
func Text(s string) (kinds []string) {
	s = strings.ReplaceAll(s, "%40", "@")
	if hasEmail(s) {
		kinds = append(kinds, Email)
	}
	if hasIP4(s) || hasIP6(s) {
		kinds = append(kinds, IP)
	}
	if idShape.MatchString(strings.ReplaceAll(s, "%3A", ":")) {
		kinds = append(kinds, Account)
	}
	return kinds
}

func hasEmail(s string) bool {
	for _, m := range emailShape.FindAllStringSubmatch(s, -1) {
		if !retina.MatchString(m[1]) {
			return true
		}
	}
	return false
}

// hasIP4 leaves out versions (Chrome/99.0.4.51, v1.2.3.4), and networks and the own machine, which are nobody's.
func hasIP4(s string) bool {
	for _, at := range ip4Shape.FindAllStringIndex(s, -1) {
		a, err := netip.ParseAddr(s[at[0]:at[1]])
		if err != nil || versioned.MatchString(s[max(0, at[0]-16):at[0]]) || at[1] < len(s) && letter(s[at[1]]) {
			continue
		}
		if b := a.As4(); b[3] != 0 && b[0] != 0 && !a.IsLoopback() && b != [4]byte{255, 255, 255, 255} {
			return true
		}
	}
	return false
}

// hasIP6 leaves out names with colons (std::vector, Fa::Be): an address has a digit and stands alone.
func hasIP6(s string) bool {
	for _, at := range ip6Shape.FindAllStringIndex(s, -1) {
		text := strings.TrimRight(s[at[0]:at[1]], ".")
		end := at[0] + len(text)
		if at[0] > 0 && letter(s[at[0]-1]) || end < len(s) && letter(s[end]) || !strings.ContainsAny(text, "0123456789") {
			continue
		}
		if !strings.HasSuffix(text, "::") {
			text = strings.TrimRight(text, ":")
		}
		if a, err := netip.ParseAddr(text); err == nil && !a.IsLoopback() && !a.IsUnspecified() {
			return true
		}
	}
	return false
}

func letter(c byte) bool { return c == '_' || c == '-' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

package kept

import "regexp"

var accountShape = regexp.MustCompile(`^[A-Za-z0-9:-]{1,128}$`)

// ParseAccount checks that s may be an Atlassian account id. Errors: Invalid, also for the two words that Atlassian has
// for people it does not know: they are nobody's id, and must be neither stored nor reported.
// atlassian: user privacy guidelines
func ParseAccount(s string) error {
	if s == "unknown" || s == "unidentified" {
		return Errorf(Invalid, "nobody has this account id: it stands for people whom Atlassian does not know").WithHint("leave the person out")
	}
	if !accountShape.MatchString(s) {
		return Errorf(Invalid, "not an Atlassian account id").WithHint("hand in the id as Atlassian gives it: up to 128 letters, digits, colons and hyphens")
	}
	return nil
}

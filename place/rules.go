package place

import (
	"slices"
	"strings"

	"kept"
	"kept/policy"
	"kept/region"
)

// here are the places that mean this server: who runs its data centre cannot be seen from inside.
var here = []string{"vendor", "third-party"}

// Elsewhere tells whether a promise names only places that are not this server.
func Elsewhere(pr *policy.Promise) bool {
	at := pr.Params["at"].Words()
	return len(at) > 0 && !slices.ContainsFunc(at, func(p string) bool { return slices.Contains(here, p) })
}

// Fits tells whether server and database stand in a region that a promise names; one that names none does not mind.
func (s Standing) Fits(pr *policy.Promise) bool {
	regions := pr.Params["region"].Words()
	return regions == nil || region.Any(s.Region, regions) && region.Any(s.Database, regions)
}

// Reaches tells whether a recipient in any of these regions stands where a promise allows; one of whom nobody knows where
// stands nowhere.
func Reaches(pr *policy.Promise, regions []string) bool {
	promised := pr.Params["region"].Words()
	return promised == nil || regions != nil && !slices.ContainsFunc(regions, func(r string) bool { return !region.Any(r, promised) })
}

func mayBe(r policy.Rules, s Standing) error {
	for _, pr := range r.Places {
		if Elsewhere(pr) {
			return kept.Errorf(kept.Denied, "the policy promises that %s stays elsewhere, not on this server", r.Category.Name).Under(pr.ID).
				WithHint("promised: %s", words(pr.Params["at"].Words()))
		}
		if !s.Fits(pr) {
			return kept.Errorf(kept.Denied, "the policy promises another region for %s than the one this server or its database stands in", r.Category.Name).
				Under(pr.ID).WithHint("promised: %s", words(pr.Params["region"].Words()))
		}
	}
	return nil
}

func mayReach(r policy.Rules, regions []string) error {
	for _, pr := range r.Places {
		if !Reaches(pr, regions) {
			return kept.Errorf(kept.Denied, "the policy promises a region for %s in which this recipient does not stand", r.Category.Name).Under(pr.ID).
				WithHint("promised: %s; the recipient: %s", words(pr.Params["region"].Words()), words(regions))
		}
	}
	return nil
}

func words(w []string) string {
	if w == nil {
		return "nobody says where"
	}
	return strings.Join(w, ", ")
}

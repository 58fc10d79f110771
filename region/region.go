// Package region tells in which country a cloud region lies, and whether a place lies within a promised one. It knows no
// provider's prices, names or promises, and takes what it does not know for nowhere.
package region

import (
	"slices"
	"strings"
)

// EEA stands for all its members (law: GDPR, incorporated into the EEA Agreement by Decision 154/2018).
const EEA = "EEA"

// EU stands for the member states of the European Union: those of the EEA but three.
const EU = "EU"

// Country is where a place lies, as ISO 3166-1 alpha-2 in capitals; places are countries and cloud regions, in capitals or
// not. False where nobody here knows it, and for what is no single country.
func Country(place string) (string, bool) {
	up := strings.ToUpper(place)
	if slices.Contains(countries, up) {
		return up, true
	}
	c, known := clouds[strings.ToLower(place)]
	return c, known
}

// Within tells whether a place lies in a promised region. A country holds its cloud regions, the EEA its members; a
// promised cloud region holds itself alone.
func Within(place, promised string) bool {
	if place == "" {
		return false
	}
	if strings.EqualFold(place, promised) {
		return true
	}
	country, known := Country(place)
	switch promised {
	case EEA:
		return known && slices.Contains(members, country) || place == EU
	case EU:
		return known && slices.Contains(members, country) && !slices.Contains(outsideEU, country)
	}
	return known && strings.EqualFold(country, promised)
}

var outsideEU = []string{"IS", "LI", "NO"}

// Any tells whether a place lies in one of the promised regions.
func Any(place string, promised []string) bool {
	return slices.ContainsFunc(promised, func(p string) bool { return Within(place, p) })
}

var members = strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK")

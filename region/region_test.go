package region

import (
	"strings"
	"testing"
)

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		place, promised string
		want            bool
	}{
		{"eu-central-1", "DE", true},
		{"germanywestcentral", "DE", true},
		{"europe-west3", "DE", true},
		{"fsn1", "DE", true},
		{"de", "DE", true},
		{"DE", "DE", true},
		{"us-west-2", "us-west-2", true},
		{"us-west-2", "US", true},
		{"DE", "EEA", true},
		{"eu-west-1", "EEA", true},
		{"norwayeast", "EEA", true},
		{"EEA", "EEA", true},
		{"EU", "EEA", true},
		{"eu-central-1", "EU", true},
		{"norwayeast", "EU", false},
		{"EEA", "EU", false},
		{"eu-west-2", "EEA", false},    // London
		{"eu-central-2", "EEA", false}, // Zurich
		{"us-west-2", "DE", false},
		{"us-east-1", "us-west-2", false},
		{"US", "us-west-2", false}, // anywhere in a country is not that region
		{"EEA", "DE", false},
		{"eu-central-9", "DE", false},
		{"", "DE", false},
		{"", "", false},
		{"tenant", "DE", false},
	} {
		if got := Within(c.place, c.promised); got != c.want {
			t.Errorf("%q within %q: %t", c.place, c.promised, got)
		}
	}
	if !Any("us-west-2", []string{"DE", "US"}) || Any("gb", []string{"DE", "EEA"}) || Any("de", nil) {
		t.Error("any of several regions")
	}
}

func TestTheTableIsUnambiguous(t *testing.T) {
	of := map[string]string{}
	for provider, regions := range providers {
		for country, names := range regions {
			if c, ok := Country(country); !ok || c != country {
				t.Errorf("%s: %s is no country", provider, country)
			}
			for _, name := range strings.Fields(names) {
				if _, isCountry := Country(name); !isCountry {
					t.Errorf("%s has no country", name)
				}
				if before, twice := of[name]; twice && before != country {
					t.Errorf("%s lies in %s and in %s", name, before, country)
				}
				of[name] = country
			}
		}
	}
	if len(countries) != 249 || len(members) != 30 {
		t.Errorf("%d countries, %d members of the EEA", len(countries), len(members))
	}
}

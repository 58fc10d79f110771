package calendar

import (
	_ "embed" // the data
	"maps"
	"slices"
	"time"
	_ "time/tzdata" // a server's machine may have no time zones

	"go.yaml.in/yaml/v4"
)

//go:embed countries.yaml
var data []byte

var countries, nowhere = read(data)

// Of is the calendar of a country. Where none is known no day rests and the days end where on earth they end first, so
// that no answer by it is late anywhere; its Country is empty then.
func Of(country string) *Calendar {
	if c, known := countries[country]; known {
		return c
	}
	return nowhere
}

// Countries are those whose working days are known.
func Countries() []string { return slices.Sorted(maps.Keys(countries)) }

// read makes the calendars of the data, which is part of the build.
func read(data []byte) (all map[string]*Calendar, nowhere *Calendar) {
	var file map[string]struct {
		Zones    []string  `yaml:"zones"`
		Weekend  []string  `yaml:"weekend"`
		Holidays []holiday `yaml:"holidays"`
	}
	if err := yaml.Load(data, &file, yaml.WithKnownFields()); err != nil {
		panic("calendar: " + err.Error())
	}
	all = map[string]*Calendar{}
	for name, c := range file {
		out := &Calendar{Country: name, holidays: c.Holidays}
		for _, zone := range c.Zones {
			loaded, err := time.LoadLocation(zone)
			if err != nil {
				panic("calendar: " + err.Error())
			}
			out.zones = append(out.zones, loaded)
		}
		for _, day := range c.Weekend {
			out.weekend = append(out.weekend, weekdays[day])
		}
		all[name] = out
	}
	nowhere = all["nowhere"]
	nowhere.Country = ""
	delete(all, "nowhere")
	return all, nowhere
}

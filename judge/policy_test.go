package judge

import (
	"slices"
	"testing"

	"kept"
)

func promise(control string, params map[string][]string) Promise {
	return Promise{ID: control, Control: control, Params: params}
}

var small = Policy{
	Apps:       []App{{"one", []string{"forge-remote"}}, {"two", []string{"connect"}}},
	Categories: []Category{{Name: "notes", Scope: "installation", Fields: []string{"text", "title"}}, {Name: "people", Scope: "installation", Personal: true, Fields: []string{"name"}}},
}

func with(promises ...Promise) Policy {
	p := small
	p.Promises = promises
	return p
}

func TestWhatMayBeStored(t *testing.T) {
	collect := func(category string, more ...string) Promise {
		pr := promise("collect", map[string][]string{"category": {category}})
		if more != nil {
			pr.Params["fields"] = more
		}
		return pr
	}
	nothing := func(category string) Promise {
		return promise("store-nothing", map[string][]string{"category": {category}})
	}
	only := func(pr Promise, hosting string) Promise { pr.Hosting = []string{hosting}; return pr }
	for _, c := range []struct {
		name     string
		promises []Promise
		want     []string // fields; nil when nothing may be stored
	}{
		{"no promise, no storage", nil, nil},
		{"all declared fields", []Promise{collect("notes")}, []string{"text", "title"}},
		{"lists unite", []Promise{collect("notes", "text"), collect("notes", "title")}, []string{"text", "title"}},
		{"a name beats everything", []Promise{collect("*"), collect("notes", "title")}, []string{"title"}},
		{"nothing is stored", []Promise{collect("notes"), nothing("notes")}, nil},
		{"a named collect beats nothing at all", []Promise{collect("notes"), nothing("*")}, []string{"text", "title"}},
		{"nobody's data is not personal", []Promise{collect("notes"), nothing("personal-data")}, []string{"text", "title"}},
		{"another hosting", []Promise{only(collect("notes"), "connect")}, nil},
	} {
		fields, ok, _ := with(c.promises...).storable("one", small.Categories[0])
		var got []string
		for _, f := range []string{"text", "title"} {
			if ok && fields[f] {
				got = append(got, f)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWhatMayBeReadAndHowLongItStays(t *testing.T) {
	purpose := func(only string, words ...string) Promise {
		return promise("purpose", map[string][]string{"category": {"notes"}, "purposes": words, "only": {only}})
	}
	p := with(purpose("true", "a"), purpose("true", "b"), purpose("false", "c"))
	for word, want := range map[string]bool{"a": true, "b": true, "c": false, "d": false} {
		if got, _ := p.readable("one", small.Categories[0], word); got != want {
			t.Errorf("%s: %t", word, got)
		}
	}
	retain := func(category, max string) Promise {
		return promise("retain", map[string][]string{"category": {category}, "from": {"entry"}, "max": {max}})
	}
	p = with(retain("notes", "P1M"), retain("notes", "P30D"), retain("*", "P1D"))
	for _, c := range []struct{ from, want string }{{"2026-01-15", "2026-02-14"}, {"2026-02-15", "2026-03-15"}} {
		from, _ := kept.ParseTime(c.from)
		want, _ := kept.ParseTime(c.want)
		if got, ok := p.retain("one", class{category: "notes"}, "entry").end(from); !ok || got != want {
			t.Errorf("from %s until %s, want %s", c.from, got, c.want)
		}
	}
}

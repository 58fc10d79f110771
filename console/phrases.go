package console

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"kept"
	"kept/board"
	"kept/policy"
)

// phrase says a promise as a sentence where its kind and its parameters allow one, else in the order of its kind.
func (t *tongue) phrase(j board.Judged) string {
	if j.Promise == nil {
		return j.Says
	}
	if say, ok := phrases[j.Control]; ok {
		if s := say(params{t, j.Promise.Params}); s != "" {
			return capital(s)
		}
	}
	var parts []string
	kind, _ := policy.KindOf(j.Control)
	for _, p := range kind.Params {
		v, ok := j.Promise.Params[p.Name]
		switch {
		case !ok:
		case p.Key:
			parts = append(parts, t.value(p, v))
		default:
			parts = append(parts, t.human(p.Name)+" "+t.value(p, v))
		}
	}
	says := capital(t.human(j.Control))
	if parts != nil {
		says += ": " + strings.Join(parts, ", ")
	}
	return says
}

// params are the parameters of a promise, to be said in a language.
type params struct {
	*tongue
	of map[string]policy.Value
}

// list is what the vendor wrote; words is the same with the words of the format said.
func (p params) list(name string) string  { return p.and(p.of[name].Words()) }
func (p params) words(name string) string { return p.humans(p.of[name].Words()) }

// date is the vendor's date, or what else the vendor wrote.
func (t *tongue) date(s string) string {
	if at, err := kept.ParseTime(s); err == nil {
		return t.day(at)
	}
	return s
}

func (p params) category() string {
	switch w := p.of["category"].Words(); {
	case len(w) == 1 && w[0] == policy.Every:
		return p.say("everything")
	case len(w) == 1 && w[0] == policy.PersonalData:
		return p.say("all personal data")
	default:
		return p.humans(w)
	}
}

// phrases are the sentences of the kinds that this build judges; empty where a parameter is missing.
var phrases = map[string]func(params) string{
	"collect": func(p params) string {
		fields, never := p.list("fields"), p.words("never")
		switch {
		case fields != "" && never != "":
			return p.say("of %s, only %s may be stored, and never %s", p.category(), fields, never)
		case fields != "":
			return p.say("of %s, only %s may be stored", p.category(), fields)
		case never != "":
			return p.say("of %s, the declared fields may be stored, and never %s", p.category(), never)
		}
		return p.say("of %s, the declared fields may be stored", p.category())
	},
	"store-nothing": func(p params) string {
		of, except := p.category(), p.words("except")
		until, ends := events[p.list("until")]
		switch {
		case of == "" && except != "":
			return p.say("the app %s stores nothing but %s", p.list("app"), except)
		case of == "":
			return p.say("the app %s stores nothing", p.list("app"))
		case ends:
			return p.say("nothing of %s is left after %s", of, p.say(until))
		case p.list("fields") != "":
			return p.say("of %s, %s is never stored", of, p.list("fields"))
		case except != "":
			return p.say("nothing of %s is stored but %s", of, except)
		}
		return p.say("nothing of %s is stored", of)
	},
	"purpose": func(p params) string {
		purposes := p.words("purposes")
		switch {
		case purposes == "":
			return ""
		case purposes == policy.Every:
			return p.say("reads of %s are for any purpose", p.category())
		case p.of["only"].Bool():
			return p.say("reads of %s are for %s alone", p.category(), purposes)
		}
		return p.say("reads of %s are for %s", p.category(), purposes)
	},
	"retain": func(p params) string {
		about := p.category()
		if severity := p.words("severity"); severity != "" {
			about = p.say("%s of severity %s", about, severity)
		}
		after := func(param string) (out []string) {
			for _, event := range p.of[param].Words() {
				out = append(out, p.say(events[event]))
			}
			return out
		}
		from, until := after("from"), after("until")
		limit, limited := p.of["max"].Period()
		switch {
		case limited && limit != (kept.Period{}) && from != nil && until != nil:
			return p.say("%s: gone %s after %s, and at once after %s", about, p.period(limit), p.and(from), p.or(until))
		case limited && limit != (kept.Period{}) && from != nil:
			return p.say("%s: gone %s after %s", about, p.period(limit), p.and(from))
		case limited && from != nil:
			return p.say("%s: gone at once after %s", about, p.and(append(from, until...)))
		case until != nil:
			return p.say("%s: gone at once after %s", about, p.or(until))
		}
		if least, said := p.of["min"].Period(); said && from != nil {
			return p.say("%s: kept %s at least after %s", about, p.period(least), p.and(from))
		}
		return ""
	},
	"rescue": func(p params) string {
		within, ok := p.of["within"].Period()
		if !ok {
			return ""
		}
		var on, from []string
		for _, way := range p.of["on"].Words() {
			on = append(on, p.say(returns[way]))
		}
		for _, event := range p.of["from"].Words() {
			from = append(from, p.say(events[event]))
		}
		if from == nil {
			return p.say("%s within %s finds its data again", p.or(on), p.period(within))
		}
		return p.say("%s within %s after %s finds its data again", p.or(on), p.period(within), p.or(from))
	},
	"purge": func(p params) string {
		by, scope := p.words("by"), p.words("scope")
		if by == "" {
			return ""
		}
		if p.list("scope") == "installation" {
			return p.say("the %s can erase everything of the installation at any time", by)
		}
		return p.say("the %s can erase %s at any time", by, scope)
	},
	"hold": func(p params) string {
		return p.say("longer than its limit something is kept for a reason alone: %s", p.words("reasons"))
	},
	"publish": func(p params) string {
		if v := cmp.Or(p.list("version"), p.list("date")); v != "" {
			return p.say("the document %s is public, in its version of %s", p.list("document"), p.date(v))
		}
		return p.say("the document %s is public", p.list("document"))
	},
	"contact": func(p params) string {
		if p.list("address") == "" {
			return ""
		}
		return p.say("for %s, somebody reads %s", p.words("for"), p.list("address"))
	},
	"attest": func(p params) string {
		if every, ok := p.of["every"].Period(); ok {
			return p.say("%s: somebody gives their word every %s", p.words("what"), p.period(every))
		}
		return p.say("%s: somebody gives their word", p.words("what"))
	},
	"information": func(p params) string { return p.say("nothing is promised here") },

	"place":     placed,
	"recipient": received,
	"disclose": func(p params) string {
		if only := p.words("only"); only != "" {
			return p.say("people disclose data in these cases alone: %s", only)
		}
		return p.say("people never disclose data")
	},
	"no-sale": func(p params) string {
		if p.of["purposes"].Words() != nil && p.list("purposes") != policy.Every {
			return p.say("nothing is sold, or handed out for %s", p.words("purposes"))
		}
		return p.say("nothing is sold")
	},
	"log": func(p params) string {
		if never := p.words("never"); never != "" {
			return p.say("in %s, %s is never written down", p.category(), never)
		}
		if records := p.words("records"); records != "" {
			return p.say("in %s, %s is written down", p.category(), records)
		}
		return p.say("in %s, lines are written down", p.category())
	},
	"protect": func(p params) string {
		if cipher := p.list("cipher"); cipher != "" {
			return p.say("%s is encrypted with %s", p.category(), cipher)
		}
		return p.say("%s is encrypted", p.category())
	},
	"token": func(p params) string {
		var does []string
		if p.list("scope") != "" {
			does = append(does, p.say("is used for one host alone"))
		}
		if p.of["rotate"].Bool() {
			does = append(does, p.say("can be replaced"))
		}
		if p.of["revoke"].Bool() {
			does = append(does, p.say("can be revoked"))
		}
		if does == nil {
			return ""
		}
		return p.category() + " " + p.and(does)
	},
	"anonymise": func(p params) string {
		if clear := p.words("excludes"); clear != "" {
			return p.say("%s says of nobody who it is, though %s stays in clear", p.category(), clear)
		}
		return p.say("%s says of nobody who it is", p.category())
	},
	"access": func(p params) string {
		if p.list("who") == "" {
			return ""
		}
		return p.say("to %s, %s has access", p.words("to"), p.words("who"))
	},
}

// placed says where a category is kept.
func placed(p params) string {
	var at []string
	for _, w := range p.of["at"].Words() {
		at = append(at, p.say(sites[w]))
	}
	s := p.say("%s is kept", p.category())
	if at != nil {
		s += " " + p.or(at)
	}
	if regions := p.of["region"].Words(); regions != nil {
		s += " " + p.say("in %s", p.or(regions))
	}
	if provider := p.list("provider"); provider != "" {
		s += p.say(", run by %s", provider)
	}
	return s
}

// received says who receives data, and what for.
func received(p params) string {
	if p.list("safeguard")+p.list("contract") != "" {
		return ""
	}
	who, named := p.list("name"), p.list("name") != ""
	if !named {
		who = p.say("outside parties that nobody has named yet")
		if kind := p.words("kind"); kind != "" {
			who = p.say("parties of the kind %s that nobody has named yet", kind)
		}
	}
	s := p.say("%s receive nothing", who)
	if named {
		s = p.say("%s may receive data", who)
	}
	if functions := p.words("for"); functions != "" {
		s += " " + p.say("for %s", functions)
	}
	if region := p.list("region"); named && region != "" {
		s += ", " + p.say("in %s", region)
	}
	return s
}

// capital begins a sentence.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

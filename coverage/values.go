package coverage

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kept/policy"
)

var (
	duration = regexp.MustCompile(`(?i)\b(\d{1,4})[ -](hour|day|week|month|year|stunde|tag|woche|monat|jahr)`)
	tls      = regexp.MustCompile(`(?i)\bTLS (1\.[23])`)
	cipher   = regexp.MustCompile(`(?i)\b(AES-?\d{3}|ChaCha20)`)
	region   = regexp.MustCompile(`\b[a-z]{2}-(north|south|east|west|central|northeast|southeast)-\d\b`)
	atOnce   = signal(`immediately|at once|instantly|sofort|unverzüglich|umgehend`)
	none     = regexp.MustCompile(`(?i)(^|[^\p{L}])(no|not|never|keine?n?|nicht|niemals)($|[^\p{L}])`)
	sealed   = signal(`encrypt|verschlüssel`)
)

// What a parameter is where no word of the text tells.
const (
	unknown = "unknown"
	every   = `"*"`
)

type choice struct {
	signal pattern
	word   string
}

func choose(text, otherwise string, choices []choice) string {
	for _, c := range choices {
		if c.signal().MatchString(text) {
			return c.word
		}
	}
	return otherwise
}

var (
	rightsOf = []choice{
		{signal(`(right|request|ask for|obtain)[^.]{0,20} access|access (to )?(your|their|personal)|auskunft`), "access"},
		{signal(`withdraw|widerruf|revoke`), "withdraw"},
		{signal(`eras|delet|forgotten|lösch|vergessen`), "erase"},
		{signal(`rectif|correct|update|berichtig|aktualisier`), "rectify"},
		{signal(`restrict|einschränk`), "restrict"},
		{signal(`opt.?out|do not sell`), "opt-out-of-sale"},
		{signal(`object|widersp`), "object"},
		{signal(`portab|machine-readable|datenübertrag|übertragbar|maschinenlesbar`), "portability"},
		{signal(`complain|lodge|beschwer|aufsichtsbehörde|supervisory`), "complain"},
		{signal(`copy|kopie`), "copy"},
		{signal(`know|erfahren|informiert`), "know"},
	}
	starts = []choice{
		{signal(`uninstall|deinstall`), "uninstalled"},
		{signal(`unsubscri|subscription|kündig|abonnement`), "unsubscribed"},
		{signal(`request|anfrage|antrag`), "request"},
		{signal(`ticket|support case|supportfall`), "ticket-closed"},
		{signal(`last (use|login|activity)|letzten (nutzung|anmeldung)`), "last-use"},
		{signal(`process|vorgang`), "process-end"},
		{signal(`no longer (needed|necessary|required)|nicht mehr (benötigt|erforderlich)|as long as|solange`), "need-ended"},
	}
	regions = []choice{
		{signal(`germany|deutschland|frankfurt`), "DE"},
		{signal(`ireland|irland|dublin`), "IE"},
		{signal(`switzerland|schweiz`), "CH"},
		{signal(`united kingdom|vereinigtes königreich`), "GB"},
		{signal(`united states|usa($|[^\p{L}])|u\.s\.|vereinigte staaten`), "US"},
		{signal(`australia|australien`), "AU"},
		{signal(`eea($|[^\p{L}])|ewr($|[^\p{L}])|european economic|europäische\p{L}* wirtschaft`), "EEA"},
		{signal(`eu($|[^\p{L}])|european union|europäische\p{L}* union`), "EU"},
		{signal(`europe|europä`), "EEA"},
	}
	hosts = []choice{
		{signal(`on-?premise|data cent(er|re) apps?|server apps?|(your|customer'?s?|client'?s?|user'?s?) (own )?(it-)?(systems?|servers?|hosts?|environment)|vor ort|ihre\p{L}* (umgebung|systeme)|systeme des benutzers`), "customer-host"},
		{signal(`atlassian|forge|jira|confluence`), "atlassian"},
		{signal(`third.?part|drittanbieter|subcontractor`), "third-party"},
	}
	parties = []choice{
		{signal(`sub-?processor|sub-?contractor|subprozessor|unterauftrag`), "sub-processor"},
		{signal(`law enforcement|court|regulat|government|behörde|gericht`), "authority"},
		{signal(`merger|acqui[sr]|successor|fusion|übernahme|verkauf`), "successor"},
		{signal(`testimonial|public|kundenreferenz|veröffentlich`), "public"},
		{signal(`service provider|vendor|processor|dienstleister|auftragsverarbeit`), "processor"},
	}
	bases = []choice{
		{signal(`consent|einwillig`), "consent"},
		{signal(`legitimate|berechtigt`), "legitimate-interest"},
		{signal(`legal obligation|law|rechtliche|gesetz`), "legal-obligation"},
	}
	questions = []choice{
		{signal(`vulnerabilit|security (issue|report|question)|schwachstelle|sicherheitslücke|sicherheitsproblem`), "vulnerability-reports"},
		{signal(`rights?($|[^\p{L}])|request (access|deletion)|rechte|auskunft|löschung`), "rights-requests"},
		{signal(`data protection officer|dpo($|[^\p{L}])|datenschutzbeauftragte`), "data-protection-officer"},
		{signal(`privacy|datenschutz`), "privacy-questions"},
		{signal(`support|help`), "support"},
	}
	tests = []choice{
		{signal(`penetration|pen.?test`), "pentest"},
		{signal(`code.?review`), "code-review"},
		{signal(`restor|wiederher`), "restore"},
		{signal(`dependenc|abhängigkeit`), "dependencies"},
		{signal(`audit`), "audit"},
	}
)

// mentioned is the declared category whose name stands in a text word by word, inflected perhaps; else all of them.
func mentioned(text string, categories []policy.Category) string {
	text = strings.ToLower(text)
	for _, c := range categories {
		words := strings.Split(c.Name, "-")
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			return c.Name
		}
	}
	return every
}

// values are the parameters that a promise of a kind must have, and what a text says of the others. A word that a person
// has to find is unknown.
func values(control, text string, categories []policy.Category) []param {
	within, timed := length(text)
	limit := func(name string) []param {
		if timed {
			return []param{{name, within}}
		}
		return nil
	}
	of := param{"category", mentioned(text, categories)}
	switch control {
	case "collect", "store-nothing", "anonymise", "log", "token":
		return []param{of}
	case "purpose":
		return []param{of, {"purposes", unknown}}
	case "retain":
		switch {
		case timed:
			return []param{of, {"from", choose(text, "entry", starts)}, {"max", within}}
		case atOnce().MatchString(text):
			return []param{of, {"from", choose(text, "request", starts)}, {"max", "PT0S"}}
		}
		return []param{of, {"until", choose(text, "need-ended", starts)}}
	case "place":
		return placed(text, of)
	case "protect":
		if c := cipher.FindString(text); c != "" {
			return []param{of, {"cipher", strconv.Quote(strings.ToUpper(c))}}
		}
		return []param{of}
	case "transport":
		if v := tls.FindStringSubmatch(text); v != nil {
			return []param{{"min-tls", strconv.Quote(v[1])}}
		}
		return nil
	case "backup":
		out := append(limit("keep"), regularly(text)...)
		if sealed().MatchString(text) {
			out = append(out, param{"encrypted", "true"})
		}
		return out
	case "right":
		return append([]param{{"right", rights(text)}}, limit("within")...)
	case "contact":
		what := param{"for", choose(text, unknown, questions)}
		if a := email.FindString(text); a != "" {
			return []param{what, {"address", strconv.Quote(a)}, {"kind", "email"}}
		}
		return []param{what}
	case "recipient":
		if kind := choose(text, "", parties); kind != "" {
			return []param{{"kind", kind}}
		}
		return nil
	case "incident":
		return limit("within")
	}
	return said(control, text)
}

// rights are those that a text names, the right of access where it names none.
func rights(text string) string {
	var all []string
	for _, c := range rightsOf {
		if c.signal().MatchString(text) {
			all = append(all, c.word)
		}
	}
	switch len(all) {
	case 0:
		return "access"
	case 1:
		return all[0]
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// regularly is how often a text says that something is done.
func regularly(text string) []param {
	if every := choose(text, "", often); every != "" {
		return []param{{"every", every}}
	}
	return nil
}

func placed(text string, of param) []param {
	at := region.FindString(text)
	if at == "" {
		at = choose(text, "", regions)
	}
	if at != "" {
		return []param{of, {"region", at}}
	}
	return []param{of, {"at", choose(text, "vendor", hosts)}}
}

// said are the parameters of kinds about what people do.
func said(control, text string) []param {
	one := func(name, value string) []param { return []param{{name, value}} }
	switch control {
	case "cookie":
		params := one("scope", choose(text, "app", []choice{{signal(`web ?sites?|browser`), "website"}}))
		if none.MatchString(text) {
			params = append(params, param{"allowed", "none"})
		}
		return params
	case "access":
		return one("to", every)
	case "grant":
		return one("for", "support")
	case "consent":
		return one("purpose", every)
	case "basis":
		return one("basis", choose(text, "contract", bases))
	case "role":
		return one("role", choose(text, "controller", []choice{{signal(`processor|auftragsverarbeit|datenprozessor`), "processor"}}))
	case "rescue":
		out := []param{}
		if within, timed := length(text); timed {
			out = append(out, param{"within", within})
		}
		return append(out, one("on", choose(text, "reinstall", []choice{{signal(`resubscri|re-subscri`), "resubscribe"}}))...)
	case "hold":
		return one("reasons", unknown)
	case "purge":
		return one("scope", "installation")
	case "identity":
		return one("when", "always")
	case "propagate":
		return one("of", choose(text, "erasure", []choice{{signal(`rectif|correct|berichtig`), "rectification"}}))
	case "disclose":
		return one("only", choose(text, unknown, []choice{{signal(`law|court|legal|gesetz|gericht|behörde`), "legal-obligation"}}))
	case "notice":
		out := one("of", choose(text, "policy", []choice{{signal(`sub-?processors?|unterauftrag|subprozessor`), "recipients"}, {signal(`material|significant|substantial|wesentlich`), "material-change"}}))
		if before, timed := length(text); timed {
			out = append(out, param{"before", before})
		}
		return out
	case "publish":
		return one("document", choose(text, unknown, []choice{
			{signal(`sub-?processors?|unterauftrag|subprozessor`), "sub-processor-list"}, {signal(`data processing (agreement|addendum)|dpa($|[^\p{L}])|auftragsverarbeitungsvertrag`), "data-processing-agreement"}}))
	case "assess":
		return one("what", "dpia")
	case "test":
		return append(one("what", choose(text, "scan", tests)), regularly(text)...)
	case "attest":
		return one("what", unknown)
	case "information":
		return one("about", unknown)
	}
	return nil
}

// counted are numbers in words, as policies write them, and the frequencies that have a word of their own.
var counted = regexp.MustCompile(`(?i)(^|[^\p{L}])(one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|sixty|ninety|ein|eine|einem|einen|einer|eines|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|vierzehn|dreißig|sechzig|neunzig)([ -](?:hour|day|week|month|year|stunde|tag|woche|monat|jahr))`)

var numbers = map[string]string{"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
	"twelve": "12", "fourteen": "14", "thirty": "30", "sixty": "60", "ninety": "90", "ein": "1", "eine": "1", "einem": "1", "einen": "1", "einer": "1", "eines": "1",
	"zwei": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6", "sieben": "7", "acht": "8", "neun": "9", "zehn": "10", "zwölf": "12", "vierzehn": "14",
	"dreißig": "30", "sechzig": "60", "neunzig": "90"}

// often is how often something is done that has a word of its own.
var often = []choice{{signal(`daily|every day|täglich`), "P1D"}, {signal(`weekly|every week|wöchentlich`), "P1W"}, {signal(`monthly|every month|monatlich`), "P1M"},
	{signal(`quarterly|every quarter|once a quarter|vierteljährlich|im quartal|quartalsweise`), "P3M"}, {signal(`yearly|annual|every year|once a year|jährlich|einmal im jahr`), "P1Y"}}

// length is the longest time that text names in digits with one unit, in ISO 8601; of a range its end.
func length(text string) (iso string, ok bool) {
	most := -1.0
	text = counted.ReplaceAllStringFunc(text, func(s string) string {
		m := counted.FindStringSubmatch(s)
		return m[1] + numbers[strings.ToLower(m[2])] + m[3]
	})
	for _, m := range duration.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1]) // four digits at most
		form, hours := "", 0.0
		switch strings.ToLower(m[2])[:2] {
		case "ho", "st":
			form, hours = "PT%H", 1
		case "da", "ta":
			form, hours = "P%D", 24
		case "we", "wo":
			form, hours = "P%W", 7*24
		case "mo":
			form, hours = "P%M", 30*24
		default:
			form, hours = "P%Y", 365*24
		}
		if size := float64(n) * hours; size > most {
			most, iso = size, strings.Replace(form, "%", strconv.Itoa(n), 1)
		}
	}
	return iso, most >= 0
}

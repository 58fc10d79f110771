package coverage

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kept/policy"
)

// proposal is what a sentence looks like, and why.
type proposal struct {
	control string
	params  []param
	because string
}

type param struct{ name, value string }

var (
	email    = regexp.MustCompile(`[\w.+-]+@[\w-]+(\.[\w-]+)*\.\p{L}{2,}`)
	duration = regexp.MustCompile(`(?i)\b(\d{1,4})[ -](hour|day|week|month|year|stunde|tag|woche|monat|jahr)`)
	tls      = regexp.MustCompile(`(?i)\bTLS (1\.[23])`)
	cipher   = regexp.MustCompile(`(?i)\b(AES-?\d{3}|ChaCha20)`)
	region   = regexp.MustCompile(`\b[a-z]{2}-(north|south|east|west|central|northeast|southeast)-\d\b`)

	breach    = signal(`breach|incident|vorfall|vorfälle|datenpanne|verletzung des schutzes`)
	right     = signal(`rights? (to|of)|recht auf|(auskunfts|widerspruchs|beschwerde|widerrufs)recht`)
	keeping   = signal(`delet|eras|remov|retain|retention|kept|keep|stor|lösch|entfern|aufbewahr|speicher|gespeichert`)
	encrypted = signal(`encrypt|cipher|verschlüssel`)
	somewhere = signal(`stor|host|locat|process|server|speicher|gehostet|verarbeit|standort`)
	backed    = signal(`back-?ups?|sicherungskopie`)
	agreed    = signal(`consent|einwillig|zustimm`)
	cookies   = signal(`cookies?`)
	website   = signal(`web ?sites?|browser`)
	none      = regexp.MustCompile(`(?i)(^|[^\p{L}])(no|not|never|keine?n?|nicht|niemals)($|[^\p{L}])`)
)

// signal matches the beginning of a word, in either language and case.
func signal(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|[^\p{L}])(` + words + `)`)
}

type choice struct {
	signal *regexp.Regexp
	word   string
}

func choose(text, otherwise string, choices []choice) string {
	for _, c := range choices {
		if c.signal.MatchString(text) {
			return c.word
		}
	}
	return otherwise
}

var (
	rightsOf = []choice{
		{signal(`eras|delet|forgotten|lösch|vergessen`), "erase"},
		{signal(`rectif|correct|berichtig`), "rectify"},
		{signal(`restrict|einschränk`), "restrict"},
		{signal(`withdraw|widerruf`), "withdraw"},
		{signal(`object|widerspr`), "object"},
		{signal(`portab|datenübertrag|übertragbar`), "portability"},
		{signal(`complain|beschwer`), "complain"},
		{signal(`copy|kopie`), "copy"},
		{signal(`access|zugang|auskunft`), "access"},
	}
	starts = []choice{
		{signal(`uninstall|deinstall`), "uninstalled"},
		{signal(`unsubscri|subscription|kündig|abonnement`), "unsubscribed"},
		{signal(`request|anfrage|antrag`), "request"},
		{signal(`ticket|support case|supportfall`), "ticket-closed"},
	}
	regions = []choice{
		{signal(`germany|deutschland|frankfurt`), "DE"},
		{signal(`ireland|irland|dublin`), "IE"},
		{signal(`switzerland|schweiz`), "CH"},
		{signal(`united kingdom|vereinigtes königreich`), "GB"},
		{signal(`united states|usa\b|u\.s\.|vereinigte staaten`), "US"},
		{signal(`australia|australien`), "AU"},
		{signal(`eea\b|eu\b|ewr\b|european (union|economic)|europäische`), "EEA"},
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
	return `"*"`
}

// guess reads the strongest signal of a sentence. It looks at words alone, so most of what it finds needs a person.
func guess(text string, categories []policy.Category) proposal {
	within, timed := length(text)
	p := func(because, control string, params ...param) proposal { return proposal{control, params, because} }
	limit := func(name string) []param {
		if timed {
			return []param{{name, within}}
		}
		return nil
	}
	category := param{"category", mentioned(text, categories)}
	switch {
	case breach.MatchString(text):
		return p("a guess, it speaks of incidents", "incident", limit("within")...)
	case right.MatchString(text):
		if of := choose(text, "", rightsOf); of != "" {
			return p("likely, it names a right", "right", append([]param{{"right", of}}, limit("within")...)...)
		}
	case backed.MatchString(text):
		return p("likely, it speaks of backups", "backup", limit("keep")...)
	case timed && keeping.MatchString(text):
		return p("likely, it names a time; check category and event", "retain", category, param{"from", choose(text, "entry", starts)}, param{"max", within})
	case email.MatchString(text):
		return p("likely, it names an address; say what for", "contact", param{"for", "questions"}, param{"address", strconv.Quote(email.FindString(text))}, param{"kind", "email"})
	case cookies.MatchString(text):
		params := []param{{"scope", choose(text, "app", []choice{{website, "website"}})}}
		if none.MatchString(text) {
			params = append(params, param{"allowed", "none"})
		}
		return p("a guess, it speaks of cookies", "cookie", params...)
	case cipher.MatchString(text):
		return p("likely, it names a cipher", "protect", category, param{"cipher", strconv.Quote(strings.ToUpper(cipher.FindString(text)))})
	case tls.MatchString(text):
		return p("likely, it names a version of TLS", "transport", param{"min-tls", strconv.Quote(tls.FindStringSubmatch(text)[1])})
	case encrypted.MatchString(text):
		return p("a guess, it speaks of encryption", "protect", category)
	case agreed.MatchString(text):
		return p("a guess, it speaks of consent; say to what", "consent", param{"purpose", `"*"`})
	case somewhere.MatchString(text):
		at := region.FindString(text)
		if at == "" {
			at = choose(text, "", regions)
		}
		if at != "" {
			return p("a guess, it names a place", "place", category, param{"region", at})
		}
	}
	return p("no signal", "information", param{"about", "unknown"})
}

// length is the longest time that text names in digits with one unit, in ISO 8601; of a range its end.
func length(text string) (iso string, ok bool) {
	most := -1.0
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

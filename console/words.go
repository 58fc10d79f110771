package console

import (
	"fmt"
	"strings"

	"kept"
	"kept/board"
	"kept/policy"
)

// Two states of a sentence that no promise has; they stand beside the verdicts.
const (
	unbound = kept.Verdict("unbound")
	changed = kept.Verdict("changed")
)

// ranked are the verdicts from the worst to the best: what a sentence shows is the first of them that it has.
var ranked = []kept.Verdict{kept.Broken, kept.AtRisk, unbound, changed, kept.Contradicted, kept.NoEngine, kept.Unproven,
	kept.Attested, kept.Kept, kept.NoVerdict}

// verdictWords is how people read a verdict, and what it means.
var verdictWords = map[kept.Verdict][2]string{
	kept.Kept:         {"kept", "exercised, and nothing speaks against it"},
	kept.AtRisk:       {"at risk", "not broken yet, but somebody must act"},
	kept.Broken:       {"broken", "the evidence speaks against it"},
	kept.Unproven:     {"unproven", "enforced, but never exercised"},
	kept.NoEngine:     {"no engine", "nothing here enforces it yet, so it is unproven"},
	kept.Contradicted: {"contradicted", "the text says something else elsewhere, which is kept instead"},
	kept.Attested:     {"attested", "somebody gave their word, with an expiry"},
	kept.NoVerdict:    {"information", "nothing is promised"},
	unbound:           {"unbound", "the policy does not know this sentence"},
	changed:           {"changed", "the wording changed since the policy was bound to it"},
}

// topic is a group of control kinds as readers of a privacy policy look for them.
type topic struct {
	ID, Title string
	Kinds     []string
}

var topics = []topic{
	{"collected", "What is collected", []string{"collect", "store-nothing", "cookie"}},
	{"used", "Why it is used", []string{"purpose", "basis", "consent", "role", "no-sale"}},
	{"stays", "How long it stays", []string{"retain", "rescue", "purge", "hold", "backup"}},
	{"where", "Where it is and who receives it", []string{"place", "recipient", "disclose"}},
	{"protected", "How it is protected", []string{"protect", "transport", "access", "grant", "token", "log", "anonymise"}},
	{"rights", "What people can ask for", []string{"right", "identity", "propagate"}},
	{"wrong", "When something goes wrong", []string{"incident", "test", "accept-use"}},
	{"told", "What is told, and by whom", []string{"publish", "notice", "contact", "assess"}},
	{"word", "What people give their word for", []string{"attest"}},
}

// unreached says what a kind of control does not reach, for the kinds that this build judges.
var unreached = map[string]string{
	"collect":       "The names of fields are checked, not what stands in them: a value written into the wrong field is not noticed.",
	"store-nothing": "It guards this server's store. What an app keeps in its own memory or logs, or hands to others, is not seen from here.",
	"purpose":       "The app says what it reads for. A purpose that nobody promised is refused; what is done with a value after it was handed out is not seen.",
	"place":         "Where server and database stand is the operator's word; who runs the data centre is not seen from inside. A recipient stands where the policy says. Backups, and copies elsewhere, are not seen.",
	"recipient":     "It guards what an app reads in order to hand it out. What an app read for itself and hands out all the same is not seen, nor what a recipient does with it, nor the contract.",
	"disclose":      "People say themselves what they disclosed. What nobody wrote down is not seen.",
	"no-sale":       "It guards what is handed out through this server. Whether a recipient pays is not seen.",
	"retain":        "Copies of key file and database taken together (snapshots of a machine, swap), remains of the key file on copy-on-write disks, and whatever lies outside this server.",
	"rescue":        "It works for the same site and environment. What was promised gone by then does not come back. Tokens of Connect say nothing of a licence: there the end of a subscription is the uninstall.",
	"purge":         "It erases what this server holds. What an app has read and handed on is not reached.",
	"publish":       "It watches the text that this server publishes. A copy on another site is not compared.",
	"contact":       "A code came back from the address once. Whether questions are answered well, or in time, is not seen.",
	"attest":        "It is somebody's word until it expires. No machine checked anything.",
	"log":           "What an app should write down and does not is not noticed; names of fields are checked, and their texts as far as a promise keeps persons out.",
	"protect":       "It looks at how values are sealed on this server's disk. What an app keeps itself, and how strong its keys are, is not seen.",
	"token":         "The app says where it uses a secret. A secret that was handed out works until its issuer ends it.",
	"anonymise":     "Texts are searched for e-mail addresses, IP addresses and account ids. A name in a sentence, or a person who can be told from several values together, is not noticed.",
	"access":        "It guards this server's doors. Whoever holds database and key file together needs none of them.",
	"information":   "Nothing is promised, so nothing is checked.",
}

const unreachedOther = "Nothing in this build enforces or judges the whole of this yet, so nothing of it is reached."

// events are the anchors of clocks in words.
var events = map[string]string{
	"uninstalled": "the uninstall", "entry": "it was stored", "request": "the request", "last-use": "its last use",
	"process-end": "the process ends", "job-end": "the job ends", "delivered": "it was delivered", "ticket-closed": "the ticket was closed",
	"need-ended": "the need ended", "unsubscribed": "the subscription ended", "consent-withdrawn": "consent was withdrawn",
	"incident-known": "the incident became known", "posted": "it was posted",
}

// reasonWords are the reasons of receipts in words.
var reasonWords = map[string]string{"uninstalled": "the uninstall", "unsubscribed": "the end of the subscription", "aged": "its age", "purged": "a request to purge", "deleted": "a deletion"}

// phrase says a promise as a sentence where its kind and its parameters allow one, else in the order of its kind.
func phrase(j board.Judged) string {
	if j.Promise == nil {
		return j.Says
	}
	if say, ok := phrases[j.Control]; ok {
		if s := say(j.Promise.Params); s != "" {
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
			parts = append(parts, value(p, v))
		default:
			parts = append(parts, human(p.Name)+" "+value(p, v))
		}
	}
	if parts == nil {
		return capital(human(j.Control))
	}
	return capital(human(j.Control)) + ": " + strings.Join(parts, ", ")
}

type params map[string]policy.Value

func (p params) list(name string) string { return and(p[name].Words()) }

func (p params) category() string {
	switch w := p["category"].Words(); {
	case len(w) == 1 && w[0] == policy.Every:
		return "everything"
	case len(w) == 1 && w[0] == policy.PersonalData:
		return "all personal data"
	default:
		return human(and(w))
	}
}

// phrases are the sentences of the kinds that this build judges; empty where a parameter is missing.
var phrases = map[string]func(params) string{
	"collect": func(p params) string {
		s := "of " + p.category() + ", "
		if fields := p.list("fields"); fields != "" {
			s += "only " + fields + " may be stored"
		} else {
			s += "the declared fields may be stored"
		}
		if never := p.list("never"); never != "" {
			s += ", and never " + human(never)
		}
		return s
	},
	"store-nothing": func(p params) string {
		of := p.category()
		if of == "" {
			return "the app " + p.list("app") + " stores nothing"
		}
		if fields := p.list("fields"); fields != "" {
			return "of " + of + ", " + fields + " is never stored"
		}
		if except := p.list("except"); except != "" {
			return "nothing of " + of + " is stored but " + human(except)
		}
		return "nothing of " + of + " is stored"
	},
	"purpose": func(p params) string {
		purposes := p.list("purposes")
		if purposes == "" {
			return ""
		}
		if purposes == policy.Every {
			purposes = "any purpose"
		}
		s := "reads of " + p.category() + " are for " + human(purposes)
		if p["only"].Bool() {
			s += " alone"
		}
		return s
	},
	"place": func(p params) string {
		s := p.category() + " is kept"
		if at := placesOf(p["at"].Words()); at != "" {
			s += " " + at
		}
		if regions := p["region"].Words(); regions != nil {
			s += " in " + strings.Join(regions, " or ")
		}
		if provider := p.list("provider"); provider != "" {
			s += ", run by " + provider
		}
		return s
	},
	"recipient": func(p params) string {
		if p.list("safeguard")+p.list("contract") != "" {
			return ""
		}
		who := p.list("name")
		if who == "" {
			who = "outside parties that nobody has named yet"
			if kind := p.list("kind"); kind != "" {
				who = "parties of the kind " + human(kind) + " that nobody has named yet"
			}
			return who + " receive nothing" + forFunctions(p)
		}
		s := who + " may receive data" + forFunctions(p)
		if region := p.list("region"); region != "" {
			s += ", in " + region
		}
		return s
	},
	"disclose": func(p params) string {
		if only := p.list("only"); only != "" {
			return "people disclose data in these cases alone: " + human(only)
		}
		return "people never disclose data"
	},
	"no-sale": func(p params) string {
		if purposes := p["purposes"].Words(); purposes != nil && p.list("purposes") != policy.Every {
			return "nothing is sold, or handed out for " + human(p.list("purposes"))
		}
		return "nothing is sold"
	},
	"retain": func(p params) string {
		limit, ok := p["max"].Period()
		var from []string
		for _, f := range p["from"].Words() {
			from = append(from, events[f])
		}
		if !ok || from == nil {
			return ""
		}
		if limit == (kept.Period{}) {
			return p.category() + ": gone at once after " + and(from)
		}
		return p.category() + ": gone " + limit.Words() + " after " + and(from)
	},
	"rescue": func(p params) string {
		within, ok := p["within"].Period()
		if !ok {
			return ""
		}
		comes := map[string]string{policy.Reinstall: "a reinstall", policy.Resubscribe: "a new subscription"}
		var on, from []string
		for _, way := range p["on"].Words() {
			on = append(on, comes[way])
		}
		for _, event := range p["from"].Words() {
			from = append(from, events[event])
		}
		s := strings.Join(on, " or ") + " within " + within.Words()
		if from != nil {
			s += " after " + strings.Join(from, " or ")
		}
		return s + " finds its data again"
	},
	"purge": func(p params) string {
		by := human(p.list("by"))
		if by == "" {
			return ""
		}
		scope := human(p.list("scope"))
		if scope == "installation" {
			scope = "everything of the installation"
		}
		return "the " + by + " can erase " + scope + " at any time"
	},
	"publish": func(p params) string {
		s := "the document " + p.list("document") + " is public"
		if v := p.list("version") + p.list("date"); v != "" {
			s += ", in version " + v
		}
		return s
	},
	"contact": func(p params) string {
		about, address := human(p.list("for")), p.list("address")
		if address == "" {
			return ""
		}
		return "for " + about + ", somebody reads " + address
	},
	"attest": func(p params) string {
		s := human(p.list("what")) + ": somebody gives their word"
		if every, ok := p["every"].Period(); ok {
			s += " every " + every.Words()
		}
		return s
	},
	"log": func(p params) string {
		s := "in " + p.category() + ", "
		if never := p.list("never"); never != "" {
			return s + human(never) + " is never written down"
		}
		if records := p.list("records"); records != "" {
			return s + human(records) + " is written down"
		}
		return s + "lines are written down"
	},
	"protect": func(p params) string {
		cipher := p.list("cipher")
		if cipher == "" {
			return p.category() + " is encrypted"
		}
		return p.category() + " is encrypted with " + cipher
	},
	"token": func(p params) string {
		var does []string
		if p.list("scope") != "" {
			does = append(does, "is used for one host alone")
		}
		if p["rotate"].Bool() {
			does = append(does, "can be replaced")
		}
		if p["revoke"].Bool() {
			does = append(does, "can be revoked")
		}
		if does == nil {
			return ""
		}
		return p.category() + " " + and(does)
	},
	"anonymise": func(p params) string {
		s := p.category() + " says of nobody who it is"
		if clear := p.list("excludes"); clear != "" {
			s += ", though " + human(clear) + " stays in clear"
		}
		return s
	},
	"access": func(p params) string {
		who := human(p.list("who"))
		if who == "" {
			return ""
		}
		return "to " + human(p.list("to")) + ", " + who + " has access"
	},
	"information": func(p params) string { return "nothing is promised here" },
}

// placesOf says a list of places, any of them.
func placesOf(at []string) string {
	says := map[string]string{"atlassian": "at Atlassian", "vendor": "at the vendor", "customer-host": "on the customer's host", "third-party": "at a hosting company"}
	var parts []string
	for _, w := range at {
		parts = append(parts, says[w])
	}
	return strings.Join(parts, " or ")
}

func forFunctions(p params) string {
	if functions := p.list("for"); functions != "" {
		return " for " + human(functions)
	}
	return ""
}

// human turns a word of the policy into words.
func human(s string) string { return strings.ReplaceAll(s, "-", " ") }

func and(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

// plural is "1 promise", "3 promises".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// capital begins a sentence.
func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

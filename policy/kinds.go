package policy

// Kind is one kind of control: what a promise can be bound to, and with which parameters.
type Kind struct {
	Name   string
	Engine bool     // this build enforces or judges it
	Params []Param  // in the order of reading
	OneOf  []string // at least one of these must be there
	Needs  []string // without these it can be said, but not enforced
}

// Param is one parameter of a kind.
type Param struct {
	Name   string
	Type   Type
	Enum   []string // the words there are; beside a type of names, further words
	Key    bool     // must be there
	Empty  bool     // an empty list says something: none at all
	Engine bool     // this build acts on it
	Only   []string // this build acts on these of Enum alone
	Not    []string // this build does not act on these words
	With   string   // it says nothing without this one
}

// Type says what the scalars of a parameter look like.
type Type string

const (
	Word          Type = "word"      // one of Enum, or a word of the vendor's where Enum is empty
	AnyWord       Type = "any-word"  // a word, or * for every one
	Text          Type = "text"      // whatever the vendor writes
	Duration      Type = "duration"  // ISO 8601
	Bool          Type = "bool"      // true or false
	Int           Type = "int"       // 1–99
	Date          Type = "date"      // 2026-03-01
	Region        Type = "region"    // ISO 3166-1 country, EEA, cloud region, tenant or same
	Bounds        Type = "bounds"    // a mapping {by, min, max}
	CategoryName  Type = "category"  // a declared category, * or personal-data
	AppName       Type = "app"       // a declared app
	RecipientName Type = "recipient" // a declared recipient
	FieldName     Type = "field"     // a field that a category of the same promise declares
)

// Every is the word for all of them: each category, each app, each purpose.
const Every = "*"

// PersonalData stands for each category that has a subject.
const PersonalData = "personal-data"

// many tells whether a list may stand where one scalar may (rule 6 of the control kinds).
func (t Type) many() bool {
	switch t {
	case Text, Duration, Bool, Int, Date, Bounds:
		return false
	}
	return true
}

// KindOf is the kind of that name.
func KindOf(name string) (Kind, bool) {
	return find(Kinds, func(k Kind) bool { return k.Name == name })
}

// Param is the parameter of that name.
func (k Kind) Param(name string) (Param, bool) {
	return find(k.Params, func(p Param) bool { return p.Name == name })
}

// Severities are those of a line in a log, the least first. spec: RFC 5424 6.2.1, in the words that most loggers use
var Severities = []string{"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"}

var (
	hostings = []string{"forge", "forge-remote", "connect", "datacenter"}
	surfaces = []string{"website", "app", "support"}
	sources  = []string{"user", "admin", "session", "atlassian", "automatic", "third-party"}
	parties  = []string{"processor", "sub-processor", "controller", "authority", "successor", "public", "customer-chosen"}
	events   = []string{"entry", "last-use", "process-end", "job-end", "delivered", "ticket-closed", "need-ended",
		"uninstalled", "unsubscribed", "consent-withdrawn", "request", "incident-known", "posted"}
	whos = []string{"subject", "customer-admin", "customer-user", "vendor-staff", "support", "developer", "contractor",
		"app-runtime", "authority", "anyone", "nobody"}
	rights = []string{"access", "copy", "know", "rectify", "erase", "restrict", "object", "withdraw", "portability",
		"opt-out-of-sale", "complain"}
	channels = []string{"email", "postal", "form", "ticket", "phone"}
	places   = []string{"atlassian", "vendor", "customer-host", "third-party"}
)

// Said are the events that happen to a single item, and that somebody has to say; its last use is also seen.
var Said = []string{LastUse, "process-end", "job-end", "delivered", "ticket-closed", "need-ended", "consent-withdrawn", "incident-known", "posted"}

// LastUse is the event that moves with every use.
const LastUse = "last-use"

// The parts of the table's rows. A parameter has no engine until runs or runsFor says so.

func word(name string, enum ...string) Param { return Param{Name: name, Type: Word, Enum: enum} }

func typed(name string, t Type, more ...string) Param { return Param{Name: name, Type: t, Enum: more} }

func (p Param) key() Param { p.Key = true; return p }

func (p Param) orEmpty() Param { p.Empty = true; return p }

func (p Param) runs() Param { p.Engine = true; return p }

func (p Param) butFor(values ...string) Param { p.Not = values; return p }

func (p Param) with(other string) Param { p.With = other; return p }

func (p Param) runsFor(values ...string) Param { p.Engine, p.Only = true, values; return p }

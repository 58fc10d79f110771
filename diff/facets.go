package diff

import (
	"strconv"

	"kept"
)

// facet is one thing to compare of a kind of control.
type facet struct {
	control string
	by      []string // parameters whose words tell statements apart
	unsaid  string   // what stands for a parameter that is not there; "" leaves the statement out
	value   string   // parameter whose value may change; may be empty
	more    Effect   // of a larger value
	added   Effect   // of a new statement; one that goes is the opposite
	duty    bool     // a new one lays something on people, who must know
	says    string   // of a new statement; {about} and {value} are filled
	gone    string
	changes string
}

// facets are in the order in which people look: what is taken, what for, who gets it, how long, what protects, what one can ask.
var facets = []facet{
	{control: "collect", by: []string{"category", "fields"}, unsaid: "(any field)", added: Wider,
		says: "also collected: {about}", gone: "no longer collected: {about}"},
	{control: "store-nothing", by: []string{"app"}, added: Narrower,
		says: "the app {about} stores nothing", gone: "no longer promised: the app {about} stores nothing"},
	{control: "store-nothing", by: []string{"category"}, added: Narrower,
		says: "never stored: {about}", gone: "no longer promised: {about} is never stored"},
	{control: "purpose", by: []string{"purposes"}, added: Wider, says: "also used for {about}", gone: "no longer used for {about}"},
	{control: "basis", by: []string{"basis"}, added: Wider, says: "also based on {about}", gone: "no longer based on {about}"},
	{control: "consent", by: []string{"purpose"}, value: "given", added: Narrower,
		says: "consent is asked for {about}", gone: "consent is no longer asked for {about}", changes: "consent to {about}: {value}"},
	{control: "role", by: []string{"role", "of"}, unsaid: "data", added: Other, says: "the vendor is {about}", gone: "the vendor is no longer said to be {about}"},
	{control: "recipient", by: []string{"name"}, added: Wider, says: "also received by {about}", gone: "no longer received by {about}"},
	{control: "recipient", by: []string{"kind"}, added: Wider, says: "also received by a party of the kind {about}", gone: "no longer received by a party of the kind {about}"},
	{control: "disclose", by: []string{"only"}, added: Wider, says: "also disclosed in the case {about}", gone: "no longer disclosed in the case {about}"},
	{control: "no-sale", by: []string{"purposes"}, unsaid: "sale", added: Narrower, says: "never handed out for {about}", gone: "no longer promised: never handed out for {about}"},
	{control: "place", by: []string{"category", "region"}, added: Other, says: "also there: {about}", gone: "no longer there: {about}"},
	{control: "place", by: []string{"category", "at"}, added: Other, says: "also kept by: {about}", gone: "no longer said to be kept by: {about}"},
	{control: "place", by: []string{"provider"}, added: Wider, says: "also at the provider {about}", gone: "no longer at the provider {about}"},
	{control: "retain", by: []string{"category", "from"}, value: "max", more: Wider, added: Narrower,
		says: "{about}: gone {value} after that", gone: "{about}: no longer promised to go", changes: "{about}: {value}"},
	{control: "retain", by: []string{"category", "until"}, added: Narrower, says: "gone by then: {about}", gone: "no longer gone by then: {about}"},
	{control: "hold", by: []string{"reasons"}, added: Wider, says: "kept longer because of {about}", gone: "no longer kept longer because of {about}"},
	{control: "backup", value: "keep", more: Wider, added: Narrower, says: "backups are kept for {value}", gone: "no longer said how long backups are kept", changes: "backups are kept for {value}"},
	{control: "rescue", by: []string{"on"}, value: "within", more: Narrower, added: Narrower, says: "{about} finds data again for {value}", gone: "{about} no longer finds data again", changes: "{about} finds data again for {value}"},
	{control: "purge", by: []string{"scope"}, added: Narrower, says: "{about} can be erased on request", gone: "{about} can no longer be erased on request"},
	{control: "protect", by: []string{"category"}, value: "cipher", added: Narrower, says: "{about}: encrypted {value}", gone: "{about}: no longer promised to be encrypted", changes: "{about}: encrypted, {value}"},
	{control: "transport", value: "min-tls", more: Narrower, added: Narrower, says: "TLS {value} at least", gone: "no longer promised: TLS", changes: "TLS {value} at least"},
	{control: "anonymise", by: []string{"category"}, added: Narrower, says: "{about} is anonymous", gone: "{about} is no longer promised to be anonymous"},
	{control: "access", by: []string{"who", "to"}, added: Other, says: "access said of: {about}", gone: "access no longer said of: {about}"},
	{control: "grant", by: []string{"for"}, value: "consent", added: Narrower, says: "access for {about} is granted by people", gone: "access for {about} is no longer granted by people", changes: "access for {about}: {value}"},
	{control: "token", by: []string{"category"}, added: Narrower, says: "secrets are watched: {about}", gone: "secrets are no longer watched: {about}"},
	{control: "log", by: []string{"category"}, added: Other, says: "a log of {about}", gone: "no longer said: a log of {about}"},
	{control: "right", by: []string{"right"}, value: "within", more: Wider, added: Narrower, says: "the right to {about}", gone: "the right to {about} is gone", changes: "the right to {about}: {value}"},
	{control: "propagate", by: []string{"of"}, added: Narrower, says: "passed on to recipients: {about}", gone: "no longer passed on to recipients: {about}"},
	{control: "identity", by: []string{"when"}, added: Other, says: "identity is checked: {about}", gone: "identity is no longer said to be checked: {about}"},
	{control: "cookie", by: []string{"scope"}, value: "allowed", added: Narrower, says: "cookies of the {about}: {value}", gone: "no longer said: cookies of the {about}", changes: "cookies of the {about}: {value}"},
	{control: "incident", by: []string{"notify"}, value: "within", more: Wider, added: Narrower, says: "the {about} hears of an incident within {value}", gone: "the {about} is no longer promised to hear of an incident", changes: "the {about} hears of an incident within {value}"},
	{control: "notice", by: []string{"of", "how"}, unsaid: "(no way said)", value: "before", more: Narrower, added: Narrower, says: "notice: {about}", gone: "no longer: notice {about}", changes: "notice {about}: {value} before"},
	{control: "test", by: []string{"what"}, value: "every", more: Wider, added: Narrower, says: "tested: {about}", gone: "no longer tested: {about}", changes: "tested: {about}, every {value}"},
	{control: "assess", by: []string{"what"}, added: Narrower, says: "assessed: {about}", gone: "no longer assessed: {about}"},
	{control: "attest", by: []string{"what"}, added: Narrower, says: "people give their word: {about}", gone: "people no longer give their word: {about}"},
	{control: "accept-use", by: []string{"forbids"}, added: Other, duty: true, says: "users may not: {about}", gone: "users may again: {about}"},
	{control: "accept-use", by: []string{"sanction"}, added: Other, duty: true, says: "whoever does it faces: {about}", gone: "no longer faced: {about}"},
	{control: "contact", by: []string{"for", "kind"}, unsaid: "(any way)", value: "address", added: Narrower, says: "somebody answers {about}: {value}", gone: "nobody is named any more for {about}", changes: "{about}: {value}"},
	{control: "publish", by: []string{"document"}, value: "date", added: Narrower, says: "public: {about}", gone: "no longer public: {about}", changes: "{about}: {value}"},
}

// weigh gives numbers that order two values of a facet: lengths of time, versions; false where they have no order.
func (f facet) weigh(a, b string) (x, y float64, ordered bool) {
	if f.more == "" {
		return 0, 0, false
	}
	x, okA := weight(a)
	y, okB := weight(b)
	if f.value == "min-tls" || okA && okB {
		return x, y, okA && okB
	}
	// Nothing said is no limit at all: longer than any time.
	if a == "" && okB {
		return y + 1, y, true
	}
	if b == "" && okA {
		return x, x + 1, true
	}
	return 0, 0, false
}

func weight(s string) (float64, bool) {
	if p, err := kept.ParsePeriod(s); err == nil {
		return p.Shortest().Hours(), true
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// Package judge is the server's conscience: an oracle that shares no code with what it judges. From the policy, as plain
// data, and the events it was told it works out what must exist, what must not and what must have been refused, and
// holds the raw store, the key file and the ledger against that. It believes nothing that the server says about itself.
package judge

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"kept"
)

// Rules are what must always hold, by the id under which a finding names each.
var Rules = map[string]string{
	"answer-allowed":    "what must be refused was refused, and with a kind that fits",
	"answer-refused":    "what is allowed was not refused",
	"answer-right":      "an answer names what it should: the installation, the item, its version, its value, the list",
	"rescue-right":      "a reinstall in time continues the installation, any other arrival starts an empty one",
	"item-exists":       "what must be there is there, and opens to the value that was stored",
	"brake-holds":       "what a brake holds up is closed, and goes no earlier than a day later, or than a person says so",
	"brake-told":        "a change of the policy, or an end, that puts a brake on has left its fact, so has its release, and each day in between an alarm",
	"item-gone":         "after its instant nothing opens; after the next turn of the epoch no copy that ever was does",
	"row-gone":          "after the next tick no row of what was erased is left",
	"stored-fields":     "nothing is stored that no promise allows: category by category, field by field",
	"hold-keeps":        "what a hold keeps is there and opens, whatever became of the original; and nothing else is held",
	"hold-ends":         "when a hold ends nothing of it opens, its rows go with the next tick, and after the next turn no copy opens",
	"read-entered":      "each read, review and line has one entry, and there are no others; entries go at their limit",
	"receipt-right":     "each erasure has its receipt, unreachable at the right instant, late by nothing",
	"receipt-final":     "a receipt says unrecoverable when it is true, and not later than a day and a turn; that of a day has its fact when nothing of the day is left",
	"state-right":       "an installation is where its events put it; when nothing is left it is erased",
	"question-right":    "a person is asked about an installation of which nobody heard for 30 days, and about no other; what is heard later, or a person, settles it",
	"licence-heeded":    "the Marketplace is asked each day which licences have changed, and what it says moves the rows of installations as it should",
	"contacts-right":    "whom the Marketplace names is stored where a promise says so and as it says; whom Atlassian has forgotten is erased, and no older row brings anybody back",
	"nothing-left":      "an erased installation has no key, no subject, no item, no entry",
	"epoch-turns":       "no epoch key lives longer than a day, and none comes back",
	"markers":           "nothing that was planted stands in clear in a file or a log",
	"ledger-tree":       "every leaf is the hash of its opening; the newest checkpoint is signed and has their root",
	"ledger-order":      "the facts of a scope are numbered without a gap",
	"ledger-facts":      "each event left its fact, and no fact is without one",
	"deadline-right":    "an answer is due when the law and the promise say, to the microsecond",
	"board-right":       "of each promise to retain the board shows what is due next, and the oldest that stands, as it is; and it calls none broken by which nothing is late, or has waited for a person for seven days",
	"sweep-right":       "the forecast knows the last limit of the day to come, and that what ends by then can be deleted in time",
	"accounts-reported": "once in a cycle Atlassian is asked about everybody that something is about, and about nobody else",
	"move-whole":        "a committed move has left within hours: at the other server is all that was here, with its clocks, and here are receipts",
	"move-undone":       "a copy that nobody asked to live is gone within hours of being taken back, or after seven days, and opens nowhere; what ends where the installation lives ends in the copy, too (`row-gone`, `item-gone`)",
	"subjects-right":    "a person is known as long as something is about one, and was asked about when it says so",
}

// Finding is a rule that does not hold.
type Finding struct {
	At   kept.Time
	Rule string
	Text string
}

// String is the finding as one line.
func (f Finding) String() string { return fmt.Sprintf("%s  %s: %s", f.At, f.Rule, f.Text) }

// Judge knows a policy and what has happened. It is not safe for concurrent use.
type Judge struct {
	policy   Policy   // the version of now, with those promises alone that take part
	versions []Policy // all of them, the oldest first
	whole    []Policy // the same with all their promises
	left     []string // what is left out
	limits   map[limitKey]limits
	stores   map[[2]string]storing
	planted  []string

	now           kept.Time
	installations []*installation // in order of arrival
	byID          map[kept.ID]*installation
	tenants       map[[3]string]*tenant // by door, app and site
	secrets       map[kept.ID]*value    // that Connect shares, by row
	values        map[version]*value
	holds         map[kept.ID]*hold
	entries       map[entryKey][]*entry
	receipts      map[receiptKey]bool               // that must be; true once it was seen
	went          map[receiptKey]int64              // how many aged, of a day
	lags          map[receiptKey]time.Duration      // the longest that a brake held one of these up
	forgiven      map[kept.ID]time.Duration         // how late the receipt of a day was in an outage
	counted       map[receiptKey]map[kept.ID]int64  // what the receipts of that day say
	latest        map[receiptKey]time.Duration      // and how late the latest is
	late          map[receiptKey]kept.Time          // of what a brake held up: since when it was owed
	sinces        map[receiptKey]map[kept.Time]bool // of what went because accounts are closed: since when they were
	tooLate       map[[3]string]bool                // by app, category and event, where something waited for longer than a promise bears
	sudden        []sudden
	changed       kept.Time        // when the server was last started with another policy
	alarmed       kept.Time        // when somebody was told last that something waits
	shown         map[kept.ID]bool // receipts that were seen
	owed          map[factKey]int  // events without a fact, or below zero facts without an event
	exercised     map[string]int   // by control kind
	outages       []outage
	contracts     map[string]contract                    // of the Marketplace, by entitlement
	polled        kept.Time                              // when it was asked last; 0 where nobody asks
	namings       map[[2]string]Naming                   // what it said then, by entitlement and kind
	shelves       map[shelf]*shelved                     // where contacts lie, or lay
	heeded        kept.Time                              // the last question of which everything was heeded
	reports       map[string]*reporting                  // by app
	parted        map[[2]string]kept.Time                // by app and account: when nothing was about somebody any more
	waited        map[[2]string]bool                     // whether somebody waited of whom that was
	parting       map[*installation]map[string]kept.Time // the same by installation and account
	perhaps       map[factKey]bool                       // facts of what the server need not have looked at any more
	erasedWith    []erasedAt

	other    *Judge                // of the server to which installations move from here; nil where there is none
	homeward map[kept.ID]kept.Time // since when an installation may be sent back to where it came from
	copies   map[*entry]*entry     // of lines that arrived, by what they were where they came from

	hoard  *hoard
	ledger *ledger
	found  []Finding
}

// New judges under a policy. planted are beginnings of everything secret that the events will plant or be given: none of
// them may ever be found in a file.
func New(p Policy, planted []string) *Judge {
	j := &Judge{planted: planted, byID: map[kept.ID]*installation{}, tenants: map[[3]string]*tenant{}, secrets: map[kept.ID]*value{}, values: map[version]*value{}, holds: map[kept.ID]*hold{},
		entries: map[entryKey][]*entry{}, receipts: map[receiptKey]bool{}, went: map[receiptKey]int64{}, lags: map[receiptKey]time.Duration{}, forgiven: map[kept.ID]time.Duration{}, counted: map[receiptKey]map[kept.ID]int64{}, latest: map[receiptKey]time.Duration{},
		late: map[receiptKey]kept.Time{}, sinces: map[receiptKey]map[kept.Time]bool{}, tooLate: map[[3]string]bool{}, shown: map[kept.ID]bool{}, owed: map[factKey]int{}, exercised: map[string]int{}, reports: map[string]*reporting{},
		contracts: map[string]contract{}, parted: map[[2]string]kept.Time{}, waited: map[[2]string]bool{}, parting: map[*installation]map[string]kept.Time{}, perhaps: map[factKey]bool{}, shelves: map[shelf]*shelved{}, copies: map[*entry]*entry{}, homeward: map[kept.ID]kept.Time{}, hoard: newHoard(), ledger: newLedger()}
	j.goBy(p)
	return j
}

// goBy judges under a policy from now on.
func (j *Judge) goBy(p Policy) {
	var left []string
	var versions []Policy
	whole := append(slices.Clone(p.Earlier), p)
	for _, v := range whole {
		part := v
		part.Promises = nil
		for _, pr := range v.Promises {
			switch missing := v.missing(pr); {
			case missing == "" && !v.yields(pr):
				part.Promises = append(part.Promises, pr)
			case missing != "" && pr.Control != "information":
				left = append(left, "promise "+pr.ID+": "+missing)
			}
		}
		versions = append(versions, part)
	}
	j.policy, j.versions, j.whole, j.left, j.limits, j.stores = versions[0], versions, whole, left, map[limitKey]limits{}, map[[2]string]storing{}
	j.change(j.now)
}

// Exercised counts by control kind how often a promise of that kind decided something.
func (j *Judge) Exercised() map[string]int { return maps.Clone(j.exercised) }

// Standing is what must be of an installation.
type Standing struct {
	App    string
	State  kept.State
	Stored int // values that must be there
}

// Standings are those of all installations that ever were, in order of arrival.
func (j *Judge) Standings() (out []Standing) {
	for _, i := range j.installations {
		s := Standing{i.place.app, kept.Installed, len(i.current)}
		switch {
		case i.erased:
			s.State = kept.Erased
		case i.uninstalled != 0:
			s.State = kept.Uninstalled
		}
		out = append(out, s)
	}
	return out
}

// Unchecked says what this judge does not look at.
func (j *Judge) Unchecked() []string {
	out := []string{
		"verdicts of publish, contact and attest: whether the board draws the right conclusion from them",
		"holds on what is about one person, and on more rows than are copied at once",
		"promises of the vendor's own scope: nothing is stored there yet",
		"receipts of acts that found nothing to erase",
		"copies of database and key file taken together, which open by design",
		"the files of a PostgreSQL server",
		"which promise a refusal names, and the words of answers",
		"a disk that is full under a PostgreSQL server",
		"whether the vendor's people see in a list what they may not open",
		"an app that reads its own log",
		"questions about a site into which another one was imported",
		"installations in several products at once, and environments but production",
		"regions but countries, the EEA and the usual ones of one cloud; a database that stands elsewhere than its server",
		"brakes on what a Marketplace licence ends, or on an installation whose customer pays again",
		"whether the alarm is heard while what an app said waits, and which of many that end at one instant are the first",
		"closed accounts by the hundred: a few are enough for a brake where few are known",
		"why a deadline is when it is, and whether anybody is answered by then",
		"whether a copy that arrives is closed before it lives, and from which instant on a move that is started lies at the other server, too",
		"tenants of Connect that a Forge app announced after it had stored something",
	}
	return append(out, j.left...)
}

func (j *Judge) find(rule, format string, args ...any) {
	if _, known := Rules[rule]; !known {
		panic("judge: a finding under no rule: " + rule) // a mistake of this package
	}
	j.found = append(j.found, Finding{j.now, rule, fmt.Sprintf(format, args...)})
}

// take hands out what was found since the last call.
func (j *Judge) take() []Finding {
	out := j.found
	j.found = nil
	return out
}

func sorted[K interface{ ~string }, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// storing is what may be stored of a category.
type storing struct {
	fields        map[string]bool
	ok, forbidden bool
}

// storable is the policy's answer, remembered.
func (j *Judge) storable(app, category string) storing {
	key := [2]string{app, category}
	s, known := j.stores[key]
	if !known {
		if c, declared := j.policy.category(category); declared {
			s.fields, s.ok, s.forbidden = j.policy.storable(app, c)
		}
		j.stores[key] = s
	}
	return s
}

package judge

import "kept"

// Kind says what happened.
type Kind string

const (
	Installed Kind = "installed" // the signal of an installation
	Upgraded  Kind = "upgraded"  // the signal of a new version
	Token     Kind = "token"     // an invocation token was traded for a credential
	Uninstall Kind = "uninstall" // the signal of an uninstall
	Effect    Kind = "effect"    // a person says that an uninstall has taken effect
	Answer    Kind = "answer"    // a person says whether it is there
	Contracts Kind = "contracts" // the Marketplace was asked for all licences
	Put       Kind = "put"       // store, or overwrite by name
	Overwrite Kind = "overwrite" // overwrite by item
	Delete    Kind = "delete"    // one item
	Read      Kind = "read"      // one item, for a purpose
	List      Kind = "list"      // what is there of a category
	Review    Kind = "review"    // the journal, for a purpose
	Purge     Kind = "purge"     // erase at once, Categories or all
	Restrict  Kind = "restrict"  // processing
	Trespass  Kind = "trespass"  // an app asks for what only an administrator may
	Lift      Kind = "lift"      // the restriction
	Write     Kind = "write"     // a line of a log
	WriteAll  Kind = "write-all" // several at once: all of them, or none
	Disclose  Kind = "disclose"  // people hand something out
	Choose    Kind = "choose"    // how long something is kept
	Deadline  Kind = "deadline"  // until when an answer is owed; of no installation
	Trigger   Kind = "trigger"   // a token came with which Atlassian can be asked about accounts
	Hold      Kind = "hold"      // keep Rows of a category, or what was stored in a time, beyond their limit
	Renew     Kind = "renew"     // a hold
	Release   Kind = "release"   // a hold
	Consult   Kind = "consult"   // open one copy that a hold keeps
	LetGo     Kind = "let-go"    // what waits for Reason, although it is due; of no installation
	Say       Kind = "say"       // what happened to an item, or to all of a group; From is the event
)

// Event is what somebody did, and what the server answered.
type Event struct {
	At   kept.Time
	Kind Kind

	// A signal says where it comes from.
	App, Environment, Site, Remote string
	PaidUntil                      kept.Time
	Licence                        Licence
	Issued                         kept.Time // the token

	// Not so where it comes through Connect or from a host: then Site is the clientKey or the server, Wraps the Forge
	// installation that Connect names, and Stranger means that its proof is none that the server was ever told.
	Door     Door
	Wraps    string
	Stranger bool
	Role     kept.Role // asked for with a token
	Licensed string    // the licence that an installed callback or an enrolment names; empty for none

	// Everything else is about an installation; for a signal it is the one that the server answered.
	Installation kept.ID
	Item         kept.ID // asked for, or for a put as answered
	Name         string
	Category     string
	Categories   []string
	Fields       []string
	Purpose      string
	Host         string
	Account      string     // whom it is about; empty for nobody
	Moody        bool       // of a trigger: Atlassian may answer no report
	Names        bool       // the value looks like somebody
	Recipient    string     // to whom a read goes, and
	For          string     // for which function
	Record       string     // what is written down,
	Severity     string     // how severe it is, and
	Actor        string     // who did it
	Lines        []Event    // of what is written at once
	Case         string     // in which people disclose
	Contracts    []Contract // that it has
	Namings      []Naming   // whom it names
	Gone         bool       // what a person answers
	From, Max    string     // what is chosen: the event, and how long; empty to take it back
	Marker       string     // the value of every field that is stored
	Group        string     // to which an item belongs, or of which something is said
	Back         bool       // it is taken back
	When         kept.Time  // it happened; 0 for now

	Promise       string    // whose deadline is asked for, and
	Asked         kept.Time // the instant from which it runs
	Hold          kept.ID   // asked for, or for a hold as answered
	Reason        string
	Until         kept.Time
	Rows          []kept.ID // items; nil for all of the category
	After, Before kept.Time // stored or written between these; 0 for no matter

	Refused kept.Kind         // "" when it was done
	Version int64             // answered to a put
	Value   map[string]string // answered to a read
	Items   []kept.ID         // answered to a list
	Entries int               // answered to a review; to a hold, how many rows it keeps; of how many items something counts

	Move int64 // Atlassian's number of the migration that a step belongs to

	Due      kept.Time // answered to a deadline, and where the promise can be extended
	Extended kept.Time

	cut bool // nobody heard the answer: Refused is what was seen to come of it
}

// Told takes note of an event, in order of time, and says what was wrong with the answer.
func (j *Judge) Told(e Event) []Finding {
	j.advance(e.At)
	switch {
	case e.Kind == Contracts:
		j.hears(e)
	case e.Kind == LetGo:
		j.letGo(e)
	case e.Door != Forge:
		j.atDoor(e)
	case e.Kind == Installed, e.Kind == Upgraded, e.Kind == Token:
		j.arrived(e)
	case e.Kind == Uninstall:
		j.leaving(e)
	case e.Kind == Deadline:
		j.deadline(e)
	case e.Kind == Trigger:
		j.trigger(e)
	default:
		i, known := j.byID[e.Installation]
		if !known {
			j.find("answer-right", "%s of an installation that never was", e.Kind)
			return j.take()
		}
		map[Kind]func(*installation, Event){Effect: j.effect, Put: j.put, Overwrite: j.put, Delete: j.delete, Read: j.read,
			List: j.list, Review: j.review, Purge: j.purge, Restrict: j.restrict, Lift: j.restrict, Trespass: j.trespass,
			Write: j.write, WriteAll: j.writeAll, Disclose: j.disclose, Choose: j.choose, Answer: j.personSays,
			Schedule: j.step, Start: j.step, Commit: j.step, Rollback: j.step, Hold: j.hold, Renew: j.renew, Release: j.release, Consult: j.consult, Say: j.say}[e.Kind](i, e)
	}
	j.part()
	j.dates(false)
	return j.take()
}

// refusals are the kinds with which something must be refused; none, and it is allowed.
type refusals map[kept.Kind]bool

// answer holds an answer against what it must be, and tells whether the thing was rightly done.
func (j *Judge) answer(e Event, must refusals) (done bool) {
	switch {
	case e.cut && (e.Refused == silent || (e.Refused == "") == (len(must) == 0)):
	case e.Refused == kept.Internal:
		j.find("answer-refused", "%s of %s broke", e.Kind, e.Category)
	case len(must) == 0 && e.Refused != "":
		j.find("answer-refused", "%s of %s for %q was refused: %s", e.Kind, e.Category, e.Purpose, e.Refused)
	case len(must) > 0 && e.Refused == "":
		j.find("answer-allowed", "%s of %s for %q was not refused: it is %v", e.Kind, e.Category, e.Purpose, sorted(must))
	case len(must) > 0 && !must[e.Refused]:
		j.find("answer-allowed", "%s of %s for %q was refused as %s, not as %v", e.Kind, e.Category, e.Purpose, e.Refused, sorted(must))
	}
	return e.Refused == ""
}

// factKey is by what an event and its fact find each other.
type factKey struct {
	scope    string
	kind     kept.FactKind
	category string
	item     kept.ID
	at       kept.Time
}

func (j *Judge) owe(i *installation, kind kept.FactKind, category string, item kept.ID) {
	j.owed[factKey{string(i.id), kind, category, item, j.now}]++
}

// Package gate is the one place that answers "may this be done now?". Modules register vetoes; nothing else decides,
// and a gate with no veto of a required name refuses to open.
package gate

import (
	"slices"

	"kept"
	"kept/kernel"
)

// Verb is what somebody wants to do.
type Verb string

const (
	Put     Verb = "put"
	Read    Verb = "read"
	List    Verb = "list"
	Log     Verb = "log"    // write a line of the journal
	Review  Verb = "review" // read the journal
	Delete  Verb = "delete"
	Say     Verb = "say"     // what happened to an item, from which its time counts
	Purge   Verb = "purge"   // erase now what belongs to an installation
	Hold    Verb = "hold"    // keep something beyond its limit, for a reason
	LetGo   Verb = "let-go"  // end a hold
	Consult Verb = "consult" // open what a hold keeps
	Limit   Verb = "limit"   // restrict processing, or lift it
	Choose  Verb = "choose"  // how long something is kept, within what the policy leaves to the customer
	Status  Verb = "status"  // see one's own installation: state, receipts, dates
	Inspect Verb = "inspect" // see the board, installations, the ledger
	Operate Verb = "operate" // keys of apps, accounts, epochs, effects of uninstalls
	Testify Verb = "testify" // attest, publish, probe
	Reveal  Verb = "reveal"  // people hand something out, and say so
	Release Verb = "release" // let what a brake holds up be destroyed
	Redeem  Verb = "redeem"  // hand back the code of a contact probe
	Enrol   Verb = "enrol"   // let a host of a customer's in
	Arrive  Verb = "arrive"  // have what another server of the vendor's had
)

// Question is asked before anything is done.
type Question struct {
	Actor    kept.Actor
	Verb     Verb
	Scope    kept.Scope
	App      string // policy id; "" for the vendor's own scope
	Category string
	Purpose  string    // of a read
	Record   string    // of a line: what is written down
	Severity string    // of a line; empty for none
	Fields   []string  // of a put or a line
	About    bool      // of a put or a line: it says whom it is about
	Names    Names     // of a put or a line; left out where no promise asks
	Host     string    // of a put or a read: the only host a secret is for
	Other    bool      // of a read: the item was stored for another host
	Stored   kept.Time // of an existing item
	Happened Happened  // of an existing item: what is known of it
	Subject  kept.ID   // of an existing item: whom it is about; empty for nobody

	Recipient string // to whom a read or a person hands it out; empty for nobody
	For       string // the function for which the recipient gets it
	Case      string // in which people hand something out
	Reason    string // of a hold
}

// Happened tells since when an event holds for an item, in the words of the policy.
type Happened map[string]kept.Time

// Names tells of each field what its text holds that names a person, in the words of scrub.
type Names map[string][]string

// Veto refuses with an error of kind Denied, Invalid, Late or NotFound, or lets pass with nil.
type Veto func(v *kernel.View, q Question) error

// Gate asks the vetoes in the order they were registered.
type Gate struct {
	names  []string
	vetoes []Veto
}

// New is a gate that knows which role may do what, and nothing more.
func New() *Gate {
	g := &Gate{}
	g.Register("role", role)
	return g
}

// Register adds a veto under a name.
func (g *Gate) Register(name string, v Veto) {
	g.names, g.vetoes = append(g.names, name), append(g.vetoes, v)
}

// Require fails unless a veto of each name is registered: a control that has an engine must stand in the way.
func (g *Gate) Require(names ...string) error {
	for _, n := range names {
		if !slices.Contains(g.names, n) {
			return kept.Errorf(kept.Internal, "no veto %q is registered at the gate", n)
		}
	}
	return nil
}

// Ask returns the first refusal.
func (g *Gate) Ask(v *kernel.View, q Question) error {
	for _, veto := range g.vetoes {
		if err := veto(v, q); err != nil {
			return err
		}
	}
	return nil
}

package installation

import (
	"slices"

	"kept"
)

// Heard is a sign of where an installation stands, as its fact recorded it.
type Heard struct {
	At         kept.Time
	Kind       kept.FactKind
	By         string // who said it, or from what it was concluded
	Answer     Answer // of an answer
	Status     Status // of a licence
	Confidence Confidence
	Fact       kept.ID
}

// HeardIn is what a fact says; false for one that says nothing of where an installation stands. A fact from before
// confidences were recorded has that of its source.
func HeardIn(id kept.ID, f kept.Fact) (Heard, bool) {
	h := Heard{At: f.At, Kind: f.Kind, By: f.Words["by"], Answer: Answer(f.Words["answer"]), Status: Status(f.Words["status"]), Confidence: Confidence(f.Words["confidence"]), Fact: id}
	if h.Confidence == "" {
		h.Confidence = confidenceIn(h.By)
	}
	_, speaks := speaksFor[f.Kind]
	return h, speaks
}

// speaksFor tells of each kind of sign whether it speaks for an installation being there.
var speaksFor = map[kept.FactKind]bool{
	kept.FactInstalled: true, kept.FactUpgraded: true, kept.FactMoved: true, kept.FactSeen: true, kept.FactRevived: true, kept.FactRescued: true,
	kept.FactResubscribed: true, kept.FactAnswered: true, kept.FactLicence: true,
	kept.FactUninstalled: false, kept.FactEffective: false, kept.FactUnsubscribed: false, kept.FactAsked: false,
}

func (h Heard) present() bool {
	return speaksFor[h.Kind] && h.Answer != Gone && (h.Kind != kept.FactLicence || h.Status == Runs)
}

// Believed is what an installation is taken for.
type Believed string

const (
	IsThere Believed = "there"
	InDoubt Believed = "in-doubt" // a person is asked; it is treated as there
	Leaves  Believed = "leaving"  // an uninstall was signalled, and has not taken effect
	IsGone  Believed = "gone"
)

// Settles is what would settle a belief.
type Settles string

const (
	ByToken     Settles = "token"     // a valid token proves that it is there
	ByPerson    Settles = "person"    // a person may know
	ByTime      Settles = "effect"    // the uninstall takes effect by itself
	ByReinstall Settles = "reinstall" // another installation on the same site proves that this one is over
)

// Belief is what an installation is taken for, and why. Of signs that contradict each other the later one is believed, but
// silence and questions never change what is done (FORGETTING: brakes).
type Belief struct {
	Is         Believed
	Confidence Confidence
	Because    []Heard // what it rests on, the oldest first
	Against    []Heard // what speaks against it
	Settles    []Settles
}

// Believe works out a belief from the signs there were, the oldest first.
func Believe(i Installation, heard []Heard, now kept.Time) Belief {
	lastThere := -1
	for n, h := range heard {
		if h.present() {
			lastThere = n
		}
	}
	after := slices.DeleteFunc(slices.Clone(heard[lastThere+1:]), Heard.present)
	last := slices.Clone(heard[max(lastThere, 0) : lastThere+1])
	b := Belief{Is: IsThere, Confidence: Inferred, Because: last, Against: after}
	switch {
	case i.State == kept.Erased, i.State == kept.Uninstalled && i.Effective <= now:
		b.Is, b.Settles = IsGone, []Settles{ByReinstall}
		b.Because, b.Against = after, nil
	case i.State == kept.Uninstalled:
		b.Is, b.Settles = Leaves, []Settles{ByTime, ByToken, ByPerson, ByReinstall}
		b.Because, b.Against = after, nil
	case i.Questioned != 0:
		b.Is, b.Settles = InDoubt, []Settles{ByToken, ByPerson, ByReinstall}
		return b
	}
	if n := len(b.Because); n > 0 && (b.Is != IsGone || slices.ContainsFunc(b.Because, func(h Heard) bool { return h.Kind == kept.FactEffective })) {
		b.Confidence = b.Because[n-1].Confidence
	}
	return b
}

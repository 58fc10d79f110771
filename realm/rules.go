package realm

import "kept"

// Codes with which a step is refused.
const (
	NotScheduled = "E0001"
	NoRegion     = "E0002"
	Generic      = "E9999"
)

// Refusal is a refusal with the code that Atlassian reads.
type Refusal struct {
	Code string
	err  *kept.Error
}

// Error says why.
func (r *Refusal) Error() string { return r.err.Error() }

// Unwrap is the refusal as everybody else reads it.
func (r *Refusal) Unwrap() error { return r.err }

func refuse(code, says, hint string) error {
	return &Refusal{code, kept.Errorf(kept.Conflict, "%s", says).WithHint("%s", hint)}
}

// States of a migration: here, and where it arrives.
const (
	scheduled  = "scheduled"
	started    = "started" // it is being copied; closed from now on
	copied     = "copied"
	committing = "committing"
	left       = "left"       // nothing is left here
	regretting = "regretting" // taken back while it was being committed; closed until it is known where it lives
	returning  = "returning"  // taken back after it has left
	undoing    = "undoing"    // open again; the copy goes
	undone     = "undone"
	arriving   = "arriving" // closed
	compared   = "compared" // all of it has arrived, and opens; closed
	arrived    = "arrived"
)

// next is the state after a step; the one before, where the step was taken already.
func next(state string, step Step) (string, error) {
	switch step {
	case Schedule:
		if state == "" || state == undone {
			return scheduled, nil
		}
	case Start:
		switch state {
		case scheduled:
			return started, nil
		case "", undoing, undone, regretting, returning:
			return "", notScheduled()
		}
	case Commit:
		switch state {
		case copied:
			return committing, nil
		case started:
			return "", refuse(Generic, "the copy is not complete yet", "ask for the status until it is ready")
		case "", scheduled, undoing, undone, regretting, returning:
			return "", notScheduled()
		}
	case Rollback:
		switch state {
		case scheduled:
			return undone, nil
		case started, copied:
			return undoing, nil
		case committing:
			return regretting, nil
		case left:
			return returning, nil
		}
	}
	return state, nil
}

// atOnceHere are the states that come at once where the server stands in the region already: nothing has to move.
var atOnceHere = map[string]string{started: copied, committing: left, undoing: undone, regretting: undone, returning: undone}

func notScheduled() error {
	return refuse(NotScheduled, "no such migration was scheduled, or it was taken back", "schedule it first")
}

// Unknown is what a step is told about an installation that is not here: whoever does not have it cannot move it.
func Unknown() error {
	return refuse(Generic, "this server does not have the installation", "the server of the region that has it answers")
}

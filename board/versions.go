package board

import (
	"time"

	"kept"
	"kept/diff"
	"kept/kernel"
)

// Earlier is a version of the policy before the one of now, and what still stands under it.
type Earlier struct {
	Since         kept.Time     `json:"since,omitzero"`  // when it began to hold; absent where it always had
	Until         kept.Time     `json:"until"`           // when another one followed
	Installations int           `json:"installations"`   // that began by then and are not erased
	Values        int           `json:"values"`          // stored by then
	Lines         int           `json:"lines"`           // written by then
	Wider         []diff.Change `json:"wider,omitempty"` // what the version of now does and this one does not: not with these
	Overdue       int           `json:"overdue"`         // categories of installations, past a limit of this version
}

// earlier looks at what was collected under versions before: what still opens of it although a limit of then has passed
// breaks a promise, also where the version of now has none.
func (b *Board) earlier(v *kernel.View, s *state, out *Verdicts) error {
	until := b.Policy.Effective
	for n := len(b.Policy.Earlier) - 1; n >= 0; n-- {
		version := b.Policy.Earlier[n]
		e := Earlier{Since: version.Effective, Until: until}
		_, err := v.Row(`SELECT (SELECT COUNT(*) FROM installation WHERE installed < $1 AND state <> 'erased'),
			(SELECT COUNT(*) FROM item WHERE stored < $1), (SELECT COUNT(*) FROM entry WHERE at < $1)`, int64(until)).
			Scan(&e.Installations, &e.Values, &e.Lines)
		if err != nil {
			return err
		}
		for _, c := range diff.Compare(version, b.Policy) {
			if c.Effect == diff.Wider {
				e.Wider = append(e.Wider, c)
			}
		}
		if late := b.pastThen(s, &e); late > overdueBreaks {
			out.Broken = append(out.Broken, Say("%s: something should have been destroyed %s ago", version.Version(), Length(late)).String())
		}
		if e.Installations+e.Values+e.Lines > 0 {
			out.Earlier = append(out.Earlier, e)
		}
		until = version.Effective
	}
	return nil
}

// pastThen counts what has passed a limit although it began under a version before, and by how much at most.
func (b *Board) pastThen(s *state, e *Earlier) (worst time.Duration) {
	for from := range reasons {
		for _, l := range s.stock(from) {
			_, owed, runs := b.owed(l, from)
			began := l.oldest
			if began == 0 {
				began = l.standing.Installed
			}
			if over := s.now.Sub(owed); runs && began < e.Until && over > tickSlack {
				e.Overdue++
				worst = max(worst, over)
			}
		}
	}
	return worst
}

package judge

import (
	"time"

	"kept"
)

// quiet is after how long without a sign of life a person is asked whether an installation is there.
const quiet = 30 * 24 * time.Hour

// breathes is a sign of life of an installation whose uninstall, if there was one, had not taken effect.
func (j *Judge) breathes(i *installation, e Event) {
	switch {
	case i.uninstalled != 0:
		i.stays()
		j.owe(i, kept.FactRevived, "", "")
	case i.seen.Day() < j.now.Day():
		j.owe(i, kept.FactSeen, "", "")
	}
	j.settle(i)
	j.lives(i, e)
}

// settle closes the question about an installation, if one is open.
func (j *Judge) settle(i *installation) {
	if i.asked != 0 {
		i.asked, i.settled = 0, j.now
		j.owe(i, kept.FactAnswered, "", "")
	}
}

// answered is a person's word. That it is gone is an uninstall since the last sign of life, and has taken effect.
func (j *Judge) personSays(i *installation, e Event) {
	must := refusals{}
	if i.erased || !e.Gone && i.asked == 0 {
		must[kept.Conflict] = true
	}
	if !j.answer(e, must) || i.erased {
		return
	}
	switch {
	case !e.Gone:
		j.settle(i)
	case i.uninstalled == 0:
		j.supersede(i)
	case i.effective > j.now:
		i.effective = j.now
		j.owe(i, kept.FactEffective, "", "")
	}
}

// questions holds what is asked against what was heard. Silence alone starts no clock: the rows of installations say so.
func (j *Judge) questions(w World, s *store) {
	for _, i := range j.installations {
		if i.moving.stage == arriving {
			continue
		}
		row, due := s.questions[i.id], max(i.seen, i.settled).Add(quiet)
		switch {
		case row != 0 && i.asked == 0:
			if i.uninstalled != 0 || i.erased || row != due && !j.excused(due, row) {
				j.find("question-right", "since %s a person is asked about %s, which was heard of at %s", row, i.id, max(i.seen, i.settled))
			}
			i.asked = row
			j.owed[factKey{string(i.id), kept.FactAsked, "", "", row}]++
		case row != i.asked:
			j.find("question-right", "the question of %s about %s is not open any more", i.asked, i.id)
			i.asked = row
		case row == 0 && w.Ticked && due <= j.now && i.uninstalled == 0 && !i.erased:
			j.find("question-right", "nobody is asked about %s, which was last heard of at %s", i.id, max(i.seen, i.settled))
			i.settled = j.now // said once
		}
	}
}

package judge

import (
	"maps"
	"slices"
	"time"

	"kept"
)

// Steps of a move to the server of another region, as Atlassian asks for them.
const (
	Schedule Kind = "schedule"
	Start    Kind = "start"
	Commit   Kind = "commit"
	Rollback Kind = "rollback"
)

const (
	forgotten = 7 * 24 * time.Hour // after which a copy goes that nobody asked to live
	settling  = 4 * time.Hour      // for so long servers try again what they could not do with each other
)

// stage of a move: here, and at the server where it arrives.
type stage string

const (
	scheduled  stage = "scheduled"
	started    stage = "started"    // closed from now on
	committing stage = "committing" // closed
	arriving   stage = "arriving"   // what of it lies there is a copy, and closed
)

// moving is where the move of an installation stands.
type moving struct {
	stage stage
	move  int64 // Atlassian's number; 0 for the way back
	since kept.Time
	back  kept.Time // of a copy: when it was taken back; 0 for not
	seen  bool      // of a copy: it lay there
}

// Beside says who judges the server to which installations move from here.
func (j *Judge) Beside(other *Judge) { j.other = other }

// underWay lets nobody read or write what moves.
func (i *installation) underWay(must refusals) {
	if s := i.moving.stage; s == started || s == committing || s == arriving {
		must[kept.Denied] = true
	}
}

func (j *Judge) step(i *installation, e Event) {
	must, now := refusals{}, i.moving.stage
	regret := e.Kind == Rollback && i.erased && i.went != 0
	switch {
	case i.erased && !regret,
		e.Kind == Start && now == "",
		e.Kind == Commit && (now == "" || now == scheduled):
		must[kept.Conflict] = true
	}
	if e.Kind == Commit && now == started && e.Refused == kept.Conflict && j.now <= j.allow(max(i.moving.since, j.other.tried(i.id, j.now)), settling) {
		return // the copy may not be complete
	}
	if !j.answer(e, must) {
		return
	}
	switch back := e.Kind == Rollback && now == "" && i.by != 0 && e.Move == i.by; {
	case regret:
		j.regrets(i, e.Move)
		return
	case back: // Atlassian asks where it has come to
		j.owe(i, kept.FactMigrationAsked, "", "")
		i.moving, i.by = moving{stage: committing, since: j.now}, 0
		j.other.expects(i, j.now)
		return
	}
	next := map[Kind]map[stage]stage{Schedule: {"": scheduled, scheduled: scheduled}, Start: {scheduled: started}, Commit: {started: committing},
		Rollback: {scheduled: "", started: ""}}[e.Kind]
	to, changes := next[now]
	if !changes {
		return
	}
	j.owe(i, kept.FactMigrationAsked, "", "")
	i.moving = moving{stage: to, move: e.Move, since: j.now}
	switch {
	case to == started, to == committing: // which may copy again
		j.other.expects(i, j.now)
	case e.Kind == Rollback && now == started:
		if copied := j.other.byID[i.id]; copied != nil {
			copied.moving.back = j.now
		}
	}
}

// regrets expects back an installation that has left by a move, as it is by then.
func (j *Judge) regrets(i *installation, move int64) {
	if i.leftBy == 0 || i.leftBy != move { // said before
		return
	}
	i.leftBy = 0
	j.owe(i, kept.FactMigrationAsked, "", "")
	if there := j.other.byID[i.id]; there != nil && !there.erased {
		there.regret, j.other.homeward[i.id] = j.now, j.now
		j.expects(there, j.now)
	}
}

// sentBack closes an installation that goes back to where it came from.
func (j *Judge) sentBack(id kept.ID, at kept.Time) {
	since, may := j.homeward[id]
	if !may || at < since {
		j.find("move-whole", "%s is sent back since %s, and nobody has taken its move back", id, at)
	}
	delete(j.homeward, id)
	if i := j.byID[id]; i != nil && !i.erased {
		i.moving = moving{stage: committing, since: at}
	}
}

// expects lets a copy of an installation lie here. Nothing of it need be there, and nothing else may.
func (j *Judge) expects(of *installation, at kept.Time) {
	j.now = max(j.now, at)
	i := j.byID[of.id]
	if i == nil {
		i = &installation{id: of.id, current: map[kept.ID]*value{}, people: map[string]*person{}, choices: map[[2]string]choice{}, former: map[string]bool{}}
		j.installations, j.byID[i.id] = append(j.installations, i), i
	}
	i.moving = moving{stage: arriving, since: at, seen: i.moving.seen}
	i.place = of.place
	for _, v := range of.current {
		j.copyOf(i, v)
	}
	for _, e := range of.entries {
		j.lineOf(i, e)
	}
}

// copyOf is what a value is called here. One that came before is the same: it lies there as it did.
func (j *Judge) copyOf(i *installation, v *value) *value {
	c := j.values[v.version]
	if c == nil {
		c = &value{}
		j.values[v.version] = c
	}
	*c = *v
	c.of, c.gone, c.commit, c.sayings = i, 0, false, slices.Clone(v.sayings)
	return c
}

func (j *Judge) lineOf(i *installation, e *entry) *entry {
	c := j.copies[e]
	switch {
	case c != nil:
	case e.before != nil: // it was here before, and comes back
		c = e.before
		j.copies[e] = c
	default:
		c = &entry{}
		j.copies[e] = c
		j.entries[e.key] = append(j.entries[e.key], c)
	}
	id := c.id
	*c = *e
	c.of, c.id, c.before = i, id, e
	return c
}

// departed says when an installation went, of which nothing may be left here, and all that was there must be at the other server.
func (j *Judge) departed(i *installation, at kept.Time) {
	j.other.settles(i, at)
	for _, v := range i.current {
		i.end(v, at, true)
		j.due(i, v.class(), ending{at, at, "moved"}, v.stored)
	}
	for _, e := range i.entries {
		e.gone, e.commit = at, true
		j.due(i, e.class, ending{at, at, "moved"}, e.key.at)
	}
	i.forget()
	i.people, i.asked = map[string]*person{}, 0
	i.erased, i.leftBy, i.moving, i.went, i.regret = true, i.moving.move, moving{}, at, 0
	j.owed[factKey{string(i.id), kept.FactMigrationLeft, "", "", at}]++
	j.exercised["place"]++
}

// settles lets a copy be an installation like any other from now on, with the clocks that it had. What the copy had, and the
// installation has no more, is gone.
func (j *Judge) settles(of *installation, at kept.Time) {
	i := j.byID[of.id]
	*i = *of
	i.came, i.by, i.leftBy, i.went, i.regret = at, of.moving.move, 0, 0, 0
	i.moving, i.current, i.entries, i.people, i.holds = moving{}, map[kept.ID]*value{}, nil, map[string]*person{}, nil
	i.former, i.choices = maps.Clone(of.former), maps.Clone(of.choices)
	for _, v := range of.current {
		i.current[v.item] = j.copyOf(i, v)
	}
	for _, e := range of.entries {
		i.entries = append(i.entries, j.lineOf(i, e))
	}
	for account, p := range of.people {
		same := *p
		same.of = i
		i.people[account] = &same
	}
	j.leftover(i, at)
}

// leftover ends whatever lay here of a copy and is no part of what lives.
func (j *Judge) leftover(i *installation, at kept.Time) {
	for _, v := range j.values {
		if v.of == i && v.gone == 0 && i.current[v.item] != v {
			v.gone, v.commit = at, true
		}
	}
	for _, e := range j.copies {
		if e.of == i && e.gone == 0 && !slices.Contains(i.entries, e) {
			e.gone, e.commit = at, true
		}
	}
}

// finds tells whether a key is here that opens what is out of reach at the other server, and never came along itself. A day of which
// something came along, if only its key, is over here at midnight.
func (j *Judge) finds(bytes string, s *sealed, final kept.Time) bool {
	if _, came := j.hoard.sealed[bytes]; came {
		return false
	}
	if i := j.byID[kept.ID(s.scope)]; i != nil && i.came != 0 {
		final = max(final, kept.StartOfDay(i.came.Day()+1))
	}
	if j.now <= j.allow(final, settling+turn) {
		return false
	}
	_, opens := j.hoard.open(s)
	return opens
}

// outlives lets nothing lie in a copy here for longer than where it lives: what has ended there is called back.
func (j *Judge) outlives(i *installation) {
	late := func(gone kept.Time) bool { // both have to be there for that
		return gone != 0 && j.now > j.allow(j.other.allow(gone, settling), settling)
	}
	for version, c := range j.values {
		if v := j.other.values[version]; c.of == i && c.gone == 0 && v != nil && late(v.gone) {
			c.gone, c.commit = j.now, true
		}
	}
	for e, c := range j.copies {
		if c.of == i && c.gone == 0 && late(e.gone) {
			c.gone, c.commit = j.now, true
		}
	}
}

// copied holds what arrives against how far its move is.
func (j *Judge) copied(w World, i *installation, there bool) {
	j.outlives(i)
	m := &i.moving
	m.since = max(m.since, j.tried(i.id, j.now))
	slack := j.allow(max(m.since, m.back), settling)
	if m.back == 0 {
		slack = j.allow(m.since, forgotten+settling)
	}
	switch {
	case there && w.Ticked && j.now > slack:
		j.find("move-undone", "a copy of %s lies here since %s, and was taken back at %s", i.id, m.since, m.back)
		m.since = j.now // said once
	case there:
		m.seen = true
	case m.back != 0 || m.seen && j.now >= m.since.Add(forgotten): // before that it may be on its way again
		j.leftover(i, j.now)
		if m.seen = false; m.back != 0 && i.erased { // it was here before
			i.moving = moving{}
		} else if m.back != 0 {
			delete(j.byID, i.id)
			j.installations = slices.DeleteFunc(j.installations, func(o *installation) bool { return o == i })
		}
	}
}

// tried is since when nothing but the other server keeps a copy from lying here: until now while this one stands where it may not,
// or cannot write.
func (j *Judge) tried(id kept.ID, now kept.Time) kept.Time {
	i := j.byID[id]
	switch {
	case i == nil:
		return 0
	case j.troubled(), slices.ContainsFunc(j.policy.Categories, func(c Category) bool { ok, _ := j.policy.placed(i.place.app, c); return !ok }):
		return now
	}
	return i.moving.since
}

// departs holds a move that was committed against the row of its installation: by now it has left, or will soon.
func (j *Judge) departs(w World, i *installation, row standing) {
	since, slack := i.moving.since, kept.Time(0)
	switch {
	case i.moving.stage == committing:
		slack = j.allow(max(since, j.other.tried(i.id, j.now)), settling)
	case i.regret == 0:
		return
	default: // the other server has yet to ask for it; nothing moves that a hold keeps
		if len(i.holds) > 0 {
			i.regret = j.now
		}
		since, slack = j.homeward[i.id], j.allow(j.other.allow(max(i.regret, j.other.tried(i.id, j.now)), settling), settling)
	}
	if row.state == kept.Erased {
		if row.erased < since || row.erased > w.At {
			j.find("move-whole", "%s left at %s, and its move was committed at %s", i.id, row.erased, since)
		}
		j.departed(i, row.erased)
		return
	}
	if w.Ticked && j.now > slack {
		j.find("move-whole", "the move of %s was committed at %s, and it is still here", i.id, since)
		i.moving.since, i.regret = j.now, 0 // said once
	}
}

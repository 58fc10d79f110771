package simulate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"kept"
	"kept/judge"
	"kept/realm"
	"kept/stage"
)

// overThere and here are what Atlassian calls the regions of the other server and of the one that everybody comes to first.
const overThere, here = "EU", "US"

// moves tells whether customers move between regions: where every promise of a place names several.
func (o Options) moves() bool {
	located := 0
	for _, pr := range o.Policy.Promises {
		if regions := pr.Params["region"].Words(); pr.Control == "place" && regions != nil {
			if located++; len(regions) < 2 {
				return false
			}
		}
	}
	return located > 0 && slices.ContainsFunc(waysIn(o.Policy), func(w way) bool { return w.door == judge.Forge })
}

// moves are drawn apart, for customers that come through Forge. Where one is not there, or has moved, nothing happens.
func (p *planner) moves() {
	if !p.o.moves() {
		return
	}
	own := *p
	own.Rand, own.steps = rand.New(rand.NewPCG(p.o.Seed, 2)), nil
	for c := range p.o.Installations {
		for at := own.short(day, 60*day); at < p.end; at += own.short(10*day, 80*day) {
			for range own.IntN(3) { // some of which is over before it starts
				own.add(at-own.short(0, 12*time.Hour), c, pick(&own, []string{"put", "write", "write-all"}))
			}
			own.add(at, c, "region-start")
			end := at + own.short(time.Second, 20*time.Hour)
			for range own.IntN(4) {
				own.add(at+own.short(0, end-at), c, pick(&own, []string{"put", "read", "list", "delete", "review", "purge", "choose", "restrict"}))
			}
			switch n := own.IntN(10); {
			case n < 6:
				own.add(end, c, "region-commit")
				if own.IntN(3) == 0 {
					own.add(end+own.short(time.Second, 23*time.Hour), c, "region-regret")
				}
			case n < 8:
				own.add(end, c, "region-back")
			default: // forgotten, until somebody thinks of it
				own.add(at+own.short(6*day, 9*day), c, pick(&own, []string{"region-late", "region-back"}))
			}
		}
	}
	p.steps = append(p.steps, own.steps...)
}

// ofServer are the acts that befall a server, and no customer.
var ofServer = map[string]bool{"staff": true, "restart": true, "kill": true, "kill-tick": true, "fill": true, "space": true, "slip": true, "deadlines": true,
	"close-account": true, "change-account": true, "all-closed": true, "none-closed": true, "database-restart": true}

// beside opens the server of the other region, which o gets to know.
func (l *life) beside(ctx context.Context, o *stage.Options) (err error) {
	other := *o
	if _, other.Database, err = l.o.Fresh(); err != nil {
		return err
	}
	p := &life{o: l.o, log: &buffer{}, judge: judge.New(plain(l.o.Policy), planted), done: map[string]int{}, controls: map[string]int{}, markers: 1 << 20}
	p.o.Progress = nil
	if other.Database != "" {
		p.mine = fmt.Sprintf("kept-beside-%d", born.Add(1))
		if other.Database, err = named(other.Database, p.mine); err != nil {
			return err
		}
	}
	const secret = "what two servers that are simulated share"
	other.Dir, other.Region, other.Peers = filepath.Join(o.Dir, "beside"), l.o.Policy.Regions()[1], realm.Peers{Secret: secret}
	if p.Apart, err = stage.OpenApart(ctx, other, p.log, l.o.Server); err != nil {
		return err
	}
	door, err := p.Door()
	if err != nil {
		return errors.Join(err, p.Close())
	}
	o.Peers = realm.Peers{At: map[string]string{overThere: door}, Secret: secret}
	p.judge.Moved(other.Region)
	l.judge.Beside(p.judge)
	p.judge.Beside(l.judge)
	l.peer, l.beyond, p.home, p.beyond = p, overThere, l, here
	return nil
}

// known tells the other server where this one is found, too.
func (l *life) known() error {
	door, err := l.Door()
	if err != nil {
		return err
	}
	l.peer.Peers.At = map[string]string{here: door}
	l.peer.Stop()
	return l.peer.Start(0)
}

// away is the life to whose server customers of this one move; nil where nobody moves.
func (l *life) away() *life {
	if l.home != nil {
		return l.home
	}
	return l.peer
}

// joins knows the customers, and the vendor's people.
func (l *life) joins(ctx context.Context, customers []*customer) error {
	l.customers = customers
	for _, c := range customers {
		l.Fake.SetAdmin(c.site, c.admin, true)
		if _, err := l.AppKey(ctx, c.app.ID); err != nil {
			return err
		}
	}
	for _, role := range []kept.Role{kept.Officer, kept.Support} {
		if _, err := l.As(ctx, role); err != nil {
			return err
		}
	}
	return nil
}

// together lets the other server come to the same instant, and looks at it. What moves back then is here.
func (l *life) together(ctx context.Context) error {
	if !l.troubled {
		if _, err := l.Next(); err != nil { // so that this one knows what time it is
			return err
		}
	}
	found, err := l.peer.move(ctx, l.Clock.Now())
	l.found = append(l.found, found...)
	return err
}

// ticks lets this server do what is due, and the other one before and after it. What moves then is there.
func (l *life) ticks(ctx context.Context) error {
	if l.peer == nil {
		return l.tick(ctx)
	}
	if err := l.together(ctx); err != nil {
		return err
	}
	if l.fate != 0 {
		if err := l.peer.doomed(l.fate); err != nil {
			return err
		}
	}
	if err := l.tick(ctx); err != nil {
		return err
	}
	if l.fate != 0 {
		died, err := l.peer.Fell()
		if err == nil && died {
			l.done["peer killed"]++
			err = l.peer.revive(ctx)
		} else if err == nil {
			err = l.peer.Doom(0)
		}
		if l.fate = 0; err != nil {
			return err
		}
	}
	if err := l.arrived(ctx); err != nil {
		return err
	}
	comes := slices.ContainsFunc(l.customers, func(c *customer) bool { return c.way == "committed" && c.at == l.peer })
	if err := l.together(ctx); err != nil {
		return err
	}
	if comes { // what this server has asked for is perhaps here by now
		if err := l.tick(ctx); err != nil {
			return err
		}
	}
	return l.arrived(ctx)
}

// arrived sends customers to where their installation is.
func (l *life) arrived(ctx context.Context) error {
	for _, c := range l.customers {
		if c.way != "committed" {
			continue
		}
		at := l
		if c.at != nil {
			at = c.at
		}
		w, err := at.world()
		if err != nil {
			return err
		}
		var state string
		if err := w.DB.QueryRowContext(ctx, `SELECT state FROM installation WHERE id = $1`, string(c.id)).Scan(&state); err != nil {
			return kept.Errorf(kept.Internal, "the row of an installation: %w", err)
		}
		if state == string(kept.Erased) {
			c.at, c.way, c.credentials, c.came = at.away(), "", map[kept.Role]credential{}, l.Clock.Now()
			l.done[map[bool]string{true: "region arrived", false: "region back"}[at == l]]++
		}
	}
	return nil
}

// dooms lets the other server die, now and then, of what this one asks of it next.
func (l *life) dooms(s Step) {
	switch {
	case !slices.Contains(l.o.Faults, "kill"):
	case s.N[1]%5 == 0:
		l.fate = -int64(1 + s.N[2]%6)
	case s.N[1]%5 < 3:
		l.fate = int64(1 + s.N[2]%30)
	}
}

// regionStart is Atlassian, which schedules a move and starts it.
func regionStart(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.door != judge.Forge || c.there == nil || c.id == "" || c.way != "" || l.away() == nil || l.troubled {
		return nil, errSkipped
	}
	c.moves++
	for _, kind := range []judge.Kind{judge.Schedule, judge.Start} {
		done, found, err := l.hook(ctx, c, s, kind)
		if err != nil || len(found) > 0 || !done {
			return found, err
		}
	}
	c.way = "started"
	l.dooms(s)
	return nil, nil
}

// regionEnd is Atlassian, which commits a move or takes it back.
func regionEnd(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.way != "started" || c.there == nil || l.troubled {
		return nil, errSkipped
	}
	kind := judge.Commit
	if s.Act == "region-back" {
		kind = judge.Rollback
	}
	done, found, err := l.hook(ctx, c, s, kind)
	if done {
		l.dooms(s)
		c.way = map[judge.Kind]string{judge.Commit: "committed", judge.Rollback: ""}[kind]
	}
	return found, err
}

// regionRegret is Atlassian, which takes a move back that it has committed: it asks the server from which the customer came, or the
// one that has it, or both.
func regionRegret(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	from := l.away()
	if c.way != "" || c.there == nil || c.id == "" || c.came == 0 || l.Clock.Now() > c.came.Add(day) || from == nil || l.troubled || from.troubled {
		return nil, errSkipped
	}
	if l.peer != nil {
		if err := l.together(ctx); err != nil {
			return nil, err
		}
	}
	c.way, c.came = "committed", 0
	asked := [][]*life{{from}, {l}, {l, from}}[s.N[1]%3]
	for _, at := range asked {
		done, found, err := at.hook(ctx, c, s, judge.Rollback)
		if err != nil || len(found) > 0 {
			return found, err
		}
		if done {
			at.done["region regretted"]++
		}
		at.dooms(s)
	}
	return nil, nil
}

// hook is a call of Atlassian's about a move, and as often as not the same one again.
func (l *life) hook(ctx context.Context, c *customer, s Step, kind judge.Kind) (done bool, found []judge.Finding, err error) {
	body := map[string]any{"migrationId": c.moves}
	if kind == judge.Schedule {
		body["location"] = l.beyond
	}
	for range 1 + s.N[0]%2 {
		err = l.Call(ctx, http.MethodPost, "/forge/"+c.app.ID+"/migration/"+string(kind), l.Fake.Token(c.there), body, nil)
		done = err == nil
		s.Act = "region-" + string(kind)
		if found, err = l.told(ctx, s, judge.Event{Kind: kind, Installation: c.id, Move: int64(c.moves)}, err); err != nil || len(found) > 0 {
			return done, found, err
		}
	}
	return done, nil, nil
}

package simulate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"kept"
)

// Step is one thing that somebody does. What exactly it means follows from its numbers and from what is there when it
// happens, so a plan from which steps were left out is still a plan.
type Step struct {
	At       time.Duration // since the beginning
	Customer int
	Act      string
	N        [4]uint32
	Doom     int64 // the server is killed in it: at its nth draw of randomness, below zero before it answers; 0 for not
}

// String is the step as one line of a trace.
func (s Step) String() string {
	killed := ""
	switch {
	case s.Doom > 0:
		killed = fmt.Sprintf("  (killed at draw %d)", s.Doom)
	case s.Doom < 0:
		killed = "  (killed before the answer)"
	}
	return fmt.Sprintf("%s  customer %d  %s%s", first.Add(s.At), s.Customer, s.Act, killed)
}

const day = 24 * time.Hour

// uses are what a customer's people and its app do while it is installed, as often as the name stands here.
var uses = strings.Fields(`put put put put put put overwrite overwrite read read read read read list review delete delete admin-delete
	say say say say-group say-group say-back
	write write odd-line write-all write-all odd-lines read-outside read-outside staff-read staff-read disclose put-about
	odd-field odd-category empty odd-purpose foreign-read foreign-delete lost-item odd-review no-admin`)

// rare is what happens to one customer in some weeks.
var rare = strings.Fields(`choose choose choose choose choose odd-choose unchoose purge purge-some officer-purges restrict lift lift upgrade installed-again false-alarm odd-purge effect`)

type planner struct {
	*rand.Rand
	o       Options
	steps   []Step
	margins []time.Duration // lengths of time at whose end something changes,
	edges   []time.Duration // and those that run from an uninstall
	faults  map[string]bool
	end     time.Duration
}

// plan draws everything that will happen, in order of time; no two steps share an instant.
func plan(o Options) ([]Step, error) {
	p := &planner{Rand: rand.New(rand.NewPCG(o.Seed, 0)), o: o, faults: map[string]bool{}, end: time.Duration(o.Years) * 365 * day}
	if len(waysIn(o.Policy)) == 0 {
		return nil, kept.Errorf(kept.Invalid, "the policy has no app whose customers could come").
			WithHint("an app needs `forge: ari:cloud:ecosystem::app/…`, `connect: <key>` with `base`, or `hosting: datacenter`")
	}
	for _, f := range o.Faults {
		if !slices.Contains(Faults, f) {
			return nil, kept.Errorf(kept.Invalid, "there is no fault of that name").WithHint("faults: %s", strings.Join(Faults, ", "))
		}
		p.faults[f] = true
	}
	for _, pr := range o.Policy.Promises {
		for _, name := range []string{"max", "min", "within"} {
			period, ok := pr.Params[name].Period()
			margin := period.Shortest()
			if !ok || margin == 0 || margin >= p.end {
				continue
			}
			p.margins = append(p.margins, margin)
			if pr.Params["from"].Has("uninstalled") || pr.Params["from"].Has("unsubscribed") || pr.Control == "rescue" {
				p.edges = append(p.edges, margin)
			}
		}
	}
	for c := range o.Installations {
		p.customer(c)
		p.answers(c)
		if o.asksMarketplace() {
			p.contracts(c)
		}
	}
	for at := p.short(0, day); at < p.end; at += p.short(day, 20*day) {
		p.add(at, 0, pick(p, []string{"close-account", "change-account", "change-account"}))
	}
	for at := p.short(0, day); at < p.end; at += 20*day + p.short(0, 20*day) {
		p.add(at, 0, "staff")
		if p.faults["restart"] {
			p.add(at+p.short(0, 20*day), 0, "restart")
		}
		p.trouble(at)
	}
	for at := p.short(0, 9*day); at < p.end; at += day + p.short(0, 9*day) {
		p.add(at, 0, "deadlines")
	}
	p.holds()
	p.slips()
	p.moves()
	p.haste()
	p.exodus()
	p.over()
	p.mistakes()
	slices.SortFunc(p.steps, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
	for i := 1; i < len(p.steps); i++ {
		if p.steps[i].At <= p.steps[i-1].At {
			p.steps[i].At = p.steps[i-1].At + time.Millisecond
		}
	}
	return slices.DeleteFunc(p.steps, func(s Step) bool { return s.At >= p.end }), nil
}

func (p *planner) add(at time.Duration, customer int, act string) {
	p.steps = append(p.steps, Step{At: at, Customer: customer, Act: act, N: [4]uint32{p.Uint32(), p.Uint32(), p.Uint32(), p.Uint32()}})
}

// trouble is what befalls the server itself in some weeks.
func (p *planner) trouble(at time.Duration) {
	if p.faults["kill"] {
		p.add(at+p.short(0, 20*day), 0, "kill")
		p.add(at+p.short(0, 20*day), 0, "kill-tick")
		for i := range p.steps {
			if s := &p.steps[i]; s.Doom == 0 && slices.Contains(uses, s.Act) && p.chance(1) {
				s.Doom = pick(p, []int64{-1, -1, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14})
			}
		}
	}
	if p.faults["disk-full"] && p.chance(60) {
		full := pick(p, p.steps).At - time.Second
		p.add(full, 0, "fill")
		p.add(full+pick(p, []time.Duration{p.short(time.Minute, time.Hour), p.short(time.Minute, 30*time.Hour)}), 0, "space")
	}
	if p.faults["database-restart"] {
		p.add(pick(p, p.steps).At, p.IntN(p.o.Installations), "database-restart")
	}
}

// slips are days on which the clock is wrong. They are drawn apart, so that the rest of a plan is as it would be without them.
func (p *planner) slips() {
	if !p.faults["clock"] {
		return
	}
	apart := rand.New(rand.NewPCG(p.o.Seed, 1))
	for at := time.Duration(0); at < p.end; at += time.Duration(20+apart.IntN(40)) * day {
		p.steps = append(p.steps, Step{At: at + time.Duration(apart.IntN(20*24*3600))*time.Second, Act: "slip", N: [4]uint32{apart.Uint32(), apart.Uint32()}})
	}
}

// short is a length of time between two, to the second.
func (p *planner) short(from, to time.Duration) time.Duration {
	return from + time.Duration(p.Int64N(int64((to-from)/time.Second)+1))*time.Second
}

func (p *planner) chance(percent int) bool { return p.IntN(100) < percent }

func pick[T any](p *planner, of []T) T { return of[p.IntN(len(of))] }

// customer comes, uses the app, leaves in one way or another, and often comes back.
func (p *planner) customer(c int) {
	at := p.short(0, p.end/6)
	for at < p.end {
		p.arrive(at, c)
		stays := p.short(day, 120*day)
		p.use(at, at+stays, c)
		if p.chance(30) {
			moves := at + p.short(day, stays)
			p.add(moves, c, "move")
			p.add(moves+p.short(time.Minute, time.Hour), c, "move")
		}
		for trigger := at + p.short(time.Minute, 5*day); trigger < at+stays; trigger += p.short(time.Hour, 8*day) {
			p.add(trigger, c, "trigger")
		}
		if p.o.licences() {
			p.licence(at, at+stays, c)
		}
		at = p.leave(at+stays, c)
		away := p.away()
		for _, act := range []string{"effect", "officer-purges", "ghost"} {
			if p.chance(20) {
				p.add(at+p.short(0, away), c, act)
			}
		}
		at += away
	}
}

func (p *planner) arrive(at time.Duration, c int) {
	if p.faults["lost"] && p.chance(20) {
		p.add(at, c, "arrive-silently")
	} else {
		p.add(at, c, "arrive")
	}
	if p.faults["doubled"] && p.chance(20) {
		p.add(at+p.short(time.Minute, time.Hour), c, "installed-again")
	}
	if p.faults["reordered"] && p.chance(30) {
		p.add(at+p.short(time.Minute, day), c, "signal-left")
	}
}

// away is how long a customer stays away: at random, or to the second where something changes.
func (p *planner) away() time.Duration {
	if len(p.edges) == 0 || p.chance(40) {
		return p.short(time.Minute, 150*day)
	}
	edge := pick(p, p.edges) + pick(p, []time.Duration{-day, -time.Second, 0, time.Second, day})
	return max(edge, time.Minute)
}

// leave gives the instant from which it makes sense to count: that of the signal, or of the last sign of life.
func (p *planner) leave(at time.Duration, c int) time.Duration {
	for range p.IntN(4) { // so that a credential outlives the installation
		p.add(at-p.short(time.Minute, 20*time.Minute), c, pick(p, uses))
	}
	p.add(at, c, "leave")
	if p.faults["lost"] && p.chance(20) {
		return at
	}
	after := p.short(time.Second, time.Minute)
	if p.faults["late"] && p.chance(20) {
		after = p.short(day, 20*day)
	}
	signal := at + after
	p.add(signal, c, "signal-left")
	if p.faults["doubled"] && p.chance(20) {
		p.add(signal+p.short(0, 10*day), c, "signal-left")
	}
	for range p.IntN(5) { // an app that goes on with the credential it has
		p.add(signal+p.short(0, 30*time.Minute), c, pick(p, []string{"list", "list", "read", "put", "review", "delete"}))
	}
	return signal
}

// use is bursts of what people do, some of them when something earlier comes to its end.
func (p *planner) use(from, to time.Duration, c int) {
	for at := from + p.short(time.Minute, day); at < to; at += p.short(2*day, 24*day) {
		moment := at
		for range 1 + p.IntN(6) {
			p.add(moment, c, pick(p, uses))
			moment += p.short(time.Second, 20*time.Minute)
		}
		if p.chance(25) {
			p.add(moment, c, pick(p, rare))
		}
		if len(p.margins) > 0 && p.chance(30) {
			p.add(at+pick(p, p.margins)+pick(p, []time.Duration{-time.Second, time.Second}), c, pick(p, []string{"read", "list", "review"}))
		}
	}
}
